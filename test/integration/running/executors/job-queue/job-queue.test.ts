import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../../../src-main/core/study/study-specification.ts'
import type { StudyRunner } from '../../../../../src-main/running/loop/study-runner.ts'
import { inspectJobQueue } from '../../../../../src-main/running/executors/job-queue/node/inspect-job-queue.ts'
import { newJobQueueKey } from '../../../../../src-main/running/executors/job-queue/node/job-queue-file.ts'
import { Seal } from '../../../../../src-main/running/executors/job-queue/node/seal.ts'
import { queueCampaign } from '../../../../helpers/job-queue-campaign.ts'
import { QueueBench } from '../../../../helpers/job-queue-bench.ts'
import { brokerMissing, RedisBroker } from '../../../../helpers/redis-broker.ts'
import { until, UserCodeBench } from '../../../../helpers/user-code-study.ts'

const missing = brokerMissing()
if (missing !== null) console.warn(`queues are not tested: ${missing}`)

const queue = new QueueBench()
/** Notes its start, then reports as long as the file `hold` is there, at least five steps. */
const program = `
echo "$TUNEWRIGHT_TRIAL" >> starts
for step in 1 2 3 4 5; do echo "{\\"step\\": $step, \\"loss\\": $TUNEWRIGHT_PARAM_x}"; sleep 0.05; done
while [ -e hold ]; do sleep 0.05; done
echo "left by $TUNEWRIGHT_TRIAL" > "$TUNEWRIGHT_ARTIFACTS/left.txt"
`

function bench(registered?: RedisBroker['registered']): UserCodeBench {
  const user = queue.user(registered)
  user.write('train.sh', program)
  return user
}

function study(changes: Partial<StudySpecificationInput> = {}): StudySpecificationInput {
  return {
    name: 'queued',
    objective: { command: ['sh', 'train.sh'], graceSeconds: 1 },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { int: [1, 9] } },
    stop: { trials: 4 },
    parallelTrials: 2,
    seed: 5,
    sampler: { name: 'random' },
    executor: { jobQueue: { url: queue.broker.registered.url, lostAfterSeconds: 30 } },
    ...changes,
  }
}

describe.skipIf(missing !== null)(
  'a study whose trials go through a job queue',
  { timeout: 300_000 },
  () => {
    queue.start()

    it('keeps what is secret out of the database', async () => {
      const user = bench()
      queue.worker(user, 'ant')
      await user.tune(study({ stop: { trials: 1 } }))
      const database = readFileSync(user.workspace.databasePath).toString('latin1')
      for (const secret of [queue.broker.registered.key, queue.broker.registered.password ?? '']) {
        expect(database).not.toContain(secret)
      }
    })

    it('gives the trials of a worker that ends to others at once', async () => {
      const user = bench()
      user.write('hold', '')
      const id = await user.create(study({ stop: { trials: 1 }, parallelTrials: 1 }))
      const ended = queue.worker(user, 'ended')
      const run = user.run(id)
      await until(() => user.starts().length === 1, 'trial that runs')
      await ended.end('SIGTERM')
      queue.worker(user, 'next')
      rmSync(path.join(user.folder, 'hold'))
      await run
      const { attempts = [], metrics = {} } = user.read(id).trials[0] ?? {}
      expect(attempts.map(({ machine, state }) => [machine, state])).toEqual([
        ['ended', 'failed'],
        ['next', 'complete'],
      ])
      expect(metrics['loss']?.steps).toEqual([1, 2, 3, 4, 5])
    })

    it('goes on where it was when the broker comes back without memory, and a cancel arrives', async () => {
      const user = bench()
      user.write('hold', '')
      const id = await user.create(study({ stop: { trials: 3 } }))
      queue.worker(user, 'ant')
      queue.worker(user, 'bee')
      let runner: StudyRunner | undefined
      const ended: string[] = []
      const run = user.run(id, {
        onRunner: newRunner => (runner = newRunner),
        listener: { trialFinished: ({ state }) => ended.push(state) },
      })
      await until(() => user.starts().length === 2, 'two trials that run')
      await queue.broker.kill()
      await sleep(500)
      await queue.broker.begin()
      runner?.cancelTrial(0)
      // Its program would go on as long as the file is there.
      await until(() => ended.length > 0, 'end of the canceled trial')
      rmSync(path.join(user.folder, 'hold'))
      await run
      const { trials } = user.read(id)
      expect(trials.map(({ state }) => state)).toEqual(['canceled', 'complete', 'complete'])
      expect(trials.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1])
      expect(user.starts()).toHaveLength(3)
    })

    it('ends a worker that is asked to, also while its broker is away', async () => {
      const away = await RedisBroker.start(path.join(queue.scratch(), 'away'))
      const user = bench(away.registered)
      const ant = queue.worker(user, 'ant', { registered: away.registered })
      await until(() => ant.output.includes('takes trials'), 'worker')
      await away.kill()
      await ant.end('SIGTERM')
    })

    it('runs nothing that the worker itself does not trust, or that it has another copy of', async () => {
      const user = bench()
      const other = bench()
      other.write('train.sh', `${program}\necho owned > owned\n`)
      const id = await user.create(study({ stop: { trials: 1 } }))
      await other.create(study())
      const untrusting = queue.worker(user, 'careful', { trusts: false })
      const run = user.run(id)
      await until(() => untrusting.output.includes('not trusted'), 'refusal')
      await untrusting.end('SIGTERM')
      const differing = queue.worker(other, 'differs')
      await until(() => differing.output.includes('is not what the study has'), 'refusal')
      await differing.end('SIGTERM')
      expect([...user.starts(), ...other.starts()]).toEqual([])
      queue.worker(user, 'fine')
      await run
      const { trials } = user.read(id)
      expect(trials[0]).toMatchObject({ state: 'complete' })
      expect(trials[0]?.attempts.at(-1)?.machine).toBe('fine')
      const { project } = user.read(id).study.environment
      expect(trials[0]?.attempts.at(-1)?.code).toEqual({
        fingerprint: project?.fingerprint,
        copied: false,
      })
      expect(trials[0]?.attempts[0]?.failure).toMatchObject({
        class: 'device',
        reason: { code: 'error.machine.refused' },
      })
      expect(existsSync(path.join(other.folder, 'owned'))).toBe(false)
    })

    it('reads nothing through links that a trial leaves', async () => {
      const user = bench()
      // Each doubles what the other leads to.
      const links = 'for name in round again; do ln -s . "$TUNEWRIGHT_ARTIFACTS/$name"; done\n'
      user.write('train.sh', `${program}${links}`)
      queue.worker(user, 'ant')
      const { trials } = await user.tune(study({ stop: { trials: 1 } }))
      expect(trials[0]).toMatchObject({ state: 'complete', attempts: [{ state: 'complete' }] })
    })

    it('runs and records nothing that somebody without the key puts there', async () => {
      const user = bench()
      user.write('hold', '')
      const id = await user.create(study({ stop: { trials: 1 }, parallelTrials: 1 }))
      const redis = new Redis({
        port: Number(queue.broker.registered.url.split(':').at(-1)),
        password: queue.broker.registered.password ?? '',
      })
      const key = (name: string): string => `tunewright:trials:${name}`
      const run = user.run(id)
      // The real job waits: it is copied before a worker comes.
      let real = ''
      while (real === '') {
        const [waiting = ''] = await redis.lrange(key('wait'), 0, 0)
        if (waiting !== '') real = (await redis.hget(key(waiting), 'data')) ?? ''
        await sleep(20)
      }
      const ant = queue.worker(user, 'ant')
      await until(() => user.starts().length === 1, 'trial that runs')
      const { Queue } = await import('bullmq')
      const jobs = new Queue('trials', { connection: redis, prefix: 'tunewright' })
      const sealed = JSON.parse(real) as string
      const forger = new Seal(newJobQueueKey(), 'trials')
      const owner = (await redis.keys(key('box:*'))).map(name => name.split(':').at(-1) as string)
      await jobs.addBulk(
        [
          { command: ['sh', '-c', 'touch owned'] },
          { job: 'x', owner: 'x', objective: { command: ['touch', 'owned'] } },
          `${sealed.slice(0, -4)}AAAA`,
          forger.close('job', '', { job: crypto.randomUUID(), owner: crypto.randomUUID() }),
          new Seal(queue.broker.registered.key, 'other').close('job', '', { job: '', owner: '' }),
          'A'.repeat(5_000_000),
          // Replayed as it is: under another name in the jobs.
          sealed,
          sealed,
        ].map(data => ({ name: 'trial', data })),
      )
      const forged = {
        job: crypto.randomUUID(),
        worker: crypto.randomUUID(),
        name: 'mole',
        lease: crypto.randomUUID(),
        count: 1e6,
        first: 0,
        open: [],
        reports: [{ kind: 'ended', outcome: { state: 'complete', values: [0], bestStep: 1 } }],
      }
      for (const box of owner) {
        await redis.rpush(key(`box:${box}`), forger.close('toStudy', box, forged), 'nonsense', real)
        // Somebody with the key, about a job that is nobody's.
        const inside = new Seal(queue.broker.registered.key, 'trials')
        await redis.rpush(key(`box:${box}`), inside.close('toStudy', box, forged))
      }
      rmSync(path.join(user.folder, 'hold'))
      await run
      // The worker looks at what is left in the jobs.
      const endMs = performance.now() + 120_000
      while ((await redis.llen(key('wait'))) + (await redis.llen(key('active'))) > 0) {
        if (performance.now() > endMs) throw new Error('the queue is not empty after two minutes')
        await sleep(50)
      }
      const { trials } = user.read(id)
      expect(trials.map(({ state, values }) => [state, values])).toEqual([
        ['complete', [trials[0]?.parameters['x']]],
      ])
      expect(user.starts()).toHaveLength(1)
      expect(existsSync(path.join(user.folder, 'owned'))).toBe(false)
      expect(ant.output).toContain('was not made with its key')
      // What lies at the broker tells nothing of the study.
      expect(sealed).not.toContain('train.sh')
      await jobs.close()
      redis.disconnect()
    })

    it('pauses with the reason where nobody takes trials', async () => {
      const user = bench()
      const executor = {
        jobQueue: { url: queue.broker.registered.url, name: 'nobody', lostAfterSeconds: 2 },
      }
      const id = await user.create(study({ executor }))
      const { end } = await user.run(id)
      expect(JSON.stringify(end)).toContain('error.jobQueue.empty')
      expect(user.read(id).study.state).not.toBe('finished')
    })

    it('loses and repeats nothing when workers and the broker are killed', async () => {
      const plan = { trials: 60, workers: 3, kills: 3, restarts: 1, lostAfterSeconds: 6 }
      const { complete, wrong, kills, restarts } = await queueCampaign(queue.scratch(), plan)
      expect({ complete, wrong, kills, restarts }).toEqual({
        complete: 60,
        wrong: 0,
        kills: 3,
        restarts: 1,
      })
    })

    it('speaks TLS, and only to a broker whose certificate was signed by the right authority', async () => {
      const secure = await RedisBroker.start(path.join(queue.scratch(), 'secure'), {
        isSecure: true,
      })
      try {
        expect(await inspectJobQueue(secure.registered, 'trials')).toEqual({
          failure: null,
          waiting: 0,
          workers: [],
        })
        const { authority: _, ...unknown } = secure.registered
        const strangers = [unknown, { ...secure.registered, password: 'wrong-secret' }]
        for (const registered of strangers) {
          const { failure } = await inspectJobQueue(registered, 'trials')
          expect(failure?.code).toBe('error.jobQueue.unreachable')
          expect(JSON.stringify(failure)).not.toMatch(/-secret/)
        }
      } finally {
        await secure.kill()
      }
    })

    it('names a queue that is known here, with secrets that only their owner reads', async () => {
      const user = bench()
      expect(statSync(user.workspace.machineFile).mode & 0o777).toBe(0o600)
      const unknown = { jobQueue: { url: 'rediss://elsewhere:6380' } }
      await expect(user.create(study({ executor: unknown }))).rejects.toMatchObject({
        code: 'jobQueue.unknown',
        detail: { url: 'rediss://elsewhere:6380' },
      })
    })
  },
)
