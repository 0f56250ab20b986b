import { fact } from '../contract/fact.ts'
import { copyFile, mkdir, readdir, rename, rmdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../contract/errors.ts'
import { unwritable } from '../contract/unwritable.ts'
import { removeEntry } from '../files/remove.ts'
import { temporaryBeside } from '../files/temporary.ts'
import type { Language } from '../i18n/language.ts'
import type { ArtifactRecord, StudySnapshot } from '../contract/study.ts'
import type { TrialRecord } from '../contract/trial.ts'
import { buildModelCard } from '../reports/model-card.ts'
import { writeReport } from '../reports/write-report.ts'
import { readModelFile } from './model-file.ts'
import { readWeightsFile } from './weights-file.ts'
import { bestTrial } from '../contract/ranking.ts'
import { exportOnnx } from '../training/onnx/export-onnx.ts'

export interface ExportModelOptions {
  /** Writes `model.onnx` too; default false. */
  readonly onnx?: boolean
}

/**
 * Writes the model of a study's kept trial into a new folder: `model.json` (network and preprocessing),
 * `weights.safetensors` and the card `README.md`. The folder appears whole or not at all.
 * @returns absolute path of the folder
 * @throws AppError `study.noTrials` without a kept model; `file.unwritable` if the folder holds files or cannot be
 *   written; `file.notFound`, `data.invalid` if the kept files are gone or damaged; `training.invalid` naming the layer
 *   that an ONNX file cannot hold
 */
export async function exportModel(
  snapshot: StudySnapshot,
  folder: string,
  language: Language,
  { onnx = false }: ExportModelOptions = {},
): Promise<string> {
  const target = path.resolve(folder)
  const kept = findKept(snapshot)
  const model = await readModelFile(kept.model.path)
  const weights = await readWeightsFile(kept.weights.path)
  const onnxFile = onnx ? exportOnnx(model, weights) : null
  const trial = snapshot.trials.find(({ number }) => number === kept.model.trialNumber)
  if (trial === undefined) throw noModel(snapshot)
  await requireEmpty(target)
  const temporary = temporaryBeside(target)
  try {
    await mkdir(temporary, { recursive: true })
    await copyFile(kept.model.path, path.join(temporary, 'model.json'))
    await copyFile(kept.weights.path, path.join(temporary, 'weights.safetensors'))
    if (onnxFile !== null) await writeFile(path.join(temporary, 'model.onnx'), onnxFile)
    const card = buildModelCard(snapshot, trial, model, language, onnx)
    await writeReport(path.join(temporary, 'README.md'), card)
    // An empty folder gives way.
    await rmdir(target).catch(() => undefined)
    await rename(temporary, target)
  } catch (error) {
    await removeEntry(temporary).catch(() => undefined)
    if (error instanceof AppError) throw error
    throw unwritable(target, error)
  }
  return target
}

function findKept(snapshot: StudySnapshot): {
  readonly model: ArtifactRecord
  readonly weights: ArtifactRecord
} {
  const models = snapshot.artifacts.filter(({ kind }) => kind === 'model')
  const isKept = ({ number }: TrialRecord): boolean =>
    models.some(({ trialNumber }) => trialNumber === number)
  // With an ensemble several are kept. The best one may have been excluded since then.
  const best = bestTrial(snapshot.trials.filter(isKept), snapshot.study.specification.goals[0])
  const model = models.find(({ trialNumber }) => trialNumber === best?.number) ?? models[0]
  const weights = snapshot.artifacts.find(
    ({ kind, trialNumber }) => kind === 'weights.best' && trialNumber === model?.trialNumber,
  )
  if (model === undefined || weights === undefined) throw noModel(snapshot)
  return { model, weights }
}

function noModel({ study }: StudySnapshot): AppError {
  const rule = fact('rule.trials.noModel')
  return new AppError('study.noTrials', { study: study.name, rule })
}

async function requireEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw unwritable(folder, error)
  })
  if (names.length === 0) return
  throw new AppError('file.unwritable', { path: folder, reason: fact('rule.emptyFolder') })
}
