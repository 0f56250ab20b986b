import { classifyFailure } from '../../core/errors/classify-failure.ts'
import { msg } from '../../core/errors/message.ts'
import type { AttemptOutcome } from '../../core/processes/trainer-protocol.ts'
import type { Failure } from '../../core/trial/trial.ts'
import type { RunningAttempt } from './executor.ts'

export type Request = 'cancel' | 'abort' | 'leave'

/** Follows a job that runs on without us. */
export interface JobFollower {
  /** @returns how it ended; null if nobody waits for its end any more */
  follow(): Promise<AttemptOutcome | null>
  stop(why: 'cancel'): void
  /** Ends the job at once. */
  abort(): void
  /** The job runs on; the next session adopts it. */
  leave(): void
}

/** The attempts of an executor whose jobs live on without this session. */
export class DetachedAttempts {
  readonly #running = new Set<DetachedAttempt>()

  /** @param work obtains a job and has the attempt follow it; null where the end was told already */
  begin(work: (attempt: DetachedAttempt) => Promise<AttemptOutcome | null>): RunningAttempt {
    const attempt = new DetachedAttempt()
    this.#running.add(attempt)
    void work(attempt)
      .catch((error: unknown): AttemptOutcome => {
        return { state: 'failed', failure: classifyFailure(error) }
      })
      .then(outcome => {
        if (outcome !== null) attempt.settle(outcome)
      })
      .finally(() => this.#running.delete(attempt))
    return attempt
  }

  /** The session ends: what still runs is left to the next one. */
  leave(): void {
    for (const attempt of this.#running) attempt.leave()
  }
}

/** May be asked to end before there is a job; that is told to the job as soon as there is one. */
export class DetachedAttempt implements RunningAttempt {
  readonly outcome: Promise<AttemptOutcome>
  /** The first one counts: who aborts or leaves does not wait for the job. */
  readonly settle: (outcome: AttemptOutcome) => void
  #job: JobFollower | null = null
  #asked: Request | null = null

  constructor() {
    const { promise, resolve } = Promise.withResolvers<AttemptOutcome>()
    this.outcome = promise
    this.settle = resolve
  }

  /** The last request; null: it is still wanted. */
  get asked(): Request | null {
    return this.#asked
  }

  async follow(job: JobFollower): Promise<AttemptOutcome | null> {
    this.#job = job
    if (this.#asked !== null) this.#ask(this.#asked)
    return job.follow()
  }

  cancel(): void {
    this.#ask('cancel')
  }

  abort(failure: Failure): void {
    this.settle({ state: 'failed', failure })
    this.#ask('abort')
  }

  leave(): void {
    const alone = msg('failure.leftToItself')
    this.settle({ state: 'failed', failure: { class: 'killed', reason: alone } })
    this.#ask('leave')
  }

  #ask(what: Request): void {
    this.#asked = what
    if (what === 'cancel') this.#job?.stop('cancel')
    else this.#job?.[what]()
  }
}
