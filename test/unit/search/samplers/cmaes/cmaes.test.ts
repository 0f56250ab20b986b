import { describe, expect, it } from 'vitest'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type { TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { testFunctions } from '../../../../../src-main/math/test-functions/test-functions.ts'
import { cmaesSampler } from '../../../../../src-main/search/samplers/cmaes/cmaes.ts'
import {
  askSampler,
  createSamplerOf,
  samplerContextOf,
} from '../../../../helpers/propose-trials.ts'
import {
  at,
  cube,
  ellipsoid,
  list,
  type Objective,
  runStudy,
  sphere,
  successes,
  turned,
} from '../../../../helpers/run-study.ts'

const study = (
  space: SpaceSpecification,
  objective: Objective,
  trials: number,
  settings: Parameters<typeof runStudy>[4] = {},
) => runStudy('cmaes', space, objective, trials, settings)

const rosenbrock: Objective = p => testFunctions['rosenbrock']?.evaluate(list(p)) ?? Number.NaN

/**
 * Bounds: what 90 % of 15 runs of the cmaes package 0.13.1 reach there (start 0.5, step 1/6, same bounds and
 * trials), rounded up: 2.1e-8, 3.7e-15, 3.3e-8, 2.4e-8 in this order; Rosenbrock 2e-23 in 75 %, where ours restarts at
 * 1e-12; classic: 2.4e-2 in 75 % of deap 1.4.4's.
 */
describe('cmaes converges', () => {
  it.each([
    ['sphere, 5', cube(5, 0, 1), sphere, 600, 3e-8, {}],
    ['ellipsoid of condition 1e6, 5', cube(5, 0, 1), ellipsoid, 2000, 1e-14, {}],
    ['turned ellipsoid, 6', cube(6, 0, 1), turned, 1500, 4e-8, {}],
    [
      'separable on the ellipsoid, 10',
      cube(10, 0, 1),
      ellipsoid,
      2500,
      3e-8,
      { covariance: 'separable' },
    ],
    ['rosenbrock, 4', cube(4, -5, 10), rosenbrock, 2500, 1e-12, {}],
    ['classic, turned ellipsoid, 6', cube(6, 0, 1), turned, 1500, 3e-2, { constants: 'classic' }],
  ] as const)('%s: 8 of 10 seeds', (_, space, objective, trials, bound, options) => {
    const successCount = successes(
      bound,
      seed => study(space, objective, trials, { seed, options }).best,
    )
    expect(successCount).toBeGreaterThanOrEqual(8)
  })

  // Medians of 20 seeds in the frozen results of the peers at 1,000 trials: Optuna's CMA-ES has 3.0e-10 on
  // hartmann6 and 4.5e-6 on levy8. Ten times as much here, for a median of 10 seeds.
  it.each([
    ['hartmann6', 3e-9],
    ['levy', 4.5e-5],
  ])('as well as its peers on %s', (name, bound) => {
    const problem = testFunctions[name] as (typeof testFunctions)[string]
    const dimension = name === 'levy' ? 8 : 6
    const [low, high] = problem.bounds(0)
    const minimum = problem.minimum(dimension)
    const successCount = successes(
      bound,
      seed =>
        study(cube(dimension, low, high), p => problem.evaluate(list(p)), 1000, { seed }).best -
        minimum,
    )
    expect(successCount).toBeGreaterThanOrEqual(5)
  })

  it('to a maximum as to a minimum', () => {
    const down = study(cube(3, 0, 1), sphere, 120, { seed: 3 })
    const up = study(cube(3, 0, 1), p => -sphere(p), 120, { seed: 3, maximize: true })
    expect(up.points).toEqual(down.points)
  })

  it('with 4 slots and results out of order', () => {
    const successCount = successes(
      1e-6,
      seed => study(cube(5, 0, 1), sphere, 800, { seed, parallelTrials: 4 }).best,
    )
    expect(successCount).toBeGreaterThanOrEqual(9)
  })

  it('on integers, steps, ordinals, choices and conditions', () => {
    const space: SpaceSpecification = {
      depth: { int: [1, 20] },
      width: { int: [8, 1024], log: true },
      rate: { float: [0, 1], step: 0.05 },
      size: { ordinal: ['s', 'm', 'l', 'xl'] },
      kind: { choice: ['a', 'b', 'c'] },
      power: { float: [0, 1], when: { kind: 'b' } },
    }
    const objective: Objective = p =>
      Math.abs((p['depth'] as number) - 17) +
      Math.abs(Math.log2((p['width'] as number) / 64)) +
      10 * Math.abs((p['rate'] as number) - 0.85) +
      (p['size'] === 'l' ? 0 : 1) +
      (p['kind'] === 'b' ? Math.abs((p['power'] as number) - 0.2) : 2)
    const successCount = successes(0.1, seed => study(space, objective, 700, { seed }).best)
    expect(successCount).toBeGreaterThanOrEqual(8)
  })

  it('margin keeps integers from freezing where rounding does', () => {
    // A float that contracts at once, and integers that pay only near the end.
    const space: SpaceSpecification = {
      ...Object.fromEntries(
        Array.from({ length: 6 }, (_, axis) => [`z${axis}`, { int: [0, 9] as [number, number] }]),
      ),
      ...cube(2, 0, 1),
    }
    const objective: Objective = p =>
      1e4 * ((at(p, 0) - 0.3) ** 2 + (at(p, 1) - 0.6) ** 2) +
      [0, 1, 2, 3, 4, 5].reduce((sum, k) => sum + (9 - (p[`z${k}`] as number)), 0)
    const total = (margin: boolean): number =>
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].reduce(
        (sum, seed) =>
          sum + study(space, objective, 700, { seed, options: { margin, restarts: 'none' } }).best,
        0,
      )
    const withMargin = total(true)
    expect(withMargin / 10).toBeLessThan(1.5)
    expect(total(false)).toBeGreaterThan(2 * withMargin)
  })
})

describe('cmaes restarts', () => {
  it('with twice the population and says why', () => {
    const { details } = study(cube(2, 0, 1), sphere, 900, { seed: 1 })
    const restarted = details.find(({ restart }) => restart === 1)
    expect(details[0]).toMatchObject({ restart: 0, restartReason: null, population: 6 })
    expect(restarted).toMatchObject({ population: 12, generation: 0 })
    expect(String(restarted?.['restartReason']).length).toBeGreaterThan(10)
  })

  it('only if asked to', () => {
    const { details } = study(cube(2, 0, 1), sphere, 900, {
      seed: 1,
      options: { restarts: 'none' },
    })
    expect(new Set(details.map(({ restart }) => restart))).toEqual(new Set([0]))
  })
})

describe('cmaes with other rules', () => {
  // cmaes 0.13.1 and DEAP 1.4.4 are compared in `math/cma-es/variants.test.ts`; here the whole loop.
  it.each([
    ['plus selection', ellipsoid, 1500, 1e-6, { selection: 'plus' }],
    ['plus selection of 5', turned, 1500, 1e-4, { selection: 'plus', population: 5 }],
    ['adaptive learning rates', turned, 2500, 1e-6, { learningRates: 'adaptive' }],
    ['small and large runs in turn', sphere, 900, 1e-9, { restarts: 'bipop' }],
    ['a warm start', turned, 1500, 1e-6, { warmStart: 30 }],
  ] as const)('%s: 8 of 10 seeds', (_, objective, trials, bound, options) => {
    const successCount = successes(
      bound,
      seed => study(cube(4, 0, 1), objective, trials, { seed, options }).best,
    )
    expect(successCount).toBeGreaterThanOrEqual(8)
  })

  it('finds the edge of the feasible part', () => {
    // The nearest feasible point to the sphere's minimum has the value 0.5 · 0.35² = 0.06125.
    const constraint: Objective = p => at(p, 0) + at(p, 1) - 0.6
    const successCount = successes(
      0.06125 + 1e-4,
      seed => study(cube(2, 0, 1), sphere, 400, { seed, constraint }).best,
    )
    expect(successCount).toBeGreaterThanOrEqual(8)
  })

  it('plus selection on integers, ordinals and choices', () => {
    const space: SpaceSpecification = {
      depth: { int: [1, 20] },
      size: { ordinal: ['s', 'm', 'l', 'xl'] },
      kind: { choice: ['a', 'b', 'c'] },
    }
    const objective: Objective = p =>
      Math.abs((p['depth'] as number) - 17) +
      (p['size'] === 'l' ? 0 : 1) +
      (p['kind'] === 'b' ? 0 : 2)
    const options = { selection: 'plus' }
    const successCount = successes(
      0.5,
      seed => study(space, objective, 300, { seed, options }).best,
    )
    expect(successCount).toBeGreaterThanOrEqual(8)
  })

  it('bipop has runs with the first population and with twice as much', () => {
    const { details } = study(cube(2, 0, 1), sphere, 2500, {
      seed: 1,
      options: { restarts: 'bipop' },
    })
    const populations = new Map(details.map(({ restart, population }) => [restart, population]))
    expect(populations.get(0)).toBe(6)
    expect(populations.get(1)).toBe(6)
    expect([...populations.values()]).toContain(12)
  })
})

describe('cmaes in detail', () => {
  it('updates when λ results are in, not before', () => {
    const { details } = study(cube(5, 0, 1), sphere, 40, { seed: 2 })
    // λ = 8 and the trial itself is not told yet; odd ones are told with their successor at the latest.
    expect(details.map(({ generation }) => generation).slice(0, 8)).toEqual(new Array(8).fill(0))
    expect(details[39]?.['generation']).toBe(4)
    for (const detail of details) expect(detail['waiting']).toBeLessThan(8)
  })

  it('takes points that somebody else chose', () => {
    const space = cube(3, 0, 1)
    const plan = { sampler: 'cmaes', space, trials: 60, seed: 4 }
    const trials = Array.from({ length: 60 }, (_, number): TrialSnapshot => {
      const parameters = { x0: 0.9, x1: 0.1 + (number % 7) * 0.01, x2: 0.5 + (number % 5) * 0.01 }
      return { number, state: 'complete', parameters, values: [sphere(parameters)], reports: [] }
    })
    const answer = askSampler(createSamplerOf(plan), plan, trials, 60)
    if ('exhausted' in answer) throw new Error('unexpected')
    // The mean has moved from the center toward those points and nothing has exploded.
    const { mean } = answer.provenance.detail as unknown as { mean: Record<string, number> }
    expect(mean['x0']).toBeGreaterThan(0.7)
    for (const value of list(answer.parameters)) expect(Number.isFinite(value)).toBe(true)
  })

  it('learns which choice is best and keeps every one possible', () => {
    const space: SpaceSpecification = { kind: { choice: ['a', 'b', 'c', 'd'] }, ...cube(1, 0, 1) }
    const { details, points } = study(space, p => (p['kind'] === 'c' ? 0 : 1) + at(p, 0), 300)
    const { kind } = details.at(-1)?.['probabilities'] as unknown as { kind: number[] }
    expect(kind[2]).toBeGreaterThan(0.7)
    expect(kind.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
    for (const probability of kind) expect(probability).toBeGreaterThan(0.05)
    expect(new Set(points.slice(200).map(point => point['kind']))).toEqual(
      new Set(['a', 'b', 'c', 'd']),
    )
  })
})

describe('cmaes check', () => {
  const context = samplerContextOf({ sampler: 'cmaes', space: cube(3, 0, 1), trials: 1 })
  const parse = (options: object) => cmaesSampler.optionsSchema.parse(options)

  it('refuses a full covariance of more than 500 parameters', () => {
    const wide = samplerContextOf({ sampler: 'cmaes', space: cube(501, 0, 1), trials: 1 })
    expect(cmaesSampler.check(parse({}), wide)).toMatchObject([
      { path: ['sampler', 'covariance'], value: 'full' },
    ])
    expect(cmaesSampler.check(parse({ covariance: 'separable' }), wide)).toEqual([])
  })

  it.each([
    ['constants', { covariance: 'separable', constants: 'classic' }],
    ['selection', { covariance: 'separable', selection: 'plus' }],
    ['learningRates', { covariance: 'separable', learningRates: 'adaptive' }],
    ['learningRates', { selection: 'plus', learningRates: 'adaptive' }],
    ['population', { population: 3 }],
  ])('refuses %s in %o', (option, options) => {
    const problems = cmaesSampler.check(parse(options), context)
    expect(problems).toMatchObject([{ path: ['sampler', option] }])
  })

  it.each([
    { sigma: 0 },
    { sigma: 2 },
    { restarts: 'sometimes' },
    { selection: 'roulette' },
    { population: 0 },
    { start: 'edge' },
  ])('refuses the options %o', options => {
    expect(cmaesSampler.optionsSchema.safeParse(options).success).toBe(false)
  })
})
