import { randomBytes } from 'node:crypto'
import { createReadStream, mkdirSync, type ReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../core/errors/errors.ts'
import { removeTemporaryFolder, temporaryFolder } from '../../../platform/files/temporary.ts'
import type { Download, DownloadPart } from '../common/download.ts'

/** Files on their way that wait at once, of the page and of all programs; the oldest of these is removed first. */
const MAX_WAITING = 20
/** Of them for one program. */
const MAX_WAITING_OF_PROGRAM = 5
/** Whoever asked for a file fetches it at once; whoever sends one uses it at once. */
const WAITS_MS = 30 * 60_000
const PART_BYTES = 4 * 1024 * 1024
const DOWNLOAD_ID = /^[\w-]{22}$/
/** Chosen by the page: random, so that no other page sends to the same folder. */
export const uploadId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

interface Waiting {
  readonly folder: string
  readonly end: NodeJS.Timeout
}

interface WaitingUpload extends Waiting {
  /** Of all its files. */
  bytes: number
}

interface OfferedFile extends Pick<Download, 'fileName' | 'mediaType'> {
  /** Whether it can be fetched again while it waits; default: it is removed once it was fetched. */
  readonly isRepeatable?: boolean
}

interface WaitingDownload extends Waiting, Download {
  /** The program that asked for it; null: the page did. */
  readonly program: string | null
  readonly file: string
  readonly isRepeatable: boolean
}

/** An opened download; it is removed once the stream has ended as a whole. */
export interface OpenedDownload extends Download {
  readonly stream: ReadStream
}

/**
 * Files between a caller and a method: made here to be fetched once, or sent for one call. They lie in temporary folders of the user alone
 * (0700), and go when they have been fetched or used, after half an hour, or with this process.
 */
export class TransferFiles {
  readonly #downloads: Map<string, WaitingDownload>
  readonly #uploads = new Map<string, WaitingUpload>()
  readonly #program: string | null

  constructor(downloads = new Map<string, WaitingDownload>(), program: string | null = null) {
    this.#downloads = downloads
    this.#program = program
  }

  /** The same downloads for a program, whose files never take the room of others. @param name of its token */
  forProgram(name: string): TransferFiles {
    return new TransferFiles(this.#downloads, name)
  }

  /** @param write makes the file at this absolute path */
  async offer(
    { fileName, mediaType, isRepeatable = false }: OfferedFile,
    write: (file: string) => Promise<unknown>,
  ): Promise<Download> {
    const folder = temporaryFolder('download')
    const file = path.join(folder, 'content')
    try {
      await write(file)
      const { size: bytes } = await stat(file)
      const id = randomBytes(16).toString('base64url')
      const download = { id, fileName, mediaType, bytes }
      await this.#makeRoom()
      this.#downloads.set(id, {
        ...download,
        program: this.#program,
        isRepeatable,
        file,
        folder,
        end: this.#endOf(this.#downloads, id),
      })
      return download
    } catch (error) {
      await removeTemporaryFolder(folder)
      throw error
    }
  }

  /** A stream of a download; null if none waits by this id. One that is cut off can be opened again. */
  open(id: string): OpenedDownload | null {
    const waiting = DOWNLOAD_ID.test(id) ? this.#downloads.get(id) : undefined
    if (waiting === undefined) return null
    const stream = createReadStream(waiting.file)
    if (!waiting.isRepeatable) stream.once('end', () => void this.#remove(this.#downloads, id))
    const { fileName, mediaType, bytes } = waiting
    return { id, fileName, mediaType, bytes, stream }
  }

  /**
   * At most 4 MiB of a download, from `offset` on.
   * @throws AppError `file.notFound` if none waits by this id
   */
  async read(id: string, offset: number): Promise<DownloadPart> {
    const waiting = this.#downloads.get(id)
    if (waiting === undefined) throw new AppError('file.notFound', { path: id, field: 'id' })
    const handle = await open(waiting.file)
    try {
      const buffer = Buffer.alloc(Math.max(0, Math.min(PART_BYTES, waiting.bytes - offset)))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
      const isLast = offset + bytesRead >= waiting.bytes
      if (isLast && !waiting.isRepeatable) await this.#remove(this.#downloads, id)
      return { content: buffer.toString('base64', 0, bytesRead), isLast }
    } finally {
      await handle.close()
    }
  }

  /** The folder for the files of one upload, and the bytes that it has already. @param id see {@link uploadId} */
  async uploadFolder(id: string): Promise<{ readonly folder: string; readonly bytes: number }> {
    const waiting = this.#uploads.get(id)
    if (waiting !== undefined) return waiting
    await this.#removeOldest(this.#uploads, [...this.#uploads.keys()], MAX_WAITING)
    const folder = path.join(temporaryFolder('upload'), 'files')
    mkdirSync(folder)
    this.#uploads.set(id, { folder, bytes: 0, end: this.#endOf(this.#uploads, id) })
    return { folder, bytes: 0 }
  }

  /** A further file of an upload has arrived. */
  async countUpload(id: string, file: string): Promise<void> {
    const { size } = await stat(file)
    const waiting = this.#uploads.get(id)
    if (waiting !== undefined) waiting.bytes += size
  }

  /**
   * Uses an upload, which is removed afterwards.
   * @param work gets the path of the file, or of the folder of several
   * @throws AppError `file.notFound` if none waits by this id
   */
  async use<Result>(id: string, work: (input: string) => Promise<Result>): Promise<Result> {
    const waiting = this.#uploads.get(id)
    if (waiting === undefined) throw new AppError('file.notFound', { path: id, field: 'input' })
    try {
      const [first, ...others] = await readdir(waiting.folder)
      const isSingle = first !== undefined && others.length === 0
      return await work(isSingle ? path.join(waiting.folder, first) : waiting.folder)
    } finally {
      await this.#remove(this.#uploads, id)
    }
  }

  async close(): Promise<void> {
    await Promise.all([
      ...[...this.#downloads.keys()].map(async id => this.#remove(this.#downloads, id)),
      ...[...this.#uploads.keys()].map(async id => this.#remove(this.#uploads, id)),
    ])
  }

  #endOf(waiting: Map<string, Waiting>, id: string): NodeJS.Timeout {
    return setTimeout(() => void this.#remove(waiting, id), WAITS_MS).unref()
  }

  /** For a further download of this caller. */
  async #makeRoom(): Promise<void> {
    const idsOf = (isOf: (program: string | null) => boolean): string[] =>
      [...this.#downloads].filter(([, { program }]) => isOf(program)).map(([id]) => id)
    const name = this.#program
    if (name !== null) {
      const ids = idsOf(program => program === name)
      await this.#removeOldest(this.#downloads, ids, MAX_WAITING_OF_PROGRAM)
    }
    const ids = idsOf(program => (program === null) === (name === null))
    await this.#removeOldest(this.#downloads, ids, MAX_WAITING)
  }

  /** @param ids from the oldest on */
  async #removeOldest(
    waiting: Map<string, Waiting>,
    ids: readonly string[],
    limit: number,
  ): Promise<void> {
    const [oldest] = ids
    if (ids.length >= limit && oldest !== undefined) await this.#remove(waiting, oldest)
  }

  async #remove(waiting: Map<string, Waiting>, id: string): Promise<void> {
    const entry = waiting.get(id)
    if (entry === undefined) return
    waiting.delete(id)
    clearTimeout(entry.end)
    const folder =
      path.basename(entry.folder) === 'files' ? path.dirname(entry.folder) : entry.folder
    await removeTemporaryFolder(folder)
  }
}
