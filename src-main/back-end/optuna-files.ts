import { constants } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import { reasonOf } from '../contract/errors.ts'
import { noRemarks } from '../contract/trial-files.ts'
import { type OptunaArtifact, readOptunaArtifact } from '../interop/optuna/artifacts.ts'
import type { StudyStore } from '../storage/study-store.ts'
import type { Workspace } from '../storage/workspace.ts'
import { ToldFiles } from '../study/ask-tell/told-files.ts'

interface OptunaFilesOptions {
  readonly store: StudyStore
  readonly workspace: Workspace
  /** Of the artifact store of the programs: files by id. */
  readonly folder: string
  readonly now: () => number
  readonly onKept: (studyId: number, trialNumber: number) => void
  readonly onBug: (error: unknown) => void
}

/** Keeps copies of the files that programs of Optuna have uploaded with their trials. */
export class OptunaFiles {
  readonly #options: OptunaFilesOptions
  readonly #studies = new Map<number, ToldFiles>()
  #work: Promise<void> = Promise.resolve()

  constructor(options: OptunaFilesOptions) {
    this.#options = options
  }

  ended(studyId: number, trialNumber: number): void {
    const artifacts = this.#options.store
      .optunaArtifacts(studyId, trialNumber)
      .flatMap(value => readOptunaArtifact(value) ?? [])
    if (artifacts.length === 0) return
    this.#work = this.#work
      .then(async () => this.#take(studyId, trialNumber, artifacts))
      .catch(this.#options.onBug)
  }

  async settled(): Promise<void> {
    await this.#work
    await Promise.all(Array.from(this.#studies.values(), async files => files.settled()))
  }

  async #take(studyId: number, number: number, artifacts: readonly OptunaArtifact[]) {
    const { store, folder } = this.#options
    const files = this.#of(studyId)
    const place = files.folder(number)
    const taken = new Set<string>()
    for (const { id, fileName } of artifacts) {
      const plain = path.basename(fileName.replaceAll('\\', '/')).replaceAll('\0', '') || id
      const name = ['.', '..'].includes(plain) || taken.has(plain) ? `${id}-${plain}` : plain
      taken.add(name)
      try {
        await copyFile(path.join(folder, id), path.join(place, name), constants.COPYFILE_FICLONE)
      } catch (error) {
        const leftOut = [{ name, bytes: 0, reason: reasonOf(error) }]
        store.addRemarks(studyId, number, { ...noRemarks, leftOut })
      }
    }
    files.told(number)
  }

  #of(studyId: number): ToldFiles {
    const known = this.#studies.get(studyId)
    if (known !== undefined) return known
    const { store, workspace, now, onKept, onBug } = this.#options
    const files = new ToldFiles({
      ...{ store, now, onBug, study: store.findStudy(String(studyId)) },
      home: workspace.artifactDirectory(studyId),
      onKept: number => onKept(studyId, number),
    })
    this.#studies.set(studyId, files)
    return files
  }
}
