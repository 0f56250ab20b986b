import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import { droppedFolder } from '../../../../core/trial/trial-files.ts'
import { quote } from '../../../../core/values/shell-quote.ts'
import { isBelow } from '../../../../platform/files/own-path.ts'
import type { Orders } from './detached-script.ts'

const PIECE_BYTES = 1 << 20

/**
 * Brings back what a program left in its trial's folder: files to keep, and its results.
 * @param attemptFolder name of the attempt's folder
 * @param trainerFiles files and folders that are wanted beside these
 * @throws AppError `machine.*`, `file.unreadable`, `data.invalid` for a name that leads elsewhere; as the file system does
 */
export async function fetchFiles(
  machine: Orders,
  remote: string,
  local: string,
  attemptFolder: string,
  trainerFiles: readonly string[] = [],
): Promise<void> {
  const wanted = [
    droppedFolder,
    `${attemptFolder}/${droppedFolder}`,
    `${attemptFolder}/results.json`,
    ...trainerFiles,
  ]
  const listScript = `cd ${quote(remote)} || exit 0
for p in ${wanted.map(quote).join(' ')}; do
  [ -e "$p" ] || continue
  find "$p" -type f -exec sh -c 'for f; do n=$(wc -c < "$f") || n=-1; printf "%s %s\\0" "$((n))" "$f"; done' x {} + || exit 1
done`
  const listing = await machine.order(listScript)
  for (const entry of listing.toString().split('\0')) {
    if (entry === '') continue
    const space = entry.indexOf(' ')
    const name = entry.slice(space + 1)
    if (!wanted.some(wantedPath => isBelow(path.join(local, wantedPath), path.join(local, name)))) {
      throw leadsElsewhere(local, name)
    }
    const bytes = Number(entry.slice(0, space))
    await fetchFile(machine, path.posix.join(remote, name), path.join(local, name), { name, bytes })
  }
}

/** Of a name that a machine gives. */
export function leadsElsewhere(folder: string, name: string): AppError {
  const rule = msg('rule.belowStudy', { folder })
  return new AppError('data.invalid', { path: name, field: 'name', value: name, rule })
}

/**
 * Brings one file, piece by piece: where a connection is cut, its last piece is asked for again.
 * @param file.name for people
 * @param file.bytes all of them; below 0 for one that cannot be read
 * @returns SHA-256 of what was written
 * @throws AppError `machine.*`, `file.unreadable`; as the file system does
 */
export async function fetchFile(
  machine: Orders,
  remote: string,
  target: string,
  { name, bytes }: { readonly name: string; readonly bytes: number },
): Promise<string> {
  if (bytes < 0) throw unreadable(machine, name)
  mkdirSync(path.dirname(target), { recursive: true })
  const file = openSync(target, 'w', 0o600)
  const hash = createHash('sha256')
  try {
    for (let offset = 0; offset < bytes; offset += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, bytes - offset)
      const piece = await machine.order(
        `tail -c +${offset + 1} ${quote(remote)} | head -c ${length}`,
      )
      if (piece.length !== length) throw unreadable(machine, name)
      writeFileSync(file, piece)
      hash.update(piece)
    }
  } finally {
    closeSync(file)
  }
  return hash.digest('hex')
}

/** Half a file is never kept for a whole one. */
function unreadable({ name: machine }: Orders, name: string): AppError {
  const reason = msg('failure.remoteFile', { machine })
  return new AppError('file.unreadable', { path: name, reason })
}
