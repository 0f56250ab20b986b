/** A format in which libraries write metrics, as a study file names it. */
interface MetricLogDefinition {
  /** Where its libraries write when nobody says otherwise, as patterns below the folder of the program. */
  readonly usualPaths: readonly string[]
}

/** In the order in which they are looked for: of the same metric and step, the first one counts. */
export const metricLogs = {
  tensorboard: { usualPaths: ['**/*tfevents*'] },
  wandb: { usualPaths: ['**/run-*.wandb'] },
  mlflow: { usualPaths: ['**/mlruns/*/*/metrics/**', '**/mlflow.db'] },
  trackio: { usualPaths: ['**/trackio/*.db'] },
  trainerState: { usualPaths: ['**/trainer_state.json'] },
  csv: { usualPaths: ['**/metrics.csv', '**/results.csv', '**/*log*.csv', '**/history.csv'] },
  jsonLines: { usualPaths: ['**/*.jsonl', '**/metrics.json'] },
} as const satisfies Readonly<Record<string, MetricLogDefinition>>

export type MetricLogName = keyof typeof metricLogs
export const metricLogNames = Object.keys(metricLogs) as MetricLogName[]
