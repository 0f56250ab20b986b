import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { copyFile, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../core/errors/errors.ts'
import { flush } from '../files/durable.ts'
import { folderHash, type FolderPart, innerFolder } from '../files/folder-hash.ts'
import { recoverFolder, replaceFolder } from '../files/replace-folder.ts'
import { removeEntry } from '../files/remove.ts'
import { removePartsOf, temporaryBeside } from '../files/temporary.ts'

/** A program that saves a file per step and never removes one would make every copy slower than the step. */
export const MAX_ENTRIES = 100_000

export interface CopyRequest {
  readonly source: string
  /** Replaced as a whole. */
  readonly target: string
  /** All its files together may take so much. */
  readonly maxBytes: number
  /** Of the manifest that the copy must have; absent: any. */
  readonly sha256?: string
}

export interface CopiedFolder {
  /** Of all files. */
  readonly bytes: number
  /** Of the folder; see {@link folderHash}. */
  readonly sha256: string
  /** Files, links and folders. */
  readonly entries: number
}

/**
 * Copies a folder with everything in it: beside its place first, every file and folder flushed, then renamed. At any
 * moment the target is absent or whole, and one that was there is not lost. What is hashed is the copy. Links must stay within the folder.
 * @throws AppError `file.notFound`; `data.invalid` for what is too large, no file, or not what it should be; as the file system
 *   does, `ENOSPC` on a full disk
 */
export async function copyFolder(request: CopyRequest): Promise<CopiedFolder> {
  const { source, target } = request
  removePartsOf(target)
  await recoverFolder(target)
  const temporary = temporaryBeside(target)
  try {
    const copied = await new FolderCopy(request, temporary).run()
    await replaceFolder(temporary, target)
    return copied
  } catch (error) {
    await removeEntry(temporary).catch(() => undefined)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new AppError('file.notFound', { path: source, field: 'checkpoint' }, error)
  }
}

class FolderCopy {
  readonly #request: CopyRequest
  readonly #target: string
  readonly #parts = new Map<string, FolderPart>()
  #bytes = 0

  constructor(request: CopyRequest, target: string) {
    this.#request = request
    this.#target = target
  }

  async run(): Promise<CopiedFolder> {
    await this.#folder('')
    const sha256 = folderHash(this.#parts)
    const expected = this.#request.sha256
    if (expected !== undefined && sha256 !== expected) {
      const rule = msg('rule.hash', { hash: expected })
      throw invalid(this.#request.source, 'sha256', sha256, rule)
    }
    return { bytes: this.#bytes, sha256, entries: this.#parts.size }
  }

  /** @param name relative, with `/`; empty for the whole */
  async #folder(name: string): Promise<void> {
    const from = path.join(this.#request.source, name)
    const to = path.join(this.#target, name)
    const entries = (await readdir(from)).sort()
    await mkdir(to, { recursive: true, mode: 0o700 })
    for (const entry of entries) await this.#entry(name === '' ? entry : `${name}/${entry}`)
    await flush(to)
  }

  async #entry(name: string): Promise<void> {
    const { source, maxBytes } = this.#request
    if (this.#parts.size >= MAX_ENTRIES) {
      throw invalid(source, 'entries', MAX_ENTRIES, msg('rule.atMost', { limit: MAX_ENTRIES }))
    }
    const from = path.join(source, name)
    const to = path.join(this.#target, name)
    const stats = await lstat(from)
    if (stats.isDirectory()) {
      this.#parts.set(`${name}/`, innerFolder)
      await this.#folder(name)
    } else if (stats.isSymbolicLink()) {
      const link = await readlink(from)
      if (!staysWithin(name, link)) {
        throw invalid(source, name, link, msg('rule.linkWithin'))
      }
      await symlink(link, to)
      this.#parts.set(`${name}@`, { sha256: digest(link), bytes: 0 })
    } else if (stats.isFile()) {
      this.#bytes += stats.size
      if (this.#bytes > maxBytes) throw checkpointTooLarge(source, this.#bytes, maxBytes)
      await copyFile(from, to, constants.COPYFILE_FICLONE)
      await flush(to)
      this.#parts.set(name, await hashFile(to))
    } else {
      throw invalid(source, name, null, msg('rule.fileOrFolder'))
    }
  }
}

/** Whether a link of a folder leads into the same folder. @param name of the link, with `/` */
export function staysWithin(name: string, link: string): boolean {
  if (path.isAbsolute(link)) return false
  const end = path.posix.normalize(path.posix.join(path.posix.dirname(name), link))
  return end !== '..' && !end.startsWith('../')
}

/** @param maxBytes that a study may keep */
export function checkpointTooLarge(folder: string, bytes: number, maxBytes: number): AppError {
  return invalid(folder, 'bytes', bytes, msg('rule.checkpointBytes', { limit: maxBytes }))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function hashFile(file: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { sha256: hash.digest('hex'), bytes }
}

function invalid(
  folder: string,
  field: string,
  value: string | number | null,
  rule: MessageDescriptor,
): AppError {
  return new AppError('data.invalid', { path: folder, field, value, rule })
}
