import type { Readable } from 'node:stream'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { isAppError } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import { invalidData } from '../../core/errors/invalid-data.ts'

/** Recordings and texts shrink to a tenth, silence to a fiftieth; beyond a hundredth it is a bomb. */
const HIGHEST_RATIO = 100
/** Packed sizes below this say nothing about the ratio. */
const SMALL_BYTES = 4_096

/** Before the name of an entry and its bytes. */
const LOCAL_HEADER_BYTES = 30

const SYMBOLIC_LINK = 0o120000
const FILE_TYPE_MASK = 0o170000

/** A file of an archive; nothing of it is read before it is asked for. */
export interface ArchiveEntry {
  readonly name: string
  /** The name of the file in errors: the archive's path and the name. */
  readonly path: string
  /** Unpacked. */
  readonly bytes: number
  readonly crc32: number
  /**
   * Hands over the unpacked bytes; more or fewer than `bytes` are an error of the stream.
   * @throws AppError as the archive
   */
  read<Result>(take: (stream: Readable) => Promise<Result>): Promise<Result>
}

export interface Archive {
  readonly entries: readonly ArchiveEntry[]
  readonly close: () => void
}

export interface ArchiveOptions {
  readonly maxEntries: number
  /** Turns an error of the file system into a typed one. */
  readonly fileError: (error: unknown, path: string) => unknown
}

/**
 * Lists the files of a ZIP archive. Names that lead out of the archive, links, encrypted, repeated and overlapping entries, and entries
 * that would grow more than a hundredfold are refused before anything is unpacked.
 * @throws AppError `data.invalid`, and what `fileError` makes
 */
export async function openArchive(file: string, options: ArchiveOptions): Promise<Archive> {
  const { maxEntries } = options
  const archive = await naming(file, options, () =>
    openPromise(file, { lazyEntries: true, autoClose: false, strictFileNames: true }),
  )
  try {
    if (archive.entryCount > maxEntries) {
      const rule = msg('rule.atMost', { limit: maxEntries })
      throw invalidData(file, 'zip.entries', archive.entryCount, rule)
    }
    const entries = await naming(file, options, () => listEntries(file, archive, options))
    return {
      entries,
      close: () => {
        archive.close()
      },
    }
  } catch (error) {
    archive.close()
    throw error
  }
}

async function listEntries(
  file: string,
  archive: ZipFile,
  options: ArchiveOptions,
): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = []
  const names = new Set<string>()
  const ranges: { readonly path: string; readonly start: number; readonly end: number }[] = []
  for await (const entry of archive.eachEntry()) {
    const { fileName: name, uncompressedSize: bytes, crc32 } = entry
    const path = `${file}/${name}`
    if (names.has(name)) throw invalidData(path, 'zip.name', name, msg('rule.unique'))
    names.add(name)
    if (name.endsWith('/')) continue
    checkEntry(path, entry)
    const start = entry.relativeOffsetOfLocalHeader
    ranges.push({ path, start, end: start + LOCAL_HEADER_BYTES + entry.compressedSize })
    entries.push({
      name,
      path,
      bytes,
      crc32,
      read: take =>
        naming(path, options, async () => take(await archive.openReadStreamPromise(entry))),
    })
  }
  checkApart(ranges)
  return entries
}

/** Entries that share their bytes are a bomb: a small archive holds as much as it likes. */
function checkApart(
  ranges: { readonly path: string; readonly start: number; readonly end: number }[],
): void {
  ranges.sort((a, b) => a.start - b.start)
  let end = 0
  for (const range of ranges) {
    if (range.start < end)
      throw invalidData(range.path, 'zip.offset', range.start, msg('rule.atLeast', { limit: end }))
    end = range.end
  }
}

function checkEntry(path: string, entry: Entry): void {
  const { compressedSize, uncompressedSize } = entry
  if (entry.isEncrypted()) throw invalidData(path, 'zip.encryption', true, msg('rule.notEncrypted'))
  // The upper half holds the mode where the archive was made on Unix; elsewhere it is 0.
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK) === SYMBOLIC_LINK)
    throw invalidData(path, 'zip.mode', 'symbolic link', msg('rule.fileOrFolder'))
  if (uncompressedSize > HIGHEST_RATIO * Math.max(compressedSize, SMALL_BYTES)) {
    const rule = msg('rule.packedRatio', { limit: HIGHEST_RATIO, bytes: compressedSize })
    throw invalidData(path, 'zip.size', uncompressedSize, rule)
  }
}

/** Complaints of the ZIP library become an invalid file; errors of the file system keep their codes. */
async function naming<Result>(
  path: string,
  { fileError }: ArchiveOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (isAppError(error) || !(error instanceof Error)) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code !== undefined && !code.startsWith('Z_')) throw fileError(error, path)
    throw invalidData(path, 'zip', error.message, msg('rule.undamaged', { format: 'ZIP' }))
  }
}
