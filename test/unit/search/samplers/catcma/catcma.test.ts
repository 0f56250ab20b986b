import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type { TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { catcmaSampler } from '../../../../../src-main/search/samplers/catcma/catcma.ts'
import {
  askSampler,
  createSamplerOf,
  samplerContextOf,
} from '../../../../helpers/propose-trials.ts'
import {
  at,
  cube,
  list,
  type Objective,
  runStudy,
  sphere,
  successes,
} from '../../../../helpers/run-study.ts'

const study = (
  space: SpaceSpecification,
  objective: Objective,
  trials: number,
  settings: Parameters<typeof runStudy>[4] = {},
) => runStudy('catcma', space, objective, trials, settings)

const mixed: SpaceSpecification = {
  depth: { int: [1, 20] },
  width: { int: [8, 1024], log: true },
  rate: { float: [0, 1], step: 0.05 },
  size: { ordinal: ['s', 'm', 'l', 'xl'] },
  kind: { choice: ['a', 'b', 'c'] },
  power: { float: [0, 1], when: { kind: 'b' } },
}
const mixedObjective: Objective = p =>
  Math.abs((p['depth'] as number) - 17) +
  Math.abs(Math.log2((p['width'] as number) / 64)) +
  10 * Math.abs((p['rate'] as number) - 0.85) +
  (p['size'] === 'l' ? 0 : 1) +
  (p['kind'] === 'b' ? Math.abs((p['power'] as number) - 0.2) : 2)

/** 4 × 4 × 4 × 4 points, one best. */
const discrete: SpaceSpecification = Object.fromEntries(
  ['a', 'b', 'c', 'd'].map(name => [name, { choice: [0, 1, 2, 3] }]),
)
const discreteObjective: Objective = p =>
  ['a', 'b', 'c', 'd'].reduce((sum, name, k) => sum + (p[name] === (k * 3) % 4 ? 0 : k + 1), 0)

describe('catcma converges', () => {
  it('on integers, steps, ordinals, choices and conditions', () => {
    const successCount = successes(1e-3, seed => study(mixed, mixedObjective, 700, { seed }).best)
    expect(successCount).toBeGreaterThanOrEqual(8)
  })

  it('to a corner of the box, which is tried exactly', () => {
    const objective: Objective = p => list(p).reduce((sum, value) => sum + 1 - value, 0)
    const successCount = successes(
      1e-12,
      seed => study(cube(4, 0, 1), objective, 400, { seed }).best,
    )
    expect(successCount).toBeGreaterThanOrEqual(9)
  })

  it('to a maximum as to a minimum', () => {
    const down = study(mixed, mixedObjective, 120, { seed: 3 })
    const up = study(mixed, p => -mixedObjective(p), 120, { seed: 3, maximize: true })
    expect(up.points).toEqual(down.points)
  })

  it('with 4 slots and results out of order', () => {
    const successCount = successes(
      1e-6,
      seed => study(cube(5, 0, 1), sphere, 800, { seed, parallelTrials: 4 }).best,
    )
    expect(successCount).toBeGreaterThanOrEqual(9)
  })

  it('within constraints: the best point lies where one of them ends', () => {
    // The nearest feasible point to the sphere's minimum has the value 0.5 · 0.35² = 0.06125.
    const constraint: Objective = p => at(p, 0) + at(p, 1) - 0.6
    const successCount = successes(
      0.06125 + 1e-4,
      seed => study(cube(2, 0, 1), sphere, 400, { seed, constraint }).best,
    )
    expect(successCount).toBeGreaterThanOrEqual(8)
  })
})

describe('catcma and points with a known result', () => {
  it('tries none twice while there are others', () => {
    const { points } = study(discrete, discreteObjective, 200, { seed: 1 })
    expect(new Set(points.map(point => JSON.stringify(point))).size).toBe(200)
  })

  it('counts them as samples, which makes it faster', () => {
    const trialsUntilBest = (options: Record<string, unknown>): number => {
      const needed = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(seed => {
        const { points } = study(discrete, discreteObjective, 250, { seed, options })
        const first = points.findIndex(point => discreteObjective(point) === 0)
        return first < 0 ? 250 : first
      })
      return needed.sort((a, b) => a - b)[4] as number
    }
    expect(trialsUntilBest({})).toBeLessThan(0.8 * trialsUntilBest({ repeats: true }))
  })

  it('goes on when every point of the space has been tried', () => {
    const space: SpaceSpecification = { a: { choice: [0, 1] }, b: { int: [1, 3] } }
    const { points } = study(space, p => p['b'] as number, 30)
    expect(new Set(points.slice(0, 6).map(point => JSON.stringify(point))).size).toBe(6)
    expect(points).toHaveLength(30)
  })

  it('does not try what runs at the moment', () => {
    const { points } = study(discrete, discreteObjective, 60, { seed: 2, parallelTrials: 8 })
    expect(new Set(points.map(point => JSON.stringify(point))).size).toBe(60)
  })
})

describe('catcma restarts', () => {
  it('with twice the population and says why', () => {
    const { details } = study(cube(2, 0, 1), sphere, 900, { seed: 1 })
    const restarted = details.find(({ restart }) => restart === 1)
    expect(details[0]).toMatchObject({ restart: 0, restartReason: null, population: 6 })
    expect(restarted).toMatchObject({ population: 12, generation: 0 })
    expect(String(restarted?.['restartReason']).length).toBeGreaterThan(10)
  })

  it('also where nothing is numeric', () => {
    const { details } = study(discrete, discreteObjective, 250, { seed: 1 })
    expect(details.some(({ restart }) => (restart as number) > 0)).toBe(true)
  })
})

describe('catcma after another sampler', () => {
  const space: SpaceSpecification = { ...cube(3, 0, 1), kind: { choice: ['a', 'b', 'c'] } }
  const objective: Objective = p =>
    (at(p, 0) - 0.9) ** 2 +
    (at(p, 1) - 0.1) ** 2 +
    (at(p, 2) - 0.8) ** 2 +
    (p['kind'] === 'c' ? 0 : 0.5)

  /** Trials of random search, then of catcma with `warmStart`. */
  function handedOver(count: number, options: Readonly<Record<string, unknown>>, seed: number) {
    const plan = { sampler: 'catcma', space, trials: 100, seed, options }
    const [first, second] = [
      createSamplerOf({ ...plan, sampler: 'random', options: {} }),
      createSamplerOf(plan),
    ]
    const trials: TrialSnapshot[] = []
    let detail: unknown = null
    for (let number = 0; number < 100; number++) {
      const answer = askSampler(number < count ? first : second, plan, trials, number)
      if ('exhausted' in answer) throw new Error('unexpected')
      if (number === count) detail = answer.provenance.detail
      const { parameters } = answer
      const values = [objective(parameters)]
      trials.push({ number, state: 'complete', parameters, values, reports: [] })
    }
    return {
      detail: detail as {
        mean: Record<string, number>
        probabilities: { kind: number[] }
        generation: number
      },
      best: Math.min(...trials.map(trial => trial.values[0] as number)),
    }
  }

  it('begins where the best of its trials are', () => {
    const { detail } = handedOver(60, { warmStart: 60 }, 1)
    expect(detail.generation).toBe(0)
    expect(detail.mean['x0']).toBeGreaterThan(0.6)
    expect(detail.mean['x1']).toBeLessThan(0.4)
    expect(detail.mean['x2']).toBeGreaterThan(0.6)
    expect(detail.probabilities.kind[2]).toBeGreaterThan(0.6)
  })

  it('is ahead of one that takes them as samples, in at least 8 of 10 seeds', () => {
    const ahead = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter(
      seed => handedOver(60, { warmStart: 60 }, seed).best < handedOver(60, {}, seed).best,
    )
    expect(ahead.length).toBeGreaterThanOrEqual(8)
  })

  it('spreads the first trials itself if nobody else proposes them', () => {
    const { points, details } = study(space, objective, 40, { options: { warmStart: 32 } })
    const columns = [0, 1, 2].map(axis => points.slice(0, 32).map(point => at(point, axis)))
    // Scrambled Sobol points: one in each 32nd of every coordinate.
    for (const column of columns) {
      expect(new Set(column.map(value => Math.floor(value * 32))).size).toBe(32)
    }
    expect(details[31]).toBeUndefined()
    expect(details[35]).toMatchObject({ restart: 0, generation: 0 })
  })

  it('begins as if there had been none once that run has converged', () => {
    const { details } = study(cube(2, 0, 1), sphere, 900, { seed: 1, options: { warmStart: 20 } })
    const restarted = details.find(detail => detail?.['restart'] === 1)
    expect(restarted).toMatchObject({ population: 6, generation: 0, mean: { x0: 0.5, x1: 0.5 } })
  })
})

describe('catcma in detail', () => {
  it('takes points that somebody else chose', () => {
    const space = cube(3, 0, 1)
    const plan = { sampler: 'catcma', space, trials: 60, seed: 4 }
    const trials = Array.from({ length: 60 }, (_, number): TrialSnapshot => {
      const parameters = { x0: 0.9, x1: 0.1 + (number % 7) * 0.01, x2: 0.5 + (number % 5) * 0.01 }
      return { number, state: 'complete', parameters, values: [sphere(parameters)], reports: [] }
    })
    const answer = askSampler(createSamplerOf(plan), plan, trials, 60)
    if ('exhausted' in answer) throw new Error('unexpected')
    const { mean } = answer.provenance.detail as unknown as { mean: Record<string, number> }
    expect(mean['x0']).toBeGreaterThan(0.7)
    for (const value of list(answer.parameters)) expect(Number.isFinite(value)).toBe(true)
  })

  it('learns which choice is best and keeps every one possible', () => {
    const space: SpaceSpecification = { kind: { choice: ['a', 'b', 'c', 'd'] }, ...cube(1, 0, 1) }
    const { details } = study(space, p => (p['kind'] === 'c' ? 0 : 1) + at(p, 0), 200)
    const { kind } = details.at(-1)?.['probabilities'] as unknown as { kind: number[] }
    expect(kind[2]).toBeGreaterThan(0.7)
    expect(kind.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
    // 1 − 0.73, shared by three values.
    for (const probability of kind) expect(probability).toBeGreaterThan(0.0899)
  })

  it('computes again after an old trial was replaced, as if from the start', () => {
    const plan = { sampler: 'catcma', space: discrete, trials: 120, seed: 9 }
    const used = createSamplerOf(plan)
    const trials: TrialSnapshot[] = []
    for (let number = 0; number < 120; number++) {
      const answer = askSampler(used, plan, trials, number)
      if ('exhausted' in answer) throw new Error('unexpected')
      const { parameters } = answer
      const values = [discreteObjective(parameters)]
      trials.push({ number, state: 'complete', parameters, values, reports: [] })
    }
    for (const replaced of [3, 60, 119]) {
      const changed = trials.with(replaced, {
        ...(trials[replaced] as TrialSnapshot),
        values: [-1],
      })
      expect(askSampler(used, plan, changed, 120)).toEqual(
        askSampler(createSamplerOf(plan), plan, changed, 120),
      )
    }
  })
})

describe('catcma check', () => {
  const parse = (options: object) => catcmaSampler.optionsSchema.parse(options)

  it('refuses more than 500 numeric parameters', () => {
    const wide = samplerContextOf({ sampler: 'catcma', space: cube(501, 0, 1), trials: 1 })
    expect(catcmaSampler.check(parse({}), wide)).toMatchObject([{ path: ['space'], value: 501 }])
  })

  it('refuses to spread trials over more parameters than Sobol points have', () => {
    const wide = samplerContextOf({ sampler: 'catcma', space: cube(400, 0, 1), trials: 1 })
    expect(catcmaSampler.check(parse({ warmStart: 5 }), wide)).toMatchObject([
      { path: ['sampler', 'warmStart'], value: 5 },
    ])
    expect(catcmaSampler.check(parse({}), wide)).toEqual([])
  })

  it('begins with the weights of choices', () => {
    const space: SpaceSpecification = { kind: { choice: ['a', 'b'], weights: [3, 1] } }
    const { details, points } = study(space, () => 1, 1)
    expect(details[0]?.['probabilities']).toEqual({ kind: [0.75, 0.25] })
    expect(['a', 'b']).toContain(points[0]?.['kind'])
  })

  it.each([{ population: 3 }, { sigma: 0 }, { start: 'edge' }, { margin: true }])(
    'refuses the options %o',
    options => {
      expect(catcmaSampler.optionsSchema.safeParse(options).success).toBe(false)
    },
  )
})
