import { msg } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type { Assignment } from '../../../../../src-main/core/trial/trial.ts'
import { deSampler, createSchedule } from '../../../../../src-main/search/samplers/de/de.ts'
import { samplerContextOf } from '../../../../helpers/propose-trials.ts'
import {
  cube,
  numbersOf,
  type Simulated,
  type Simulation,
  simulateStudy,
} from '../../../../helpers/simulate-study.ts'

const sphere = (parameters: Assignment): number =>
  numbersOf(parameters).reduce((sum, value) => sum + (value - 0.3) ** 2, 0)

function study(simulation: Partial<Simulation>): Simulated {
  return simulateStudy({
    sampler: 'de',
    space: cube(4, 0, 1),
    trials: 200,
    objective: sphere,
    ...simulation,
  })
}

const valueOf = ({ trials }: Simulated, number: number): number =>
  trials[number]?.values[0] as number
const pointOf = ({ trials }: Simulated, number: number): number[] =>
  numbersOf(trials[number]?.parameters ?? {})

describe('de', () => {
  it.each([
    ['rand1', false],
    ['best1', false],
    ['currentToBest1', true],
    ['currentToPbest1', true],
  ])('%s makes the vector that its name says', (strategy, towards) => {
    const options = { strategy, adaptation: 'none', rate: 1, scale: 0.4, population: 8 }
    const result = study({ options })
    let compared = 0
    result.details.forEach(({ target, base, difference }, number) => {
      if (number < 8) return
      const [targetPoint, named] = [target, base].map(other =>
        pointOf(result, other as number),
      ) as [number[], number[]]
      const [plus, minus] = (difference as number[]).map(other => pointOf(result, other)) as [
        number[],
        number[],
      ]
      pointOf(result, number).forEach((value, axis) => {
        const start = (towards ? targetPoint : named)[axis] as number
        const pull = towards ? 0.4 * ((named[axis] as number) - (targetPoint[axis] as number)) : 0
        const expected = start + pull + 0.4 * ((plus[axis] as number) - (minus[axis] as number))
        if (expected < 0 || expected > 1) return
        compared++
        expect(value).toBeCloseTo(expected, 12)
      })
    })
    expect(compared).toBeGreaterThan(400)
  })

  it('best1 starts from the best member, currentToPbest1 goes towards one of the best', () => {
    const ranksOfBase = (options: object): Set<number> => {
      const result = study({ options: { population: 10, ...options } })
      const members: number[] = []
      const ranks = new Set<number>()
      result.details.forEach(({ target, base }, number) => {
        if (base !== null) {
          const baseValue = valueOf(result, base as number)
          ranks.add(members.filter(member => valueOf(result, member) < baseValue).length)
        }
        if (target === null || valueOf(result, number) <= valueOf(result, target as number)) {
          members[number % 10] = number
        }
      })
      return ranks
    }
    expect(ranksOfBase({ strategy: 'best1' })).toEqual(new Set([0]))
    const shared = ranksOfBase({ strategy: 'currentToPbest1', pbest: 0.3 })
    expect(shared).toEqual(new Set([0, 1, 2]))
  })

  it('members give way to vectors that are at least as good, each in its turn', () => {
    const result = study({ options: { population: 6 } })
    const members: number[] = []
    result.details.forEach(({ member, target }, number) => {
      const memberIndex = number % 6
      expect(member).toBe(memberIndex)
      expect(target).toBe(members[memberIndex] ?? null)
      if (target === null || valueOf(result, number) <= valueOf(result, target as number)) {
        members[memberIndex] = number
      }
    })
  })

  it('with CR = 0 changes one parameter of its target', () => {
    const result = study({ options: { adaptation: 'none', rate: 0 } })
    result.details.forEach(({ target }, number) => {
      if (target === null) return
      const targetPoint = pointOf(result, target as number)
      const changed = pointOf(result, number).filter((value, axis) => value !== targetPoint[axis])
      expect(changed.length).toBeLessThanOrEqual(1)
    })
  })

  it('jde hands F and CR down from targets that they served well', () => {
    const result = study({ options: { adaptation: 'jde', population: 6 }, trials: 300 })
    let inherited = 0
    let offspringCount = 0
    result.details.forEach(({ target, scale }) => {
      const parent = result.details[target as number]
      if (target === null || parent === undefined || parent['scale'] === null) return
      offspringCount++
      if (parent['scale'] === scale) inherited++
    })
    // Nine of ten.
    expect(inherited / offspringCount).toBeGreaterThan(0.82)
    expect(inherited / offspringCount).toBeLessThan(0.97)
  })

  it('its population shrinks to the smallest over the trials of the study', () => {
    const { details } = study({ options: { population: 20, smallestPopulation: 4 }, trials: 400 })
    const sizes = details.map(({ population }) => population as number)
    expect(sizes[0]).toBe(20)
    expect(sizes.at(-1)).toBeLessThanOrEqual(5)
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
    // Half-way, half of what it loses.
    expect(Math.abs((sizes[200] as number) - 12)).toBeLessThanOrEqual(1)
  })

  it.each([
    [{ strategy: 'rand1', adaptation: 'none', population: 8 }],
    [{ strategy: 'best1', adaptation: 'jde' }],
    [{ strategy: 'currentToBest1' }],
    [{ bounds: 'clip' }],
    [{ bounds: 'random', start: 'random' }],
    [{ archive: 0 }],
  ])('gets better with %o', options => {
    expect(study({ options, trials: 400 }).best).toBeLessThan(0.005)
  })

  it('learns which values of choices, ints and conditions are best', () => {
    const space: SpaceSpecification = {
      kind: { choice: ['a', 'b', 'c', 'd'] },
      depth: { int: [1, 9] },
      rate: { float: [0, 1], when: { kind: 'c' } },
    }
    const objective = (p: Assignment): number =>
      (p['kind'] === 'c' ? Math.abs((p['rate'] as number) - 0.7) : 1) +
      Math.abs((p['depth'] as number) - 6)
    expect(study({ space, objective, trials: 300 }).best).toBeLessThan(0.05)
  })

  it('tries no point of a finite space twice while it finds new ones', () => {
    const space: SpaceSpecification = { a: { int: [0, 19] }, b: { choice: ['p', 'q', 'r'] } }
    const distinct = (avoidRepeats: boolean): number => {
      const { trials } = study({
        space,
        trials: 40,
        objective: p => (p['a'] as number) + (p['b'] === 'q' ? 0 : 1),
        options: { avoidRepeats },
      })
      return new Set(trials.map(({ parameters }) => JSON.stringify(parameters))).size
    }
    expect(distinct(true)).toBeGreaterThanOrEqual(38)
    expect(distinct(false)).toBeLessThan(38)
  })

  it('learns from results in any order', () => {
    for (const parallelTrials of [4, 16]) {
      expect(study({ parallelTrials, trials: 400, seed: parallelTrials }).best).toBeLessThan(0.002)
    }
  })

  it('fills the places of starts that failed', () => {
    const result = study({
      objective: (p, number) => (number < 10 && number % 2 === 0 ? null : sphere(p)),
    })
    expect(result.provenances[10]?.reason).toEqual(msg('proposal.memberStart', { member: 1 }))
    expect(result.details[20]?.['target']).toBe(10)
    expect(result.best).toBeLessThan(0.01)
  })

  it('prefers what keeps to the constraints', () => {
    const result = study({
      space: cube(2, 0, 1),
      objective: p => numbersOf(p).reduce((sum, value) => sum + value, 0),
      constraints: p => numbersOf(p).map(value => 0.5 - value),
    })
    expect(result.best).toBeGreaterThanOrEqual(1)
    expect(result.best).toBeLessThan(1.02)
  })
})

describe('generations of a shrinking population', () => {
  it('cover every trial once', () => {
    const schedule = createSchedule(12, 4, 100)
    let number = 0
    for (let generation = 0; number < 150; generation++) {
      const size = schedule.sizeOf(generation)
      for (let slot = 0; slot < size; slot++) {
        expect(schedule.turnOf(number++)).toEqual({ generation, slot })
      }
    }
    expect(schedule.sizeOf(0)).toBe(12)
    expect(schedule.turnOf(1_000).slot).toBeLessThan(4)
  })
})

describe('de check', () => {
  const context = samplerContextOf({ sampler: 'de', space: cube(3, 0, 1), trials: 1 })
  const problems = (options: object, change: object = {}): unknown =>
    deSampler.check(deSampler.optionsSchema.parse(options), { ...context, ...change })

  it('refuses what it cannot do', () => {
    expect(problems({}, { goals: [...context.goals, ...context.goals] })).toMatchObject([
      { path: ['goals'], value: 2 },
    ])
    expect(problems({ population: 5, smallestPopulation: 6 })).toMatchObject([
      { path: ['sampler', 'smallestPopulation'], value: 6 },
    ])
    expect(problems({ smallestPopulation: 4 }, { trialBudget: null })).toMatchObject([
      { path: ['sampler', 'smallestPopulation'] },
    ])
    expect(problems({ scale: 0.3, scaleDither: 0.3 })).toMatchObject([
      { path: ['sampler', 'scaleDither'] },
    ])
    expect(problems({ smallestPopulation: 4 })).toEqual([])
  })

  it.each([{ population: 3 }, { scale: 0 }, { rate: 1.5 }, { strategy: 'rand2' }])(
    'refuses the options %o',
    options => {
      expect(deSampler.optionsSchema.safeParse(options).success).toBe(false)
    },
  )
})
