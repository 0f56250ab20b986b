import path from 'node:path'
import { Redis } from 'ioredis'
import { describe, expect, it, vi } from 'vitest'
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
})
