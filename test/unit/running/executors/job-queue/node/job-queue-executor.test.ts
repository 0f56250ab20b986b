import path from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type {
  FromWorker,
  QueuedTrial,
  WorkerReport,
} from '../../../../../../src-main/running/executors/job-queue/common/protocol.ts'
import type {
  AttemptOutcome,
  StartMessage,
} from '../../../../../../src-main/core/processes/trainer-protocol.ts'
import { Broker } from '../../../../../../src-main/running/executors/job-queue/node/broker.ts'
import { newJobQueueKey } from '../../../../../../src-main/running/executors/job-queue/node/job-queue-file.ts'
import { Seal } from '../../../../../../src-main/running/executors/job-queue/node/seal.ts'
import { JobQueueExecutor } from '../../../../../../src-main/running/executors/job-queue/node/job-queue-executor.ts'
import { OrphanedJobs } from '../../../../../../src-main/running/executors/job-queue/node/orphaned-jobs.ts'
import type { JobLease } from '../../../../../../src-main/running/executors/job-queue/node/worker/job-lease.ts'
import { TrialRunner } from '../../../../../../src-main/running/executors/job-queue/node/worker/trial-runner.ts'
import { useScratchFolders } from '../../../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const registered = { url: 'redis://localhost', key: newJobQueueKey() }
const seal = new Seal(registered.key, 'trials')
const reason = { code: 'error.userCode.other' as const }
const start = (trialNumber: number): StartMessage => ({
  attemptId: trialNumber + 1,
  trialNumber,
  parameters: {},
  seed: 1,
  artifactDirectory: null,
  goals: [{ metric: 'value', direction: 'minimize' }],
})
const listener = {
  started: () => undefined,
  metrics: () => undefined,
  judge: async () => 'continue' as const,
}

/** A broker without a server: jobs that were put into it, and workers that say they are there. */
class Paper {
  readonly isReady = true
  readonly jobIds: string[] = []
  present: () => Promise<readonly { id: string; text: string }[]> = async () => []
  owner = ''
  #take: (text: string) => void = () => undefined

  readonly ready = async (): Promise<void> => undefined
  readonly post = (): boolean => true
  readonly close = async (): Promise<void> => undefined
  readonly forget = async (): Promise<void> => undefined
  collect(owner: string, take: (text: string) => void): void {
    this.owner = owner
    this.#take = take
  }
  jobs(): unknown {
    const add = async (_: string, __: string, { jobId }: { jobId: string }): Promise<void> =>
      void this.jobIds.push(jobId)
    return { add, remove: async () => undefined }
  }

  async sendReports(worker: string, reports: WorkerReport[]): Promise<void> {
    await vi.waitFor(() => expect(this.jobIds).not.toEqual([]))
    const message: FromWorker = {
      job: this.jobIds.shift() as string,
      worker,
      name: 'w',
      reports,
      open: [],
      lease: crypto.randomUUID(),
      count: 0,
      first: 0,
    }
    this.#take(seal.close('toStudy', this.owner, message))
  }

  holds(...ids: string[]): void {
    const all = ids.map(id => {
      const presence = { id, name: id, slots: 1, busy: 1 }
      return { id, text: seal.close('presence', id, presence) }
    })
    this.present = async () => all
  }
}

const [busy, stale] = [crypto.randomUUID(), crypto.randomUUID()]
let paper: Paper
let home = ''
let executor: JobQueueExecutor

beforeEach(() => {
  vi.useFakeTimers()
  paper = new Paper()
  home = scratch()
  vi.spyOn(Broker, 'open').mockResolvedValue(paper as unknown as Broker)
  executor = new JobQueueExecutor({
    registered,
    options: { url: registered.url, name: 'trials', lostAfterSeconds: 600 },
    prepare: { objective: { function: 'branin' }, seed: 1, engine: 'auto', datasetDirectory: null },
    dataHash: null,
    orphaned: new OrphanedJobs({
      directory: number => path.join(home, String(number)),
      lostAfterMs: 600_000,
      now: () => 0,
    }),
    tester: { test: vi.fn(), close: async () => undefined },
  })
})

afterEach(async () => {
  await executor.close()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** The outcome of one trial that a worker refuses again and again. */
async function refused(times: number, ...before: WorkerReport[]): Promise<AttemptOutcome[]> {
  const outcomes: AttemptOutcome[] = []
  for (let count = 0; count < times; count++) {
    const { outcome } = executor.start(start(1), listener)
    await vi.advanceTimersByTimeAsync(1_000)
    await paper.sendReports(stale, [...before, { kind: 'refused', reason }])
    outcomes.push(await outcome)
  }
  return outcomes
}

it('one worker that refuses stops neither a study nor a trial while others are at work', async () => {
  paper.holds(busy, stale)
  for (const outcome of await refused(25)) {
    expect(outcome).toMatchObject({ failure: { requeued: true } })
    expect(outcome).not.toMatchObject({ failure: { pausesStudy: true } })
  }
})

it('a study pauses with the reason where all that are there refuse', async () => {
  paper.holds(stale)
  const last = (await refused(10)).at(-1)
  expect(last).toMatchObject({ failure: { pausesStudy: true } })
  expect(JSON.stringify(last)).toContain(reason.code)
})

it('a trial that begins and is refused each time fails in the end', async () => {
  paper.holds(busy, stale)
  const outcomes = await refused(11, { kind: 'started' })
  const back = { failure: { requeued: true } }
  for (const outcome of outcomes.slice(0, 10)) expect(outcome).toMatchObject(back)
  expect(outcomes[10]).toMatchObject({ state: 'failed' })
  expect(outcomes[10]).not.toMatchObject(back)
})

it('a worker lets no name of an attempt lead out of its folder', async () => {
  const runner = new TrialRunner({
    directory: scratch(),
    trustFile: '',
    onRefusal: () => undefined,
    datasetCacheDirectory: scratch(),
  })
  const userTrial = { directory: '', attempt: '1/../../../out', slot: 0, studyName: 's' }
  const work: QueuedTrial = {
    objective: { function: 'branin' },
    seed: 1,
    code: null,
    engine: 'auto',
    data: null,
    start: { ...start(0), userTrial },
  }
  const reports: WorkerReport[] = []
  vi.useRealTimers()
  runner.begin(work, {
    report: (report: WorkerReport) => reports.push(report),
  } as unknown as JobLease)
  await vi.waitFor(() => expect(reports).not.toEqual([]))
  expect(reports).toMatchObject([{ kind: 'refused', reason: { code: 'error.protocol.invalid' } }])
  await runner.close()
})
