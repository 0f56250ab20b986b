import type { PackName } from '../../core/machine/engines/registry.ts'

/** Where the files of a pack have to run. */
export interface Target {
  readonly platform: NodeJS.Platform
  readonly architecture: string
}

/** A published file, exactly: the one that the engine was developed and measured with. */
export interface PinnedWheel {
  readonly name: string
  readonly version: string
  /** One of its tags; files of a version differ by it. */
  readonly tag: string
  readonly sha256: string
}

/** By operating system and architecture. */
export type Pins = Readonly<Partial<Record<`${NodeJS.Platform}-${string}`, readonly PinnedWheel[]>>>

export function pin(name: string, version: string, tag: string, sha256: string): PinnedWheel {
  return { name, version, tag, sha256 }
}

/** What a pack is made of. */
export interface PackDefinition {
  readonly name: PackName
  /** pip takes only wheels for the Python that it is told; the parts that we use need none. */
  readonly pythonVersion: string
  readonly pins: Pins
  /** Of the same library with CUDA. Absent: there is none. */
  readonly cudaPins?: Pins
  /** Names of wheels that hold it. */
  readonly packages: readonly string[]
  /** Before it there was no library that works without Python, or another C interface; a next major version is not known. */
  readonly oldest: readonly [major: number, minor: number]
  /** Paths in the wheel; null where none works. */
  readonly files: (target: Target) => readonly string[] | null
  /** Further files that the library finds by its own path. */
  readonly companionPattern?: RegExp
}
