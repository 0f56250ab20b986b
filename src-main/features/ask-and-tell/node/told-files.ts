import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { isAppError } from '../../../core/errors/errors.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import { droppedFolder } from '../../../core/trial/trial-files.ts'
import { isFinished } from '../../../core/trial/trial.ts'
import { unwritable } from '../../../core/errors/unwritable.ts'
import { removeWithinSync } from '../../../platform/files/remove.ts'
import { TrialFiles } from '../../../running/trial-files/trial-files.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'

interface ToldFilesOptions {
  readonly store: StudyStore
  readonly study: StudyRecord
  /** Of all files of the study. */
  readonly home: string
  readonly now: () => number
  readonly onStored: (trialNumber: number) => void
  readonly onBug: (error: unknown) => void
  /** Whoever puts the files there begins anew with what a killed session has left. */
  readonly startsOver?: boolean
}

/**
 * Files of trials that another program evaluates. The program leaves them in a folder, and they are taken over after the trial was
 * told: what a killed session has left there is taken over by the next one.
 */
export class ToldFiles {
  readonly #options: ToldFilesOptions
  readonly #files: TrialFiles
  /** Trials with a folder. */
  readonly #open: Set<number>
  #work: Promise<void> = Promise.resolve()

  constructor(options: ToldFilesOptions) {
    this.#options = options
    const { store, study, home } = options
    this.#open = new Set(foldersWithin(home).filter(number => this.#isThere(number)))
    this.#files = new TrialFiles({ store, study, home, userDirectory: this.#folderOf })
    const leaves = this.#open.size === 0 || options.startsOver === true
    const trials = leaves ? [] : store.history(study.id, [])
    for (const { number, state } of trials) if (isFinished(state)) this.told(number)
  }

  /** Where the program of a trial leaves its files. @throws AppError `disk.full`, `file.unwritable` */
  folder(trialNumber: number): string {
    const folder = path.join(this.#folderOf(trialNumber), droppedFolder)
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw unwritable(folder, error)
    }
    this.#open.add(trialNumber)
    return folder
  }

  /** It begins anew. */
  asked(trialNumber: number): void {
    if (!this.#open.delete(trialNumber)) return
    const { home } = this.#options
    removeWithinSync(home, path.join(this.#folderOf(trialNumber), droppedFolder))
  }

  told(trialNumber: number): void {
    if (!this.#open.delete(trialNumber)) return
    this.#work = this.#work.then(async () => this.#take(trialNumber)).catch(this.#options.onBug)
  }

  /** Everything that was told is taken over. */
  async settled(): Promise<void> {
    await this.#work
  }

  async #take(trialNumber: number): Promise<void> {
    const { store, study, now, onStored } = this.#options
    // The transaction that told it has failed.
    if (!isFinished(store.trial(study.id, trialNumber).state)) {
      this.#open.add(trialNumber)
      return
    }
    try {
      const collectedFiles = await this.#files.collect(trialNumber)
      if (collectedFiles === null) return
      store.addFiles(study.id, trialNumber, collectedFiles, now())
    } catch (error) {
      // They stay where they are until the study is opened again.
      if (isAppError(error, 'disk.full') || isAppError(error, 'database.full')) return
      throw error
    }
    await this.#files.settle(trialNumber, store.history(study.id, []))
    onStored(trialNumber)
  }

  #isThere(trialNumber: number): boolean {
    return existsSync(path.join(this.#folderOf(trialNumber), droppedFolder))
  }

  readonly #folderOf = (trialNumber: number): string =>
    path.join(this.#options.home, String(trialNumber))
}

function foldersWithin(home: string): number[] {
  if (!existsSync(home)) return []
  return readdirSync(home).flatMap(name => (/^\d+$/.test(name) ? [Number(name)] : []))
}
