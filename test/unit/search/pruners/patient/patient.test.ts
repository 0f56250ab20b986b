import { msg, together } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { createPruner, curve, problemsOf } from '../../../../helpers/stopping-steps.ts'

function judge(options: object, values: number[], direction: 'minimize' | 'maximize' = 'minimize') {
  const trial = { number: 9, state: 'running' as const, parameters: {}, values: [] }
  return createPruner({ name: 'patient', ...options }, { direction }).judge({
    trial: { ...trial, reports: curve(...values) },
    others: [0, 1].map(number => ({
      number,
      state: 'complete' as const,
      parameters: {},
      values: [1],
      reports: curve(1, 1, 1, 1, 1, 1),
    })),
  })
}

describe('patient pruner', () => {
  it('alone, ends a trial whose last patience + 1 reports are all worse than before', () => {
    const options = { patience: 2 }
    expect(judge(options, [1, 2, 2, 2])).toEqual({
      action: 'prune',
      reason: msg('pruning.stalled', { reports: 3, recent: 2, before: 1 }),
      detail: { before: 1, recent: 2, patience: 2 },
    })
    expect(judge(options, [1, 2, 2]).action).toBe('continue')
    expect(judge(options, [1, 2, 1, 2]).action).toBe('continue')
    expect(judge(options, [1, 0, 0, 0], 'maximize').action).toBe('prune')
  })

  it('bears a loss of minDelta', () => {
    expect(judge({ patience: 0, minDelta: 0.5 }, [1, 1.5]).action).toBe('continue')
    expect(judge({ patience: 0, minDelta: 0.5 }, [1, 1.6]).action).toBe('prune')
    expect(judge({ patience: 0, minDelta: 0.5 }, [1, 0.5], 'maximize').action).toBe('continue')
  })

  it('asks the wrapped pruner about stalled trials only', () => {
    const options = { patience: 1, wrapped: { name: 'median', startupTrials: 1 } }
    // Falling, though behind the others.
    expect(judge(options, [9, 8, 7]).action).toBe('continue')
    expect(judge(options, [7, 8, 9])).toMatchObject({
      action: 'prune',
      reason: together(
        msg('pruning.belowMedian', { best: 7, threshold: 1, count: 2, step: 3 }),
        msg('pruning.stalled', { reports: 2, recent: 8, before: 7 }),
      ),
      detail: { median: 1, patience: { before: 7, recent: 8, patience: 1 } },
    })
    // Stalled, but ahead of the others.
    expect(judge(options, [0.1, 0.2, 0.3]).action).toBe('continue')
  })

  it('counts nothing but NaN as stalled after a number', () => {
    expect(judge({ patience: 1 }, [1, Number.NaN, Number.NaN]).action).toBe('prune')
    expect(judge({ patience: 1 }, [1, Number.NaN, 0.5]).action).toBe('continue')
    expect(judge({ patience: 0 }, [Number.NaN, 1]).action).toBe('continue')
    expect(judge({ patience: 0 }, [Number.NaN, Number.NaN]).action).toBe('continue')
  })

  it('places the problems of the wrapped pruner', () => {
    const wrapped = { name: 'threshold', lower: 2, upper: 1 }
    expect(problemsOf({ name: 'patient', wrapped })).toEqual([
      {
        path: ['pruner', 'wrapped', 'lower'],
        value: 2,
        rule: msg('rule.atMostOption', { option: 'upper', limit: 1 }),
      },
    ])
    expect(problemsOf({ name: 'patient', wrapped: { name: 'median', warmup: 1 } })).toMatchObject([
      { path: ['pruner', 'wrapped', 'warmup'], value: 1 },
    ])
    expect(problemsOf({ name: 'patient', wrapped: { name: 'patient' } })).toMatchObject([
      { path: ['pruner', 'wrapped', 'name'], value: 'patient' },
    ])
  })
})
