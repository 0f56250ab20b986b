import { createHash } from 'node:crypto'
import { createReadStream, type Dirent } from 'node:fs'
import { copyFile, link, lstat, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { reasonOf } from '../../core/errors/errors.ts'
import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import { isObject, type JsonValue } from '../../core/values/json.ts'
import {
  type Collected,
  type CollectedFile,
  type CollectRequest,
  droppedFolder,
  fileKind,
  type FileKey,
  type LeftOutFile,
  leftOutSchema,
  MAX_FILES_OF_TRIAL,
  MAX_NAME_LENGTH,
  MAX_REMARKS,
  noRemarks,
  remarksFile,
  remarksLimitMessage,
  type TrialRemarks,
} from '../../core/trial/trial-files.ts'
import { diskFullError } from '../../core/errors/unwritable.ts'
import { flush, renameOver } from '../../platform/files/durable.ts'
import { removeEntry } from '../../platform/files/remove.ts'
import { isTemporaryName, temporaryBeside } from '../../platform/files/temporary.ts'
import { type DescribedFile, describeFile } from './describe-file.ts'

const MAX_DEPTH = 8
/** Pixels of all pictures of a trial; those beyond are kept without a look into them. */
const MAX_DECODED_PIXELS = 1_000_000_000
const MAX_REPORT_BYTES = 4_000_000

/**
 * Takes the files over that a program has left in the folder of its trial, under names made of their content, and reads what it
 * has said. Nothing is removed: the caller does that once the rows are written. Runs in the ingest process, since every byte is
 * somebody else's.
 * @throws AppError `disk.full`
 */
export async function collectFiles(request: CollectRequest): Promise<Collected> {
  const remarks = await readRemarks(path.join(request.directory, remarksFile))
  const files = new FileCollection(request)
  await files.collect(path.join(request.directory, droppedFolder), [])
  return {
    ...remarks,
    files: files.collected,
    leftOut: [...remarks.leftOut, ...files.leftOut].slice(0, MAX_REMARKS),
  }
}

class FileCollection {
  readonly collected: CollectedFile[] = []
  readonly leftOut: LeftOutFile[] = []
  readonly #request: CollectRequest
  #count = 0
  #bytes = 0
  #pixels = 0

  constructor(request: CollectRequest) {
    this.#request = request
  }

  async collect(folder: string, within: readonly string[]): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    entries.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    for (const entry of entries) {
      if (this.leftOut.length >= MAX_REMARKS) return
      await this.#take(folder, entry, [...within, entry.name])
    }
  }

  async #take(folder: string, entry: Dirent, parts: readonly string[]): Promise<void> {
    const entryPath = path.join(folder, entry.name)
    const name = parts.join('/')
    // A copy that was under way when the program was killed.
    if (entry.name.endsWith('.new') || isTemporaryName(entry.name)) return
    if (entry.isDirectory() && parts.length <= MAX_DEPTH) return this.collect(entryPath, parts)
    const stats = await lstat(entryPath).catch(() => null)
    const bytes = stats?.size ?? 0
    const { maxBytes } = this.#request
    const leave = (reason: MessageDescriptor): void =>
      void this.leftOut.push({ name: shortName(name), bytes, reason })
    if (stats?.isFile() !== true) leave(msg('rule.artifacts.noFile'))
    // eslint-disable-next-line no-control-regex -- these are what a name may not hold
    else if (name.length > MAX_NAME_LENGTH || /[\u0000-\u001f\u007f\\\ufffd]/.test(name))
      leave(msg('rule.artifacts.name', { limit: MAX_NAME_LENGTH }))
    else if (this.#count >= MAX_FILES_OF_TRIAL)
      leave(msg('rule.artifacts.count', { limit: MAX_FILES_OF_TRIAL }))
    else if (this.#bytes + bytes > maxBytes)
      leave(msg('rule.artifacts.room', { megabytes: maxBytes / 1e6 }))
    else {
      try {
        await this.#keep(entryPath, fileKeyOf(parts), stats.nlink)
      } catch (error) {
        // The file is as it was left, and is taken over once there is room.
        const full = diskFullError(error, this.#request.store, bytes)
        if (full !== null) throw full
        leave(reasonOf(error))
      }
    }
  }

  async #keep(file: string, fileKey: FileKey, links: number): Promise<void> {
    const { store, decodes } = this.#request
    const { size } = await stat(file)
    const looks = decodes && this.#pixels < MAX_DECODED_PIXELS
    const described: DescribedFile = looks
      ? await describeFile(file, size)
      : { media: { type: 'other' }, ending: '.bin', preview: null }
    const { media, ending, preview } = described
    this.#pixels += (media.width ?? 0) * (media.height ?? 0)
    await mkdir(store, { recursive: true, mode: 0o700 })
    const { sha256, bytes } = await hashOf(file)
    const target = path.join(store, `${sha256}${ending}`)
    await settle(target, async partial => {
      // A link costs nothing; a file that somebody else has a name for may change under our hands.
      if (links === 1 && (await link(file, partial).then(...bothWays))) return
      await copyFile(file, partial)
    })
    this.#add({ kind: fileKind(fileKey), path: target, bytes, sha256, media })
    this.#count++
    if (preview === null) return
    const small = createHash('sha256').update(preview).digest('hex')
    const previewPath = path.join(store, `${small}.jpg`)
    await settle(previewPath, async partial => writeFile(partial, preview, { mode: 0o600 }))
    const kind = fileKind(fileKey, 'preview')
    this.#add({
      kind,
      path: previewPath,
      bytes: preview.length,
      sha256: small,
      media: { type: 'image' },
    })
  }

  #add(file: CollectedFile): void {
    this.collected.push(file)
    this.#bytes += file.bytes
  }
}

const bothWays = [() => true, () => false] as const

/** The file is whole or absent; one that is there has this content. */
async function settle(target: string, write: (partial: string) => Promise<void>): Promise<void> {
  if ((await stat(target).catch(() => null))?.isFile() === true) return
  const partial = temporaryBeside(target)
  try {
    await write(partial)
    await flush(partial)
    await renameOver(partial, target)
  } catch (error) {
    await removeEntry(partial)
    throw error
  }
}

async function hashOf(file: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  await pipeline(createReadStream(file), async source => {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      hash.update(chunk)
      bytes += chunk.length
    }
  })
  return { sha256: hash.digest('hex'), bytes }
}

/** A folder `step-12` names a step. */
function fileKeyOf(parts: readonly string[]): FileKey {
  const [, step] = /^step-(\d{1,10})$/.exec(parts[0] ?? '') ?? []
  return step === undefined || parts.length === 1
    ? { step: null, name: parts.join('/') }
    : { step: Number(step), name: parts.slice(1).join('/') }
}

function shortName(name: string): string {
  return name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name
}

async function readRemarks(file: string): Promise<TrialRemarks> {
  const stats = await lstat(file).catch(() => null)
  if (stats?.isFile() !== true) return noRemarks
  const tooMuch: LeftOutFile = { name: '', bytes: 0, reason: remarksLimitMessage() }
  if (stats.size > MAX_REPORT_BYTES) return { ...noRemarks, leftOut: [tooMuch] }
  const notes = new Set<string>()
  const attributes = new Map<string, JsonValue>()
  const leftOut = new Map<string, LeftOutFile>()
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const remark = parse(line)
    if (remark === null) continue
    const { note, attributes: lineAttributes, leftOut: leftOutEntry } = remark
    const parsedLeftOut = leftOutSchema.safeParse(leftOutEntry)
    if (parsedLeftOut.success && leftOut.size < MAX_REMARKS)
      leftOut.set(parsedLeftOut.data.name, parsedLeftOut.data)
    else if (notes.size + attributes.size >= MAX_REMARKS) leftOut.set(tooMuch.name, tooMuch)
    else if (typeof note === 'string') notes.add(note)
    else if (isObject(lineAttributes))
      for (const [key, value] of Object.entries(lineAttributes)) attributes.set(key, value)
  }
  return {
    notes: [...notes],
    attributes: Object.fromEntries([...attributes].slice(0, MAX_REMARKS)),
    leftOut: [...leftOut.values()],
  }
}

function parse(line: string): Readonly<Record<string, JsonValue>> | null {
  try {
    const value = JSON.parse(line) as JsonValue
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
