import type { MetricColumns } from '../contract/trainer-protocol.ts'
import type { MetricBatch } from '../storage/study-store.ts'

/**
 * Metrics between their arrival and the next transaction. `take` empties one trial, for the
 * transaction that finishes it; `takeAll` everything, for the regular flush.
 */
export class MetricBuffer {
  #batches: MetricBatch[] = []

  add(trialNumber: number, columns: MetricColumns): void {
    this.#batches.push({ trialNumber, columns })
  }

  take(trialNumber: number): readonly MetricBatch[] {
    const taken = this.#batches.filter(batch => batch.trialNumber === trialNumber)
    this.#batches = this.#batches.filter(batch => batch.trialNumber !== trialNumber)
    return taken
  }

  takeAll(): readonly MetricBatch[] {
    const taken = this.#batches
    this.#batches = []
    return taken
  }
}
