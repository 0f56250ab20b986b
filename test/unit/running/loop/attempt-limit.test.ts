import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { StudySpecification } from '../../../../src-main/core/study/study-specification.ts'
import { commandObjectiveSchema } from '../../../../src-main/core/study/user-code.ts'
import { AttemptLimit } from '../../../../src-main/running/loop/attempt-limit.ts'

const LIMIT_MS = 60

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

it('the time of an attempt counts from its start', async () => {
  const { ends } = limited({})
  await expect.poll(() => ends).toEqual(['timeout'])
})

it('the time of an attempt on another machine counts from when its program has begun', async () => {
  const executor = { ssh: { machines: [{ host: 'box' }] } }
  const { limit, ends } = limited({ executor })
  await sleep(5 * LIMIT_MS)
  expect(ends).toEqual([])
  limit.taken()
  await expect.poll(() => ends).toEqual(['timeout'])
})
