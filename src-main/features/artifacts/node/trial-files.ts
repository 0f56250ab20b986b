import { type ListedFile, listFiles } from '../../../analysis/summary/list-files.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { parseFileKind, noRemarks, type TrialFile } from '../../../core/trial/trial-files.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'

/** Files and remarks of one trial. */
export function filesOfTrial(store: StudyReader, studyId: number, number: number) {
  const all = store.artifacts(studyId).filter(({ trialNumber }) => trialNumber === number)
  return {
    artifacts: all.filter(({ kind }) => parseFileKind(kind) === null),
    files: listFiles(all).map(withoutPaths),
    remarks: store.remarks(studyId).get(number) ?? noRemarks,
  }
}

/** Without where it lies on this machine. */
export function withoutPaths({ path: _, previewPath: __, ...file }: ListedFile): TrialFile {
  return file
}

/** The files of the study that was asked for last: a page asks for its pictures part by part. */
export class TrialFiles {
  readonly #store: StudyReader
  #study = 0
  #eventId = -1
  #files: readonly ListedFile[] = []
  #byKey = new Map<string, ListedFile>()

  constructor(store: StudyReader) {
    this.#store = store
  }

  of(studyId: number): readonly ListedFile[] {
    const eventId = this.#store.lastEventId(studyId)
    if (studyId !== this.#study || eventId !== this.#eventId) {
      this.#files = listFiles(this.#store.artifacts(studyId))
      this.#byKey = new Map(this.#files.map(file => [`${file.trialNumber}/${file.kind}`, file]))
      this.#study = studyId
      this.#eventId = eventId
    }
    return this.#files
  }

  byKey(studyId: number): ReadonlyMap<string, ListedFile> {
    this.of(studyId)
    return this.#byKey
  }

  /** @throws AppError `file.notFound` */
  require(studyId: number, number: number, kind: string): ListedFile {
    const file = this.byKey(studyId).get(`${number}/${kind}`)
    if (file !== undefined) return file
    throw new AppError('file.notFound', { path: `${number}/${kind}`, field: 'kind' })
  }
}
