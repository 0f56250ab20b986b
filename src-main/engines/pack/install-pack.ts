import { msg, verbatim } from '../../core/errors/message.ts'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { PackName } from '../../core/machine/engines/registry.ts'
import { AppError } from '../../core/errors/errors.ts'
import { unwritable } from '../../core/errors/unwritable.ts'
import { renameOver } from '../../platform/files/durable.ts'
import { removeEntry } from '../../platform/files/remove.ts'
import { removeLeftovers, stagingFolder } from './leftovers.ts'
import { requireMachine } from './machine-code.ts'
import { manifestName, type PackManifest } from './pack-manifest.ts'
import { findPin } from './pinned-wheels.ts'
import { selectFiles, type SelectedWheel } from './select-files.ts'
import type { Target } from './pack-definition.ts'
import { openWheel, WheelError, type WheelArchive } from './wheel-archive.ts'
import { describeWheel, type WheelDescription } from './wheel-description.ts'

export interface StageRequest {
  readonly pack: PackName
  /** Wheel files: one of the library itself, and for TensorFlow any of CUDA. */
  readonly wheels: readonly string[]
  /** Folder with the engine packs. */
  readonly engines: string
  /** Whether the pack has to train on GPUs. */
  readonly gpu: boolean
  readonly target: Target
  readonly now: () => Date
  readonly onProgress?: (progress: UnpackProgress) => void
}

export interface UnpackProgress {
  readonly file: string
  readonly bytes: number
  readonly totalBytes: number
}

/** A pack that lies unpacked and checked beside the place where it will be used. */
export interface StagedPack {
  readonly manifest: PackManifest
  /** An engines folder that holds nothing but this pack: for trying it out. */
  readonly engines: string
  /** Puts the pack in its place, instead of one that was there. */
  commit(): Promise<void>
  discard(): Promise<void>
}

interface OpenedWheel {
  readonly file: string
  readonly archive: WheelArchive
  readonly description: WheelDescription
  readonly selected: SelectedWheel
  readonly sha256: string
}

/** Room to leave on the disk. */
const SPARE_BYTES = 2 ** 28

/**
 * Unpacks wheels into a folder of their own. Whatever goes wrong, nothing of it is left.
 * @throws AppError `pack.refused` naming the wheel and what is wrong with it; `file.notFound`;
 *   `file.unwritable` if there is no room
 */
export async function stagePack(request: StageRequest): Promise<StagedPack> {
  const { engines } = request
  const wheels: OpenedWheel[] = []
  try {
    for (const file of request.wheels) wheels.push(await openForTarget(file, request))
    requireOneLibrary(wheels, request)
    await makeFolder(engines)
    await removeLeftovers(engines)
    await requireRoom(engines, totalBytes(wheels))
    return await stage(wheels, request)
  } finally {
    for (const { archive } of wheels) archive.close()
  }
}

async function stage(wheels: readonly OpenedWheel[], request: StageRequest): Promise<StagedPack> {
  const { engines } = request
  const staging = stagingFolder(engines)
  const discard = () => removeEntry(staging)
  // Leftovers of an earlier process of the same number.
  await discard()
  try {
    const pack = path.join(staging, request.pack)
    await unpack(wheels, pack, request)
    const manifest = describePack(wheels, request)
    await writeFile(path.join(pack, manifestName), `${JSON.stringify(manifest, null, 2)}\n`)
    return {
      manifest,
      engines: staging,
      discard,
      commit: () => replace(engines, staging, request.pack),
    }
  } catch (error) {
    await discard()
    throw error
  }
}

async function openForTarget(file: string, { pack, target }: StageRequest): Promise<OpenedWheel> {
  let archive: WheelArchive | null = null
  try {
    archive = await openWheel(file)
    const description = await describeWheel(archive)
    const sha256 = await hashFile(file)
    requirePinned(description, sha256)
    const selected = selectFiles(pack, archive, description, target)
    archive.requireNoBomb(selected.files.map(({ name }) => name))
    return { file, archive, description, selected, sha256 }
  } catch (error) {
    archive?.close()
    throw refusal(file, error)
  }
}

function refusal(file: string, error: unknown): unknown {
  if (error instanceof WheelError) {
    return new AppError('pack.refused', { file, reason: error.reason }, error)
  }
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return new AppError('file.notFound', { path: file, field: '--from' })
  if (code === 'EISDIR' || code === 'EACCES') {
    return new AppError('file.unreadable', { path: file, reason: verbatim(message) }, error)
  }
  return error
}

/** A file of a version that we know is that file. */
function requirePinned({ name, version, tags }: WheelDescription, sha256: string): void {
  const pin = findPin(name, version, tags)
  if (pin === null || pin.sha256 === sha256) return
  const values = { name, version, expected: pin.sha256, found: sha256 }
  throw new WheelError('failure.wheel.otherHash', values)
}

function requireOneLibrary(wheels: readonly OpenedWheel[], { pack, gpu }: StageRequest): void {
  const main = wheels.filter(({ selected }) => selected.kind === 'library')
  const [first] = main
  if (first === undefined || main.length > 1) {
    const file = wheels.map(wheel => path.basename(wheel.file)).join(', ')
    const reason = msg('failure.oneWheel', { pack, count: main.length })
    throw new AppError('pack.refused', { file, reason })
  }
  const hasCuda = wheels.some(({ selected }) => selected.kind === 'cuda')
  if (first.description.name === 'tensorflow-cpu' && (gpu || hasCuda)) {
    const reason = msg('failure.wheelWithoutGpu')
    throw new AppError('pack.refused', { file: first.file, reason })
  }
}

function totalBytes(wheels: readonly OpenedWheel[]): number {
  const files = wheels.flatMap(({ selected }) => selected.files)
  return files.reduce((sum, { expected }) => sum + expected.bytes, 0)
}

async function makeFolder(engines: string): Promise<void> {
  try {
    await mkdir(engines, { recursive: true })
  } catch (error) {
    throw unwritable(engines, error)
  }
}

async function requireRoom(engines: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(engines)
  const free = bavail * bsize
  if (free >= bytes + SPARE_BYTES) return
  const megabytes = (count: number) => Math.ceil(count / 1e6)
  const reason = msg('failure.noSpace', {
    neededMegabytes: megabytes(bytes + SPARE_BYTES),
    freeMegabytes: megabytes(free),
  })
  throw new AppError('file.unwritable', { path: engines, reason })
}

async function unpack(
  wheels: readonly OpenedWheel[],
  pack: string,
  { target, onProgress }: StageRequest,
): Promise<void> {
  const total = totalBytes(wheels)
  let done = 0
  for (const { file, archive, selected } of wheels) {
    for (const { name, expected } of selected.files) {
      const destination = path.join(pack, ...name.split('/'))
      try {
        await mkdir(path.dirname(destination), { recursive: true })
        await archive.extract(name, destination, expected, bytes => {
          done += bytes
          onProgress?.({ file: name, bytes: done, totalBytes: total })
        })
        await requireMachine(destination, name, target)
        await flush(destination)
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EACCES' || code === 'EROFS') {
          throw unwritable(destination, error)
        }
        throw refusal(file, error)
      }
    }
  }
}

/** On disk before the pack is put in its place: a crash must not leave a pack with holes. */
async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function describePack(wheels: readonly OpenedWheel[], { now }: StageRequest): PackManifest {
  const main = wheels.find(({ selected }) => selected.kind === 'library') as OpenedWheel
  return {
    format: 1,
    version: main.description.version,
    gpu: wheels.some(({ selected }) => selected.kind === 'cuda'),
    installedAt: now().toISOString(),
    bytes: totalBytes(wheels),
    wheels: wheels.map(({ file, description: { name, version }, sha256 }) => {
      return { file: path.basename(file), name, version, sha256 }
    }),
  }
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** Two renames; a crash between them leaves no pack, never half a one. */
async function replace(engines: string, staging: string, pack: PackName): Promise<void> {
  const target = path.join(engines, pack)
  const old = path.join(staging, 'replaced')
  try {
    await renameOver(target, old)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  await renameOver(path.join(staging, pack), target)
  await removeEntry(staging)
}
