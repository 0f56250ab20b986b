import type { TrialComparison } from '../../../core/questions/verification.ts'
import { type CostMetric, latencyMetrics } from '../../../core/trial/cost-metrics.ts'
import { trainAgain, type TrialToTrain } from '../../models/node/train-again.ts'
import { compareTrials } from './compare-trials.ts'

/** Metrics that depend on the machine and its moment, and never come out the same. */
const measuredOnMachine: readonly CostMetric[] = [
  'trainingSeconds',
  ...latencyMetrics,
  'peakMemoryBytes',
  'energyJoules',
  'cpuEnergyJoules',
  'gpuEnergyJoules',
  'peakGpuMemoryBytes',
]

export interface RetrainOptions extends TrialToTrain {
  /** Largest relative difference that counts as within tolerance. */
  readonly tolerance: number
}

/**
 * Trains a trial of the record again and compares what both reported. Nothing of it is kept.
 * @throws AppError as `trainAgain`
 */
export async function retrainTrial({
  tolerance,
  ...options
}: RetrainOptions): Promise<TrialComparison> {
  const { study, trial } = options
  return trainAgain(options, again =>
    compareTrials(trial, again, {
      goals: study.specification.goals.map(({ metric }) => metric),
      tolerance,
      isComparable: name => !(measuredOnMachine as readonly string[]).includes(name),
    }),
  )
}
