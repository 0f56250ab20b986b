import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import { haltonSampler } from '../../../../../src-main/search/samplers/halton/halton.ts'
import { sobolSampler } from '../../../../../src-main/search/samplers/sobol/sobol.ts'
import { centeredDiscrepancy } from '../../../../helpers/discrepancy.ts'
import {
  askSampler,
  createSamplerOf,
  proposeTrials,
  samplerContextOf,
} from '../../../../helpers/propose-trials.ts'

function cube(dimension: number): SpaceSpecification {
  return Object.fromEntries(
    Array.from({ length: dimension }, (_, axis) => [
      `x${axis}`,
      { float: [0, 1] as [number, number] },
    ]),
  )
}

const space = cube(4)

function design(sampler: string, trials: number, seed: number, options = {}): number[][] {
  return proposeTrials({ sampler, options, space, trials, seed }).proposals.map(
    ({ parameters }) => Object.values(parameters) as number[],
  )
}

describe('quasi-random samplers', () => {
  it('fill the space better than random search', () => {
    const mean = (sampler: string): number =>
      [1, 2, 3, 4].reduce((sum, seed) => sum + centeredDiscrepancy(design(sampler, 64, seed)), 0) /
      4
    const random = mean('random')
    expect(mean('sobol')).toBeLessThan(0.2 * random)
    expect(mean('halton')).toBeLessThan(0.35 * random)
    expect(mean('latinHypercube')).toBeLessThan(0.6 * random)
  })

  it.each(['sobol', 'halton', 'latinHypercube'])(
    'take the point of the trial number, whatever else runs or failed: %s',
    sampler => {
      const plan = { sampler, space, trials: 20, seed: 4 }
      const { proposals, trials } = proposeTrials(plan)
      const alone = askSampler(createSamplerOf(plan), plan, [], 13)
      expect(alone).toEqual(proposals[13])
      const odd = trials.filter(({ number }) => number % 2 === 1)
      expect(askSampler(createSamplerOf(plan), plan, odd, 12)).toEqual(proposals[12])
    },
  )

  it.each(['sobol', 'halton', 'latinHypercube'])(
    'keep a coordinate per parameter, active or not: %s',
    sampler => {
      const conditional: SpaceSpecification = {
        kind: { choice: ['a', 'b'] },
        onlyA: { float: [0, 1], when: { kind: 'a' } },
        last: { float: [0, 1] },
      }
      const flat: SpaceSpecification = {
        kind: { choice: ['a', 'b'] },
        onlyA: { float: [0, 1] },
        last: { float: [0, 1] },
      }
      const of = (shape: SpaceSpecification) =>
        proposeTrials({ sampler, space: shape, trials: 32 }).proposals.map(p => p.parameters)
      of(conditional).forEach((parameters, number) => {
        expect(parameters).toEqual(
          Object.fromEntries(
            Object.entries(of(flat)[number] ?? {}).filter(
              ([name]) => name !== 'onlyA' || parameters['kind'] === 'a',
            ),
          ),
        )
      })
    },
  )

  it('give every choice its share within a block of Sobol points', () => {
    const { proposals } = proposeTrials({
      sampler: 'sobol',
      space: { ...space, kind: { choice: ['a', 'b', 'c', 'd'] } },
      trials: 64,
    })
    const counts = ['a', 'b', 'c', 'd'].map(
      kind => proposals.filter(({ parameters }) => parameters['kind'] === kind).length,
    )
    expect(counts).toEqual([16, 16, 16, 16])
  })

  it('start the plain sequence of Sobol at the lower bounds', () => {
    expect(design('sobol', 2, 0, { scramble: 'none' })).toEqual([
      [0, 0, 0, 0],
      [0.5, 0.5, 0.5, 0.5],
    ])
  })

  it.each([
    [sobolSampler, 337],
    [haltonSampler, 168],
  ] as const)('refuse spaces with more coordinates than they have', (definition, limit) => {
    const problems = (dimension: number) =>
      definition.check(
        definition.optionsSchema.parse({}) as never,
        samplerContextOf({ sampler: definition.name, space: cube(dimension), trials: 1 }),
      )
    expect(problems(limit)).toEqual([])
    expect(problems(limit + 1)).toMatchObject([{ path: ['space'], value: limit + 1 }])
    expect(problems(limit + 1)[0]?.rule).toMatchObject({
      code: 'rule.parameterLimit',
      values: { limit },
    })
  })
})
