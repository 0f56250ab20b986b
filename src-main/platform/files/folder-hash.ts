import { createHash } from 'node:crypto'

/** A file of a folder; a folder in it has no hash and no bytes, a link the hash of where it leads. */
export interface FolderPart {
  readonly sha256: string
  readonly bytes: number
}

/** The part of a folder within a folder. */
export const innerFolder: FolderPart = { sha256: '-', bytes: 0 }

/**
 * SHA-256 of a whole folder, hexadecimal: of a line `sha256  bytes  "name"` for every file, link and folder in it.
 * @param parts in the order of {@link compareNames}; names are relative with `/`, that of a folder ends in `/`, that of a link in `@`
 */
export function folderHash(parts: Iterable<readonly [name: string, part: FolderPart]>): string {
  const hash = createHash('sha256')
  for (const [name, { sha256, bytes }] of parts) {
    hash.update(`${sha256}  ${bytes}  ${JSON.stringify(name)}\n`)
  }
  return hash.digest('hex')
}

/** The order in which folders are read, entries by UTF-16 units: a folder stands before what is in it. */
export function compareNames(left: string, right: string): number {
  const [a, b] = [left.split('/'), right.split('/')]
  const at = a.findIndex((part, index) => part !== b[index])
  if (at < 0) return a.length - b.length
  const other = b[at]
  return other === undefined || (a[at] as string) > other ? 1 : -1
}
