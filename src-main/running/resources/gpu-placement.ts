import { type GpuDemand, gpuVendors, type PlaceableGpu } from '../../core/machine/gpus.ts'

/** Shares such as a third are not exact. */
const TOLERANCE = 1e-9

interface Placing {
  /** Those that are there now, in the order in which they are given. */
  readonly devices: readonly PlaceableGpu[]
  /** What others hold of a device: 0 nothing, 1 all of it. */
  readonly held: (uuid: string) => number
  readonly demand: GpuDemand
  /** Whether its memory suffices. */
  readonly fits?: (device: PlaceableGpu) => boolean
}

/** What a trial of this demand holds of each of its devices. */
export function shareOf(demand: GpuDemand): number {
  return 'perTrial' in demand ? Math.min(1, demand.perTrial) : 1
}

/**
 * The devices of the next trial; null if it has to wait. A share goes where most is free; several are whole, of one vendor and no
 * MIG instances, since a process sees one of those at most; a set is given as a whole.
 */
export function placeGpus({
  devices,
  held,
  demand,
  fits = () => true,
}: Placing): PlaceableGpu[] | null {
  const share = shareOf(demand)
  const hasRoom = (device: PlaceableGpu): boolean =>
    held(device.uuid) + share <= 1 + TOLERANCE && fits(device)
  if ('sets' in demand) {
    const sets = demand.sets.map(set =>
      set.map(uuid => devices.find(device => device.uuid === uuid)),
    )
    return sets.find(isWhole)?.filter(device => device !== undefined) ?? null
  }
  if (demand.perTrial <= 1) {
    const [best] = devices
      .filter(hasRoom)
      .toSorted((left, right) => held(left.uuid) - held(right.uuid))
    return best === undefined ? null : [best]
  }
  for (const vendor of gpuVendors) {
    const free = devices.filter(
      device => device.vendor === vendor && !device.isPart && hasRoom(device),
    )
    if (free.length >= demand.perTrial) return free.slice(0, demand.perTrial)
  }
  return null

  function isWhole(set: readonly (PlaceableGpu | undefined)[]): boolean {
    return set.every(device => device !== undefined && hasRoom(device))
  }
}

/**
 * The devices that a trial that has to wait should wait for, since least is held of them; none where there can be no such.
 * @param heldByStudy what its study holds itself, and does not wait for
 */
export function devicesToAwait(
  { devices, held, demand }: Omit<Placing, 'fits'>,
  heldByStudy: Placing['held'],
): readonly PlaceableGpu[] {
  const freest = devices.toSorted((left, right) => held(left.uuid) - held(right.uuid))
  return placeGpus({ devices: freest, demand, held: heldByStudy }) ?? []
}

/** Whether these devices could ever meet a demand, with nobody else there. */
export function isSatisfiable(devices: readonly PlaceableGpu[], demand: GpuDemand): boolean {
  return placeGpus({ devices, demand, held: () => 0 }) !== null
}
