import { writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type {
  FromWorker,
  QueuedTrial,
  ToWorker,
} from '../../../../../../src-main/running/executors/job-queue/common/protocol.ts'
import type {
  AttemptOutcome,
  MetricColumns,
} from '../../../../../../src-main/core/processes/trainer-protocol.ts'
import { JobQueueAttempt } from '../../../../../../src-main/running/executors/job-queue/node/job-queue-attempt.ts'
import { JobLease } from '../../../../../../src-main/running/executors/job-queue/node/worker/job-lease.ts'
import { useScratchFolders } from '../../../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

const job = '5f0c8a52-0d2b-4c1a-9f0e-0a4a3f3b2c10'
const ids = Array.from({ length: 8 }, (_, at) => `5f0c8a52-0d2b-4c1a-9f0e-00000000000${at}`)
const LOST_MS = 20_000

const work: QueuedTrial = {
  objective: { function: 'branin' },
  seed: 1,
  engine: 'auto' as const,
  data: null,
  code: null,
  start: {
    attemptId: 1,
    trialNumber: 0,
    parameters: {},
    seed: 1,
    artifactDirectory: null,
    goals: [{ metric: 'value', direction: 'minimize' }],
  },
}

/** A study and workers, with a broker that loses and repeats what a test wants. */
class Meeting {
  readonly metrics: MetricColumns[] = []
  readonly started: (string | undefined)[] = []
  readonly begun: string[] = []
  readonly toStudy: FromWorker[] = []
  readonly toWorkers: ToWorker[] = []
  readonly leases = new Map<string, JobLease>()
  readonly attempt: JobQueueAttempt
  outcome: AttemptOutcome | null = null
  /** How often the next messages arrive; absent: once. */
  arrivals: () => number = () => 1
  work: (lease: JobLease) => void = () => undefined
  readonly asked: string[] = []

  constructor(directory: string | null = null) {
    this.attempt = new JobQueueAttempt({
      job,
      work,
      lostAfterMs: LOST_MS,
      now: () => Date.now(),
      keep: () => undefined,
      directory,
      send: (_worker, message) => {
        this.toWorkers.push(message)
        for (let arrivals = this.arrivals(); arrivals > 0; arrivals--) {
          setTimeout(() => this.leases.get(message.lease)?.hear(message), 1)
        }
      },
      listener: {
        assigned: machine => this.started.push(machine),
        started: () => undefined,
        metrics: columns => this.metrics.push(columns),
        judge: async step => (step === 3 ? 'prune' : 'continue'),
      },
    })
    void this.attempt.outcome.then(outcome => (this.outcome = outcome))
    setInterval(() => this.attempt.tick(), 1_000)
  }

  take(at: number): JobLease {
    const lease: JobLease = new JobLease({
      job,
      lease: ids[at] as string,
      worker: ids[at] as string,
      name: `w${at}`,
      now: () => Date.now(),
      post: message => {
        this.toStudy.push(message)
        for (let arrivals = this.arrivals(); arrivals > 0; arrivals--) {
          setTimeout(() => this.attempt.take(message), 1)
        }
      },
      begin: () => {
        this.begun.push(`w${at}`)
        this.work(this.leases.get(ids[at] as string) as JobLease)
        return {
          cancel: () => this.asked.push('cancel'),
          judge: () => this.asked.push('judge'),
          abort: () => this.asked.push('abort'),
        }
      },
    })
    this.leases.set(ids[at] as string, lease)
    return lease
  }

  /** The process of a worker is gone. */
  kill(at: number): void {
    const id = ids[at] as string
    const lease = this.leases.get(id)
    this.leases.delete(id)
    // Its clock stands still, and nothing that it says arrives.
    if (lease !== undefined) vi.spyOn(lease, 'report').mockReturnValue(undefined)
    lease?.drop()
  }

  steps(): number[] {
    return this.metrics.flatMap(({ steps }) => [...steps])
  }
}

const row = (step: number) => ({
  kind: 'metrics' as const,
  names: ['value'],
  steps: Int32Array.of(step),
  values: Float64Array.of(step / 2),
})
const complete = {
  kind: 'ended' as const,
  outcome: { state: 'complete' as const, values: [4], bestStep: 1 },
}

describe('a job between its study and a worker', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('is heard once and in order, whatever is lost or repeated on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.constantFrom(0, 0, 1, 1, 1, 2)),
        fc.integer({ min: 1, max: 1_500 }),
        async (arrivals, count) => {
          vi.clearAllTimers()
          const meeting = new Meeting()
          let number = 0
          // Half a minute of trouble, shorter than a loss, then none.
          meeting.arrivals = () => (number++ < 12 ? Number(arrivals.next().value) : 1)
          meeting.work = lease => {
            lease.report({ kind: 'started' })
            for (let step = 1; step <= count; step++) lease.report(row(step))
            lease.report(complete)
          }
          meeting.take(0)
          await vi.advanceTimersByTimeAsync(90_000)
          if (meeting.outcome?.state === 'failed') {
            // Too many messages in a row were lost: a loss, told as one.
            expect(meeting.outcome.failure.requeued).toBe(true)
            return
          }
          if (meeting.outcome === null) {
            // Not one word of the claim arrived, and the worker has let go.
            expect(meeting.begun).toEqual([])
            return
          }
          expect(meeting.outcome).toEqual({ ...complete.outcome, artifacts: [] })
          expect(meeting.begun).toEqual(['w0'])
          expect(meeting.started).toEqual(['w0'])
          expect(meeting.steps()).toEqual(Array.from({ length: count }, (_, at) => at + 1))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('belongs to the first worker that asks; a second one is sent away', async () => {
    const meeting = new Meeting()
    meeting.take(0)
    const second = meeting.take(1)
    await vi.advanceTimersByTimeAsync(10)
    expect(meeting.begun).toEqual(['w0'])
    await expect(second.done).resolves.toBeUndefined()
    expect(meeting.outcome).toBeNull()
  })

  it('is lost with its worker, and what that one says later is not heard', async () => {
    const meeting = new Meeting()
    meeting.take(0)
    await vi.advanceTimersByTimeAsync(10)
    const frozen = meeting.leases.get(ids[0] as string) as JobLease
    meeting.arrivals = () => 0
    await vi.advanceTimersByTimeAsync(LOST_MS + 3_000)
    expect(meeting.outcome).toMatchObject({
      state: 'failed',
      failure: { class: 'device', requeued: true, reason: { code: 'error.machine.lost' } },
    })
    meeting.arrivals = () => 1
    frozen.report(row(1), complete)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(meeting.metrics).toEqual([])
    await expect(frozen.done).resolves.toBeUndefined()
  })

  it('is lost sooner when the queue has given it to somebody else meanwhile', async () => {
    const meeting = new Meeting()
    meeting.take(0)
    await vi.advanceTimersByTimeAsync(10)
    meeting.kill(0)
    await vi.advanceTimersByTimeAsync(8_000)
    meeting.take(1)
    await vi.advanceTimersByTimeAsync(10)
    expect(meeting.begun).toEqual(['w0'])
    expect(meeting.outcome).toMatchObject({ failure: { reason: { code: 'error.machine.lost' } } })
  })

  it('goes back at once when its worker ends, and when it is refused', async () => {
    const back = new Meeting()
    const lease = back.take(0)
    await vi.advanceTimersByTimeAsync(10)
    lease.requeue()
    await vi.advanceTimersByTimeAsync(10)
    expect(back.outcome).toMatchObject({ failure: { requeued: true } })
    expect(back.asked).toEqual(['abort'])
    const refused = new Meeting()
    refused.work = lease =>
      lease.report({ kind: 'refused', reason: { code: 'error.userCode.other' } })
    refused.take(0)
    await vi.advanceTimersByTimeAsync(10)
    expect(refused.outcome).toMatchObject({
      failure: { requeued: true, reason: { code: 'error.machine.refused' } },
    })
  })

  it('is judged, steered and canceled from its study, also over a bad line', async () => {
    const meeting = new Meeting()
    const answers: string[] = []
    meeting.work = lease => {
      lease.report({ kind: 'started' })
      void (async () => {
        for (const step of [1, 2, 3]) answers.push(await lease.ask(step, 0.5))
      })()
    }
    let number = 0
    meeting.arrivals = () => (number++ % 3 === 0 ? 0 : 2)
    meeting.take(0)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(answers).toEqual(['continue', 'continue', 'prune'])
    meeting.attempt.judge()
    meeting.attempt.cancel()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(meeting.asked).toEqual(['judge', 'cancel'])
    meeting.attempt.abort({ class: 'timeout', reason: { code: 'failure.canceled' } })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(meeting.asked).toEqual(['judge', 'cancel', 'abort'])
  })

  it('ends with its study: a worker that hears nothing lets go', async () => {
    const meeting = new Meeting()
    const lease = meeting.take(0)
    await vi.advanceTimersByTimeAsync(10)
    meeting.arrivals = () => 0
    await vi.advanceTimersByTimeAsync(LOST_MS + 3_000)
    await expect(lease.done).resolves.toBeUndefined()
    expect(meeting.asked).toEqual(['abort'])
  })

  it('says little to a study that does not answer, and all of it once it wakes', async () => {
    const meeting = new Meeting()
    const lease = meeting.take(0)
    await vi.advanceTimersByTimeAsync(10)
    meeting.arrivals = () => 0
    const before = meeting.toStudy.length
    lease.report({ kind: 'started' }, row(1))
    await vi.advanceTimersByTimeAsync(15_000)
    // Nobody could know at the first beat that the study sleeps.
    const messagesWithReports = meeting.toStudy
      .slice(before)
      .filter(({ reports }) => reports.length > 0)
    expect(messagesWithReports.length).toBeLessThanOrEqual(2)
    meeting.arrivals = () => 1
    await vi.advanceTimersByTimeAsync(6_000)
    expect(meeting.steps()).toEqual([1])
  })

  it('fails where a worker has something to say that no study hears', async () => {
    const meeting = new Meeting()
    const lease = meeting.take(0)
    await vi.advanceTimersByTimeAsync(10)
    lease.report({ kind: 'started' }, { ...row(1), values: new Float64Array(200_000) })
    await vi.advanceTimersByTimeAsync(10)
    expect(meeting.asked).toContain('abort')
    expect(meeting.outcome).toMatchObject({
      state: 'failed',
      failure: { reason: { code: 'error.protocol.invalid' } },
    })
  })

  it.each([
    [400, 0],
    // Questions of a pruner count too.
    [355, 400],
  ])(
    'fails where it says more than a worker can keep: %i rows, %i questions',
    async (rounds, asks) => {
      const meeting = new Meeting()
      const rows = 60_000
      const many = {
        kind: 'metrics' as const,
        names: ['value'],
        steps: new Int32Array(rows),
        values: new Float64Array(rows),
      }
      meeting.work = lease => {
        for (let round = 0; round < rounds; round++) lease.report(many)
        for (let ask = 0; ask < asks; ask++) void lease.ask(ask, 0.5)
        lease.report(complete)
      }
      meeting.take(0)
      await vi.advanceTimersByTimeAsync(10_000)
      const rule = { code: 'rule.bytes.atMost', values: { limit: 256_000_000 } }
      expect(meeting.outcome).toMatchObject({
        state: 'failed',
        failure: { reason: { values: { field: 'said', rule } } },
      })
      expect(meeting.asked).toContain('abort')
      // All before that was heard, a little more than 720,000 bytes each.
      expect(meeting.metrics).toHaveLength(355)
    },
  )

  it('hears no message twice, of no other lease, and no wrong number of values', async () => {
    const meeting = new Meeting()
    const lease = meeting.take(0)
    await vi.advanceTimersByTimeAsync(10)
    lease.report({ kind: 'started' }, row(1))
    await vi.advanceTimersByTimeAsync(10)
    // Recorded by somebody, and sent again.
    for (const message of [...meeting.toStudy]) meeting.attempt.take(message)
    expect(meeting.steps()).toEqual([1])
    const last = meeting.toStudy.at(-1) as FromWorker
    meeting.attempt.take({
      ...last,
      lease: ids[5] as string,
      worker: ids[5] as string,
      count: 99,
      first: 0,
      reports: [complete],
    })
    expect(meeting.attempt.isOver).toBe(false)
    const two = { ...complete.outcome, values: [1, 2] }
    lease.report({ kind: 'ended', outcome: two })
    await vi.advanceTimersByTimeAsync(10)
    expect(meeting.outcome).toMatchObject({
      state: 'failed',
      failure: { reason: { code: 'error.protocol.invalid' } },
    })
  })

  it('keeps files that have come whole, and no other one that a worker names', async () => {
    const folder = scratch()
    writeFileSync(path.join(folder, 'weights.safetensors'), 'abc')
    const outcomeOf = async (name: string, bytes: number): Promise<AttemptOutcome | null> => {
      const meeting = new Meeting(folder)
      const lease = meeting.take(0)
      await vi.advanceTimersByTimeAsync(10)
      const artifacts = [{ kind: 'weights.best', path: name, bytes, sha256: '0'.repeat(64) }]
      lease.report({ kind: 'started' })
      lease.report({ kind: 'ended', outcome: { ...complete.outcome, artifacts } })
      await vi.advanceTimersByTimeAsync(10)
      return meeting.outcome
    }
    expect(await outcomeOf('weights.safetensors', 3)).toMatchObject({
      artifacts: [{ path: path.join(folder, 'weights.safetensors') }],
    })
    const others = [
      ['weights.safetensors', 4],
      ['other.safetensors', 3],
      ['..', 3],
      ['a.txt', 3],
    ] as const
    for (const [name, bytes] of others) {
      expect(await outcomeOf(name, bytes), name).toMatchObject({
        failure: { reason: { code: 'error.protocol.invalid' } },
      })
    }
  })
})
