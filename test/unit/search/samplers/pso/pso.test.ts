import { msg } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type { Assignment, TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { psoSampler } from '../../../../../src-main/search/samplers/pso/pso.ts'
import {
  askSampler,
  createSamplerOf,
  samplerContextOf,
} from '../../../../helpers/propose-trials.ts'
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
    sampler: 'pso',
    space: cube(4, 0, 1),
    trials: 200,
    objective: sphere,
    ...simulation,
  })
}

const valueOf = ({ trials }: Simulated, number: number): number =>
  trials[number]?.values[0] as number

describe('pso', () => {
  it('moves particles in turn, pulled by their own best and the best of all', () => {
    const result = study({ options: { particles: 8, restart: false } })
    result.details.forEach(({ particle, move, ownBest, neighborsBest: neighborsBest }, number) => {
      expect(particle).toBe(number % 8)
      expect(move).toBe(Math.floor(number / 8))
      if (number < 8) {
        expect([ownBest, neighborsBest]).toEqual([null, null])
        return
      }
      const before = Array.from({ length: number }, (_, other) => other)
      const best = (numbers: number[]): number =>
        numbers.reduce((a, b) => (valueOf(result, b) < valueOf(result, a) ? b : a))
      expect(ownBest).toBe(best(before.filter(other => other % 8 === number % 8)))
      expect(neighborsBest).toBe(best(before))
    })
  })

  it('on a ring listens to its neighbors only', () => {
    const result = study({
      options: { particles: 8, topology: 'ring', neighbors: 2, restart: false },
    })
    for (const { particle, neighborsBest: neighborsBest } of result.details.slice(8)) {
      const distance = Math.abs(((neighborsBest as number) % 8) - (particle as number))
      expect(Math.min(distance, 8 - distance)).toBeLessThanOrEqual(2)
    }
  })

  it('moves by the velocity limit at most', () => {
    const result = study({ options: { particles: 5, velocityLimit: 0.05, restart: false } })
    result.trials.slice(5).forEach(({ parameters }, index) => {
      const before = result.trials[index]?.parameters as Assignment
      for (const [name, value] of Object.entries(parameters)) {
        expect(Math.abs((value as number) - (before[name] as number))).toBeLessThan(0.05 + 1e-12)
      }
    })
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
    const result = study({ space, objective, trials: 300 })
    expect(result.best).toBeLessThan(0.05)
    const late = result.trials.slice(250).filter(({ parameters }) => parameters['kind'] === 'c')
    expect(late.length).toBeGreaterThan(25)
  })

  it('particles that have come to rest begin elsewhere', () => {
    const rested = (restart: boolean): number =>
      study({ space: cube(1, 0, 1), trials: 600, options: { restart } }).provenances.filter(
        ({ reason }) => reason.code === 'proposal.particleRested',
      ).length
    expect(rested(true)).toBeGreaterThan(4)
    expect(rested(false)).toBe(0)
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
    expect(distinct(false)).toBeLessThan(35)
  })

  it.each([
    [{ inertia: 'falling' }],
    [{ topology: 'ring' }],
    [{ walls: 'reflect' }],
    [{ walls: 'periodic' }],
    [{ start: 'random', startVelocity: 0.25, particles: 20 }],
  ])('gets better with %o', options => {
    expect(study({ options, trials: 400 }).best).toBeLessThan(0.005)
  })

  it('learns from results in any order', () => {
    for (const parallelTrials of [4, 16]) {
      expect(study({ parallelTrials, trials: 300, seed: parallelTrials }).best).toBeLessThan(0.002)
    }
  })

  it('keeps the pace of particles whose trials fail', () => {
    const result = study({
      objective: (p, number) => (number % 3 === 0 ? null : sphere(p)),
      trials: 400,
    })
    expect(result.best).toBeLessThan(0.005)
    // A particle whose first trials failed starts again.
    expect(result.provenances[10]?.reason).toEqual(msg('proposal.particleStart', { particle: 1 }))
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

  it('to a maximum goes as to a minimum', () => {
    const up = study({ objective: p => -sphere(p), maximize: true })
    expect(up.trials.map(({ parameters }) => parameters)).toEqual(
      study({}).trials.map(({ parameters }) => parameters),
    )
  })

  it('goes on from where somebody else put a particle', () => {
    const plan = { sampler: 'pso', space: cube(3, 0, 1), trials: 60, seed: 4 }
    const trials = Array.from({ length: 60 }, (_, number): TrialSnapshot => {
      const parameters = { x0: 0.9, x1: 0.1 + (number % 7) * 0.01, x2: 0.5 + (number % 5) * 0.01 }
      return { number, state: 'complete', parameters, values: [sphere(parameters)], reports: [] }
    })
    const answer = askSampler(createSamplerOf(plan), plan, trials, 60)
    if ('exhausted' in answer) throw new Error('unexpected')
    numbersOf(answer.parameters).forEach((value, axis) => {
      expect(Math.abs(value - ([0.9, 0.13, 0.52][axis] as number))).toBeLessThan(0.15)
    })
  })
})

describe('pso check', () => {
  const context = samplerContextOf({ sampler: 'pso', space: cube(3, 0, 1), trials: 1 })
  const parse = (options: object) => psoSampler.optionsSchema.parse(options)

  it('refuses a falling inertia without an end', () => {
    const falling = parse({ inertia: 'falling' })
    expect(psoSampler.check(falling, context)).toEqual([])
    expect(psoSampler.check(falling, { ...context, trialBudget: null })).toMatchObject([
      { path: ['sampler', 'inertia'] },
    ])
  })

  it.each([{ particles: 1 }, { velocityLimit: 0 }, { walls: 'absorb' }, { neighbors: 0 }])(
    'refuses the options %o',
    options => {
      expect(psoSampler.optionsSchema.safeParse(options).success).toBe(false)
    },
  )
})
