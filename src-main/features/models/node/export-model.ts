// eslint-disable-next-line files/file-operations -- a folder that was made here goes if it is empty
import { copyFile, mkdir, readdir, rmdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { BuiltModel } from '../../../core/models/built-model.ts'
import { AppError, isAppError } from '../../../core/errors/errors.ts'
import type { ExportedEnsemble, ExportedModel } from '../../../core/models/exported-model.ts'
import { msg } from '../../../core/errors/message.ts'
import { unwritable } from '../../../core/errors/unwritable.ts'
import { renameOver } from '../../../platform/files/durable.ts'
import { removeEntry } from '../../../platform/files/remove.ts'
import { removePartsOf, temporaryBeside } from '../../../platform/files/temporary.ts'
import type { Language } from '../../../core/i18n/language.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import { buildModelCard } from '../../../reports/model-card.ts'
import { writeOutput } from '../../../platform/files/write-output.ts'
import {
  membersOf,
  readModelOrEnsemble,
  tensorsOfMember,
} from '../../../trainer/models/model-file.ts'
import { readWeightsFile, type StoredTensor } from '../../../trainer/models/weights-file.ts'
import { libraryFile } from '../../../training/boosting/read-trees.ts'
import { exportOnnx } from '../../../training/onnx/export-onnx.ts'

export interface ExportModelOptions {
  /** Writes `model.onnx` too; default false. */
  readonly onnx?: boolean
  /** Hears why there is no ONNX file; absent: then nothing is written. */
  readonly onOnnxRefused?: (error: AppError) => void
}

/**
 * Writes a model of a study into a new folder: `model.json` (network and preprocessing), `weights.safetensors`, the card
 * `README.md`, and trees of a library as its own file. The folder appears whole or not at all.
 * @returns absolute path of the folder
 * @throws AppError `file.unwritable` if the folder holds files or cannot be written; `file.notFound`, `data.invalid` if the
 *   model's own files are gone or damaged; `training.invalid` naming the layer that an ONNX file cannot hold, or that it cannot
 *   hold several models
 */
export async function exportModel(
  snapshot: StudySnapshot,
  built: BuiltModel,
  folder: string,
  language: Language,
  { onnx: wantsOnnx = false, onOnnxRefused }: ExportModelOptions = {},
): Promise<string> {
  const target = path.resolve(folder)
  const model = await readModelOrEnsemble(built.modelPath)
  const weights = await readWeightsFile(built.weightsPath)
  const onnxFile = wantsOnnx ? onnxOf(model, weights, onOnnxRefused) : null
  const libraryFiles = libraryFilesOf(model, weights)
  await requireEmpty(target)
  const temporary = temporaryBeside(target)
  try {
    removePartsOf(target)
    await mkdir(temporary, { recursive: true })
    await copyFile(built.modelPath, path.join(temporary, 'model.json'))
    await copyFile(built.weightsPath, path.join(temporary, 'weights.safetensors'))
    if (onnxFile !== null) await writeFile(path.join(temporary, 'model.onnx'), onnxFile)
    for (const { name, bytes } of libraryFiles) await writeFile(path.join(temporary, name), bytes)
    const files = libraryFiles.map(({ name }) => name)
    const card = buildModelCard(snapshot, built, membersOf(model)[0].model, language, {
      onnx: onnxFile !== null,
      files,
    })
    await writeOutput(path.join(temporary, 'README.md'), card)
    // An empty folder gives way.
    await rmdir(target).catch(() => undefined)
    await renameOver(temporary, target)
  } catch (error) {
    await removeEntry(temporary).catch(() => undefined)
    if (error instanceof AppError) throw error
    throw unwritable(target, error)
  }
  return target
}

/** Of several models, each name begins with the member's place, as names of tensors do. */
function libraryFilesOf(
  model: ExportedModel | ExportedEnsemble,
  weights: readonly StoredTensor[],
): { readonly name: string; readonly bytes: Uint8Array }[] {
  const members = membersOf(model)
  return members.flatMap(({ model: { trees } }, index) => {
    const isSingle = members.length === 1
    const memberWeights = isSingle ? weights : tensorsOfMember(weights, index)
    const file = trees === undefined ? null : libraryFile(trees, memberWeights)
    if (file === null) return []
    return [{ ...file, name: isSingle ? file.name : `${index}.${file.name}` }]
  })
}

function onnxOf(
  model: ExportedModel | ExportedEnsemble,
  weights: readonly StoredTensor[],
  onRefused: ExportModelOptions['onOnnxRefused'],
): Uint8Array | null {
  try {
    return exportOnnx(requireSingle(model), weights)
  } catch (error) {
    if (onRefused === undefined || !isAppError(error)) throw error
    onRefused(error)
    return null
  }
}

function requireSingle(model: ExportedModel | ExportedEnsemble): ExportedModel {
  if (!('members' in model)) return model
  const rule = msg('rule.onnxOfOne')
  throw new AppError('training.invalid', { field: 'onnx', value: model.members.length, rule })
}

async function requireEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw unwritable(folder, error)
  })
  if (names.length === 0) return
  throw new AppError('file.unwritable', { path: folder, reason: msg('rule.emptyFolder') })
}
