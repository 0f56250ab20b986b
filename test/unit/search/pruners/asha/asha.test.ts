import { msg } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { TrialSnapshot, TrialState } from '../../../../../src-main/core/trial/trial.ts'
import { ashaPruner } from '../../../../../src-main/search/pruners/asha/asha.ts'
import { createPruner, curve, problemsOf } from '../../../../helpers/stopping-steps.ts'

function snapshot(number: number, state: TrialState, ...values: number[]): TrialSnapshot {
  return { number, state, parameters: {}, values: [], reports: curve(...values) }
}

function judge(
  entry: { readonly name: string; readonly [option: string]: unknown },
  trial: TrialSnapshot,
  others: readonly TrialSnapshot[],
) {
  return createPruner(entry).judge({ trial, others })
}

describe('asha', () => {
  const asha = { name: 'asha', reductionFactor: 3 }
  const others = [1, 2, 3, 4, 5].map((value, number) => snapshot(number, 'complete', value))

  it('lets the first arrivals pass, unlike successiveHalving', () => {
    const two = others.slice(0, 1)
    const trial = snapshot(1, 'running', 9)
    expect(judge(asha, trial, two).action).toBe('continue')
    expect(judge({ ...asha, name: 'successiveHalving', minResource: 1 }, trial, two).action).toBe(
      'prune',
    )
  })

  it('lets the best ⌊n/η⌋ pass', () => {
    // n = 6: the best two.
    const long = { ...asha, maxResource: 9 }
    expect(judge(long, snapshot(5, 'running', 1.5), others).action).toBe('continue')
    expect(judge(long, snapshot(5, 'running', 2.5), others)).toMatchObject({
      action: 'prune',
      detail: { trials: 6, better: 2, allowed: 2 },
    })
    // n = 5: the best one.
    expect(judge(long, snapshot(5, 'running', 1.5), others.slice(0, 4)).action).toBe('prune')
  })

  it('judges no rung at or beyond maxResource', () => {
    const full = [1, 2, 3].map((value, number) => snapshot(number, 'complete', 9, 9, value))
    const trial = snapshot(3, 'running', 9, 9, 9)
    expect(judge(asha, trial, full).action).toBe('continue')
    expect(judge({ ...asha, maxResource: 3 }, trial, full).action).toBe('continue')
    expect(judge({ ...asha, maxResource: 4 }, trial, full).action).toBe('prune')
  })

  it('refuses a first rung where trials end', () => {
    const options = { minResource: 2, reductionFactor: 3, earlyStoppingRate: 1 }
    expect(problemsOf({ name: 'asha', ...options, maxResource: 6 })).toEqual([
      {
        path: ['pruner', 'maxResource'],
        value: 6,
        rule: msg('rule.firstRung', { step: 6 }),
      },
    ])
    expect(problemsOf({ name: 'asha', ...options, maxResource: 7 })).toEqual([])
    const { optionsSchema } = ashaPruner
    expect(optionsSchema.parse({})).toMatchObject({ variant: 'stop' })
    expect(optionsSchema.safeParse({ variant: 'promotion' }).success).toBe(false)
  })
})
