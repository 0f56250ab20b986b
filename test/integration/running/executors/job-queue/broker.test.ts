import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { Redis } from 'ioredis'
import { describe, expect, it, vi } from 'vitest'
import type { AppError } from '../../../../../src-main/core/errors/errors.ts'
import { inspectJobQueue } from '../../../../../src-main/running/executors/job-queue/node/inspect-job-queue.ts'
import { JobQueueWorker } from '../../../../../src-main/running/executors/job-queue/node/worker/job-queue-worker.ts'
import { sealedByEarlierVersion } from '../../../../helpers/earlier-job-queue-message.ts'
import { Broker } from '../../../../../src-main/running/executors/job-queue/node/broker.ts'
import { brokerMissing, RedisBroker } from '../../../../helpers/redis-broker.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'

const missing = brokerMissing()
if (missing !== null) console.warn(`brokers are not tested: ${missing}`)
const scratch = useScratchFolders()
const FOREIGN_KEYS = 10_000

describe.skipIf(missing !== null)('a broker that others use too', { timeout: 60_000 }, () => {
  it('says who is there without a look at foreign keys, and forgets who is gone', async () => {
    const server = await RedisBroker.start(path.join(scratch(), 'broker'))
    const { url, password } = server.registered
    const redis = new Redis({ port: Number(url.split(':').at(-1)), password: password })
    const broker = await Broker.open(server.registered, 'shared')
    try {
      await broker.ready(10_000)
      const foreign = redis.pipeline()
      for (let key = 0; key < FOREIGN_KEYS; key++)
        foreign.set(`tunewright:other:present:${key}`, 'x')
      await foreign.exec()
      expect(await broker.present()).toEqual([])
      broker.announce('brief', 'bee', 300)
      broker.announce('lasting', 'ant', 60_000)
      const isPresent = async () => (await broker.present()).map(({ id, text }) => `${id} ${text}`)
      await vi.waitFor(async () => expect(await isPresent()).toEqual(['lasting ant']), 10_000)
      expect(await redis.smembers(broker.key('present'))).toEqual(['lasting'])
      await broker.forget('present', 'lasting')
      expect(await isPresent()).toEqual([])
      expect(await redis.exists(broker.key('present'))).toBe(0)
      const used = await redis.info('commandstats')
      expect(used).toContain('cmdstat_smembers')
      expect(used).not.toMatch(/cmdstat_(scan|keys)\b/)
      expect(await redis.dbsize()).toBe(FOREIGN_KEYS)
    } finally {
      redis.disconnect()
      await broker.close()
      await server.kill()
    }
  })

  it('leaves jobs of an earlier version in the queue, and says of which version it is', async () => {
    const server = await RedisBroker.start(path.join(scratch(), 'broker'))
    const { registered } = server
    const broker = await Broker.open(registered, 'shared')
    const errors: AppError[] = []
    const worker = await JobQueueWorker.open(
      {
        registered,
        jobQueueName: 'shared',
        name: 'ant',
        slots: 1,
        directory: scratch(),
        trustFile: path.join(scratch(), 'trusted.json'),
        datasetCacheDirectory: scratch(),
        onRefusal: () => undefined,
        onForeign: () => {
          throw new Error('it has the key of the queue')
        },
        onOtherVersion: error => errors.push(error),
      },
      10_000,
    )
    try {
      await broker.ready(10_000)
      const jobs = broker.jobs()
      const names = { job: randomUUID(), owner: randomUUID() }
      const sealed = sealedByEarlierVersion(registered.key, 'shared', 'job', '', names)
      await jobs.add('trial', sealed, { jobId: names.job })
      await vi.waitFor(async () => expect(await jobs.getDelayedCount()).toBe(1), 20_000)
      expect((await jobs.getJob(names.job))?.data).toBe(sealed)
      const [error] = errors
      expect(error).toMatchObject({ code: 'protocol.invalid', detail: { field: 'protocol' } })
    } finally {
      await worker.close()
      await broker.close()
      await server.kill()
    }
  })

  it('says that its workers are of an earlier version where all of them are', async () => {
    const server = await RedisBroker.start(path.join(scratch(), 'broker'))
    const { registered } = server
    const broker = await Broker.open(registered, 'shared')
    try {
      await broker.ready(10_000)
      const id = randomUUID()
      const presence = { id, name: 'old', slots: 1, busy: 0 }
      broker.announce(
        id,
        sealedByEarlierVersion(registered.key, 'shared', 'presence', id, presence),
        60_000,
      )
      await vi.waitFor(async () => expect(await broker.present()).toHaveLength(1), 10_000)
      const { failure, workers } = await inspectJobQueue(registered, 'shared')
      expect(workers).toEqual([])
      expect(failure).toMatchObject({ code: 'error.protocol.invalid' })
    } finally {
      await broker.close()
      await server.kill()
    }
  })
})
