import { createHash } from 'node:crypto'
import { constants, copyFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { ListedFile } from '../../../analysis/summary/list-files.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { unwritable } from '../../../core/errors/unwritable.ts'
import { optunaArtifactEntry } from '../../../interop/optuna/artifacts.ts'
import type { OptunaStudy } from '../../../interop/optuna/optuna-rows.ts'
import { removeEntrySync } from '../../../platform/files/remove.ts'
import { writeOptunaFile } from '../../exports/node/write-optuna-file.ts'

/**
 * Writes a study as a new file of Optuna's, and the files of its trials into a new folder beside it, for Optuna's
 * `FileSystemArtifactStore`: both or none.
 * @returns the absolute path of the file
 * @throws AppError `file.exists`, `file.unwritable`, `disk.full`, `database.full`
 */
export function writeOptunaExport(
  studyFile: string,
  study: OptunaStudy,
  files: readonly ListedFile[],
): string {
  if (files.length === 0) return writeOptunaFile(studyFile, study)
  const { dir, name } = path.parse(path.resolve(studyFile))
  const folder = path.join(dir, `${name}-artifacts`)
  makeFolder(folder)
  try {
    return writeOptunaFile(studyFile, withArtifacts(folder, study, files))
  } catch (error) {
    removeEntrySync(folder)
    throw error
  }
}

/** Copies the files. @returns the study with what Optuna has to know of them */
function withArtifacts(
  folder: string,
  study: OptunaStudy,
  files: readonly ListedFile[],
): OptunaStudy {
  const entries = new Map<number, Record<string, string>>()
  for (const file of files) {
    const { trialNumber, kind, step, name } = file
    const id = createHash('sha256').update(`${trialNumber}/${kind}`).digest('hex').slice(0, 32)
    const target = path.join(folder, id)
    try {
      copyFileSync(file.path, target, constants.COPYFILE_FICLONE)
    } catch (error) {
      throw unwritable(target, error, file.bytes)
    }
    const fileName = step === null ? name : `step-${step}/${name}`
    const [key, value] = optunaArtifactEntry({ id, fileName }, file.media.type)
    entries.set(trialNumber, { ...entries.get(trialNumber), [key]: value })
  }
  return {
    ...study,
    trials: study.trials.map(trial => ({
      ...trial,
      systemAttributes: { ...trial.systemAttributes, ...entries.get(trial.number) },
    })),
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(path.dirname(folder), { recursive: true })
    mkdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(folder, error)
    throw new AppError('file.exists', { path: folder, rule: msg('rule.otherName') }, error)
  }
}
