import type { PackName } from '../../core/machine/engines/registry.ts'
import type { PinnedWheel, Target } from './pack-definition.ts'
import { packs } from './registry.ts'

/** @returns the files of a pack for this machine; empty where none are published */
export function pinnedWheels(
  pack: PackName,
  gpu: boolean,
  { platform, architecture }: Target,
): readonly PinnedWheel[] {
  const { pins, cudaPins } = packs[pack]
  return ((gpu ? cudaPins : undefined) ?? pins)[`${platform}-${architecture}`] ?? []
}

/** The pin of a published file; null for a version that is not pinned. */
export function findPin(
  name: string,
  version: string,
  tags: readonly string[],
): PinnedWheel | null {
  const all = Object.values(packs)
    .flatMap(({ pins, cudaPins = {} }) => [cudaPins, pins])
    .flatMap(pins => Object.values(pins).flatMap(wheels => wheels ?? []))
  const isIt = (wheel: PinnedWheel): boolean =>
    wheel.name === name && wheel.version === version && tags.includes(wheel.tag)
  return all.find(isIt) ?? null
}
