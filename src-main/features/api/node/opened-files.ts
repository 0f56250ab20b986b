import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'

/** What a person has opened. All paths are absolute and free of links. */
export interface OpenedFiles {
  /** Opened with whatever lies below them. */
  readonly folders: readonly string[]
  /** Files and folders that a person chose, or that the data of a study were read from. A file opens the data files beside it. */
  readonly chosen: Iterable<string>
}

/** Tables, arrays, pictures, recordings, and archives of them. Texts of other kinds may be notes, settings or keys. */
const dataNames =
  /(?:\.(?:csv|tsv|tab|xlsx|xlsm|xls|parquet|npy|npz|png|jpe?g|webp|tiff?|bmp|gif|wav|zip|gz)|[-.]ubyte)$/i

/**
 * Whether a person has opened a file: the one function that grants programs access to files. Open are what a person chose by itself, and
 * data below a folder, or beside a file, that a person opened; nothing hidden, and beside a file in the home folder nothing else.
 * @param file absolute, without links
 */
export function isOpened(file: string, { folders, chosen }: OpenedFiles): boolean {
  const isData = holdsData(file)
  if (isData && folders.some(folder => isVisibleBelow(folder, file))) return true
  for (const entry of chosen) {
    if (entry === file) return true
    if (!isData) continue
    if (isFolder(entry) ? isVisibleBelow(entry, file) : isBeside(entry, file)) return true
  }
  return false
}

/** A folder, which is read for data only, or what is not there, counts as well. */
function holdsData(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats?.isFile() !== true ? true : dataNames.test(path.basename(file))
}

function isFolder(entry: string): boolean {
  return statSync(entry, { throwIfNoEntry: false })?.isDirectory() === true
}

function isVisibleBelow(folder: string, file: string): boolean {
  const inside = path.relative(folder, file)
  if (path.isAbsolute(inside)) return false
  return inside === '' || inside.split(path.sep).every(part => !part.startsWith('.'))
}

function isBeside(entry: string, file: string): boolean {
  const folder = path.dirname(entry)
  if (path.dirname(file) !== folder || path.basename(file).startsWith('.')) return false
  return !isFolder(file) && folder !== homedir() && folder !== path.parse(folder).root
}
