import type { AttemptOutcome } from '../../core/processes/trainer-protocol.ts'

/** How often one trial is given back beyond what its retries allow. */
const MAX_REQUEUES = 10

/** Counts how often trials were given back: one that takes a machine down each time is to fail in the end. */
export class RequeueLimit {
  readonly #counts = new Map<number, number>()

  judged(outcome: AttemptOutcome, trial: number): AttemptOutcome {
    if (outcome.state !== 'failed' || outcome.failure.requeued !== true) return outcome
    const count = (this.#counts.get(trial) ?? 0) + 1
    this.#counts.set(trial, count)
    if (count <= MAX_REQUEUES) return outcome
    const { requeued: _, ...failure } = outcome.failure
    return { state: 'failed', failure }
  }
}
