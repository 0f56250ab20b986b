import process from 'node:process'
import type { StudyRecord } from '../../contract/study.ts'
import type { StudySpecification } from '../../contract/study-specification.ts'
import type { GpuSample } from '../../contract/resources.ts'
import { StudyResources } from './study-resources.ts'
import type { StudyStore } from '../../storage/study-store.ts'
import { installedPack } from '../../engines/install-engine.ts'
import type { MachineMonitor } from '../../machine/machine-monitor.ts'
import { requireMeasurableCosts } from './measurable-costs.ts'

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
