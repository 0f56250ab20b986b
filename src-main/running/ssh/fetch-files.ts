import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { fact } from '../../contract/fact.ts'
import { droppedFolder } from '../../contract/trial-files.ts'
import { quote } from '../../contract/shell-quote.ts'
import type { RemoteMachine } from './remote-machine.ts'

const PIECE_BYTES = 1 << 20

/**
 * Brings back what a program left in its trial's folder: files to keep, and its results.
 * @param attemptFolder name of the attempt's folder
 * @throws AppError `machine.*`, `data.invalid` for a name that leads out of the folder; as the file system does
 */
export async function fetchFiles(
  machine: RemoteMachine,
  remote: string,
  local: string,
  attemptFolder: string,
): Promise<void> {
  const wanted = [
    droppedFolder,
    `${attemptFolder}/${droppedFolder}`,
    `${attemptFolder}/results.json`,
  ]
  const listScript = `cd ${quote(remote)} && for p in ${wanted.map(quote).join(' ')}; do [ -e "$p" ] && find "$p" -type f -exec sh -c 'for f; do printf "%s %s\\0" "$(($(wc -c < "$f")))" "$f"; done' x {} +; done; :`
  const listing = await machine.order(listScript)
  for (const entry of listing.toString().split('\0')) {
    if (entry === '') continue
    const space = entry.indexOf(' ')
    await fetchFile(machine, {
      remote,
      local,
      name: entry.slice(space + 1),
      bytes: Number(entry.slice(0, space)),
    })
  }
}

async function fetchFile(
  machine: RemoteMachine,
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
  if (path.relative(local, target).startsWith('..')) {
    const rule = fact('rule.belowStudy', { folder: local })
    throw new AppError('data.invalid', { path: name, field: 'name', value: name, rule })
  }
  mkdirSync(path.dirname(target), { recursive: true })
  const file = openSync(target, 'w', 0o600)
  try {
    for (let offset = 0; offset < bytes; offset += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, bytes - offset)
      const from = quote(path.posix.join(remote, name))
      const piece = await machine.order(`tail -c +${offset + 1} ${from} | head -c ${length}`)
      writeSync(file, piece)
    }
  } finally {
    closeSync(file)
  }
}
