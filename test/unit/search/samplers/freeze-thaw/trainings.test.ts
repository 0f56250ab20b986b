import { expect, it } from 'vitest'
import type { TrialSnapshot, TrialState } from '../../../../../src-main/core/trial/trial.ts'
import {
  trainingsOf,
  waitingIncrements,
} from '../../../../../src-main/search/samplers/freeze-thaw/trainings.ts'

const setting = { direction: 'maximize', wholeSteps: 9 } as const

function trial(
  number: number,
  state: TrialState,
  steps: readonly number[],
  from?: readonly [trial: number, step: number],
): TrialSnapshot {
  return {
    number,
    state,
    parameters: { x: 0.5 },
    values: steps.map(() => number),
    reports: steps.map(step => ({ step, value: 10 * number + step })),
    ...(from === undefined
      ? {}
      : { origin: { trial: from[0], step: from[1], mode: 'continue' as const } }),
  }
}

const read = (trials: readonly TrialSnapshot[]) =>
  trainingsOf(trials, { ...setting, pointOf: () => Float64Array.of(0.5) }).map(
    ({ trial: last, state, steps, losses }) => ({ last, state, steps, losses }),
  )

const first = trial(0, 'complete', [1, 2])

it('a training is all its increments, one after the other', () => {
  expect(read([first, trial(1, 'complete', [1]), trial(2, 'complete', [3, 4], [0, 2])])).toEqual([
    { last: 2, state: 'waits', steps: [1, 2, 3, 4], losses: [-1, -2, -23, -24] },
    { last: 1, state: 'waits', steps: [1], losses: [-11] },
  ])
})

it.each([
  ['over', { ...trial(1, 'complete', [3], [0, 2]), excluded: true as const }],
  ['over', trial(1, 'failed', [], [0, 2])],
  ['running', trial(1, 'interrupted', [], [0, 2])],
  ['waits', trial(1, 'canceled', [], [0, 2])],
])('a training is %s after an increment that tells nothing', (state, increment) => {
  expect(read([first, increment])).toEqual([{ last: 0, state, steps: [1, 2], losses: [-1, -2] }])
  expect(waitingIncrements([first, increment], setting)).toEqual(state === 'over' ? [] : [0])
})

it('an increment that begins anew replaces what was reported of its steps', () => {
  const fresh = trial(1, 'complete', [1, 2, 3], [0, 2])
  expect(read([first, fresh])).toEqual([
    { last: 1, state: 'waits', steps: [1, 2, 3], losses: [-11, -12, -13] },
  ])
})
