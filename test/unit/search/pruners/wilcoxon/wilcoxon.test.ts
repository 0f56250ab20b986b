import { msg } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { Report, TrialState } from '../../../../../src-main/core/trial/trial.ts'
import { createPruner, curve } from '../../../../helpers/stopping-steps.ts'

type Other = readonly [TrialState, value: number, reports: readonly Report[]]

function judge(options: object, judgedReports: readonly Report[], others: readonly Other[]) {
  return createPruner({ name: 'wilcoxon', ...options }).judge({
    trial: { number: 99, state: 'running', parameters: {}, values: [], reports: judgedReports },
    others: others.map(([state, value, reports], number) => ({
      number,
      state,
      parameters: {},
      values: [value],
      reports,
    })),
  })
}

const best: Other = ['complete', 1, curve(1, 1.1, 0.9, 1.2, 0.8)]

describe('wilcoxon pruner', () => {
  it('says against which trial and how sure', () => {
    expect(judge({}, curve(2, 2.2, 1.8, 2.5), [['complete', 3, curve(3, 3, 3, 3)], best])).toEqual({
      action: 'prune',
      reason: msg('pruning.worseThanBest', {
        trial: 1,
        steps: 4,
        probability: 0.0625,
        limit: 0.1,
      }),
      detail: { step: 4, best: 1, pairs: 4, probability: 0.0625, mean: 2.125, bestMean: 1 },
    })
  })

  it('needs enough common steps', () => {
    expect(judge({}, curve(2, 2, 2), [best]).action).toBe('continue')
    expect(judge({ startupSteps: 5 }, curve(2, 2, 2, 2), [best]).action).toBe('continue')
    // Steps in any gaps; those without a partner are left out.
    const sparse = [2, 3, 4, 5, 7].map(step => ({ step, value: 2 }))
    expect(judge({}, sparse, [best])).toMatchObject({ detail: { pairs: 4 } })
  })

  it('lets a trial live whose mean is as good, whatever the pairs say', () => {
    const other: Other = ['complete', 1, curve(1, 1, 1, 1, 9)]
    expect(judge({}, curve(2, 2, 2, 2), [other]).action).toBe('continue')
    expect(judge({}, curve(2, 2, 2, 4), [other]).action).toBe('continue')
  })

  it('judges nothing by values that are not finite, and complete trials only', () => {
    const reports = curve(2, 2, 2, 2)
    expect(judge({}, curve(2, 2, 2, Infinity), [best]).action).toBe('continue')
    expect(judge({}, reports, [['complete', 1, curve(1, 1, 1, Number.NaN)]]).action).toBe(
      'continue',
    )
    expect(judge({}, reports, [['pruned', 1, curve(1, 1, 1, 1)]]).action).toBe('continue')
    expect(judge({}, reports, [['complete', 1, []]]).action).toBe('continue')
  })
})
