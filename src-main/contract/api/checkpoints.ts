/** A checkpoint and why it stays (or goes). */
interface CheckpointRow {
  readonly trial: number
  readonly step: number
  readonly batch: number
  readonly bytes: number
  readonly reason:
    'inUse' | 'queued' | 'search' | 'best' | 'pareto' | 'latest' | 'unwanted' | 'overBudget'
}

/** What a study keeps, the most wanted first, and what goes when checkpoints are collected the next time. */
export interface CheckpointOverview {
  readonly kept: readonly CheckpointRow[]
  readonly removed: readonly CheckpointRow[]
  readonly keptBytes: number
  /** Null where the study saves nothing. */
  readonly budgetBytes: number | null
}
