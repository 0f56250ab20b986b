import { msg } from '../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import type { TrialSnapshot } from '../../../../src-main/core/trial/trial.ts'
import { buildSpace } from '../../../../src-main/search/space/build-space.ts'
import { gapShare } from '../../../../src-main/search/stopping/emmr/emmr.ts'
import { regretBound } from '../../../../src-main/search/stopping/regret-bound/regret-bound.ts'
import { findStopDecision } from '../../../../src-main/search/stopping/stop-rules.ts'
import { StudySearch } from '../../../../src-main/search/study-search.ts'

const square = {
  x: { float: [0, 1] as [number, number] },
  y: { float: [0, 1] as [number, number] },
}
const space = buildSpace(square)

/** @param narrows from trial 15 on ever nearer to (0.3, 0.6) */
function trialsOf(count: number, narrows: boolean, sign = 1): TrialSnapshot[] {
  return Array.from({ length: count }, (_, number) => {
    let x = ((number + 1) * 2 ** 0.5) % 1
    let y = ((number + 1) * 3 ** 0.5) % 1
    if (narrows && number >= 15) {
      x = 0.3 + (x - 0.5) / (number - 10)
      y = 0.6 + (y - 0.5) / (number - 10)
    }
    const value = Math.sin(5 * x) + (y - 0.6) ** 2 * 3 + 0.3 * x * y
    return { number, state: 'complete', parameters: { x, y }, values: [sign * value], reports: [] }
  })
}

describe('model-based stop rules', () => {
  // Optuna 5.0.0: RegretBoundEvaluator, and EMMREvaluator divided by the median that MedianErrorEvaluator takes; two seeds,
  // whose regret bounds differ by up to 8 % because the points of the space are random there.
  it.each([
    [25, false, 0.128, null],
    [40, false, 0.061, 0.00681],
    [40, true, 0.328, 0.0442],
    [60, true, 0.34, 0.0313],
  ])('give what Optuna gives: %d trials, narrowing %s', (count, narrows, bound, share) => {
    const trials = trialsOf(count, narrows)
    const computed = regretBound(space, trials, true) ?? Number.NaN
    expect(Math.abs(computed / bound - 1)).toBeLessThan(0.1)
    if (share === null) expect(gapShare(space, trials, true)).toBeNull()
    else {
      const gap = gapShare(space, trials, true) ?? Number.NaN
      expect(Math.abs(gap / share - 1)).toBeLessThan(0.1)
    }
  })

  it('treat a maximum as a minimum, and wait for enough trials', () => {
    expect(regretBound(space, trialsOf(30, false, -1), false)).toBeCloseTo(
      regretBound(space, trialsOf(30, false), true) ?? Number.NaN,
      9,
    )
    expect(regretBound(space, trialsOf(19, false), true)).toBeNull()
    expect(gapShare(space, trialsOf(29, false), true)).toBeNull()
  })

  it('end a study with a sentence that says why', () => {
    const search = (stop: object): StudySearch => {
      const parsed = parseSpecification({
        name: 'test',
        objective: { function: 'sphere' },
        goals: [{ metric: 'value', direction: 'minimize' }],
        space: square,
        stop,
      })
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
      const opened = new StudySearch()
      opened.open(parsed.specification, trialsOf(40, false))
      return opened
    }
    expect(search({ regretBound: 0.2 }).propose(40)).toEqual({
      exhausted: true,
      reason: msg('ending.regretBound', {
        bound: expect.closeTo(0.065, 2) as unknown as number,
        limit: 0.2,
      }),
    })
    expect(search({ emmr: 0.02 }).propose(40)).toEqual({
      exhausted: true,
      reason: msg('ending.emmr', {
        share: expect.any(Number) as unknown as number,
        limit: 2,
      }),
    })
    expect(search({ regretBound: 0.001, emmr: 0.0001 }).propose(40)).toHaveProperty('parameters')
  })
})

describe('stop.epochs', () => {
  it('counts what all trials reported', () => {
    const trials = trialsOf(3, false).map(trial => ({
      ...trial,
      reports: [1, 2, 3, 4].map(step => ({ step, value: 1 })),
    }))
    const goal = { metric: 'value', direction: 'minimize' } as const
    const decide = (epochs: number) =>
      findStopDecision({ stop: { failures: 5, epochs }, goal, trials, elapsedMs: 0 })
    expect(decide(13)).toBeNull()
    expect(decide(12)).toEqual({
      state: 'finished',
      reason: msg('ending.epochsTrained', { epochs: 12 }),
    })
  })
})
