import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { SavedCheckpoint } from '../../core/trial/checkpoint.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { Continuation, StartMessage } from '../../core/processes/trainer-protocol.ts'
import { recoverFolder } from '../files/replace-folder.ts'
import { removeWithinSync } from '../files/remove.ts'
import type { AttemptFiles } from './attempt-files.ts'
import { copyFolder } from './copy-folder.ts'

/**
 * The checkpoint folder of a trial whose code goes on by itself: what is in it when the code starts, and the copy of it that
 * stays when the trial has ended. The folder is the code's own; the copy lies with the checkpoints of the study.
 */
export class AttemptState {
  readonly #files: AttemptFiles
  readonly #start: StartMessage
  readonly #continuation: Continuation
  #isLeftOver = false

  /** @returns null for code that does not say that it goes on by itself */
  static of(files: AttemptFiles, start: StartMessage): AttemptState | null {
    const continuation = start.userTrial?.continuation
    return continuation === undefined ? null : new AttemptState(files, start, continuation)
  }

  private constructor(files: AttemptFiles, start: StartMessage, continuation: Continuation) {
    this.#files = files
    this.#start = start
    this.#continuation = continuation
  }

  /** An earlier attempt has left the folder. */
  get isLeftOver(): boolean {
    return this.#isLeftOver
  }

  /** Whoever filled the folder begins it anew, too. */
  get isPlaced(): boolean {
    return this.#continuation.placed !== undefined
  }

  /**
   * The folder that an earlier attempt left stays; otherwise the folder of the parent is copied, if there is one.
   * @throws AppError `file.notFound`, `data.invalid` where the parent's cannot be used
   */
  async enter(): Promise<void> {
    const { placed } = this.#continuation
    if (placed !== undefined) {
      this.#isLeftOver = placed.isLeftOver
      return
    }
    await recoverFolder(this.#files.checkpoints)
    this.#isLeftOver = existsSync(this.#files.checkpoints)
    if (!this.#isLeftOver) await this.#seed()
  }

  /** As if there had been no attempt before. */
  async begin(): Promise<void> {
    const { trialDirectory, checkpoints } = this.#files
    removeWithinSync(trialDirectory, checkpoints)
    removeWithinSync(trialDirectory, path.join(trialDirectory, 'reports.jsonl'))
    this.#isLeftOver = false
    await this.#seed()
  }

  /**
   * Keeps a copy of the folder, whose code has ended.
   * @param step that it has reported last
   * @param mayBeEmpty it was stopped, perhaps before it could save
   * @returns null where the study keeps none
   * @throws AppError `command.noState`, `data.invalid`
   */
  async keep(step: number, mayBeEmpty: boolean): Promise<SavedCheckpoint | null> {
    const { checkpoints } = this.#start
    if (checkpoints?.atEnd !== true) return null
    const source = this.#files.checkpoints
    if (!existsSync(source) || readdirSync(source).length === 0) {
      if (mayBeEmpty) return null
      throw new AppError('command.noState', { path: source, step })
    }
    const target = path.join(checkpoints.directory, `${step}-0`)
    const { bytes, sha256 } = await copyFolder({ source, target, maxBytes: checkpoints.maxBytes })
    return { step, batch: 0, path: target, bytes, sha256 }
  }

  async #seed(): Promise<void> {
    const { from } = this.#start
    const { origin } = this.#continuation
    if (from === undefined && origin === null) return
    if (from === undefined) {
      // The runner found reports of an earlier attempt, but its folder is gone.
      throw new AppError('file.notFound', { path: this.#files.checkpoints, field: 'checkpoint' })
    }
    await copyFolder({
      source: from.path,
      target: this.#files.checkpoints,
      maxBytes: Number.POSITIVE_INFINITY,
      sha256: from.sha256,
    })
  }
}

/** The step after which code of the user begins, whatever it finds in its folder; 0: at the beginning. */
export function startStepOf({ userTrial }: Pick<StartMessage, 'userTrial'>): number {
  return userTrial?.continuation?.origin?.step ?? 0
}
