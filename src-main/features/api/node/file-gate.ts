import { realpathSync } from 'node:fs'
import path from 'node:path'
import { AppError, isAppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { dataFilesOf } from '../../../datasets/ingest-client.ts'
import { holdsSecrets } from '../../../platform/storage/workspace.ts'

/**
 * Which files a face may name, by itself or in a study. A window asks through dialogs; over the web there are none, so there only what lies
 * beside the database is at hand, what comes with Tunewright, and what a person has typed.
 */
export class FileGate {
  /** Whatever lies in one of these. */
  readonly #folders: readonly string[]
  readonly #isOpen: boolean
  readonly #chosen: Set<string>

  constructor(
    folders: readonly string[],
    { isOpen = false, chosen = new Set<string>() }: { isOpen?: boolean; chosen?: Set<string> } = {},
  ) {
    this.#folders = folders
    this.#isOpen = isOpen
    this.#chosen = chosen
  }

  /**
   * The same for programs, which see no dialog: what a person chose in a face is open to them too.
   * @param folders that a person opened for this program
   */
  forPrograms(folders: readonly string[]): FileGate {
    return new FileGate([...this.#folders, ...folders], { chosen: this.#chosen })
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
    if (this.#isOpen || this.#isWithin(resolved) || this.#chosen.has(resolved)) {
      return path.resolve(this.#home, file)
    }
    throw new AppError('file.notChosen', { path: file })
  }

  /**
   * The data that a study names; relative names start where the database lies. One that is not valid yet reads none.
   * @throws AppError as {@link require} does
   */
  requireData(objective: StudySpecification['objective']): void {
    let files: readonly string[] = []
    try {
      files = dataFilesOf(objective, this.#home)
    } catch (error) {
      if (!isAppError(error, 'specification.invalid')) throw error
    }
    for (const file of files) this.require(file)
  }

  #isWithin(file: string): boolean {
    return this.#folders.some(folder => {
      const inside = path.relative(real(folder), file)
      return !inside.startsWith('..') && !path.isAbsolute(inside)
    })
  }

  /** Relative names start where the database lies. */
  get #home(): string {
    return this.#folders[0] ?? '.'
  }

  #resolve(file: string): string {
    return real(path.resolve(this.#home, file))
  }
}

/** On Windows a file has a short name, too. */
function longName(file: string): string {
  try {
    return realpathSync.native(file)
  } catch {
    return file
  }
}

/** With links resolved, as far as the path exists. */
function real(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    const parent = path.dirname(file)
    return parent === file ? file : path.join(real(parent), path.basename(file))
  }
}
