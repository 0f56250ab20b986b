import { ownValue } from '../values/named-values.ts'
import { unknownName } from '../values/closest-name.ts'
import { AppError } from '../errors/errors.ts'
import type { Goal } from '../study/study-specification.ts'

/**
 * Costs of a training, measured by the process that runs it. Metrics like any other (goals, constraints, columns,
 * exports), but of the whole attempt: there is one value, reported at its end.
 */
export const costMetrics = [
  'trainingSeconds',
  'peakMemoryBytes',
  'parameterCount',
  'modelBytes',
  // Multiplications followed by an addition for one row; a tree counts its comparisons, about.
  'multiplyAdds',
  // Median time of a prediction for 1 and for 32 rows, on one thread; measured where a goal or a constraint names it.
  'latencyMs',
  'latencyBatch32Ms',
  'latencyDeviationMs',
  // cpuEnergyJoules and gpuEnergyJoules together, or the one that this machine measures.
  'energyJoules',
  'cpuEnergyJoules',
  'gpuEnergyJoules',
  'peakGpuMemoryBytes',
] as const

export type CostMetric = (typeof costMetrics)[number]
export type Costs = Readonly<Partial<Record<CostMetric, number>>>

/** Known of a network before it is trained. */
export const staticCostMetrics = [
  'parameterCount',
  'multiplyAdds',
] as const satisfies readonly CostMetric[]

/** They take time to measure. */
export const latencyMetrics = [
  'latencyMs',
  'latencyBatch32Ms',
  'latencyDeviationMs',
] as const satisfies readonly CostMetric[]

/** Measured only where a GPU can be read. */
export const gpuCostMetrics: readonly CostMetric[] = ['gpuEnergyJoules', 'peakGpuMemoryBytes']

export function isCostMetric(name: string): name is CostMetric {
  return costMetrics.some(metric => metric === name)
}

/**
 * The value of every goal in the row that a trial is judged by, or of the whole attempt if it is a cost.
 * @throws AppError `training.invalid` for a goal that is missing, `training.nonFinite`
 */
export function goalValues(
  goals: readonly Goal[],
  row: { readonly step: number; readonly metrics: Readonly<Record<string, number>> } | null,
  costs: Costs,
): number[] {
  return goals.map(({ metric }) => {
    const value = isCostMetric(metric)
      ? (costs[metric] ?? row?.metrics[metric])
      : ownValue(row?.metrics, metric)
    if (value === undefined) {
      throw new AppError('training.invalid', {
        field: 'goals.metric',
        value: metric,
        rule: unknownName('metric', metric, Object.keys(row?.metrics ?? {})),
      })
    }
    if (!Number.isFinite(value)) {
      const step = row?.step ?? 0
      throw new AppError('training.nonFinite', { metric, step, value: String(value) })
    }
    return value
  })
}
