import { ownValue } from '../../core/values/named-values.ts'
import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import type { JsonObject } from '../../core/values/json.ts'

/** A folder of the user's that a study names; the way to it from the database stands beside it. */
interface FolderFields {
  readonly field: string
  readonly wayField: string
}

const codeFolder: FolderFields = { field: 'studyDirectory', wayField: 'studyDirectoryFromDatabase' }
const dataFolder: FolderFields = {
  field: 'sourceDirectory',
  wayField: 'sourceDirectoryFromDatabase',
}

/**
 * The folders of the user's code and data, where relative paths of a study file start. They are kept absolute, and as seen from the
 * database where it lies in the same project: a project that was copied or moved with its database uses its own files.
 */
export class MovedFolders {
  readonly #home: string | null

  /** @param home folder of the database; null for one in memory */
  constructor(home: string | null) {
    this.#home = home
  }

  storeEnvironment<Environment extends object>(environment: Environment): JsonObject {
    const { project } = environment as { readonly project?: JsonObject }
    if (project === undefined) return environment as JsonObject
    return { ...environment, project: this.#withWay(project, codeFolder) }
  }

  storeDataset(dataset: JsonObject): JsonObject {
    return this.#withWay(dataset, dataFolder)
  }

  readEnvironment<Environment extends object>(environment: Environment): Environment {
    const { project } = environment as { readonly project?: JsonObject }
    if (project === undefined) return environment
    return { ...environment, project: this.#found(project, codeFolder) }
  }

  readDataset(dataset: JsonObject): JsonObject {
    return this.#found(dataset, dataFolder)
  }

  #withWay(record: JsonObject, { field, wayField }: FolderFields): JsonObject {
    const folder = ownValue(record, field)
    if (this.#home === null || typeof folder !== 'string') return record
    const way = wayOf(this.#home, folder)
    return way === null ? record : { ...record, [wayField]: way }
  }

  #found(record: JsonObject, { field, wayField }: FolderFields): JsonObject {
    const { [wayField]: way, ...otherFields } = record
    if (this.#home === null || typeof way !== 'string') return otherFields
    const folder = path.resolve(this.#home, way)
    return isFolder(folder) ? { ...otherFields, [field]: folder } : otherFields
  }
}

/** With `/`; null where one does not lie within the other, or the outer one is no project but a disk or a home. */
function wayOf(home: string, folder: string): string | null {
  const way = path.relative(home, folder)
  const isOuter = /^\.\.(?:[/\\]\.\.)*$/.test(way)
  if (path.isAbsolute(way) || (way.startsWith('..') && !isOuter)) return null
  if (isOuter && !path.relative(folder, homedir()).startsWith('..')) return null
  if (isOuter && path.dirname(folder) === folder) return null
  return way === '' ? '.' : way.split(path.sep).join('/')
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
}
