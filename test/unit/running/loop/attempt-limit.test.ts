import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { StudySpecification } from '../../../../src-main/core/study/study-specification.ts'
import { commandObjectiveSchema } from '../../../../src-main/core/study/user-code.ts'
import { AttemptLimit } from '../../../../src-main/running/loop/attempt-limit.ts'

const LIMIT_MS = 60
/** What was heard meanwhile is taken in before an attempt is ended. */
const AFTER_MS = 1

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function limited(settings: Partial<StudySpecification>): { limit: AttemptLimit; ends: string[] } {
  const ends: string[] = []
  const limit = new AttemptLimit({
    specification: {
      objective: commandObjectiveSchema.parse({ command: ['true'] }),
      timeout: { trialMinutes: LIMIT_MS / 60_000 },
      ...settings,
    },
    abort: failure => ends.push(failure.class),
    pid: () => undefined,
  })
  return { limit, ends }
}

it('the time of an attempt counts from its start', () => {
  const { ends } = limited({})
  vi.advanceTimersByTime(LIMIT_MS - 1)
  expect(ends).toEqual([])
  vi.advanceTimersByTime(1 + AFTER_MS)
  expect(ends).toEqual(['timeout'])
})

it('the time of an attempt on another machine counts from when its program has begun', () => {
  const executor = { ssh: { machines: [{ host: 'box' }] } }
  const { limit, ends } = limited({ executor })
  vi.advanceTimersByTime(100 * LIMIT_MS)
  expect(ends).toEqual([])
  limit.taken()
  vi.advanceTimersByTime(LIMIT_MS - 1)
  expect(ends).toEqual([])
  vi.advanceTimersByTime(1 + AFTER_MS)
  expect(ends).toEqual(['timeout'])
})
