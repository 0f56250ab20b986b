import { msg } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { createPruner, curve, problemsOf } from '../../../../helpers/stopping-steps.ts'

function judge(percentile: number, value: number, values: number[], direction = 'minimize') {
  return createPruner(
    { name: 'percentile', percentile, startupTrials: 0, warmupSteps: 0, minMargin: 0 },
    { direction: direction as 'minimize' | 'maximize' },
  ).judge({
    trial: { number: 99, state: 'running', parameters: {}, values: [], reports: curve(value) },
    others: values.map((other, number) => ({
      number,
      state: 'complete' as const,
      parameters: {},
      values: [other],
      reports: curve(other),
    })),
  })
}

describe('percentile pruner', () => {
  it('interpolates between the values around the percentile', () => {
    // numpy.percentile([1, 2, 4, 9, 11], 30) = 2.4; 70 gives 8.
    const values = [9, 1, 11, 4, 2]
    expect(judge(30, 2.4, values).action).toBe('continue')
    expect(judge(30, 2.41, values)).toEqual({
      action: 'prune',
      reason: msg('pruning.belowPercentile', {
        best: 2.41,
        percentile: 30,
        threshold: 2.4,
        count: 5,
        step: 1,
      }),
      detail: { step: 1, best: 2.41, threshold: 2.4, trials: 5 },
    })
    expect(judge(30, 8, values, 'maximize').action).toBe('continue')
    expect(judge(30, 7.9, values, 'maximize').action).toBe('prune')
  })

  it('keeps only a new best at 0 %, all but a new worst at 100 %', () => {
    expect(judge(0, 1, [1, 2, 3]).action).toBe('continue')
    expect(judge(0, 1.1, [1, 2, 3]).action).toBe('prune')
    expect(judge(100, 3, [1, 2, 3]).action).toBe('continue')
    expect(judge(100, 3.1, [1, 2, 3]).action).toBe('prune')
  })

  it('bears infinities among the values', () => {
    expect(judge(50, 5, [1, Infinity]).action).toBe('continue')
    expect(judge(25, 5, [-Infinity, 1]).action).toBe('prune')
    expect(judge(50, 5, [-Infinity, Infinity]).action).toBe('continue')
  })

  it('wants 0 to 100', () => {
    expect(problemsOf({ name: 'percentile', percentile: 101 })).toMatchObject([
      { path: ['pruner', 'percentile'], value: 101, rule: msg('rule.atMost', { limit: 100 }) },
    ])
  })
})
