import { createHash } from 'node:crypto'
import { createWriteStream, mkdirSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError, isAppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import type { UnpackLimits, UnpackRequest } from '../../../core/processes/import-protocol.ts'
import { invalidData } from '../../../core/errors/invalid-data.ts'
import { unwritable } from '../../../core/errors/unwritable.ts'
import type { ArchiveEntry } from '../../../platform/files/archive.ts'
import {
  compareNames,
  folderHash,
  type FolderPart,
  innerFolder,
} from '../../../platform/files/folder-hash.ts'
import { flushFolderSync } from '../../../platform/files/durable.ts'
import { nameOf } from '../../../platform/storage/copy-study.ts'
import type { StoreDatabase } from '../../../platform/storage/database.ts'
import { openForeignDatabase } from '../../../platform/storage/foreign-database.ts'
import { type BundledFile, DATABASE_NAME, type Manifest } from './manifest.ts'
import { type OpenBundle, openBundle } from './read-bundle.ts'

/**
 * Unpacks a bundle into an empty folder and compares everything: each file with its hash, the schema and all pages of the database, its rows
 * with the files.
 * @throws AppError `data.invalid`, `database.tooOld`, `database.future`, `database.corrupt`, `study.notFound`, `disk.full`, `file.*`
 */
export async function unpackBundle({ file, only, staging, limits }: UnpackRequest): Promise<null> {
  const bundle = await openBundle(file)
  try {
    const { manifest } = bundle
    if (only !== null && only !== manifest.study) {
      throw new AppError('study.notFound', { study: only })
    }
    requireRoom(bundle, path.dirname(staging), limits)
    await unpack(bundle, staging)
    inBundle(file, () => requireDatabase(file, manifest, path.join(staging, DATABASE_NAME)))
    return null
  } finally {
    bundle.close()
  }
}

/** A person knows the bundle, not where it lay for a moment. */
export function inBundle<Result>(file: string, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    const path = `${file}/${DATABASE_NAME}`
    if (
      isAppError(error, 'database.corrupt') ||
      isAppError(error, 'database.tooOld') ||
      isAppError(error, 'database.future')
    ) {
      throw new AppError(error.code, { ...error.detail, path }, error)
    }
    throw error
  }
}

function requireDatabase(file: string, manifest: Manifest, database: string): void {
  const shownPath = `${file}/${DATABASE_NAME}`
  const source = openForeignDatabase(database)
  try {
    const name = nameOf(source)
    if (name !== manifest.study) {
      throw invalidData(shownPath, 'name', name, msg('rule.equal', { value: manifest.study }))
    }
    requireFiles(shownPath, source, manifest)
  } finally {
    source.close()
  }
}

function requireRoom({ file, bytes }: OpenBundle, folder: string, limits?: UnpackLimits): void {
  if (limits !== undefined && bytes > limits.bytes) {
    const rule = msg('rule.bytes.atMost', { limit: limits.bytes, of: 'unpacked' })
    throw invalidData(file, 'size', bytes, rule)
  }
  const { bavail, bsize } = statfsSync(folder)
  const free = Math.max(0, bavail * bsize - (limits?.freeBytes ?? 0))
  if (bytes <= free) return
  throw new AppError('disk.full', {
    path: file,
    bytes,
    reason: msg('rule.bundle.free', { bytes, free }),
  })
}

async function unpack({ manifest, entries }: OpenBundle, staging: string): Promise<void> {
  const folders = new Set([staging])
  const makeFolder = (folder: string): void => {
    for (let up = folder; !folders.has(up); up = path.dirname(up)) folders.add(up)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }
  try {
    for (const listed of manifest.files) {
      const target = path.join(staging, ...listed.name.split('/'))
      makeFolder(path.dirname(target))
      await unpackFile(entries.get(listed.name) as ArchiveEntry, listed, target)
    }
    for (const name of manifest.folders) makeFolder(path.join(staging, ...name.split('/')))
    for (const folder of folders) flushFolderSync(folder)
  } catch (error) {
    if (isAppError(error)) throw error
    throw unwritable(staging, error)
  }
}

async function unpackFile(
  entry: ArchiveEntry,
  { sha256 }: BundledFile,
  target: string,
): Promise<void> {
  const hash = createHash('sha256')
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  const output = createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true })
  let full: unknown = null
  output.on('error', error => (full = error))
  try {
    await entry.read(async stream => pipeline(stream, watch, output))
  } catch (error) {
    throw full === null ? error : unwritable(target, full, entry.bytes)
  }
  const actualHash = hash.digest('hex')
  if (actualHash !== sha256) {
    throw invalidData(entry.path, 'sha256', actualHash, msg('rule.hash', { hash: sha256 }))
  }
}

/** Rows and files say the same. @throws AppError `data.invalid` */
function requireFiles(shownPath: string, { handle }: StoreDatabase, manifest: Manifest): void {
  const files = new Map(manifest.files.map(file => [file.name, file]))
  const missing = new Set(manifest.missing)
  const rows = (['artifacts', 'checkpoints'] as const).flatMap(table =>
    handle
      .prepare<[], BundledFile>(`SELECT path AS name, bytes, sha256 FROM ${table}`)
      .all()
      .map(row => ({ ...row, name: `${table}/${row.name.split('/').slice(1).join('/')}` })),
  )
  const bundledRows = rows.filter(({ name }) => !missing.has(name))
  const folders = foldersOf(
    bundledRows.map(({ name }) => name).filter(name => !files.has(name)),
    manifest,
  )
  for (const { name, bytes, sha256 } of bundledRows) {
    const part = files.get(name) ?? folders.get(name)
    if (part?.sha256 === sha256 && part.bytes === bytes) continue
    throw invalidData(shownPath, 'path', name.slice(0, 200), msg('rule.bundle.row'))
  }
  const named = new Set([DATABASE_NAME, ...bundledRows.map(({ name }) => name)])
  const isNamed = (name: string): boolean =>
    named.has(name) || logName.test(name) || parentsOf(name).some(up => folders.has(up))
  const extra = [...files.keys(), ...manifest.folders].find(name => !isNamed(name))
  if (extra !== undefined) {
    throw invalidData(shownPath, 'files', extra, msg('rule.bundle.row'))
  }
}

/** Output of programs, which no row names. */
const logName = /^artifacts\/\d+\/attempt-[^/]{1,20}\.output\.\d+$/

/** Size and hash of those of the folders that are there, by name. */
function foldersOf(
  names: readonly string[],
  { files, folders }: Manifest,
): ReadonlyMap<string, FolderPart> {
  const wanted = new Set(names)
  const partsByFolder = new Map<string, Map<string, FolderPart>>()
  const add = (name: string, part: FolderPart | null): void => {
    const ups = parentsOf(name)
    const folder = wanted.has(name) && part === null ? name : ups.find(up => wanted.has(up))
    if (folder === undefined) return
    const parts = partsByFolder.get(folder) ?? new Map<string, FolderPart>()
    partsByFolder.set(folder, parts)
    const within = [...(part === null ? [name] : []), ...ups].filter(
      up => up.length > folder.length,
    )
    for (const up of within) parts.set(`${up.slice(folder.length + 1)}/`, innerFolder)
    if (part !== null) parts.set(name.slice(folder.length + 1), part)
  }
  for (const { name, bytes, sha256 } of files) add(name, { bytes, sha256 })
  for (const name of folders) add(name, null)
  return new Map(
    [...partsByFolder].map(([name, parts]) => {
      const bytes = [...parts.values()].reduce((sum, part) => sum + part.bytes, 0)
      const sorted = [...parts].sort(([a], [b]) => compareNames(a, b))
      return [name, { bytes, sha256: folderHash(sorted) }]
    }),
  )
}

/** Folders that a name lies in, the nearest first. */
function parentsOf(name: string): string[] {
  const parents: string[] = []
  for (let up = path.posix.dirname(name); up !== '.'; up = path.posix.dirname(up)) parents.push(up)
  return parents
}
