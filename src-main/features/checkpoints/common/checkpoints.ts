/** A checkpoint and why it stays (or goes). */
interface CheckpointRow {
  readonly trial: number
  readonly step: number
  readonly batch: number
  readonly bytes: number
  readonly reason:
    'inUse' | 'queued' | 'search' | 'best' | 'pareto' | 'latest' | 'unwanted' | 'overBudget'
}

/** Checkpoints that a study keeps, the most wanted first, and those that go when they are collected the next time. */
export interface CheckpointOverview {
  readonly retained: readonly CheckpointRow[]
  readonly removed: readonly CheckpointRow[]
  readonly retainedBytes: number
  /** Null where the study saves nothing. */
  readonly budgetBytes: number | null
}
