import type { Goal } from '../../core/study/study-specification.ts'
import { judgeMetric } from '../python-script/find-metrics.ts'
import type { PastRun } from './past-run.ts'

/** A metric of past runs. */
interface MetricOfRuns {
  readonly name: string
  /** How many runs have a number of it. */
  readonly runs: number
  /** What is wanted of it by its name; null where the name does not say. */
  readonly direction: Goal['direction'] | null
}

/** All metrics, the likeliest goal first: one that half of the runs have, then by its name, then by how many runs have it. */
export function metricsOfRuns(runs: readonly PastRun[]): readonly MetricOfRuns[] {
  const counts = new Map<string, number>()
  for (const { metrics } of runs) {
    for (const [name, { values }] of Object.entries(metrics)) {
      const isMeasured = values.some(value => !Number.isNaN(value))
      if (isMeasured) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }
  const most = Math.max(0, ...counts.values())
  return [...counts]
    .map(([name, count]) => {
      const judgment = judgeMetric(name)
      const rank = judgment === null ? Number.NEGATIVE_INFINITY : judgment.rank
      return {
        name,
        count,
        direction: judgment?.direction ?? null,
        rank,
        isUsual: count * 2 >= most,
      }
    })
    .sort(
      (a, b) =>
        Number(b.isUsual) - Number(a.isUsual) ||
        (a.rank === b.rank ? b.count - a.count : b.rank - a.rank),
    )
    .map(({ name, count, direction }) => ({ name, runs: count, direction }))
}

/** The goal that a person most likely means; null where no name says what is wanted. */
export function goalOfRuns(metrics: readonly MetricOfRuns[]): Goal | null {
  for (const { name, direction } of metrics)
    if (direction !== null) return { metric: name, direction }
  return null
}
