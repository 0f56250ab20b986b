import type { CpuEnergyShare } from '../../src-main/platform/machine/cpu-energy.ts'
import { GpuHolds } from '../../src-main/platform/machine/gpu-holds.ts'
import { StudyResources } from '../../src-main/running/resources/study-resources.ts'

/** On a machine that does not measure it. */
export const noCpuEnergy: CpuEnergyShare = { read: () => null, close: () => undefined }

/** A machine whose memory never ends and whose GPUs and energy nobody can read. */
export function unlimitedResources(now: () => number): StudyResources {
  const readings = {
    gpus: () => [],
    placeable: () => [],
    gpuHolds: new GpuHolds(),
    memoryOf: () => null,
    freeMemoryBytes: () => Number.POSITIVE_INFINITY,
    cpuEnergy: { share: () => noCpuEnergy },
  }
  return new StudyResources({ readings, devices: [], trainsOnGpu: false, now })
}
