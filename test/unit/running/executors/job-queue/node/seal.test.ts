import { expect, it } from 'vitest'
import { z } from 'zod'
import { newJobQueueKey } from '../../../../../../src-main/running/executors/job-queue/node/job-queue-file.ts'
import {
  MAX_SEALED,
  QUEUE_PROTOCOL_VERSION,
  Seal,
} from '../../../../../../src-main/running/executors/job-queue/node/seal.ts'
import { catchAppError } from '../../../../../helpers/catch-error.ts'
import { sealedByEarlierVersion } from '../../../../../helpers/earlier-job-queue-message.ts'

const key = newJobQueueKey()
const seal = new Seal(key, 'trials')
const anything = z.unknown()

it('brings numbers that JSON has not, columns and bytes', () => {
  const value = {
    numbers: [1.5, Number.NaN, Number.POSITIVE_INFINITY, -0.25, Number.NEGATIVE_INFINITY],
    steps: Int32Array.of(1, -7),
    values: Float64Array.of(0.1, Number.NaN),
    content: Uint8Array.of(0, 255, 7),
  }
  expect(seal.open('toStudy', 'a', seal.close('toStudy', 'a', value), anything)).toEqual(value)
})

it('opens for nobody else, nowhere else and for nothing else', () => {
  const text = seal.close('job', 'a', { hello: 1 })
  expect(seal.open('job', 'a', text, anything)).toEqual({ hello: 1 })
  expect(seal.open('job', 'b', text, anything)).toBeNull()
  expect(seal.open('toWorker', 'a', text, anything)).toBeNull()
  expect(new Seal(key, 'other').open('job', 'a', text, anything)).toBeNull()
  expect(new Seal(newJobQueueKey(), 'trials').open('job', 'a', text, anything)).toBeNull()
  expect(text).not.toContain('hello')
})

it('opens nothing that was altered, cut, made larger or never sealed', () => {
  const text = seal.close('job', 'a', { hello: 1 })
  const bytes = Buffer.from(text, 'base64url')
  for (let index = 0; index < bytes.length; index++) {
    const altered = Buffer.from(bytes)
    altered[index] = (altered[index] as number) ^ 1
    expect(seal.open('job', 'a', altered.toString('base64url'), anything), `${index}`).toBeNull()
  }
  for (let length = 0; length < bytes.length; length++) {
    expect(
      seal.open('job', 'a', bytes.subarray(0, length).toString('base64url'), anything),
    ).toBeNull()
  }
  const foreign = ['', '{"hello":1}', 'A'.repeat(MAX_SEALED + 1), null, 7, { hello: 1 }]
  for (const foreignText of foreign) expect(seal.open('job', 'a', foreignText, anything)).toBeNull()
  expect(seal.open('job', 'a', text, z.strictObject({ other: z.string() }))).toBeNull()
})

it('refuses what an earlier version sealed, with the version that it wants', async () => {
  const text = sealedByEarlierVersion(key, 'trials', 'job', 'a', { hello: 1 })
  const error = await catchAppError(() => seal.open('job', 'a', text, anything))
  expect(error).toMatchObject({
    code: 'protocol.invalid',
    detail: {
      field: 'protocol',
      rule: { code: 'rule.protocol', values: { version: QUEUE_PROTOCOL_VERSION } },
    },
  })
})
