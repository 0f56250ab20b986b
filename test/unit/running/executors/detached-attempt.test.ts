import { expect, it } from 'vitest'
import type { AttemptOutcome } from '../../../../src-main/core/processes/trainer-protocol.ts'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { AppError } from '../../../../src-main/core/errors/errors.ts'
import { DetachedAttempts } from '../../../../src-main/running/executors/detached-attempt.ts'

const canceled: AttemptOutcome = { state: 'canceled' }
const slow = { class: 'timeout', reason: msg('failure.trialTimeLimit', { limitMs: 1 }) } as const

/** A job that records its messages, and ends when the test says so. */
function someJob() {
  const end = Promise.withResolvers<AttemptOutcome | null>()
  const messages: string[] = []
  const follower = {
    follow: async () => end.promise,
    stop: (why: 'cancel') => void messages.push(why),
    abort: () => void messages.push('abort'),
    leave: () => void messages.push('leave'),
  }
  return { follower, messages, end: end.resolve }
}

it('tells a job what was asked before it began', async () => {
  const began = Promise.withResolvers<undefined>()
  const job = someJob()
  const running = new DetachedAttempts().begin(async attempt => {
    await began.promise
    return attempt.follow(job.follower)
  })
  running.cancel()
  expect(job.messages).toEqual([])
  began.resolve(undefined)
  await expect.poll(() => job.messages).toEqual(['cancel'])
  job.end(canceled)
  expect(await running.outcome).toEqual(canceled)
})

it('ends at once when it is aborted, whatever its job says later', async () => {
  const job = someJob()
  const running = new DetachedAttempts().begin(async attempt => attempt.follow(job.follower))
  running.abort(slow)
  expect(await running.outcome).toEqual({ state: 'failed', failure: slow })
  expect(job.messages).toEqual(['abort'])
  job.end(canceled)
  expect(await running.outcome).toEqual({ state: 'failed', failure: slow })
})

it('fails where no job could be had', async () => {
  const rule = msg('rule.present')
  const error = new AppError('training.invalid', { field: 'a', value: null, rule })
  const running = new DetachedAttempts().begin(async () => Promise.reject(error))
  expect(await running.outcome).toMatchObject({ state: 'failed', failure: { class: 'code' } })
})

it('leaves the jobs that still run, and no others', async () => {
  const attempts = new DetachedAttempts()
  const [ended, running] = [someJob(), someJob()]
  const first = attempts.begin(async attempt => attempt.follow(ended.follower))
  const second = attempts.begin(async attempt => attempt.follow(running.follower))
  ended.end(canceled)
  await first.outcome
  // It is forgotten just after its outcome is known.
  await new Promise(setImmediate)
  attempts.leave()
  expect([ended.messages, running.messages]).toEqual([[], ['leave']])
  const alone = msg('failure.leftToItself')
  expect(await second.outcome).toEqual({
    state: 'failed',
    failure: { class: 'killed', reason: alone },
  })
})
