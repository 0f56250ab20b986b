import { realpathSync } from 'node:fs'
import path from 'node:path'
import { AppError, isAppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { dataFilesOf } from '../../../datasets/ingest-client.ts'
import { holdsSecrets, realPathOf } from '../../../platform/storage/workspace.ts'
import { isOpened, type OpenedFiles } from './opened-files.ts'

interface Rules {
  /** Where the database lies, and relative names start. */
  readonly home: string
  /** Whether whoever asks may read a file, absolute and without links. */
  readonly allows: (file: string) => boolean
}

/** Which files a face or a program may name, by itself or in a study. Nobody reads those that hold keys of Tunewright. */
export class FileGate {
  readonly #rules: Rules
  /** Files that a person typed or chose. */
  readonly #chosen: Set<string>

  private constructor(rules: Rules, chosen: Set<string>) {
    this.#rules = rules
    this.#chosen = chosen
  }

  /**
   * For a person. A window asks through dialogs; over the web there are none, so there only what lies in one of these folders is at hand,
   * and what a person has typed.
   * @param folders the first one is that of the database
   * @param isOpen whether there are dialogs
   */
  static forPage(folders: readonly [string, ...string[]], isOpen: boolean): FileGate {
    const chosen = new Set<string>()
    const allows = (file: string): boolean =>
      isOpen || chosen.has(file) || folders.some(folder => isWithin(realPathOf(folder), file))
    return new FileGate({ home: folders[0], allows }, chosen)
  }

  /**
   * For programs, which see no dialog: what a person opened, see {@link isOpened}. The folder of the database does not count.
   * @param folders that a person opened to programs
   * @param sources files and folders that data of studies were read from
   */
  forPrograms(folders: readonly string[], sources: () => readonly string[]): FileGate {
    const chosen = this.#chosen
    const allows = (file: string): boolean => {
      const opened: OpenedFiles = { folders: folders.map(folder => realPathOf(folder)), chosen }
      return (
        isOpened(file, opened) ||
        isOpened(file, { folders: [], chosen: sources().map(source => realPathOf(source)) })
      )
    }
    return new FileGate({ home: this.#rules.home, allows }, chosen)
  }

  /** A person typed it. */
  choose(file: string): void {
    this.#chosen.add(this.#resolve(file))
  }

  /**
   * @returns the path, absolute
   * @throws AppError `file.notChosen`, `file.unreadable` for what opens an endpoint of this program: whoever may read tables is not let in by it
   */
  require(file: string): string {
    const resolved = this.#resolve(file)
    if (holdsSecrets(resolved) || holdsSecrets(longName(resolved))) {
      throw new AppError('file.unreadable', { path: file, reason: msg('rule.secretFile') })
    }
    if (this.#rules.allows(resolved)) return path.resolve(this.#rules.home, file)
    throw new AppError('file.notChosen', { path: file })
  }

  /**
   * The data that a study names; relative names start where the database lies. One that is not valid yet reads none.
   * @throws AppError as {@link require} does
   */
  requireData(objective: StudySpecification['objective']): void {
    let files: readonly string[] = []
    try {
      files = dataFilesOf(objective, this.#rules.home)
    } catch (error) {
      if (!isAppError(error, 'specification.invalid')) throw error
    }
    for (const file of files) this.require(file)
  }

  #resolve(file: string): string {
    return realPathOf(path.resolve(this.#rules.home, file))
  }
}

function isWithin(folder: string, file: string): boolean {
  const inside = path.relative(folder, file)
  return !inside.startsWith('..') && !path.isAbsolute(inside)
}

/** On Windows a file has a short name, too. */
function longName(file: string): string {
  try {
    return realpathSync.native(file)
  } catch {
    return file
  }
}
