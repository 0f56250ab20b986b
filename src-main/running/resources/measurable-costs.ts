import { constraintMetric } from '../../contract/constraints.ts'
import { type CostMetric, gpuCostMetrics } from '../../contract/cost-metrics.ts'
import { AppError } from '../../contract/errors.ts'
import type { StudyRecord } from '../../contract/study.ts'
import type { StudySpecification } from '../../contract/study-specification.ts'
import type { StudyStore } from '../../storage/study-store.ts'

/** What this machine can tell of the cost of a training. */
export interface Measurable {
  readonly gpu: boolean
  readonly cpuEnergy: boolean
}

/**
 * A goal or constraint that is never reported would fail, or forbid, every trial; and energy that counts the processors in some trials only
 * would compare what cannot be compared.
 * @throws AppError `training.invalid`
 */
export function requireMeasurableCosts(
  store: Pick<StudyStore, 'history' | 'curve'>,
  study: Pick<StudyRecord, 'id' | 'specification'>,
  measurable: Measurable,
): void {
  const { specification } = study
  const { objective, goals, constraints } = specification
  if (!('task' in objective)) return
  const asked = [...goals.map(({ metric }) => metric), ...constraints.map(constraintMetric)]
  for (const metric of asked) {
    const rule =
      missingFor(metric, measurable) ??
      (metric === 'energyJoules' ? changedSince(store, study.id, measurable) : null)
    if (rule !== null) throw refusal(specification, metric, rule)
  }
}

function missingFor(metric: string, { gpu, cpuEnergy }: Measurable): string | null {
  const noGpu = 'needs a GPU that nvidia-smi can read; there is none here'
  const noCounter =
    'needs the energy counters of the processors, which cannot be read here ("tunewright doctor" says why)'
  if (gpuCostMetrics.some(name => name === metric)) return gpu ? null : noGpu
  if (metric === 'cpuEnergyJoules') return cpuEnergy ? null : noCounter
  if (metric !== 'energyJoules' || gpu || cpuEnergy) return null
  return 'needs the energy counters of the processors or a GPU that nvidia-smi can read; neither is here ("tunewright doctor" says why)'
}

/** Whether the sum would count other devices than in the trials so far; null if not. */
function changedSince(
  store: Pick<StudyStore, 'history' | 'curve'>,
  studyId: number,
  { gpu, cpuEnergy }: Measurable,
): string | null {
  const last = store.history(studyId).findLast(({ state }) => state === 'complete')
  if (last === undefined) return null
  const reported = (metric: CostMetric): boolean =>
    store.curve(studyId, last.number, metric).values.length > 0
  if (!reported('energyJoules')) return null
  const hadCpu = reported('cpuEnergyJoules')
  // Before the parts were metrics, the energy was that of the GPU alone.
  const hadGpu = reported('gpuEnergyJoules') || !hadCpu
  if (hadCpu && !cpuEnergy) {
    return 'counts the processors in the trials so far, and their energy cannot be read now ("tunewright doctor" says why)'
  }
  if (hadGpu && !gpu) return 'counts a GPU in the trials so far, and nvidia-smi reads none now'
  if (!hadCpu && cpuEnergy) {
    return 'counts the GPU alone in the trials so far, and now the processors could be read, too: a new study can ask for gpuEnergyJoules'
  }
  return null
}

function refusal({ goals }: StudySpecification, value: string, rule: string): AppError {
  const field = goals.some(goal => goal.metric === value) ? 'goals.metric' : 'constraints.metric'
  return new AppError('training.invalid', { field, value, rule })
}
