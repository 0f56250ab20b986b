import { realpathSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { ApiOptions } from './api-options.ts'

/**
 * Which files a face may name. A window asks through dialogs; over the web there are none, so there only what lies beside the database is at
 * hand, and what a person has typed.
 */
export class FileGate {
  readonly #folder: string
  readonly #isOpen: boolean
  readonly #chosen = new Set<string>()

  constructor({ workspace, kind }: Pick<ApiOptions, 'workspace' | 'kind'>) {
    this.#folder = path.dirname(workspace.databasePath)
    this.#isOpen = kind !== 'web'
  }

  /** A person typed it. */
  choose(file: string): void {
    this.#chosen.add(this.#resolve(file))
  }

  /** @returns the path, absolute @throws AppError `file.notChosen` */
  require(file: string): string {
    const resolved = this.#resolve(file)
    const inside = path.relative(real(this.#folder), resolved)
    const isInside = !inside.startsWith('..') && !path.isAbsolute(inside)
    if (this.#isOpen || isInside || this.#chosen.has(resolved)) {
      return path.resolve(this.#folder, file)
    }
    throw new AppError('file.notChosen', { path: file })
  }

  #resolve(file: string): string {
    return real(path.resolve(this.#folder, file))
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
