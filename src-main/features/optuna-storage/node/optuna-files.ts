import { constants } from 'node:fs'
import { copyFile, lstat } from 'node:fs/promises'
import path from 'node:path'
import { reasonOf } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { artifactsSchema, type LeftOutFile, noRemarks } from '../../../core/trial/trial-files.ts'
import { renameOver } from '../../../platform/files/durable.ts'
import { removeEntry } from '../../../platform/files/remove.ts'
import { temporaryBeside } from '../../../platform/files/temporary.ts'
import type { OptunaArtifact, ReadyStudy } from '../../../core/processes/import-protocol.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import { readOptunaArtifact } from '../../../interop/optuna/artifacts.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import type { Workspace } from '../../../platform/storage/workspace.ts'
import { ToldFiles } from '../../ask-and-tell/node/told-files.ts'

interface OptunaFilesOptions {
  readonly store: StudyStore
  readonly workspace: Workspace
  /** Of the artifact store of the programs: files by id. */
  readonly folder: string
  readonly now: () => number
  readonly onStored: (studyId: number, trialNumber: number) => void
  readonly onBug: (error: unknown) => void
}

/** Keeps copies of the files of studies that were imported, and returns once they are kept. */
export async function keepUploads(
  options: Pick<OptunaFilesOptions, 'store' | 'workspace' | 'folder' | 'now'>,
  studies: readonly Pick<StudyRecord, 'id'>[],
  ready: readonly ReadyStudy[],
): Promise<void> {
  const failures: unknown[] = []
  const onBug = (error: unknown): void => void failures.push(error)
  const files = new OptunaFiles({ ...options, onStored: () => undefined, onBug })
  for (const [index, { id }] of studies.entries()) {
    for (const { trial, artifacts } of ready[index]?.uploads ?? []) files.take(id, trial, artifacts)
  }
  await files.settled()
  if (failures.length > 0) throw failures[0]
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
    this.take(studyId, trialNumber, artifacts)
  }

  /** What a killed session did not come to. */
  resume(studyId: number): void {
    const { store } = this.#options
    const numbers = store.optunaTrialsWithArtifacts(studyId)
    if (numbers.length === 0) return
    const events = store.events(studyId)
    const filesStoredEvents = events.filter(({ kind }) => kind === 'trial.filesStored')
    const done = new Set(filesStoredEvents.map(({ trialNumber }) => trialNumber))
    for (const number of numbers) if (!done.has(number)) this.ended(studyId, number)
  }

  /** @param artifacts of a trial that has ended */
  take(studyId: number, trialNumber: number, artifacts: readonly OptunaArtifact[]): void {
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
    const files = this.#of(studyId)
    const targetFolder = files.folder(number)
    const usedNames = new Set<string>()
    for (const { id, fileName } of artifacts) {
      const plain = path.basename(fileName.replaceAll('\\', '/')).replaceAll('\0', '') || id
      const name = ['.', '..'].includes(plain) || usedNames.has(plain) ? `${id}-${plain}` : plain
      usedNames.add(name)
      const leftOut = await this.#copy(studyId, id, path.join(targetFolder, name))
      if (leftOut === null) continue
      this.#options.store.addRemarks(studyId, number, { ...noRemarks, leftOut: [leftOut] })
    }
    files.told(number)
  }

  /** @returns why it was not copied */
  async #copy(studyId: number, id: string, target: string): Promise<LeftOutFile | null> {
    const { store, folder } = this.#options
    const name = path.basename(target)
    const { artifacts } = store.studyById(studyId).specification
    const { megabytes } = artifactsSchema.parse(artifacts ?? {})
    const file = path.join(folder, id)
    const partial = temporaryBeside(target)
    try {
      const stats = await lstat(file)
      const bytes = stats.size
      // A pipe would be read for ever, and a link may lead to what is not of the store.
      if (!stats.isFile()) return { name, bytes, reason: msg('rule.artifacts.noFile') }
      if (bytes > megabytes * 1e6)
        return { name, bytes, reason: msg('rule.artifacts.room', { megabytes }) }
      await copyFile(file, partial, constants.COPYFILE_FICLONE)
      await renameOver(partial, target)
      return null
    } catch (error) {
      return { name, bytes: 0, reason: reasonOf(error) }
    } finally {
      await removeEntry(partial)
    }
  }

  #of(studyId: number): ToldFiles {
    const cachedFiles = this.#studies.get(studyId)
    if (cachedFiles !== undefined) return cachedFiles
    const { store, workspace, now, onStored, onBug } = this.#options
    const files = new ToldFiles({
      store,
      now,
      onBug,
      study: store.studyById(studyId),
      home: workspace.artifactDirectory(studyId),
      onStored: number => onStored(studyId, number),
      startsOver: true,
    })
    this.#studies.set(studyId, files)
    return files
  }
}
