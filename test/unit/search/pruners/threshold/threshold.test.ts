import { msg } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { createPruner, curve, problemsOf } from '../../../../helpers/stopping-steps.ts'

function judge(options: object, ...values: number[]) {
  const trial = { number: 0, state: 'running' as const, parameters: {}, values: [] }
  return createPruner({ name: 'threshold', ...options }).judge({
    trial: { ...trial, reports: curve(...values) },
    others: [],
  })
}

describe('threshold pruner', () => {
  it('ends what is outside the limits, which are inside', () => {
    const limits = { lower: 0, upper: 2 }
    expect(judge(limits, 0).action).toBe('continue')
    expect(judge(limits, 2).action).toBe('continue')
    expect(judge(limits, -0.1)).toMatchObject({
      action: 'prune',
      reason: msg('pruning.belowLimit', { step: 1, value: -0.1, limit: 0 }),
    })
    expect(judge(limits, 1, 2.1)).toEqual({
      action: 'prune',
      reason: msg('pruning.aboveLimit', { step: 2, value: 2.1, limit: 2 }),
      detail: { step: 2, value: 2.1, lower: 0, upper: 2 },
    })
  })

  it('ends NaN even without limits, infinities only with them', () => {
    expect(judge({}, Number.NaN)).toEqual({
      action: 'prune',
      reason: msg('pruning.nan', { step: 1 }),
      detail: { step: 1, value: 'NaN', lower: null, upper: null },
    })
    expect(judge({}, Infinity).action).toBe('continue')
    expect(judge({ upper: 9 }, Infinity).action).toBe('prune')
    expect(judge({ lower: 9 }, -Infinity).action).toBe('prune')
  })

  it('looks at the latest value only, past the warm-up, once per interval', () => {
    const options = { upper: 2, warmupSteps: 2, intervalSteps: 2 }
    const actions = [1, 2, 3, 4].map(
      count => judge(options, ...[9, 9, 9, 9].slice(0, count)).action,
    )
    expect(actions).toEqual(['continue', 'prune', 'continue', 'prune'])
    expect(judge({ upper: 2 }, 9, 1).action).toBe('continue')
  })

  it('refuses crossed limits', () => {
    expect(problemsOf({ name: 'threshold', lower: 2, upper: 1 })).toEqual([
      {
        path: ['pruner', 'lower'],
        value: 2,
        rule: msg('rule.atMostOption', { option: 'upper', limit: 1 }),
      },
    ])
  })
})
