import { describe, expect, it } from 'vitest'
import { msg } from '../../../../../src-main/core/errors/message.ts'
import type { Assignment, TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import type { PrunerContext } from '../../../../../src-main/search/pruners/pruner.ts'
import {
  type CompleteLength,
  firstJudgedStep,
  NO_LENGTH,
  withLength,
} from '../../../../../src-main/search/pruners/shared/judging-options.ts'
import { problemsOf } from '../../../../helpers/stopping-steps.ts'

function trial(parameters: Assignment, lastStep = 0): TrialSnapshot {
  const reports = lastStep === 0 ? [] : [{ step: lastStep, value: 1 }]
  return { number: 0, state: 'complete', parameters, values: [], reports }
}

/** As of a study whose trials say how long they are. */
const context = {
  plannedSteps: ({ parameters }: { readonly parameters: Assignment }) =>
    typeof parameters['rounds'] === 'number' ? parameters['rounds'] : null,
}
const warmupShare = 0.2

function judgedFrom(
  options: { readonly warmupSteps?: number; readonly warmupShare?: number },
  judged: TrialSnapshot,
  complete: readonly TrialSnapshot[],
  of: Pick<PrunerContext, 'plannedSteps'> = context,
): number {
  const length = complete.reduce<CompleteLength>(
    (sum, other) => withLength(sum, other, of),
    NO_LENGTH,
  )
  return firstJudgedStep(options, judged, length, of)
}

describe('the first step at which a trial is judged', () => {
  it('is a share of what the trial itself plans, rounded up, however early others ended', () => {
    const others = [trial({ rounds: 1000 }, 150), trial({ rounds: 1000 }, 400)]
    expect(judgedFrom({ warmupShare }, trial({ rounds: 1000 }), others)).toBe(200)
    expect(judgedFrom({ warmupShare }, trial({ rounds: 7 }), others)).toBe(2)
  })

  it('follows the longest complete trial where nothing is planned', () => {
    const others = [trial({}, 30), trial({}, 50)]
    expect(judgedFrom({ warmupShare }, trial({}), others)).toBe(10)
    expect(judgedFrom({ warmupShare }, trial({}), others, {})).toBe(10)
    expect(judgedFrom({ warmupShare }, trial({}), [])).toBe(0)
  })

  it('follows the longest complete trial where steps are counted otherwise than planned', () => {
    const others = [trial({ rounds: 10 }, 5000)]
    expect(judgedFrom({ warmupShare }, trial({ rounds: 10 }), others)).toBe(1000)
  })

  it('is the step that is named', () => {
    const others = [trial({ rounds: 1000 }, 1000)]
    for (const warmupSteps of [0, 3, 5000]) {
      expect(judgedFrom({ warmupSteps }, trial({ rounds: 1000 }), others)).toBe(warmupSteps)
    }
  })

  it('is a fifth of the training by default', () => {
    const others = [trial({ rounds: 1000 }, 1000)]
    expect(judgedFrom({}, trial({ rounds: 1000 }), others)).toBe(200)
  })
})

const both = { warmupSteps: 3, warmupShare: 0.1 }
const rule = msg('rule.notTogetherWith', { option: 'warmupSteps' })

it.each([
  [{ name: 'median', ...both }, ['pruner', 'warmupShare']],
  [{ name: 'percentile', ...both }, ['pruner', 'warmupShare']],
  [{ name: 'pareto', ...both }, ['pruner', 'warmupShare']],
  [{ name: 'patient', wrapped: { name: 'median', ...both } }, ['pruner', 'wrapped', 'warmupShare']],
  [
    { name: 'rules', rules: [{ metric: 'value', name: 'median', ...both }] },
    ['pruner', 'rules', 0, 'warmupShare'],
  ],
])('%j is refused', (entry, path) => {
  expect(problemsOf(entry)).toEqual([{ path, value: 0.1, rule }])
})

it.each([{ warmupShare: -0.1 }, { warmupShare: 1.1 }, { minMargin: -1 }])(
  'median with %j is refused',
  options => {
    expect(problemsOf({ name: 'median', ...options })).toMatchObject([
      { path: ['pruner', Object.keys(options)[0]] },
    ])
  },
)
