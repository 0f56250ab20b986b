import path from 'node:path'
import { env } from 'node:process'
import { buffer } from 'node:stream/consumers'
import { AppError, messageOf, reasonOf } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { invalidData, parseFile } from '../../../core/errors/invalid-data.ts'
import { isObject } from '../../../core/values/json.ts'
import { raisedLimit } from '../../../core/study/raised-limit.ts'
import { type ArchiveEntry, openArchive } from '../../../platform/files/archive.ts'
import { partsOf } from '../../../platform/files/own-path.ts'
import { SCHEMA_VERSION } from '../../../platform/storage/migrations/migrations.ts'
import {
  BUNDLE_FORMAT,
  BUNDLE_VERSION,
  DATABASE_NAME,
  MANIFEST_NAME,
  type Manifest,
  manifestSchema,
  MAX_ENTRIES,
  MAX_MANIFEST_BYTES,
} from './manifest.ts'

/** Unpacked, all files together. */
const MAX_BUNDLE_BYTES = 100_000_000_000
const MAX_BUNDLE_VARIABLE = 'TUNEWRIGHT_MAX_BUNDLE_BYTES'

/** A bundle whose list agrees with what is in it; nothing is unpacked yet. */
export interface OpenBundle {
  readonly file: string
  readonly manifest: Manifest
  /** All but the manifest. */
  readonly entries: ReadonlyMap<string, ArchiveEntry>
  /** Unpacked. */
  readonly bytes: number
  close(): void
}

/** @throws AppError `data.invalid` naming entry, value and rule; `database.future`; `file.*` */
export async function openBundle(file: string): Promise<OpenBundle> {
  const { entries, close } = await openArchive(file, { maxEntries: MAX_ENTRIES, fileError })
  try {
    requireNames(entries)
    const limit = raisedLimit(MAX_BUNDLE_VARIABLE, MAX_BUNDLE_BYTES, env)
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
    if (bytes > limit) {
      throw invalidData(file, 'size', bytes, msg('rule.bytes.atMost', { limit, of: 'unpacked' }))
    }
    const byName = new Map(entries.map(entry => [entry.name, entry]))
    const manifest = await readManifest(file, byName.get(MANIFEST_NAME))
    byName.delete(MANIFEST_NAME)
    requireListed(file, manifest, byName)
    return { file, manifest, entries: byName, bytes, close }
  } catch (error) {
    close()
    throw error
  }
}

function fileError(error: unknown, file: string): AppError {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT'
    ? new AppError('file.notFound', { path: file, field: 'file' }, error)
    : new AppError('file.unreadable', { path: file, reason: reasonOf(error) }, error)
}

/** Names that no system takes for another place or for each other. */
function requireNames(entries: readonly ArchiveEntry[]): void {
  const files = new Set<string>()
  const folders = new Set<string>()
  for (const { name, path: shownPath } of entries) {
    const parts = partsOf(name)
    if (parts === null) throw invalidData(shownPath, 'name', name, msg('rule.bundle.name'))
    const folded = name.normalize('NFC').toLowerCase()
    if (files.has(folded)) throw invalidData(shownPath, 'name', name, msg('rule.unique'))
    files.add(folded)
    for (let up = path.posix.dirname(folded); up !== '.'; up = path.posix.dirname(up)) {
      folders.add(up)
    }
  }
  const both = entries.find(({ name }) => folders.has(name.normalize('NFC').toLowerCase()))
  if (both !== undefined) throw invalidData(both.path, 'name', both.name, msg('rule.unique'))
}

async function readManifest(file: string, entry: ArchiveEntry | undefined): Promise<Manifest> {
  const manifestPath = `${file}/${MANIFEST_NAME}`
  if (entry === undefined) {
    throw invalidData(file, 'file', null, msg('rule.fileFormat', { format: BUNDLE_FORMAT }))
  }
  if (entry.bytes > MAX_MANIFEST_BYTES) {
    const rule = msg('rule.bytes.atMost', { limit: MAX_MANIFEST_BYTES })
    throw invalidData(manifestPath, 'size', entry.bytes, rule)
  }
  const text = (await entry.read(buffer)).toString('utf8')
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    throw invalidData(
      manifestPath,
      'json',
      messageOf(error),
      msg('rule.undamaged', { format: 'JSON' }),
    )
  }
  // Another version may write other keys.
  const { version, schema } = isObject(raw) ? raw : {}
  if (typeof version === 'number' && version < BUNDLE_VERSION) {
    throw new AppError('file.tooOld', { path: file, found: version, supported: BUNDLE_VERSION })
  }
  if (Number(version) > BUNDLE_VERSION) {
    throw invalidData(
      manifestPath,
      'version',
      Number(version),
      msg('rule.atMost', { limit: BUNDLE_VERSION }),
    )
  }
  if (Number(schema) > SCHEMA_VERSION) {
    throw new AppError('database.future', {
      path: file,
      found: Number(schema),
      supported: SCHEMA_VERSION,
    })
  }
  return parseFile(manifestPath, manifestSchema, raw)
}

const fileFolders = ['artifacts/', 'checkpoints/'] as const

function requireListed(
  file: string,
  { files, folders, missing }: Manifest,
  entries: ReadonlyMap<string, ArchiveEntry>,
): void {
  const manifestPath = `${file}/${MANIFEST_NAME}`
  const isPlaced = (name: string): boolean =>
    partsOf(name) !== null && fileFolders.some(folder => name.startsWith(folder))
  for (const name of [...files.map(file => file.name), ...folders, ...missing]) {
    if (name === DATABASE_NAME || isPlaced(name)) continue
    throw invalidData(
      manifestPath,
      'name',
      name,
      msg('rule.bundle.folder', { values: [...fileFolders] }),
    )
  }
  const listed = new Map(files.map(file => [file.name, file]))
  if (listed.size !== files.length)
    throw invalidData(manifestPath, 'files', null, msg('rule.unique'))
  const unlisted = [...entries.keys()].find(name => !listed.has(name))
  const absent = [DATABASE_NAME, ...listed.keys()].find(name => !entries.has(name))
  const lost = unlisted ?? absent
  if (lost !== undefined) throw invalidData(manifestPath, 'files', lost, msg('rule.bundle.listed'))
  for (const { name, bytes } of files) {
    const entryBytes = entries.get(name)?.bytes
    if (entryBytes === bytes) continue
    throw invalidData(
      `${file}/${name}`,
      'size',
      entryBytes ?? null,
      msg('rule.equal', { value: bytes }),
    )
  }
}
