import { describe, expect, it } from 'vitest'
import type { Goal } from '../../../../../src-main/core/study/study-specification.ts'
import type { TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { GoalFronts } from '../../../../../src-main/search/samplers/tpe/goal-fronts.ts'
import { resolveTpeSettings } from '../../../../../src-main/search/samplers/tpe/settings.ts'
import { ROLE_GOOD, splitTrials } from '../../../../../src-main/search/samplers/tpe/split.ts'
import { latticePoints } from '../../../math/pareto/lattice-points.ts'

function goalsOf(count: number): Goal[] {
  return Array.from({ length: count }, (_, goal) => ({
    metric: `f${goal}`,
    direction: 'minimize' as const,
  }))
}

function trialsOf(points: readonly number[][], constrained = false): TrialSnapshot[] {
  return points.map((values, number) => ({
    number,
    state: 'complete',
    parameters: {},
    values,
    reports: [],
    ...(constrained ? { constraints: [(((number * 7) % 5) - 2) * 0.5] } : {}),
  }))
}

function split(trials: readonly TrialSnapshot[], goals: readonly Goal[], good: number) {
  const fronts = new GoalFronts(goals)
  fronts.follow(trials)
  const settings = {
    ...resolveTpeSettings({ preset: 'optuna-4' }, goals.length),
    good: { rule: 'linear', share: 1, limit: good } as const,
  }
  const result = splitTrials(trials, 'minimize', settings, fronts)
  const best = [...result.roles.keys()].filter(index => result.roles[index] === ROLE_GOOD)
  return { best, weights: best.map(index => result.contributions?.[index] ?? Number.NaN) }
}

describe('the split with several goals', () => {
  // _split_trials of Optuna 5.0.0 and 4.9.0 (equal), weights of 4.9.0, of the same made-up points.
  it.each([
    [30, 2, 3, false, [0, 7, 13], [0.51692308, 0.39846154, 1]],
    [30, 2, 3, true, [0, 13, 26], [0.10029851, 1, 0.21731343]],
    [
      30,
      2,
      3,
      false,
      [0, 3, 7, 8, 13, 15, 16, 23, 24, 26],
      [1, 0, 0.28481013, 0, 0.048975286, 0, 0, 0, 0, 0.0068565401],
    ],
    [
      30,
      2,
      3,
      true,
      [0, 3, 8, 11, 13, 15, 16, 21, 23, 26],
      [1, 0, 0, 0, 0.2088008, 0, 0, 0, 0, 0.045375218],
    ],
    [40, 3, 5, false, [0, 13, 26, 35], [0.03474734, 1, 0.10372143, 0.023731446]],
    [
      40,
      3,
      5,
      false,
      [0, 7, 13, 15, 23, 26, 29, 31, 35],
      [0.37559735, 0.013195944, 1, 0, 0, 0.019517249, 0.0032603937, 0.00046577052, 0.020493903],
    ],
    [
      40,
      3,
      5,
      true,
      [0, 13, 15, 16, 20, 23, 26, 31, 35],
      [0.13042916, 1, 0, 0, 0, 0, 0.012595688, 0.0018493085, 0.0028818913],
    ],
    [
      30,
      4,
      1,
      false,
      [0, 3, 7, 8, 10, 13, 15, 19, 24, 26, 27, 29],
      [
        1, 0.085536452, 0.10878992, 0.33250243, 0.017522929, 0.0003925953, 0, 0.0060399278,
        0.0080205467, 0.10110505, 0.0038230341, 0.047504165,
      ],
    ],
    [
      30,
      4,
      1,
      true,
      [0, 3, 5, 8, 10, 11, 13, 15, 18, 20, 21, 26],
      [
        1, 0.17142841, 0, 0.27177683, 0.014867407, 0, 0.0015521647, 0, 0, 0.0048290052, 0,
        0.096870837,
      ],
    ],
  ])(
    'of %i trials, %i goals (%i), constraints %s is that of Optuna: %j',
    (count, goals, seed, constrained, golden, weights) => {
      const trials = trialsOf(latticePoints(count, goals, seed), constrained)
      const { best, weights: actualWeights } = split(trials, goalsOf(goals), golden.length)
      expect(best).toEqual(golden)
      weights.forEach((weight, index) => expect(actualWeights[index]).toBeCloseTo(weight, 7))
      actualWeights.forEach(weight => expect(weight).toBeGreaterThan(0))
    },
  )

  it('is the same from any state of the cache', () => {
    const trials = trialsOf(latticePoints(60, 3, 4))
    const running = trials.map((trial, index): TrialSnapshot =>
      index % 4 === 0 ? { ...trial, state: 'running', values: [] } : trial,
    )
    const used = new GoalFronts(goalsOf(3))
    for (const list of [trials.slice(0, 20), running, trials, trials.slice(5), running]) {
      used.follow(list)
      const fresh = new GoalFronts(goalsOf(3))
      fresh.follow(list)
      for (const count of [1, 7, 30]) expect(used.best(count)).toEqual(fresh.best(count))
    }
  })

  it('takes infinite values', () => {
    const points = [
      [Infinity, 0],
      [0, Infinity],
      [1, 1],
      [-Infinity, 2],
      [NaN, 0],
    ]
    const { best } = split(trialsOf(points), goalsOf(2), 3)
    expect(best).toHaveLength(3)
    expect(best).not.toContain(4)
  })
})
