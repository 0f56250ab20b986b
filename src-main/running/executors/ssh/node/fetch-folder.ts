import { constants } from 'node:fs'
import { copyFile, mkdir, symlink } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import { quote } from '../../../../core/values/shell-quote.ts'
import { flush } from '../../../../platform/files/durable.ts'
import { isBelow } from '../../../../platform/files/own-path.ts'
import { recoverFolder, replaceFolder } from '../../../../platform/files/replace-folder.ts'
import { removeEntry } from '../../../../platform/files/remove.ts'
import { removePartsOf, temporaryBeside } from '../../../../platform/files/temporary.ts'
import {
  checkpointTooLarge,
  MAX_ENTRIES,
  staysWithin,
} from '../../../../platform/user-code/copy-folder.ts'
import { fetchFile, leadsElsewhere } from './fetch-files.ts'
import { type Orders, runDetachedScript } from './detached-script.ts'

/** What lies in a folder on the machine. */
interface Entry {
  readonly kind: 'file' | 'folder' | 'link'
  /** Of a file. */
  readonly sha256: string
  readonly bytes: number
  /** Where a link leads. */
  readonly link: string
}

export type RemoteFolder = ReadonlyMap<string, Entry>

const listScript = `LC_ALL=C; export LC_ALL
if command -v sha256sum > /dev/null; then sum=sha256sum
elif command -v shasum > /dev/null; then sum='shasum -a 256'
else sum='openssl dgst -sha256 -r'; fi
export sum
find . -type d -exec sh -c 'for f; do printf "folder - 0 %s\\0" "$f"; done' x {} + || exit 1
find . -type f -exec sh -c 'for f; do n=$(wc -c < "$f") && s=$($sum < "$f") || exit 1; printf "file %s %s %s\\0" "\${s%% *}" "$((n))" "$f"; done' x {} + || exit 1
find . -type l -exec sh -c 'for f; do printf "link - 0 %s\\0%s\\0" "$f" "$(readlink "$f")"; done' x {} + || exit 1
find . ! -type d ! -type f ! -type l -exec sh -c 'for f; do printf "other - 0 %s\\0" "$f"; done' x {} +`

/**
 * What lies in a folder on the machine; null where it is gone. Programs may write into it meanwhile.
 * @param job folder in which the list is made
 * @param folder what is listed, below it
 * @throws AppError `machine.*`, `data.invalid` for what no checkpoint may hold
 */
export async function listFolder(
  machine: Orders,
  job: string,
  folder: string,
): Promise<RemoteFolder | null> {
  const script = `cd ${quote(folder)} || exit 1\n${listScript}`
  const listing = await runDetachedScript(machine, job, script)
  if (listing === null) return null
  const words = listing.toString().split('\0')
  const entries = new Map<string, Entry>()
  for (let at = 0; at < words.length - 1; at++) {
    const [, kind = '', sha256 = '', bytes = '', name = ''] =
      /^(\w+) (\S+) (\d+) \.(?:\/(.*))?$/s.exec(words[at] ?? '') ?? []
    const link = kind === 'link' ? (words[++at] ?? '') : ''
    if (kind === 'folder' && name === '') continue
    if (!isBelow('/in', path.posix.join('/in', name)) || name === '')
      throw leadsElsewhere(folder, name)
    if (kind === 'other') throw invalid(folder, name, msg('rule.fileOrFolder'))
    if (kind === 'link' && !staysWithin(name, link)) {
      throw invalid(folder, name, msg('rule.linkWithin'))
    }
    entries.set(name, { kind: kind as Entry['kind'], sha256, bytes: Number(bytes), link })
    if (entries.size > MAX_ENTRIES) {
      throw invalid(folder, 'entries', msg('rule.atMost', { limit: MAX_ENTRIES }))
    }
  }
  return entries
}

export function isSameFolder(first: RemoteFolder, second: RemoteFolder): boolean {
  if (first.size !== second.size) return false
  for (const [name, { kind, sha256, bytes, link }] of first) {
    const same = second.get(name)
    if (same?.kind !== kind || same.sha256 !== sha256) return false
    if (same.bytes !== bytes || same.link !== link) return false
  }
  return true
}

/**
 * Brings a folder, which nobody may change meanwhile, in place of one here: beside it first, every file checked and flushed, then
 * renamed. Files that are here already do not travel again.
 * @param localFolder what lies in the local folder now, from the last time; null: nothing is known of it
 * @returns false where it was not wanted any more
 * @throws AppError `machine.*`, `file.unreadable`, `data.invalid` for what is too large or has changed; as the file system does
 */
export async function fetchFolder(
  machine: Orders,
  remote: string,
  target: string,
  {
    folder,
    localFolder,
    maxBytes,
    isWanted,
  }: {
    readonly folder: RemoteFolder
    readonly localFolder: RemoteFolder | null
    readonly maxBytes: number
    /** Asked when all is here. */
    readonly isWanted: () => boolean
  },
): Promise<boolean> {
  const bytes = [...folder.values()].reduce((sum, entry) => sum + entry.bytes, 0)
  if (bytes > maxBytes) throw checkpointTooLarge(remote, bytes, maxBytes)
  const localNames = new Map([...(localFolder ?? [])].map(([name, { sha256 }]) => [sha256, name]))
  removePartsOf(target)
  await recoverFolder(target)
  const temporary = temporaryBeside(target)
  try {
    await mkdir(temporary, { recursive: true, mode: 0o700 })
    const named = (kind: Entry['kind']): [string, Entry][] =>
      [...folder].filter(([, entry]) => entry.kind === kind).sort(([a], [b]) => (a < b ? -1 : 1))
    const folders = named('folder').map(([name]) => path.join(temporary, name))
    for (const directory of folders) await mkdir(directory, { recursive: true, mode: 0o700 })
    for (const [name, { sha256, bytes: size }] of named('file')) {
      const file = path.join(temporary, name)
      const same = localNames.get(sha256)
      if (same === undefined) {
        const from = path.posix.join(remote, name)
        const fetchedHash = await fetchFile(machine, from, file, { name, bytes: size })
        if (fetchedHash !== sha256)
          throw invalid(from, fetchedHash, msg('rule.hash', { hash: sha256 }))
      } else {
        await copyFile(path.join(target, same), file, constants.COPYFILE_FICLONE)
      }
      await flush(file)
    }
    // At the end: nothing is ever written through one.
    for (const [name, { link }] of named('link')) await symlink(link, path.join(temporary, name))
    for (const directory of [...folders.reverse(), temporary]) await flush(directory)
    if (!isWanted()) return false
    await replaceFolder(temporary, target)
    return true
  } finally {
    await removeEntry(temporary)
  }
}

function invalid(folder: string, value: string, rule: ReturnType<typeof msg>): AppError {
  return new AppError('data.invalid', { path: folder, field: 'checkpoint', value, rule })
}
