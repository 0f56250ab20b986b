import { type Fact, fact } from '../../contract/fact.ts'
import process from 'node:process'
import { constraintMetric } from '../../contract/constraints.ts'
import { type CostMetric, gpuCostMetrics } from '../../contract/cost-metrics.ts'
import { AppError } from '../../contract/errors.ts'
import type { GpuSample } from '../../contract/resources.ts'
import type { StudySpecification } from '../../contract/study-specification.ts'
import type { StudyRecord } from '../../contract/study.ts'
import { installedPack } from '../../engines/install-engine.ts'
import type { MachineMonitor } from '../../machine/machine-monitor.ts'
import type { StudyStore } from '../../storage/study-store.ts'
import { StudyResources } from './study-resources.ts'

/** Trials of earlier sessions whose memory is looked up; the newest say enough. */
const MAX_LOOKED_UP = 50

/**
 * The GPUs and the memory that the trials of a study may use on this machine.
 * @throws AppError `training.invalid` if the study wants to know what cannot be measured here
 */
export async function studyResources(
  { store, study, now }: StudyToRun,
  monitor: MachineMonitor,
): Promise<StudyResources> {
  await monitor.ready
  const gpus = monitor.gpus()
  const { specification } = study
  requireMeasurableCosts(store, study, {
    gpu: gpus.length > 0,
    cpuEnergy: monitor.cpuEnergyState.state === 'measured',
  })
  const resources = new StudyResources({
    readings: monitor,
    devices: visibleGpus(gpus, process.env['CUDA_VISIBLE_DEVICES']),
    trainsOnGpu: trainsOnGpu(specification),
    now,
  })
  const complete = store.history(study.id).filter(({ state }) => state === 'complete')
  for (const { number } of complete.slice(-MAX_LOOKED_UP)) {
    const peak = (metric: string) => store.curve(study.id, number, metric).values.at(-1) ?? 0
    resources.learn(peak('peakMemoryBytes'), peak('peakGpuMemoryBytes'))
  }
  return resources
}

interface StudyToRun {
  readonly store: StudyStore
  readonly study: StudyRecord
  readonly now: () => number
}

/** Before the first trial has shown it. */
function trainsOnGpu({ engine }: StudySpecification): boolean {
  if (engine === 'webgpu') return true
  return (engine === 'auto' || engine === 'tensorflow') && installedPack()?.manifest.gpu === true
}

/**
 * Those of a person's own choice, if there is one: `CUDA_VISIBLE_DEVICES` names places (from 0) or UUIDs; what it does
 * not name is not used.
 */
export function visibleGpus(
  gpus: readonly Pick<GpuSample, 'uuid'>[],
  chosen: string | undefined,
): readonly string[] {
  if (chosen === undefined) return gpus.map(({ uuid }) => uuid)
  const names = chosen.split(',').map(name => name.trim())
  return names.flatMap(name =>
    gpus
      .filter(({ uuid }, place) => name !== '' && (name === String(place) || uuid.startsWith(name)))
      .map(({ uuid }) => uuid),
  )
}

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

function missingFor(metric: string, { gpu, cpuEnergy }: Measurable): Fact | null {
  const noGpu = fact('rule.measure.gpu')
  const noCounter = fact('rule.measure.cpuEnergy')
  if (gpuCostMetrics.some(name => name === metric)) return gpu ? null : noGpu
  if (metric === 'cpuEnergyJoules') return cpuEnergy ? null : noCounter
  if (metric !== 'energyJoules' || gpu || cpuEnergy) return null
  return fact('rule.measure.energy')
}

/** Whether the sum would count other devices than in the trials so far; null if not. */
function changedSince(
  store: Pick<StudyStore, 'history' | 'curve'>,
  studyId: number,
  { gpu, cpuEnergy }: Measurable,
): Fact | null {
  const last = store.history(studyId).findLast(({ state }) => state === 'complete')
  if (last === undefined) return null
  const reported = (metric: CostMetric): boolean =>
    store.curve(studyId, last.number, metric).values.length > 0
  if (!reported('energyJoules')) return null
  const hadCpu = reported('cpuEnergyJoules')
  // Before the parts were metrics, the energy was that of the GPU alone.
  const hadGpu = reported('gpuEnergyJoules') || !hadCpu
  if (hadCpu && !cpuEnergy) {
    return fact('rule.measure.countedCpu')
  }
  if (hadGpu && !gpu) return fact('rule.measure.countedGpu')
  if (!hadCpu && cpuEnergy) {
    return fact('rule.measure.countedGpuAlone')
  }
  return null
}

function refusal({ goals }: StudySpecification, value: string, rule: Fact): AppError {
  const field = goals.some(goal => goal.metric === value) ? 'goals.metric' : 'constraints.metric'
  return new AppError('training.invalid', { field, value, rule })
}
