import { ownValue } from '../../core/values/named-values.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import process from 'node:process'
import { constraintMetric } from '../../core/study/constraints.ts'
import { type CostMetric, gpuCostMetrics } from '../../core/trial/cost-metrics.ts'
import { AppError } from '../../core/errors/errors.ts'
import {
  type GpuDemand,
  type Gpus,
  type PlaceableGpu,
  visibleVariable,
} from '../../core/machine/gpus.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { StudyRecord } from '../../core/study/study.ts'
import { engines } from '../../engines/registry.ts'
import type { MachineMonitor } from '../../platform/machine/machine-monitor.ts'
import type { StudyStore } from '../../platform/storage/study-store.ts'
import { runsLocally } from '../executors/chosen-executor.ts'
import type { StudyRunnerOptions } from '../loop/run-state.ts'
import { isSatisfiable } from './gpu-placement.ts'
import { StudyResources } from './study-resources.ts'
import { objectiveKind } from '../../core/study/study-specification.ts'

/** Trials of earlier sessions whose memory is looked up; the newest say enough. */
const MAX_LOOKED_UP = 50

/**
 * The GPUs and the memory that the trials of a study may use on this machine.
 * @throws AppError `training.invalid` if the study wants to know what cannot be measured here
 */
export async function studyResources(
  { store, study, now }: Pick<StudyRunnerOptions, 'store' | 'study' | 'now'>,
  monitor: MachineMonitor,
): Promise<StudyResources> {
  await monitor.ready
  const gpus = monitor.gpus()
  const { specification } = study
  requireMeasurableCosts(store, study, {
    gpu: gpus.length > 0,
    cpuEnergy: monitor.cpuEnergy.state.state === 'measured',
  })
  const devices = visibleGpus(monitor.placeable(), process.env)
  const resources = new StudyResources({
    readings: monitor,
    devices,
    demand: gpuDemand(specification, devices),
    trainsOnGpu: trainsOnGpu(specification),
    now,
  })
  const complete = store
    .history(study.id, [], { reports: 'none' })
    .filter(({ state }) => state === 'complete')
  for (const { number } of complete.slice(-MAX_LOOKED_UP)) {
    const peak = (metric: string) => store.curve(study.id, number, metric).values.at(-1) ?? 0
    resources.learn(peak('peakMemoryBytes'), peak('peakGpuMemoryBytes'))
  }
  return resources
}

/** Before the first trial has shown it. */
function trainsOnGpu({ engine }: StudySpecification): boolean {
  const candidates =
    engine === 'auto'
      ? Object.values(engines).filter(definition => definition.isAutomatic?.() ?? true)
      : [engines[engine]]
  return candidates.some(definition => definition.expectsGpu?.() === true)
}

/**
 * Those of a person's own choice, if there is one: `CUDA_VISIBLE_DEVICES` and its like name places (from 0) or UUIDs of one vendor's; what they do
 * not name is not used.
 */
export function visibleGpus(
  gpus: readonly PlaceableGpu[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly PlaceableGpu[] {
  const vendors = [...new Set(gpus.map(({ vendor }) => vendor))]
  return vendors.flatMap(vendor => {
    const vendorGpus = gpus.filter(gpu => gpu.vendor === vendor)
    const chosen = ownValue(environment, visibleVariable(vendor))
    return chosen === undefined
      ? vendorGpus
      : chosen.split(',').flatMap(name => named(vendorGpus, name.trim()))
  })
}

function named(gpus: readonly PlaceableGpu[], name: string): readonly PlaceableGpu[] {
  if (name === '') return []
  return gpus.filter(({ uuid, visibleAs }, index) => {
    // AMD's and Intel's runtimes also count what trials are not given, such as a GPU in a processor.
    const number = /^\d+$/.test(visibleAs) ? visibleAs : String(index)
    return name === number || uuid.startsWith(name)
  })
}

/**
 * What each trial is to have of the GPUs of this machine; null where the study does not say, or runs none here.
 * @throws AppError `training.invalid` if this machine could never give it
 */
export function gpuDemand(
  { gpus, executor }: Pick<StudySpecification, 'gpus' | 'executor'>,
  devices: readonly PlaceableGpu[],
): GpuDemand | null {
  if (gpus === undefined || !runsLocally({ executor })) return null
  const demand = typeof gpus === 'number' ? { perTrial: gpus } : { sets: setsOf(gpus, devices) }
  if (isSatisfiable(devices, demand)) return demand
  throw new AppError('training.invalid', {
    field: 'gpus',
    value: JSON.stringify(gpus),
    rule: msg('rule.localGpus', { count: devices.length }),
  })
}

function setsOf(
  sets: Extract<Gpus, readonly unknown[]>,
  devices: readonly PlaceableGpu[],
): string[][] {
  return sets.map((set, index) =>
    set.map(name => {
      const device = typeof name === 'number' ? devices[name] : named(devices, name)[0]
      if (device !== undefined) return device.uuid
      throw new AppError('training.invalid', {
        field: `gpus[${index}]`,
        value: String(name),
        rule: msg('rule.gpusNamed', { names: devices.map(({ uuid }) => uuid) }),
      })
    }),
  )
}

/** The costs of a training that this machine can tell. */
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
  const { objective, goals, constraints } = study.specification
  if (objectiveKind(objective).usesEngine !== true) return
  const metrics = [...goals.map(({ metric }) => metric), ...constraints.map(constraintMetric)]
  for (const metric of metrics) {
    const rule =
      missingFor(metric, measurable) ??
      (metric === 'energyJoules' ? changedSince(store, study.id, measurable) : null)
    if (rule === null) continue
    const list = goals.some(goal => goal.metric === metric) ? 'goals' : 'constraints'
    throw new AppError('training.invalid', { field: `${list}.metric`, value: metric, rule })
  }
}

function missingFor(metric: string, { gpu, cpuEnergy }: Measurable): MessageDescriptor | null {
  const isOfGpu = gpuCostMetrics.some(name => name === metric)
  if (isOfGpu && !gpu) return msg('rule.measure.gpu')
  if (metric === 'cpuEnergyJoules' && !cpuEnergy) return msg('rule.measure.cpuEnergy')
  return metric === 'energyJoules' && !gpu && !cpuEnergy ? msg('rule.measure.energy') : null
}

/** Whether the sum would count other devices than in the trials so far; null if not. */
function changedSince(
  store: Pick<StudyStore, 'history' | 'curve'>,
  studyId: number,
  { gpu, cpuEnergy }: Measurable,
): MessageDescriptor | null {
  const last = store
    .history(studyId, [], { reports: 'none' })
    .findLast(({ state }) => state === 'complete')
  if (last === undefined) return null
  const reported = (metric: CostMetric): boolean =>
    store.curve(studyId, last.number, metric).values.length > 0
  if (!reported('energyJoules')) return null
  const hadCpu = reported('cpuEnergyJoules')
  // Before the parts were metrics, the energy was that of the GPU alone.
  const hadGpu = reported('gpuEnergyJoules') || !hadCpu
  if (hadCpu && !cpuEnergy) return msg('rule.measure.countedCpu')
  if (hadGpu && !gpu) return msg('rule.measure.countedGpu')
  return !hadCpu && cpuEnergy ? msg('rule.measure.countedGpuAlone') : null
}
