import { unknownName } from '../core/values/closest-name.ts'
import { msg } from '../core/errors/message.ts'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { ClassFolders } from '../core/data/class-folders.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import type { JsonObject } from '../core/values/json.ts'
import { listFolder } from './folder-entries.ts'
import { fileError } from '../platform/files/read-within.ts'
import { type SourceEntries, type SourceEntry } from './source-entry.ts'
import { tally } from './text-numbers.ts'
import { openZip } from './zip-entries.ts'

/** The setting that names the folder or archive, for errors. */
export const foldersField = 'objective.data.source.folders'

/** Left out without a word: what systems put beside people's files. */
export const systemFiles = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i
/** Names of files that were left out are shown up to this number. */
const MAX_SHOWN_NAMES = 10
const MAX_CLASSES = 1_000

interface ClassFile extends SourceEntry {
  /** Index into `classNames`. */
  readonly label: number
  /** Index into `groupNames`; null without groups. */
  readonly group: number | null
}

/** The files of a data set with a class for each. */
export interface ClassFiles {
  /** Sorted by name. */
  readonly files: readonly ClassFile[]
  /** Of use to the task beside the arrays, the same for every kind of file. */
  readonly schema: {
    /** Sorted. */
    readonly classNames: readonly string[]
    readonly classCounts: readonly number[]
    readonly testClassCounts: null
    /** Null without `groupUntil`. */
    readonly groupCounts: readonly number[] | null
  }
  /** Files that were left out, for the data set's card. */
  readonly properties: JsonObject
}

/** All files of the folder or the archive. */
export async function openEntries(folders: string): Promise<SourceEntries> {
  try {
    const stats = await stat(folders)
    return stats.isDirectory()
      ? await listFolder(folders, foldersField)
      : await openZip(folders, foldersField)
  } catch (error) {
    throw fileError(error, folders, foldersField)
  }
}

/**
 * Sorts files into classes by the folder that they stand in. All class folders must stand side by
 * side, so that nothing is mixed by accident (`train/cat` with `test/cat`).
 * @param extensions endings that count, lower case, with their dot
 * @throws AppError `data.invalid` naming the file or the folder
 */
export function sortIntoClasses(
  source: ClassFolders,
  entries: readonly SourceEntry[],
  extensions: readonly string[],
): ClassFiles {
  const userFiles = entries.filter(entry => !systemFiles.test(entry.name))
  const fitting = userFiles.filter(entry =>
    extensions.includes(path.posix.extname(entry.name).toLowerCase()),
  )
  if (fitting.length === 0)
    throw invalidData(
      source.folders,
      'files',
      userFiles.length,
      msg('rule.holdsFiles', { extensions }),
    )
  requireSiblings(fitting)
  const classOfFolder = readClasses(source, fitting)
  const classFiles = fitting.filter(entry => classOfFolder.has(folderOf(entry)))
  const classNames = [...new Set(classOfFolder.values())].sort()
  if (classNames.length < 2 || classNames.length > MAX_CLASSES) {
    const rule = msg('rule.classes', { low: 2, high: MAX_CLASSES, in: 'folders' })
    throw invalidData(source.folders, 'classes', classNames.slice(0, MAX_SHOWN_NAMES), rule)
  }
  const groupNames =
    source.groupUntil === undefined
      ? null
      : [...new Set(classFiles.map(entry => groupOf(entry, source.groupUntil ?? '')))].sort()
  const groupIndex = new Map(groupNames?.map((name, index) => [name, index]))
  const classIndex = new Map(classNames.map((name, index) => [name, index]))
  const files = classFiles.map(entry => ({
    name: entry.name,
    path: entry.path,
    bytes: entry.bytes,
    read: () => entry.read(),
    label: classIndex.get(classOfFolder.get(folderOf(entry)) ?? '') ?? 0,
    group:
      groupNames === null ? null : (groupIndex.get(groupOf(entry, source.groupUntil ?? '')) ?? 0),
  }))
  const remainingNames = new Set(files.map(file => file.name))
  const leftOut = userFiles.filter(entry => !remainingNames.has(entry.name))
  return {
    files,
    schema: {
      classNames,
      classCounts: tally(
        files.map(({ label }) => label),
        classNames.length,
      ),
      testClassCounts: null,
      groupCounts:
        groupNames === null
          ? null
          : tally(
              files.map(({ group }) => group ?? 0),
              groupNames.length,
            ),
    },
    properties: {
      source: path.basename(source.folders),
      classes: classNames.length,
      ...(groupNames === null ? {} : { groups: groupNames.length }),
      filesLeftOut: leftOut.length,
      filesLeftOutFirst: leftOut.slice(0, MAX_SHOWN_NAMES).map(entry => entry.name),
    },
  }
}

/** The arrays that every set of class files has: labels, names of the files as UTF-8, and groups if asked for. */
export function labelArrays({ files, schema }: ClassFiles, labels: string) {
  const shape = [files.length]
  const names = files.map(({ name }) => Buffer.from(name))
  const offsets = new Int32Array(files.length + 1)
  for (const [row, name] of names.entries()) offsets[row + 1] = (offsets[row] ?? 0) + name.length
  const bytes = new Uint8Array(Buffer.concat(names))
  return [
    { name: labels, data: Int32Array.from(files, file => file.label), shape },
    { name: 'fileNames', data: bytes, shape: [bytes.length] },
    { name: 'fileNameOffsets', data: offsets, shape: [offsets.length] },
    ...(schema.groupCounts === null
      ? []
      : [{ name: 'groups', data: Int32Array.from(files, file => file.group ?? 0), shape }]),
  ]
}

function requireSiblings(entries: readonly SourceEntry[]): void {
  const first = path.posix.dirname(entries[0]?.name ?? '')
  for (const entry of entries) {
    const folder = path.posix.dirname(entry.name)
    if (folder === '.') throw invalidData(entry.path, 'folder', '', msg('rule.classFolder'))
    if (path.posix.dirname(folder) !== path.posix.dirname(first))
      throw invalidData(entry.path, 'folder', folder, msg('rule.besideFolder', { first }))
  }
}

/** Class of every folder that counts. */
function readClasses(
  source: ClassFolders,
  entries: readonly SourceEntry[],
): ReadonlyMap<string, string> {
  const folders = new Set(entries.map(folderOf))
  if (source.classes === undefined) return new Map([...folders].map(name => [name, name]))
  const classOf = new Map<string, string>()
  for (const [name, members] of Object.entries(source.classes)) {
    for (const folder of members) {
      const field = `objective.data.source.classes.${name}`
      if (!folders.has(folder)) {
        const rule = unknownName('folder', folder, [...folders])
        throw invalidData(source.folders, field, folder, rule)
      }
      if (classOf.has(folder)) {
        const rule = msg('rule.oneClass', { other: classOf.get(folder) ?? '' })
        throw invalidData(source.folders, field, folder, rule)
      }
      classOf.set(folder, name)
    }
  }
  return classOf
}

function folderOf(entry: SourceEntry): string {
  return path.posix.basename(path.posix.dirname(entry.name))
}

function groupOf(entry: SourceEntry, until: string): string {
  const name = path.posix.basename(entry.name)
  const at = name.indexOf(until)
  if (at > 0) return name.slice(0, at)
  throw invalidData(entry.path, 'name', name, msg('rule.groupName', { until }))
}
