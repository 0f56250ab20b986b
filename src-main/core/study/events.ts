import type { JsonObject } from '../values/json.ts'

/** Everything that changes a study is one append-only row; timeline, replay and report read it. */
export type EventKind =
  | 'study.created'
  | 'study.started'
  | 'study.resumed'
  | 'study.paused'
  | 'study.stopped'
  | 'study.finished'
  | 'study.failed'
  | 'study.changed'
  | 'study.labeled'
  | 'study.renamed'
  | 'study.deleted'
  | 'study.restored'
  | 'slot.waiting'
  | 'trial.started'
  | 'trial.retried'
  | 'trial.interrupted'
  | 'trial.suspended'
  | 'trial.unsuspended'
  | 'trial.finished'
  | 'trial.queued'
  | 'trial.unqueued'
  | 'trial.excluded'
  | 'trial.included'
  | 'trial.noted'
  /** Files of a trial that another program evaluated were taken over. */
  | 'trial.filesStored'
  | 'winner.tested'
  | 'ensemble.tested'
  | 'model.refitted'
  | 'child.failed'
  /** A person's notification channel could not be told of what happened. */
  | 'notification.failed'
  /** A program with a token of a person did something that leaves no other event. */
  | 'program.acted'

export interface EventRecord {
  /** Rises by one with every event of the database; also the order in which things happened. */
  readonly id: number
  readonly atMs: number
  readonly kind: EventKind
  readonly trialNumber: number | null
  readonly detail: JsonObject
}
