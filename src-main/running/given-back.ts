import type { AttemptOutcome } from '../core/processes/trainer-protocol.ts'

/** How often one trial is given back beyond what its retries allow. */
const MAX_GIVEN_BACK = 10

/** Counts how often trials were given back: one that takes a machine down each time is to fail in the end. */
export class GivenBack {
  readonly #counts = new Map<number, number>()

  judged(outcome: AttemptOutcome, trial: number): AttemptOutcome {
    if (outcome.state !== 'failed' || outcome.failure.givenBack !== true) return outcome
    const count = (this.#counts.get(trial) ?? 0) + 1
    this.#counts.set(trial, count)
    if (count <= MAX_GIVEN_BACK) return outcome
    const { givenBack: _, ...failure } = outcome.failure
    return { state: 'failed', failure }
  }
}
