import { z } from 'zod'

/** GPUs that trials are given. */

export const gpuVendors = ['nvidia', 'amd', 'intel'] as const
export type GpuVendor = (typeof gpuVendors)[number]

/** A GPU, or a part of one (a MIG instance), that a trial can be given. */
export interface PlaceableGpu {
  /** Stable over restarts. */
  readonly uuid: string
  readonly vendor: GpuVendor
  /** In the variable of its vendor. */
  readonly visibleAs: string
  /** A process sees one such part at most. */
  readonly isPart: boolean
}

/** A place in the list that `doctor` prints, from 0, or the beginning of a UUID. */
const deviceSchema = z.union([
  z.int().min(0).max(255),
  z.string().regex(/^[A-Za-z0-9:._/-]{1,100}$/),
])

export const gpusSchema = z
  .union([
    z.number().positive().max(64).describe('option.gpus.number'),
    z.array(z.array(deviceSchema).min(1).max(64)).min(1).max(64).describe('option.gpus.sets'),
  ])
  .describe('option.study.gpus')
export type Gpus = z.output<typeof gpusSchema>

/** Sets of UUIDs, or so many of whichever there are. */
export type GpuDemand =
  { readonly perTrial: number } | { readonly sets: readonly (readonly string[])[] }

const variables = {
  nvidia: 'CUDA_VISIBLE_DEVICES',
  amd: 'HIP_VISIBLE_DEVICES',
  intel: 'ZE_AFFINITY_MASK',
} as const satisfies Record<GpuVendor, string>

/** What a process may see of each vendor's GPUs is told by this variable. */
export function visibleVariable(vendor: GpuVendor): string {
  return variables[vendor]
}

/**
 * The variables of a process that was given these GPUs. Those of other vendors are hidden from it, as far as they can be: Level Zero has no word for none.
 * @param present vendors whose GPUs this machine has
 */
export function gpuVariables(
  trialGpus: readonly Pick<PlaceableGpu, 'vendor' | 'visibleAs'>[],
  present: readonly GpuVendor[],
): Record<string, string> {
  if (trialGpus.length === 0) return {}
  const byVendor = Map.groupBy(trialGpus, ({ vendor }) => vendor)
  const hidden = present.filter(vendor => !byVendor.has(vendor) && vendor !== 'intel')
  const words: readonly (readonly [string, string])[] = [
    ...hidden.map(vendor => [variables[vendor], '-1'] as const),
    // A set that a person names may mix vendors.
    ...[...byVendor].map(
      ([vendor, gpus]) =>
        [variables[vendor], gpus.map(({ visibleAs }) => visibleAs).join(',')] as const,
    ),
  ]
  return Object.fromEntries(words)
}

/** Of a machine whose vendor nobody knows here. */
export function anyVendorVariables(gpus: readonly number[]): Record<string, string> {
  if (gpus.length === 0) return {}
  const text = gpus.join(',')
  return Object.fromEntries(gpuVendors.map(vendor => [variables[vendor], text]))
}

/** How many trials of `perTrial` GPUs each a machine with `gpus` of them takes at once. */
export function gpuSlots(gpus: number, perTrial: number): number {
  return perTrial < 1 ? gpus * Math.floor(1 / perTrial + 1e-9) : Math.floor(gpus / perTrial)
}

/** The GPUs of a slot of a machine, from 0: always the same ones, so that a job that is found again still has them. */
export function gpusOfSlot(slot: number, gpus: number, perTrial: number | undefined): number[] {
  if (gpus === 0) return []
  if (perTrial === undefined || perTrial <= 1) return [slot % gpus]
  return Array.from({ length: perTrial }, (_, index) => (slot * perTrial + index) % gpus)
}
