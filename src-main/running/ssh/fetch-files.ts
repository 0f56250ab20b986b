import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { fact } from '../../contract/fact.ts'
import { droppedFolder } from '../../contract/trial-files.ts'
import { quote } from '../../contract/shell-quote.ts'
import { isBelow } from '../../files/own-path.ts'
import type { RemoteMachine } from './remote-machine.ts'

const PIECE_BYTES = 1 << 20

type Answering = Pick<RemoteMachine, 'name' | 'order'>

/**
 * Brings back what a program left in its trial's folder: files to keep, and its results.
 * @param attemptFolder name of the attempt's folder
 * @param more files and folders that are wanted beside these
 * @throws AppError `machine.*`, `file.unreadable`, `data.invalid` for a name that leads elsewhere; as the file system does
 */
export async function fetchFiles(
  machine: Answering,
  remote: string,
  local: string,
  attemptFolder: string,
  more: readonly string[] = [],
): Promise<void> {
  const wanted = [
    droppedFolder,
    `${attemptFolder}/${droppedFolder}`,
    `${attemptFolder}/results.json`,
    ...more,
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
    if (!wanted.some(place => isBelow(path.join(local, place), path.join(local, name)))) {
      const rule = fact('rule.belowStudy', { folder: local })
      throw new AppError('data.invalid', { path: name, field: 'name', value: name, rule })
    }
    await fetchFile(machine, { remote, local, name, bytes: Number(entry.slice(0, space)) })
  }
}

async function fetchFile(
  machine: Answering,
  {
    remote,
    local,
    name,
    bytes,
  }: {
    readonly remote: string
    readonly local: string
    readonly name: string
    readonly bytes: number
  },
): Promise<void> {
  const target = path.join(local, name)
  if (bytes < 0) throw unreadable(machine, name)
  mkdirSync(path.dirname(target), { recursive: true })
  const file = openSync(target, 'w', 0o600)
  try {
    for (let offset = 0; offset < bytes; offset += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, bytes - offset)
      const from = quote(path.posix.join(remote, name))
      const piece = await machine.order(`tail -c +${offset + 1} ${from} | head -c ${length}`)
      if (piece.length !== length) throw unreadable(machine, name)
      writeFileSync(file, piece)
    }
  } finally {
    closeSync(file)
  }
}

/** Half a file is never kept for a whole one. */
function unreadable({ name: machine }: Answering, name: string): AppError {
  const reason = fact('failure.fileThere', { machine })
  return new AppError('file.unreadable', { path: name, reason })
}
