import { existsSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { renameOverSync } from './durable.ts'
import { removeEntrySync } from './remove.ts'

/** Renames that are taken back together where a later one fails. */
export class Moves {
  readonly #undo: (() => void)[] = []

  /** What is not there is left out. */
  move(from: string, to: string): void {
    if (!existsSync(from)) return
    renameOverSync(from, to)
    this.#undo.push(() => renameOverSync(to, from))
  }

  /** A folder that lies on another disk, by itself or by a link, stays there beside its place, and a link leads to it. */
  moveFolder(real: string, to: string, isElsewhere: boolean): void {
    if (!existsSync(real)) return
    if (!isElsewhere) {
      try {
        this.move(real, to)
        return
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
      }
    }
    const sibling = path.join(path.dirname(real), path.basename(to))
    this.move(real, sibling)
    symlinkSync(sibling, to, 'junction')
    this.#undo.push(() => removeEntrySync(to))
  }

  /** The last one first. @returns false where one stays: what it moved is where it was moved to */
  takeBack(): boolean {
    try {
      for (const undo of this.#undo.splice(0).reverse()) undo()
      return true
    } catch {
      return false
    }
  }
}
