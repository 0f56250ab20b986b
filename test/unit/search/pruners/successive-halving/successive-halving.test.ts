import { msg } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { TrialSnapshot, TrialState } from '../../../../../src-main/core/trial/trial.ts'
import { createPruner, curve } from '../../../../helpers/stopping-steps.ts'

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

describe('successiveHalving', () => {
  const halving = { name: 'successiveHalving', minResource: 1, reductionFactor: 2 }

  it('says why', () => {
    const others = [0.5, 0.6, 0.7, 0.8].map((value, number) => snapshot(number, 'complete', value))
    expect(judge(halving, snapshot(4, 'running', 0.75), others)).toEqual({
      action: 'prune',
      reason: msg('pruning.behindAtRung', {
        value: 0.75,
        rank: 4,
        count: 5,
        rung: 0,
        step: 1,
        allowed: 2,
      }),
      detail: { step: 1, rung: 0, rungStep: 1, value: 0.75, trials: 5, better: 3, allowed: 2 },
    })
  })

  it('compares the value at the rung, not the best before it', () => {
    const others = [snapshot(0, 'complete', 9, 0.5), snapshot(1, 'complete', 9, 0.4)]
    const second = { ...halving, minResource: 2 }
    expect(judge(second, snapshot(2, 'running', 0.1, 0.6), others).action).toBe('prune')
    expect(judge(second, snapshot(2, 'running', 0.9, 0.3), others).action).toBe('continue')
  })

  it('lets ties live and judges only where a rung is crossed', () => {
    const others = [0.5, 0.5, 0.5].map((value, number) =>
      snapshot(number, 'complete', value, value, value),
    )
    expect(judge(halving, snapshot(3, 'running', 0.5), others).action).toBe('continue')
    expect(judge(halving, snapshot(3, 'running', 0.5, 0.6), others).action).toBe('prune')
    expect(judge(halving, snapshot(3, 'running', 0.5, 0.5, 0.6), others).action).toBe('continue')
  })

  it('counts trials in every state, NaN nowhere', () => {
    const states = ['pruned', 'failed', 'running', 'canceled'] as const
    const others = states.map((state, number) => snapshot(number, state, 0.1))
    const { detail } = judge(halving, snapshot(4, 'running', 0.5), others) as { detail: object }
    expect(detail).toMatchObject({ trials: 5, better: 4 })
    const broken = others.map(({ number, state }) => snapshot(number, state, Number.NaN))
    expect(judge(halving, snapshot(4, 'running', 0.5), broken).action).toBe('continue')
    expect(judge(halving, snapshot(4, 'running', Number.NaN), broken)).toMatchObject({
      action: 'prune',
      reason: msg('pruning.nanAtRung', { step: 1, rung: 0 }),
    })
  })

  it('auto waits for a complete trial and takes a hundredth of its steps', () => {
    const auto = { name: 'successiveHalving', reductionFactor: 2 }
    const long = snapshot(0, 'complete', ...Array.from({ length: 300 }, () => 1))
    const better = snapshot(1, 'pruned', 0.1, 0.1, 0.1)
    expect(judge(auto, snapshot(2, 'running', 9), [better]).action).toBe('continue')
    expect(judge(auto, snapshot(2, 'running', 9, 9), [long, better]).action).toBe('continue')
    expect(judge(auto, snapshot(2, 'running', 9, 9, 9), [long, better])).toMatchObject({
      detail: { rung: 0, rungStep: 3, trials: 2 },
    })
  })
})

describe('halving with several slots', () => {
  it('gives the same answers with and without what it remembers', () => {
    // Three trials at a time, reports in turn; they end in another order than they began.
    const used = createPruner({ name: 'successiveHalving', minResource: 1, reductionFactor: 2 })
    let trials: TrialSnapshot[] = []
    let pruned = 0
    for (let round = 0; round < 60; round++) {
      for (let slot = 0; slot < 3; slot++) {
        const running = trials.filter(({ state }) => state === 'running')
        let trial = running[slot]
        if (trial === undefined) {
          trial = snapshot(trials.length, 'running')
          trials.push(trial)
        }
        const { number, reports } = trial
        const step = (reports.at(-1)?.step ?? 0) + 1 + (number % 3)
        const value = ((number * 7) % 11) / 11 + 1 / step
        const next = { ...trial, reports: [...reports, { step, value }] }
        const others = trials.filter(other => other.number !== number)
        const decision = used.judge({ trial: next, others })
        const fresh = createPruner({
          name: 'successiveHalving',
          minResource: 1,
          reductionFactor: 2,
        }).judge(structuredClone({ trial: next, others }))
        expect(decision).toEqual(fresh)
        if (decision.action === 'prune') pruned++
        const state = decision.action === 'prune' ? 'pruned' : step > 20 ? 'complete' : 'running'
        trials = trials.map(other => (other === trial ? { ...next, state } : other))
      }
    }
    expect(pruned).toBeGreaterThan(20)
    expect(trials.filter(({ state }) => state === 'complete').length).toBeGreaterThan(3)
  })
})
