import { msg } from '../core/errors/message.ts'
import { invalidData } from '../core/errors/invalid-data.ts'

/** One file of a folder or of an archive. */
export interface SourceEntry {
  /** Path inside the source, with `/`. */
  readonly name: string
  /** The name of the file in errors: the source's path and the name. */
  readonly path: string
  readonly bytes: number
  /** @throws AppError `file.unreadable`, `data.invalid` */
  read(): Promise<Buffer>
}

/** The files of a source, sorted by name (UTF-16 units). */
export interface SourceEntries {
  readonly entries: readonly SourceEntry[]
  /** Paths of the files on disk whose bytes hold the entries. */
  readonly files: readonly string[]
  readonly close: () => void
}

/** More files than this are no data set of one study. */
export const MAX_ENTRIES = 200_000
/** One image, recording or text. */
const ENTRY_LIMIT_BYTES = 256_000_000

/** @throws AppError `data.invalid` */
export function checkEntrySizes(
  path: string,
  entries: readonly SourceEntry[],
  limit: number,
): void {
  if (entries.length > MAX_ENTRIES)
    throw invalidData(path, 'files', entries.length, msg('rule.atMost', { limit: MAX_ENTRIES }))
  let total = 0
  for (const entry of entries) {
    total += entry.bytes
    if (entry.bytes > ENTRY_LIMIT_BYTES) {
      const rule = msg('rule.bytes.atMost', { limit: ENTRY_LIMIT_BYTES, of: 'unpacked' })
      throw invalidData(entry.path, 'size', entry.bytes, rule)
    }
  }
  if (total > limit)
    throw invalidData(path, 'size', total, msg('rule.bytes.atMost', { limit, of: 'unpacked' }))
}

export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
