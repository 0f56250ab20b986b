import { verbatim } from '../../../../src-main/core/errors/message.ts'
import { expect, it } from 'vitest'
import { retrySchema } from '../../../../src-main/core/study/keys/retry.ts'
import type { Failure, FailureClass } from '../../../../src-main/core/trial/trial.ts'
import { shouldRetry } from '../../../../src-main/running/loop/attempt-start.ts'

const policy = retrySchema.parse({ device: 2, killed: 1 })

function failure(failureClass: FailureClass): Failure {
  return { class: failureClass, reason: verbatim('') }
}

function attempts(...classes: (FailureClass | null)[]): { failure: Failure | null }[] {
  return classes.map(failureClass => ({
    failure: failureClass === null ? null : failure(failureClass),
  }))
}

it.each([
  ['first failure of an allowed class', attempts(null), 'killed', true],
  ['as many as allowed', attempts('killed', null), 'killed', false],
  ['another class does not count', attempts('killed', null), 'device', true],
  ['interrupted attempts do not count', attempts(null, null, null), 'killed', true],
  ['the last allowed one', attempts('device', null), 'device', true],
  ['one too many', attempts('device', 'device', null), 'device', false],
  ['never for code', attempts(null), 'code', false],
] as const)('%s', (_name, earlier, failureClass, expected) => {
  expect(shouldRetry(policy, earlier, failure(failureClass))).toBe(expected)
})
