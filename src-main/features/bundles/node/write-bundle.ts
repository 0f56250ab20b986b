import { createHash } from 'node:crypto'
import { constants, copyFileSync, createReadStream, createWriteStream } from 'node:fs'
import { chmod, link, mkdir, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { unwritable } from '../../../core/errors/unwritable.ts'
import { isFinished } from '../../../core/trial/trial.ts'
import { renameOver } from '../../../platform/files/durable.ts'
import {
  compareNames,
  folderHash,
  type FolderPart,
  innerFolder,
} from '../../../platform/files/folder-hash.ts'
import { partsOf } from '../../../platform/files/own-path.ts'
import { sharedMode } from '../../../platform/files/private-umask.ts'
import { removeEntry } from '../../../platform/files/remove.ts'
import {
  inTemporaryFolder,
  removePartsOf,
  temporaryBeside,
} from '../../../platform/files/temporary.ts'
import { tunewrightVersion } from '../../../platform/machine/environment.ts'
import type { StudyFile } from '../../../platform/storage/copy-study.ts'
import { SCHEMA_VERSION } from '../../../platform/storage/migrations/migrations.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'
import { hashFile } from '../../../platform/files/hash-file.ts'
import {
  BUNDLE_FORMAT,
  BUNDLE_VERSION,
  DATABASE_NAME,
  type BundledFile,
  MANIFEST_NAME,
  type Manifest,
} from './manifest.ts'

/** A study that runs may remove a checkpoint between our look at it and our copy; then everything is looked at again. */
const MAX_TRIES = 20
const firstDay = new Date(1980, 0, 1)
/** Output of programs, in the folder of a trial; no row names it. */
const logFile = /^attempt-.{1,20}\.output\.\d+$/

export interface BundleRequest {
  readonly reader: StudyReader
  readonly studyId: number
  readonly file: string
  /** Whether a file that is there gives way. */
  readonly replace: boolean
  readonly atMs: number
}

export interface WrittenBundle {
  /** Absolute. */
  readonly path: string
  readonly bytes: number
  readonly files: number
  readonly missing: readonly string[]
}

/**
 * Writes a study with everything that belongs to it into one file, also while it runs: its rows are of one moment, and every file is
 * compared with the hash that its row had then. The file is whole or absent.
 * @throws AppError `study.notFound`, `study.busy`, `file.exists`, `file.unwritable`, `disk.full`
 */
export async function writeBundle(request: BundleRequest): Promise<WrittenBundle> {
  const target = path.resolve(request.file)
  await mkdir(path.dirname(target), { recursive: true }).catch((error: unknown) => {
    throw unwritable(path.dirname(target), error)
  })
  removePartsOf(target)
  const partial = temporaryBeside(target)
  try {
    const manifest = await tryAgain(request, partial)
    const { size } = await stat(partial)
    await chmod(partial, sharedMode((await stat(path.dirname(target))).mode))
    await settle(partial, target, request.replace)
    const { files, missing } = manifest
    return { path: target, bytes: size, files: files.length - 1, missing }
  } finally {
    await removeEntry(partial)
  }
}

async function tryAgain(request: BundleRequest, partial: string): Promise<Manifest> {
  const { reader, studyId } = request
  const damaged = new Set<string>()
  for (let tries = 1; ;) {
    try {
      return await inTemporaryFolder('bundle', folder =>
        writeOnce(request, damaged, folder, partial),
      )
    } catch (error) {
      if (!(error instanceof Changed)) throw error
      await removeEntry(partial)
      if (!damaged.has(error.file) && isNamed(reader, studyId, error.file)) {
        damaged.add(error.file)
        continue
      }
      if (tries++ < MAX_TRIES) continue
      const rule = msg('rule.bundle.changing', { file: error.file, count: MAX_TRIES })
      const study = reader.studyById(studyId).name
      throw new AppError('intervention.refused', { study, rule }, error)
    }
  }
}

/** Whether a row names this file now. */
function isNamed(reader: StudyReader, studyId: number, file: string): boolean {
  return [...reader.artifacts(studyId), ...reader.checkpoints(studyId)].some(
    row => path.resolve(row.path) === file,
  )
}

/** A file is not as its row says, or no longer there. */
class Changed extends Error {
  readonly file: string

  constructor(file: string) {
    super(file)
    this.file = file
  }
}

/** A file for the bundle. */
interface Source {
  readonly name: string
  readonly file: string
  /** That it must have; null: any. */
  readonly sha256: string | null
}

async function writeOnce(
  { reader, studyId, atMs }: BundleRequest,
  damaged: ReadonlySet<string>,
  folder: string,
  partial: string,
): Promise<Manifest> {
  const database = path.join(folder, DATABASE_NAME)
  const { files, study, trials, pinned } = reader.atOneMoment(() => {
    // Checkpoints of running trials go soonest, so they come first.
    const pinned = pinCheckpoints(reader, studyId, folder)
    const { name, trials } = reader.studyById(studyId)
    const count = Object.values(trials).reduce((sum, trials) => sum + trials, 0)
    return { files: reader.copyStudy(studyId, database), study: name, trials: count, pinned }
  })
  const content = new BundleContent({ reader, studyId, pinned, damaged })
  for (const file of files) await content.add(file)
  await content.addLogs(trials)
  const manifest = {
    format: BUNDLE_FORMAT,
    version: BUNDLE_VERSION,
    schema: SCHEMA_VERSION,
    tunewright: tunewrightVersion(),
    study,
    trials,
    madeAtMs: atMs,
    folders: content.folders,
    missing: content.missing,
  } as const
  const sources = [{ name: DATABASE_NAME, file: database, sha256: null }, ...content.sources]
  return writeArchive(partial, sources, listed => ({ ...manifest, files: listed }))
}

/** @returns where the copies lie, by path */
function pinCheckpoints(
  reader: StudyReader,
  studyId: number,
  folder: string,
): ReadonlyMap<string, string> {
  const open = new Set(
    reader
      .outline(studyId)
      .filter(({ state }) => !isFinished(state))
      .map(({ number }) => number),
  )
  const pinned = new Map<string, string>()
  for (const { path: file, trialNumber } of reader.checkpoints(studyId)) {
    if (!open.has(trialNumber)) continue
    const copy = path.join(folder, `pinned-${pinned.size}`)
    try {
      copyFileSync(file, copy, constants.COPYFILE_FICLONE)
      pinned.set(path.resolve(file), copy)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') throw new Changed(file)
      // The folder of a program is copied with the others.
      if (!['EISDIR', 'EPERM', 'ERR_FS_EISDIR'].includes(codeOf(error))) throw error
    }
  }
  return pinned
}

interface ContentOptions {
  readonly reader: StudyReader
  readonly studyId: number
  /** Where copies lie that were made at once, by path. */
  readonly pinned: ReadonlyMap<string, string>
  /** Files whose hash is not that of their row. */
  readonly damaged: ReadonlySet<string>
}

/** The files of a study, looked through before any is written. */
class BundleContent {
  readonly sources: Source[] = []
  readonly folders: string[] = []
  readonly missing: string[] = []
  readonly #given: ContentOptions
  readonly #names = new Set<string>()

  constructor(options: ContentOptions) {
    this.#given = options
  }

  /** @throws Changed */
  async add(studyFile: StudyFile): Promise<void> {
    const { table, file, way, bytes, sha256 } = studyFile
    const name = `${table}/${way}`
    const pinned = this.#given.pinned.get(file)
    const stats = await stat(pinned ?? file).catch(() => null)
    if (stats?.isDirectory() === true) return this.#addFolder(studyFile, name)
    const isWhole = stats?.isFile() === true && stats.size === bytes
    if (!isWhole || this.#given.damaged.has(file) || !isUsable(name)) {
      return this.#leaveOut(studyFile, name)
    }
    this.#put({ name, file: pinned ?? file, sha256 })
  }

  async addLogs(trials: number): Promise<void> {
    const { folders } = this.#given.reader
    if (folders === null) return
    for (let number = 0; number < trials; number++) {
      const folder = path.join(folders.artifacts, String(this.#given.studyId), String(number))
      const names = await readdir(folder, { withFileTypes: true }).catch(() => [])
      for (const entry of names) {
        if (!entry.isFile() || !logFile.test(entry.name)) continue
        const file = path.join(folder, entry.name)
        this.#put({ name: `artifacts/${number}/${entry.name}`, file, sha256: null })
      }
    }
  }

  async #addFolder(studyFile: StudyFile, name: string): Promise<void> {
    const parts = new Map<string, FolderPart>()
    const inner: { readonly name: string; readonly file: string; readonly sha256: string }[] = []
    const empty: string[] = []
    const walk = async (within: string): Promise<boolean> => {
      const entries = await readdir(path.join(studyFile.file, within), { withFileTypes: true })
      if (entries.length === 0) empty.push(within === '' ? name : `${name}/${within}`)
      for (const entry of entries) {
        const innerName = within === '' ? entry.name : `${within}/${entry.name}`
        if (!isUsable(`${name}/${innerName}`)) return false
        if (entry.isDirectory()) {
          parts.set(`${innerName}/`, innerFolder)
          if (!(await walk(innerName))) return false
        } else if (entry.isFile()) {
          const file = path.join(studyFile.file, innerName)
          const { size: bytes } = await stat(file)
          const sha256 = await hashFile(file)
          parts.set(innerName, { bytes, sha256 })
          inner.push({ name: `${name}/${innerName}`, file, sha256 })
        } else return false
      }
      return true
    }
    const isPlain = await walk('').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false
      throw error
    })
    const sorted = [...parts].sort(([a], [b]) => compareNames(a, b))
    if (!isPlain || folderHash(sorted) !== studyFile.sha256) return this.#leaveOut(studyFile, name)
    this.folders.push(...empty)
    for (const source of inner) this.#put(source)
  }

  #put(source: Source): void {
    if (this.#names.has(source.name)) return
    this.#names.add(source.name)
    this.sources.push(source)
  }

  /** A row whose file is not as it says stays without it; but a row that is gone was removed with its file. */
  #leaveOut({ file }: StudyFile, name: string): void {
    const { reader, studyId } = this.#given
    if (!isNamed(reader, studyId, file)) throw new Changed(file)
    this.missing.push(name)
  }
}

/** On every system. */
function isUsable(name: string): boolean {
  return partsOf(name) !== null
}

async function writeArchive(
  partial: string,
  sources: readonly Source[],
  manifestOf: (files: readonly BundledFile[]) => unknown,
): Promise<Manifest> {
  const archive = new ZipFile()
  const listed: BundledFile[] = []
  let manifest: unknown
  const output = archive.outputStream as Readable
  const fail = (error: Error): void => void output.destroy(error)
  archive.on('error', fail)
  for (const { name, file, sha256 } of sources) {
    // Weights do not shrink; logs could by more than an archive from elsewhere may.
    const options = { ...plainTime, compress: name === DATABASE_NAME }
    archive.addReadStreamLazy(name, options, give => {
      const hash = createHash('sha256')
      let bytes = 0
      const watch = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk)
          bytes += chunk.length
          done(null, chunk)
        },
        flush(done) {
          const actualHash = hash.digest('hex')
          listed.push({ name, bytes, sha256: actualHash })
          done(sha256 === null || sha256 === actualHash ? null : new Changed(file))
        },
      })
      const source = createReadStream(file)
      pipeline(source, watch).catch((error: unknown) => {
        const gone = codeOf(error) === 'ENOENT' ? new Changed(file) : (error as Error)
        fail(gone)
      })
      give(null, watch)
    })
  }
  archive.addReadStreamLazy(MANIFEST_NAME, { ...plainTime, compress: true }, give => {
    manifest = manifestOf(listed)
    give(null, Readable.from([Buffer.from(JSON.stringify(manifest, null, 1))]))
  })
  archive.end()
  try {
    await pipeline(output, createWriteStream(partial, { flags: 'wx', flush: true }))
  } catch (error) {
    if (error instanceof Changed) throw error
    throw unwritable(partial, error)
  }
  return manifest as Manifest
}

const plainTime = { mtime: firstDay, forceDosTimestamp: true } as const

/** Gives the file its name. */
async function settle(partial: string, target: string, replace: boolean): Promise<void> {
  try {
    // A link, unlike a renaming, refuses a name that is taken.
    await (replace ? renameOver(partial, target) : link(partial, target))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(target, error)
    throw new AppError('file.exists', { path: target, rule: msg('rule.forceOverwrites') }, error)
  }
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException | null)?.code ?? '')
}
