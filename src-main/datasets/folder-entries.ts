import { msg } from '../core/errors/message.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { fileError } from '../platform/files/read-within.ts'
import { SOURCE_FILE_LIMIT_BYTES } from './source-file.ts'
import {
  byName,
  checkEntrySizes,
  MAX_ENTRIES,
  type SourceEntries,
  type SourceEntry,
} from './source-entry.ts'

/** Class folders stand one or two levels deep; what goes deeper is another kind of folder. */
const MAX_LEVELS = 8

/**
 * Lists the files of a folder. Links are refused: a data set is what stands in its folder.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`
 */
export async function listFolder(folder: string, field: string): Promise<SourceEntries> {
  const entries: SourceEntry[] = []
  try {
    await walk(folder, [], entries)
  } catch (error) {
    throw fileError(error, folder, field)
  }
  checkEntrySizes(folder, entries, SOURCE_FILE_LIMIT_BYTES)
  entries.sort(byName)
  return { entries, files: entries.map(entry => entry.path), close: () => undefined }
}

async function walk(root: string, parts: readonly string[], entries: SourceEntry[]): Promise<void> {
  const folder = path.join(root, ...parts)
  if (parts.length > MAX_LEVELS)
    throw invalidData(folder, 'folders', parts.length, msg('rule.atMost', { limit: MAX_LEVELS }))
  for (const item of await readdir(folder, { withFileTypes: true })) {
    const inside = [...parts, item.name]
    const file = path.join(root, ...inside)
    if (item.isDirectory()) await walk(root, inside, entries)
    else if (item.isFile()) {
      if (entries.length >= MAX_ENTRIES) {
        throw invalidData(
          root,
          'files',
          `> ${MAX_ENTRIES}`,
          msg('rule.atMost', { limit: MAX_ENTRIES }),
        )
      }
      const { size } = await stat(file)
      entries.push({
        name: inside.join('/'),
        path: file,
        bytes: size,
        read: async () => {
          try {
            return await readFile(file)
          } catch (error) {
            throw fileError(error, file, 'file')
          }
        },
      })
    } else {
      const kind = item.isSymbolicLink() ? 'symbolic link' : 'special file'
      throw invalidData(file, 'file', kind, msg('rule.fileOrFolder'))
    }
  }
}
