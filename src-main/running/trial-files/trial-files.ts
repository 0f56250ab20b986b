import { existsSync, readdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { isAppError, reasonOf } from '../../core/errors/errors.ts'
import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import { bestTrials } from '../../core/trial/ranking.ts'
import type { StudyRecord } from '../../core/study/study.ts'
import {
  artifactsSchema,
  type Collected,
  droppedFolder,
  parseFileKind,
  noRemarks,
  remarksFile,
} from '../../core/trial/trial-files.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import { removeWithin, removeWithinSync } from '../../platform/files/remove.ts'
import { connectReader } from '../../platform/processes/connect-reader.ts'
import type { StudyStore } from '../../platform/storage/study-store.ts'
import type { TrialFinish } from '../../platform/storage/trials.ts'

const COLLECT_LIMIT_MS = 600_000

interface TrialFilesOptions {
  readonly store: StudyStore
  readonly study: Pick<StudyRecord, 'id' | 'specification'>
  /** Of all artifacts of the study. */
  readonly home: string
  /** Folder of a trial that is code of the user; null for built-in objectives. */
  readonly userDirectory: (trialNumber: number) => string | null
}

/** The files that programs leave with their trials: taken over as a trial ends, and removed as others need their room. */
export class TrialFiles {
  readonly #options: TrialFilesOptions
  /** Trials whose files are being taken over. */
  readonly #open = new Set<number>()

  constructor(options: TrialFilesOptions) {
    this.#options = options
    const { store, study } = options
    // The last session may have been killed before it removed files of trials that need not stay.
    if (store.artifacts(study.id).some(({ kind }) => parseFileKind(kind) !== null)) {
      this.#retain(store.history(study.id, [], { reports: 'none' }))
    }
    this.#sweep()
  }

  /**
   * What the program of a trial has left; null: nothing. What could not be taken over is said.
   * @throws AppError `disk.full` alone: the trial ends once there is room
   */
  async collect(number: number): Promise<Pick<TrialFinish, 'artifacts' | 'remarks'> | null> {
    const directory = this.#options.userDirectory(number)
    if (directory === null) return null
    const [dropped, remarksPath] = [droppedFolder, remarksFile].map(name =>
      path.join(directory, name),
    )
    if (
      !existsSync(remarksPath as string) &&
      (await readdir(dropped as string).catch(() => [])).length === 0
    )
      return null
    this.#open.add(number)
    try {
      return toEnd(await this.#ask(directory, true))
    } catch (error) {
      // A file was too much for the decoder: bytes alone harm nobody.
      const reason = reasonOf(error)
      const orLeaveOut = (thrown: unknown): Collected => {
        if (isAppError(thrown, 'disk.full')) throw thrown
        return leftOut(reason)
      }
      return toEnd(
        isAppError(error, 'child.gone')
          ? await this.#ask(directory, false).catch(orLeaveOut)
          : orLeaveOut(error),
      )
    }
  }

  /** The rows of a trial are written: the program's own copies go, and files of trials that need not stay. */
  async settle(number: number, trials: readonly TrialSnapshot[]): Promise<void> {
    const directory = this.#options.userDirectory(number)
    if (directory === null) return
    for (const name of [droppedFolder, remarksFile]) {
      await removeWithin(directory, path.join(directory, name)).catch(() => undefined)
    }
    if (!this.#open.delete(number)) return
    this.#retain(trials)
    // A file that is being taken over may have the content of one that no row names.
    if (this.#open.size === 0) this.#sweep()
  }

  /** Removes what no row names: of trials that gave way, or of a session that was killed. */
  #sweep(): void {
    const { store, study, home } = this.#options
    const folder = storeOf(home)
    if (!existsSync(folder)) return
    const named = new Set(store.artifacts(study.id).map(file => path.basename(file.path)))
    for (const name of readdirSync(folder)) {
      if (named.has(name)) continue
      try {
        removeWithinSync(home, path.join(folder, name))
      } catch {
        // It goes with the next sweep.
      }
    }
  }

  /** The rows of the best trials stay, as many as have room; of those without a rank, the last ones first. */
  #retain(trials: readonly TrialSnapshot[]): void {
    const { store, study } = this.#options
    const { artifacts, goals } = study.specification
    const { megabytes, keep } = artifactsSchema.parse(artifacts ?? {})
    const files = store.artifacts(study.id).filter(({ kind }) => parseFileKind(kind) !== null)
    const byTrial = Map.groupBy(files, ({ trialNumber }) => trialNumber)
    const [goal] = goals
    const best = goal === undefined ? [] : bestTrials(trials, goal).map(trial => trial.number)
    const ranked = new Set([...best, ...[...byTrial.keys()].sort((a, b) => b - a)])
    const countedPaths = new Set<string>()
    let bytes = 0
    for (const [rank, number] of [...ranked].entries()) {
      const trialFiles = byTrial.get(number)
      if (trialFiles === undefined) continue
      const fresh = trialFiles.filter(file => !countedPaths.has(file.path))
      const size = fresh.reduce((sum, file) => sum + file.bytes, 0)
      const isRetained = keep === 'all' || rank < keep
      if (isRetained && bytes + size <= megabytes * 1e6) {
        bytes += size
        for (const file of trialFiles) countedPaths.add(file.path)
        continue
      }
      const reason = isRetained
        ? msg('rule.artifacts.room', { megabytes })
        : msg('rule.artifacts.best', { count: keep })
      const kinds = trialFiles.map(({ kind }) => kind)
      const all = trialFiles.reduce((sum, file) => sum + file.bytes, 0)
      store.removeArtifacts(study.id, number, kinds, { name: '', bytes: all, reason })
    }
  }

  async #ask(directory: string, decodes: boolean): Promise<Collected> {
    const { study, home } = this.#options
    const { megabytes } = artifactsSchema.parse(study.specification.artifacts ?? {})
    return connectReader('ingest', { limitMs: COLLECT_LIMIT_MS }).call('collect', {
      directory,
      store: storeOf(home),
      maxBytes: megabytes * 1e6,
      decodes,
    })
  }
}

function toEnd({ files, ...remarks }: Collected): Pick<TrialFinish, 'artifacts' | 'remarks'> {
  return { artifacts: files, remarks }
}

function storeOf(home: string): string {
  return path.join(home, 'files')
}

function leftOut(reason: MessageDescriptor): Collected {
  return { ...noRemarks, files: [], leftOut: [{ name: '', bytes: 0, reason }] }
}
