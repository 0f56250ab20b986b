import { msg } from '../core/errors/message.ts'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import { invalidData } from '../core/errors/invalid-data.ts'
import { type Archive, type ArchiveEntry, openArchive } from '../platform/files/archive.ts'
import { fileError } from '../platform/files/read-within.ts'
import { checkSourceFile, SOURCE_FILE_LIMIT_BYTES } from './source-file.ts'
import {
  byName,
  checkEntrySizes,
  MAX_ENTRIES,
  type SourceEntries,
  type SourceEntry,
} from './source-entry.ts'

/**
 * The files of a ZIP archive as a source; nothing is written to disk, and an entry is unpacked only when it is read.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`
 */
export async function openZip(file: string, field: string): Promise<SourceEntries> {
  await checkSourceFile(file, field)
  const archive = await openArchive(file, {
    maxEntries: MAX_ENTRIES,
    fileError: (error, path) => fileError(error, path, field),
  })
  try {
    return { entries: sourceEntries(file, archive), files: [file], close: archive.close }
  } catch (error) {
    archive.close()
    throw error
  }
}

function sourceEntries(file: string, { entries }: Archive): SourceEntry[] {
  const all = entries.map(entry => ({
    name: entry.name,
    path: entry.path,
    bytes: entry.bytes,
    read: async () => unpack(entry),
  }))
  checkEntrySizes(file, all, SOURCE_FILE_LIMIT_BYTES)
  return all.sort(byName)
}

async function unpack(entry: ArchiveEntry): Promise<Buffer> {
  const chunks: Buffer[] = []
  const collect = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  await entry.read(async stream => pipeline(stream, collect))
  const content = Buffer.concat(chunks)
  const checksum = crc32(content)
  if (checksum !== entry.crc32) {
    const rule = msg('rule.equal', { value: hexadecimal(entry.crc32) })
    throw invalidData(entry.path, 'zip.crc32', hexadecimal(checksum), rule)
  }
  return content
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}
