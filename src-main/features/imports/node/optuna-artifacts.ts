import { createHash } from 'node:crypto'
import { constants, copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { ListedFile } from '../../../analysis/summary/list-files.ts'
import { AppError, isAppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { unwritable } from '../../../core/errors/unwritable.ts'
import { optunaArtifactEntry } from '../../../interop/optuna/artifacts.ts'
import type { OptunaStudy } from '../../../interop/optuna/optuna-rows.ts'
import { renameOverSync } from '../../../platform/files/durable.ts'
import { removeEntrySync } from '../../../platform/files/remove.ts'
import { removePartsOf, temporaryBeside } from '../../../platform/files/temporary.ts'
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
  const target = path.resolve(studyFile)
  const { dir, name } = path.parse(target)
  const folder = path.join(dir, `${name}-artifacts`)
  for (const written of [target, folder]) removePartsOf(written)
  const isLeft = isLeftover(folder, target, files)
  if (existsSync(folder) && !isLeft)
    throw new AppError('file.exists', { path: folder, rule: msg('rule.otherName') })
  const partial = temporaryBeside(folder)
  let optunaStudy: OptunaStudy
  try {
    mkdirSync(partial, { recursive: true })
    optunaStudy = withArtifacts({ partial, folder }, study, files)
    if (isLeft) removeEntrySync(folder)
    renameOverSync(partial, folder)
  } catch (error) {
    removeEntrySync(partial)
    throw isAppError(error) ? error : unwritable(folder, error)
  }
  try {
    return writeOptunaFile(target, optunaStudy)
  } catch (error) {
    removeEntrySync(folder)
    throw error
  }
}

/** Whether the folder is of an export that was killed before its study file was there: it holds files of these names alone. */
function isLeftover(folder: string, studyFile: string, files: readonly ListedFile[]): boolean {
  if (existsSync(studyFile) || !existsSync(folder)) return false
  const ids = new Set(files.map(idOf))
  const names = readdirSync(folder)
  return names.length > 0 && names.every(name => ids.has(name))
}

function idOf({ trialNumber, kind }: ListedFile): string {
  return createHash('sha256').update(`${trialNumber}/${kind}`).digest('hex').slice(0, 32)
}

/** Copies the files. @returns the study with what Optuna has to know of them */
function withArtifacts(
  { partial, folder }: { readonly partial: string; readonly folder: string },
  study: OptunaStudy,
  files: readonly ListedFile[],
): OptunaStudy {
  const entries = new Map<number, Record<string, string>>()
  for (const file of files) {
    const { trialNumber, step, name } = file
    const id = idOf(file)
    try {
      copyFileSync(file.path, path.join(partial, id), constants.COPYFILE_FICLONE)
    } catch (error) {
      throw unwritable(path.join(folder, id), error, file.bytes)
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
