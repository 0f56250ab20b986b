import { existsSync, lstatSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { renameOverSync } from './durable.ts'
import { removeEntrySync } from './remove.ts'

/** A rename, or a link that is made. */
export const moveStepSchema = z.union([
  z.object({ from: z.string(), to: z.string() }),
  z.object({ link: z.string() }),
])
export type MoveStep = z.infer<typeof moveStepSchema>

/** Renames that are taken back together where a later one fails. */
export class Moves {
  readonly #steps: MoveStep[] = []
  readonly #note: (steps: readonly MoveStep[]) => void

  /** @param note is given all steps before the last of them is taken */
  constructor(note: (steps: readonly MoveStep[]) => void) {
    this.#note = note
  }

  /** What is not there is left out. */
  move(from: string, to: string): void {
    if (!existsSync(from)) return
    this.#take({ from, to })
    renameOverSync(from, to)
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
    this.#take({ link: to })
    symlinkSync(sibling, to, 'junction')
  }

  /** The last one first. @returns false where one stays: what it moved is where it was moved to */
  takeBack(): boolean {
    return takeBackMoves(this.#steps.splice(0))
  }

  #take(step: MoveStep): void {
    this.#steps.push(step)
    this.#note(this.#steps)
  }
}

/**
 * Takes steps back, the last one first; those that were never taken change nothing.
 * @returns false where one stays
 */
export function takeBackMoves(steps: readonly MoveStep[]): boolean {
  try {
    for (const step of steps.toReversed()) {
      if ('link' in step) {
        if (lstatSync(step.link, { throwIfNoEntry: false })?.isSymbolicLink() === true)
          removeEntrySync(step.link)
      } else if (!isThere(step.from) && isThere(step.to)) renameOverSync(step.to, step.from)
    }
    return true
  } catch {
    return false
  }
}

function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined
}
