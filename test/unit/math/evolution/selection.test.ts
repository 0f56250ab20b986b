import { describe, expect, it } from 'vitest'
import { selectByLexicase } from '../../../../src-main/math/evolution/selection/lexicase.ts'
import {
  selectByRoulette,
  selectByUniversalSampling,
} from '../../../../src-main/math/evolution/selection/proportional.ts'
import {
  selectBest,
  selectByTournament,
  selectRandom,
  selectWorst,
} from '../../../../src-main/math/evolution/selection/ranked.ts'
import type { RandomStream } from '../../../../src-main/math/random/random-stream.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { expectGolden, fedStream, golden, named, type Named, names } from './fed-stream.ts'

const individuals = named(golden.inputs.values)
const smaller = (a: Named, b: Named): number => a.value - b.value
const fitness = ({ value }: Named): number => value
const cases = Object.entries(golden.inputs.cases).map(([name, errors]) => ({ name, errors }))
const errors = (individual: (typeof cases)[number]): readonly number[] => individual.errors

describe('selections equal those of deap 1.4.4', () => {
  it.each<[string, (random: RandomStream) => readonly { name: string }[]]>([
    ['best', () => selectBest(individuals, 4, smaller)],
    ['worst', () => selectWorst(individuals, 4, smaller)],
    ['random', random => selectRandom(individuals, 12, random)],
    ['tournament', random => selectByTournament(individuals, 12, 3, smaller, random)],
    ['roulette', random => selectByRoulette(individuals, 12, fitness, random)],
    ['universalSampling', random => selectByUniversalSampling(individuals, 12, fitness, random)],
    ['lexicase', random => selectByLexicase(cases, 14, errors, 0, random)],
    ['epsilonLexicase', random => selectByLexicase(cases, 14, errors, 0.5, random)],
    [
      'automaticEpsilonLexicase',
      random => selectByLexicase(cases, 14, errors, 'automatic', random),
    ],
  ])('%s', (operator, select) => {
    expectGolden(names(select(fedStream())), operator)
  })
})

describe('selections', () => {
  const random = createRandomStream({ seed: 3, number: 0, purpose: 'test' })
  const shareOf = (name: string, chosen: readonly Named[]): number =>
    chosen.filter(individual => individual.name === name).length / chosen.length

  it('tournament prefers the better, the more so the larger it is', () => {
    const best = (size: number): number =>
      shareOf('f', selectByTournament(individuals, 20_000, size, smaller, random))
    // 1 − (5/6)^size.
    expect(best(1)).toBeCloseTo(0.1667, 1)
    expect(best(3)).toBeCloseTo(0.4213, 1)
    expect(best(10)).toBeCloseTo(0.8385, 1)
  })

  it('roulette chooses in proportion to fitness', () => {
    const chosen = selectByRoulette(individuals, 20_000, fitness, random)
    expect(shareOf('e', chosen)).toBeCloseTo(5 / 12.5, 1)
    expect(shareOf('f', chosen)).toBeCloseTo(0.5 / 12.5, 1)
  })

  it('universal sampling misses the expected number by less than one', () => {
    for (let repeat = 0; repeat < 50; repeat++) {
      const chosen = selectByUniversalSampling(individuals, 25, fitness, random)
      for (const { name, value } of individuals) {
        expect(Math.abs(shareOf(name, chosen) * 25 - (value / 12.5) * 25)).toBeLessThan(1)
      }
    }
  })

  it('lexicase keeps specialists that an average would lose', () => {
    const specialists = [
      { name: 's', errors: [0, 9] },
      { name: 't', errors: [9, 0] },
      { name: 'm', errors: [1, 1] },
    ]
    const chosen = names(selectByLexicase(specialists, 200, ({ errors: e }) => e, 0, random))
    expect(new Set(chosen)).toEqual(new Set('st'))
    const tolerant = names(selectByLexicase(specialists, 200, ({ errors: e }) => e, 1, random))
    expect(new Set(tolerant)).toEqual(new Set('m'))
  })
})
