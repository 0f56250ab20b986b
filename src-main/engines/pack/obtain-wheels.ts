import { mkdir } from 'node:fs/promises'
import type { PackName } from '../../core/machine/engines/registry.ts'
import { AppError } from '../../core/errors/errors.ts'
import { unwritable } from '../../core/errors/unwritable.ts'
import { msg } from '../../core/errors/message.ts'
import { removeEntry } from '../../platform/files/remove.ts'
import { downloadWheels } from './download-wheels.ts'
import { downloadFolder } from './leftovers.ts'
import { pinnedWheels } from './pinned-wheels.ts'
import { packs } from './registry.ts'
import type { Target } from './pack-definition.ts'

export interface ObtainRequest {
  readonly pack: PackName
  readonly engines: string
  readonly gpu: boolean
  readonly target: Target
  readonly onOutput?: (text: string) => void
}

/** Wheels that were fetched; `discard` removes them. */
export interface ObtainedWheels {
  readonly files: readonly string[]
  discard(): Promise<void>
}

/**
 * Fetches the wheels of a pack, each by its version and hash: for the processor the one without CUDA where it is
 * published, for GPUs the whole one and the CUDA libraries that it was tried with.
 * @throws AppError `pack.downloadFailed`, `file.unwritable`, `engine.unavailable` where none is published
 */
export async function obtainWheels(request: ObtainRequest): Promise<ObtainedWheels> {
  const { pack, engines, gpu, target, onOutput } = request
  const wheels = pinnedWheels(pack, gpu, target)
  if (wheels.length === 0) {
    const { platform, architecture } = target
    const reason = msg('failure.noLibraryForSystem', { platform, processor: architecture })
    throw new AppError('engine.unavailable', { engine: pack, reason })
  }
  const folder = downloadFolder(engines)
  const discard = () => removeEntry(folder)
  try {
    await makeFolder(folder)
    const files = await downloadWheels({
      wheels,
      folder,
      target,
      pythonVersion: packs[pack].pythonVersion,
      ...(onOutput === undefined ? {} : { onOutput }),
    })
    return { files, discard }
  } catch (error) {
    await discard()
    throw error
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw unwritable(folder, error)
  }
}
