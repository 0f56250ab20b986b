import { msg } from '../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { bestTrial } from '../../../../src-main/core/trial/ranking.ts'
import type { TrialSnapshot, TrialState } from '../../../../src-main/core/trial/trial.ts'
import {
  concludeDecision,
  findStopDecision,
} from '../../../../src-main/search/stopping/stop-rules.ts'

const minimize = { metric: 'loss', direction: 'minimize' } as const
const maximize = { metric: 'accuracy', direction: 'maximize' } as const

function trials(...described: readonly [TrialState, number?][]): TrialSnapshot[] {
  return described.map(([state, value], number) => ({
    number,
    state,
    parameters: {},
    values: value === undefined ? [] : [value],
    reports: [],
  }))
}

function decide(
  stop: Partial<Parameters<typeof findStopDecision>[0]['stop']>,
  history: TrialSnapshot[],
  elapsedMs = 0,
  goal: typeof minimize | typeof maximize = minimize,
) {
  return findStopDecision({ stop: { failures: 5, ...stop }, goal, trials: history, elapsedMs })
}

describe('findStopDecision', () => {
  it('goes on while no rule holds', () => {
    expect(decide({ trials: 3, minutes: 1, target: 0 }, trials(['complete', 1]), 59_999)).toBeNull()
  })

  it('counts every trial against the total, running ones included', () => {
    expect(decide({ trials: 3 }, trials(['complete', 1], ['failed'], ['running']))?.state).toBe(
      'finished',
    )
  })

  it('stops when the wall time is used up', () => {
    expect(decide({ minutes: 1 }, [], 60_000)?.reason).toEqual(
      msg('ending.minutesOver', { minutes: 1 }),
    )
  })

  it.each([
    [minimize, 0.5, 0.5, true],
    [minimize, 0.5, 0.51, false],
    [maximize, 0.9, 0.9, true],
    [maximize, 0.9, 0.89, false],
  ])('reaches a target inclusively: %o', (goal, target, value, reached) => {
    const decision = decide({ target }, trials(['complete', value]), 0, goal)
    expect(decision !== null).toBe(reached)
  })

  it('does not take an infeasible value for the target or for the best', () => {
    const [best, allowed, unknown] = trials(['complete', 0.1], ['complete', 0.7], ['complete', 0])
    const history = [
      { ...best, constraints: [-1, 0.01] },
      { ...allowed, constraints: [-1, 0] },
      { ...unknown, constraints: [Number.NaN, 0] },
    ] as TrialSnapshot[]
    expect(decide({ target: 0.5 }, history)).toBeNull()
    expect(decide({ target: 0.7 }, history)).not.toBeNull()
    expect(bestTrial(history, minimize)?.number).toBe(1)
    expect(bestTrial(history.slice(0, 1), minimize)).toBeNull()
  })

  it('does not take a pruned value for the target', () => {
    expect(decide({ target: 0.5 }, trials(['pruned', 0.1]))).toBeNull()
  })

  it('counts finished trials since the best one for stagnation', () => {
    const history = trials(
      ['complete', 1],
      ['complete', 2],
      ['pruned', 0.5],
      ['failed'],
      ['running'],
    )
    expect(decide({ stagnation: 4 }, history)).toBeNull()
    expect(decide({ stagnation: 3 }, history)?.reason).toEqual(
      msg('ending.stagnation', { trials: 3 }),
    )
  })

  it('fails after some failures while nothing has succeeded', () => {
    const failed: [TrialState] = ['failed']
    expect(decide({ failures: 2 }, trials(failed, failed))).toEqual({
      state: 'failed',
      reason: msg('ending.failuresInARow', { trials: 2 }),
    })
    expect(decide({ failures: 2 }, trials(failed, ['running'], failed))?.state).toBe('failed')
    expect(decide({ failures: 2 }, trials(failed, ['canceled'], failed))?.state).toBe('failed')
    expect(decide({ failures: 3 }, trials(failed, ['canceled'], failed))).toBeNull()
  })

  it('goes on with failures in a row once a trial has succeeded', () => {
    const row = (count: number): [TrialState][] => Array.from({ length: count }, () => ['failed'])
    const success: [TrialState, number] = ['complete', 1]
    expect(decide({}, trials(success, ...row(20)))).toBeNull()
    // 1 − P(Bin(46, 0.1) ≤ 1) is the first above 95 %: 45 trials.
    expect(decide({}, trials(success, ...row(43)))).toBeNull()
    expect(decide({}, trials(success, ...row(44)))).toEqual({
      state: 'failed',
      reason: msg('ending.fewSucceed', { succeeded: 1, trials: 45 }),
    })
    // Before the last 50 there may have been any number of successes.
    expect(
      decide({}, trials(...Array.from({ length: 300 }, () => success), ...row(49)))?.state,
    ).toBe('failed')
    expect(decide({ failures: 60 }, trials(success, ...row(49)))).toBeNull()
    // One in five succeeds: worth going on, for ever.
    const mixed = Array.from({ length: 40 }, () => [success, ...row(4)]).flat()
    expect(decide({}, trials(...(mixed as [TrialState, number?][])))).toBeNull()
  })

  it('takes much to end a resumed study that had successes', () => {
    const history = trials(
      ['complete', 1],
      ...Array.from({ length: 28 }, () => ['failed'] as [TrialState]),
    )
    const state = { stop: { failures: 5 }, goal: minimize, elapsedMs: 0, failuresFrom: 1 }
    expect(findStopDecision({ ...state, trials: history.slice(0, 28) })).toBeNull()
    expect(findStopDecision({ ...state, trials: history })?.state).toBe('failed')
  })

  it('forgives failures of earlier sessions', () => {
    const history = trials(['failed'], ['failed'])
    const state = { stop: { failures: 2 }, goal: minimize, trials: history, elapsedMs: 0 }
    expect(findStopDecision({ ...state, failuresFrom: 1 })).toBeNull()
  })
})

it('looks at few of many trials', () => {
  let looked = 0
  const many = new Proxy(
    trials(...Array.from({ length: 100_000 }, (_, at) => ['complete', at] as [TrialState, number])),
    {
      get: (list, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) looked++
        return Reflect.get(list, key) as unknown
      },
    },
  )
  const stop = { failures: 5, trials: 1e6, target: -1, stagnation: 200_000 }
  const best = many[99_000] ?? null
  expect(findStopDecision({ stop, best, trials: many, goal: minimize, elapsedMs: 0 })).toBeNull()
  expect(looked).toBeLessThan(1_100)
})

describe('concludeDecision', () => {
  const decision = { state: 'finished', reason: msg('ending.trialsDone', { trials: 2 }) } as const

  it('calls a study failed whose every trial failed', () => {
    expect(concludeDecision(decision, trials(['failed'], ['failed']))).toEqual({
      state: 'failed',
      reason: msg('ending.allFailed', { trials: 2 }),
    })
  })

  it('leaves every other end as it is', () => {
    expect(concludeDecision(decision, trials(['failed'], ['pruned', 1]))).toBe(decision)
    expect(concludeDecision(decision, [])).toBe(decision)
  })
})
