import type { Database, Statement } from 'better-sqlite3'
import type { AttemptResources, ResourceSample } from '../contract/resources.ts'

interface ResourcesRow {
  readonly attempt: number
  readonly samples: string
}

/** The rows of `attempt_resources`. */
export class AttemptResourcesTable {
  readonly #set: Statement<[number, number, string]>
  readonly #ofTrial: Statement<[number], ResourcesRow>

  constructor(handle: Database) {
    this.#set = handle.prepare(
      `INSERT INTO attempt_resources (trial_id, attempt, samples) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET samples = excluded.samples`,
    )
    this.#ofTrial = handle.prepare(
      'SELECT attempt, samples FROM attempt_resources WHERE trial_id = ? ORDER BY attempt',
    )
  }

  set(trialId: number, attempt: number, samples: readonly ResourceSample[]): void {
    this.#set.run(trialId, attempt, JSON.stringify(samples))
  }

  ofTrial(trialId: number): AttemptResources[] {
    return this.#ofTrial.all(trialId).map(({ attempt, samples }) => ({
      attempt,
      samples: JSON.parse(samples) as ResourceSample[],
    }))
  }
}
