import { classifyFailure } from '../../../../../core/errors/classify-failure.ts'
import { AppError } from '../../../../../core/errors/errors.ts'
import { msg } from '../../../../../core/errors/message.ts'
import {
  type FromWorker,
  type JudgmentAnswer,
  type QueuedTrial,
  type WorkerReport,
  workerReportSchema,
  type ToWorker,
} from '../../common/protocol.ts'

/** How often a worker says that it is there, and says again what was not confirmed. */
const BEAT_MS = 2_000
/** A study that does not answer for so long is gone; a job of one that is not lies in the queue again soon. */
const CLAIM_MS = 10_000
/** Sent and not confirmed, at most; one message may be larger. */
const WINDOW_BYTES = 1 << 20
const WINDOW_COUNT = 500
/** Of all that an attempt says, kept until it is over. Files have a limit of their own. */
const MAX_REPORT_BYTES = 256_000_000
/** What an object takes in memory beside its content: metrics with two arrays, and the promise of an answer. */
const METRICS_BYTES = 600
const ANSWER_BYTES = 500

/** An attempt on this machine, as a lease steers it. */
export interface HeldAttempt {
  cancel(): void
  judge(): void
  /** At once; nobody waits for its end. */
  abort(): void
}

export interface JobLeaseOptions {
  readonly job: string
  /** Of this lease; new each time. */
  readonly lease: string
  readonly worker: string
  readonly name: string
  readonly post: (message: FromWorker) => void
  readonly begin: (work: QueuedTrial, lease: JobLease) => HeldAttempt
  readonly now: () => number
}

/** A job that a worker has taken: requested, run and reported until the study has heard all of it. */
export class JobLease {
  /** Nothing more is to be done for the job. */
  readonly done: Promise<void>
  readonly #options: JobLeaseOptions
  readonly #resolve: () => void
  readonly #timer: NodeJS.Timeout
  readonly #asked = new Map<number, (action: JudgmentAnswer['action']) => void>()
  #attempt: HeldAttempt | null = null
  #isOver = false
  /** All of it: a study that goes on in another session hears it from the beginning. */
  readonly #reports: WorkerReport[] = []
  /** How many of them are confirmed. */
  #first = 0
  #sentTo = 0
  #confirmedAtBeat = 0
  #count = 0
  #heardCount = -1
  #heardAtBeat = -1
  #lastMessageAtMs: number
  #patienceMs = CLAIM_MS
  #asks = 0
  #stopped = false
  #judges = false
  #isFlushing = false
  #hasBegun = false
  #reportBytes = 0
  /** It said what no study would hear: nothing more of it counts. */
  #isRefused = false

  constructor(options: JobLeaseOptions) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#options = options
    this.done = promise
    this.#resolve = resolve
    this.#lastMessageAtMs = options.now()
    this.#timer = setInterval(() => this.#beat(), BEAT_MS)
    this.#post([])
  }

  report(...reports: readonly WorkerReport[]): void {
    if (this.#isOver) return
    for (const report of reports) if (!this.#isRefused) this.#reports.push(this.#hearable(report))
    if (this.#isFlushing) return
    // Whatever is said in this turn goes together.
    this.#isFlushing = true
    setImmediate(() => {
      this.#isFlushing = false
      this.#flush()
    })
  }

  /** What a study would not hear would be said for ever: the attempt fails instead. */
  #hearable(report: WorkerReport): WorkerReport {
    const bytes = sizeOf(report)
    if (report.kind !== 'file') this.#reportBytes += bytes
    const isAll = this.#reportBytes <= MAX_REPORT_BYTES
    if (isAll && bytes <= WINDOW_BYTES && workerReportSchema.safeParse(report).success)
      return report
    this.#isRefused = true
    this.#attempt?.abort()
    const value = report.kind
    const rule = msg('rule.bytes.atMost', { limit: isAll ? WINDOW_BYTES : MAX_REPORT_BYTES })
    const error = new AppError('protocol.invalid', { from: 'worker', field: 'said', value, rule })
    const { class: kind, reason: reason } = classifyFailure(error)
    return { kind: 'ended', outcome: { state: 'failed', failure: { class: kind, reason: reason } } }
  }

  async ask(step: number, value: number): Promise<JudgmentAnswer['action']> {
    const ask = this.#asks++
    return new Promise(resolve => {
      this.#asked.set(ask, resolve)
      this.report({ kind: 'judge', ask, step, value })
    })
  }

  /** The worker ends: somebody else is to run it. */
  requeue(): void {
    this.#attempt?.abort()
    this.#attempt = null
    this.report({ kind: 'back' })
  }

  /** @param message already known to come from one that has the key */
  hear(message: ToWorker): void {
    const { lease, count, state, work, lostAfterMs } = message
    if (this.#isOver || lease !== this.#options.lease || count <= this.#heardCount) return
    this.#heardCount = count
    this.#lastMessageAtMs = this.#options.now()
    if (state === 'over') {
      this.drop()
      return
    }
    this.#patienceMs = lostAfterMs
    const isRestarted = message.next < this.#first
    this.#first = message.next
    this.#sentTo = isRestarted ? this.#first : Math.max(this.#sentTo, this.#first)
    for (const { ask, action } of message.answers) {
      this.#asked.get(ask)?.(action)
      this.#asked.delete(ask)
    }
    if (work !== null && !this.#hasBegun) {
      this.#hasBegun = true
      this.#attempt = this.#options.begin(work, this)
    }
    if (message.judges && !this.#judges) {
      this.#judges = true
      this.#attempt?.judge()
    }
    if (message.stop !== null && !this.#stopped) {
      this.#stopped = true
      this.#attempt?.cancel()
    }
    if (this.#reports.length > this.#first) this.#flush()
  }

  /** Nobody waits for it. */
  drop(): void {
    if (this.#isOver) return
    this.#isOver = true
    clearInterval(this.#timer)
    this.#attempt?.abort()
    for (const answer of this.#asked.values()) answer('prune')
    this.#resolve()
  }

  #beat(): void {
    if (this.#options.now() - this.#lastMessageAtMs > this.#patienceMs) {
      this.drop()
      return
    }
    // Nothing was confirmed since the last beat: what was sent may be lost. A study that is silent is only asked, as all that is said
    // to it lies at the broker until it wakes.
    const isHeard = this.#heardCount > this.#heardAtBeat
    if (isHeard && this.#first === this.#confirmedAtBeat) this.#sentTo = this.#first
    this.#confirmedAtBeat = this.#first
    this.#heardAtBeat = this.#heardCount
    if (!this.#flush()) this.#post([])
  }

  #flush(): boolean {
    const limit = Math.min(this.#reports.length, this.#first + WINDOW_COUNT)
    if (this.#sentTo >= limit || this.#isOver) return false
    let bytes = 0
    let end = this.#first
    for (; end < limit && bytes < WINDOW_BYTES; end++)
      bytes += sizeOf(this.#reports[end] as WorkerReport)
    if (end <= this.#sentTo) return false
    this.#post(this.#reports.slice(this.#sentTo, end))
    this.#sentTo = end
    return true
  }

  #post(reports: readonly WorkerReport[]): void {
    const { job, worker, name, lease, post } = this.#options
    post({
      job,
      worker,
      name,
      lease,
      count: this.#count++,
      first: reports.length === 0 ? this.#first : this.#sentTo,
      reports: [...reports],
      open: [...this.#asked.keys()],
    })
  }
}

function sizeOf(report: WorkerReport): number {
  if (report.kind === 'metrics')
    return (
      report.steps.byteLength +
      report.values.byteLength +
      report.names.join('').length +
      METRICS_BYTES
    )
  return report.kind === 'file' ? report.content.length + 200 : ANSWER_BYTES
}
