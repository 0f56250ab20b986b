import { fact } from '../contract/fact.ts'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { isAppError } from '../contract/errors.ts'
import { invalidData } from '../contract/invalid-data.ts'
import { checkSourceFile, fileError, SOURCE_FILE_LIMIT_BYTES } from './source-file.ts'
import {
  byName,
  checkEntrySizes,
  MAX_ENTRIES,
  type SourceEntries,
  type SourceEntry,
} from './source-entry.ts'

/** Recordings and texts shrink to a tenth, silence to a fiftieth; beyond a hundredth it is a bomb. */
const HIGHEST_RATIO = 100
/** Packed sizes below this say nothing about the ratio. */
const SMALL_BYTES = 4_096

/** Before the name of an entry and its bytes. */
const LOCAL_HEADER_BYTES = 30

const SYMBOLIC_LINK = 0o120000
const FILE_TYPE_MASK = 0o170000

/**
 * Lists the files of a ZIP archive; nothing is written to disk, and an entry is unpacked only when it
 * is read. Names that lead out of the archive, links, encrypted and repeated entries, and entries
 * that would grow more than a hundredfold are refused before anything is unpacked; sizes and
 * checksums while it is.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`
 */
export async function openZip(file: string, field: string): Promise<SourceEntries> {
  await checkSourceFile(file, field)
  const archive = await naming(file, field, () =>
    openPromise(file, { lazyEntries: true, autoClose: false, strictFileNames: true }),
  )
  try {
    if (archive.entryCount > MAX_ENTRIES) {
      const rule = fact('rule.atMost', { limit: MAX_ENTRIES })
      throw invalidData(file, 'zip.entries', archive.entryCount, rule)
    }
    const entries = await naming(file, field, () => listEntries(file, field, archive))
    checkEntrySizes(file, entries, SOURCE_FILE_LIMIT_BYTES)
    return {
      entries: entries.sort(byName),
      files: [file],
      close: () => {
        archive.close()
      },
    }
  } catch (error) {
    archive.close()
    throw error
  }
}

async function listEntries(file: string, field: string, archive: ZipFile): Promise<SourceEntry[]> {
  const entries: SourceEntry[] = []
  const names = new Set<string>()
  const places: { readonly path: string; readonly start: number; readonly end: number }[] = []
  for await (const entry of archive.eachEntry()) {
    const { fileName: name, uncompressedSize: bytes } = entry
    const path = `${file}/${name}`
    if (names.has(name)) throw invalidData(path, 'zip.name', name, fact('rule.unique'))
    names.add(name)
    if (name.endsWith('/')) continue
    checkEntry(path, entry)
    const start = entry.relativeOffsetOfLocalHeader
    places.push({ path, start, end: start + LOCAL_HEADER_BYTES + entry.compressedSize })
    entries.push({
      name,
      path,
      bytes,
      read: () => naming(path, field, () => unpack(path, archive, entry)),
    })
  }
  checkApart(places)
  return entries
}

/** Entries that share their bytes are a bomb: a small archive holds as much as it likes. */
function checkApart(
  places: { readonly path: string; readonly start: number; readonly end: number }[],
): void {
  places.sort((a, b) => a.start - b.start)
  let end = 0
  for (const place of places) {
    if (place.start < end)
      throw invalidData(place.path, 'zip.offset', place.start, fact('rule.atLeast', { limit: end }))
    end = place.end
  }
}

function checkEntry(path: string, entry: Entry): void {
  const { compressedSize, uncompressedSize } = entry
  if (entry.isEncrypted())
    throw invalidData(path, 'zip.encryption', true, fact('rule.notEncrypted'))
  // The upper half holds the mode where the archive was made on Unix; elsewhere it is 0.
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK) === SYMBOLIC_LINK)
    throw invalidData(path, 'zip.mode', 'symbolic link', fact('rule.fileOrFolder'))
  if (uncompressedSize > HIGHEST_RATIO * Math.max(compressedSize, SMALL_BYTES)) {
    const rule = fact('rule.packedRatio', { limit: HIGHEST_RATIO, bytes: compressedSize })
    throw invalidData(path, 'zip.size', uncompressedSize, rule)
  }
}

async function unpack(path: string, archive: ZipFile, entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = []
  const collect = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  await pipeline(await archive.openReadStreamPromise(entry), collect)
  const content = Buffer.concat(chunks)
  const found = crc32(content)
  if (found !== entry.crc32) {
    const rule = fact('rule.equal', { value: hexadecimal(entry.crc32) })
    throw invalidData(path, 'zip.crc32', hexadecimal(found), rule)
  }
  return content
}

/** Complaints of the ZIP library become an invalid file; errors of the file system keep their codes. */
async function naming<Result>(
  path: string,
  field: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (isAppError(error) || !(error instanceof Error)) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code !== undefined && !code.startsWith('Z_')) throw fileError(error, path, field)
    throw invalidData(path, 'zip', error.message, fact('rule.undamaged', { format: 'ZIP' }))
  }
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}
