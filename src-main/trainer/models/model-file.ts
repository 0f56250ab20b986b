import { msg } from '../../core/errors/message.ts'
import {
  type ExportedEnsemble,
  exportedEnsembleSchema,
  type ExportedModel,
  exportedModelSchema,
} from '../../core/models/exported-model.ts'
import { isObject, isTooDeep, MAX_JSON_DEPTH } from '../../core/values/json.ts'
import { messageOf } from '../../core/errors/errors.ts'
import { invalidData, parseFile } from '../../core/errors/invalid-data.ts'
import { readRegularWithin } from '../../platform/files/read-within.ts'
import {
  readWeightsFile,
  type StoredTensor,
  writeArtifactFile,
  writeWeightsFile,
} from './weights-file.ts'

/** A vocabulary of 200,000 long words stays far below. */
const MAX_BYTES = 64_000_000

/**
 * Writes `model.json` as text that people can read.
 * @returns size and SHA-256 (hexadecimal) of the file
 * @throws AppError `file.unwritable`
 */
export async function writeModelFile(
  file: string,
  model: object,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const text = `${JSON.stringify(model, null, 1)}\n`
  return writeArtifactFile(file, new TextEncoder().encode(text))
}

/** @throws AppError `file.notFound`, `file.unreadable`; `data.invalid` for a malformed file */
export async function readModelFile(file: string): Promise<ExportedModel> {
  return parseFile(file, exportedModelSchema, await readJson(file))
}

/** @throws AppError as {@link readModelFile} */
export async function readModelOrEnsemble(file: string): Promise<ExportedModel | ExportedEnsemble> {
  const json = await readJson(file)
  return isObject(json) && Object.hasOwn(json, 'members')
    ? parseFile(file, exportedEnsembleSchema, json)
    : parseFile(file, exportedModelSchema, json)
}

type Member = Pick<ExportedEnsemble['members'][number], 'share' | 'model'>

/** A single model is a member whose share is everything. */
export function membersOf(
  model: ExportedModel | ExportedEnsemble,
): readonly [Member, ...(readonly Member[])] {
  return 'members' in model ? model.members : [{ share: 1, model }]
}

/** The tensors of one member under their own names. */
export function tensorsOfMember(tensors: readonly StoredTensor[], index: number): StoredTensor[] {
  const prefix = `${index}.`
  return tensors
    .filter(({ name }) => name.startsWith(prefix))
    .map(tensor => ({ ...tensor, name: tensor.name.slice(prefix.length) }))
}

/**
 * Writes models that predict together as two files, like those of a single one.
 * @throws AppError as reading and writing them does
 */
export async function writeEnsembleFiles(
  target: { readonly modelPath: string; readonly weightsPath: string },
  members: readonly {
    readonly trial: number
    readonly share: number
    readonly modelPath: string
    readonly weightsPath: string
  }[],
): Promise<void> {
  const models = []
  const tensors: StoredTensor[] = []
  for (const [index, { trial, share, modelPath, weightsPath }] of members.entries()) {
    models.push({ trial, share, model: await readModelFile(modelPath) })
    for (const tensor of await readWeightsFile(weightsPath)) {
      tensors.push({ ...tensor, name: `${index}.${tensor.name}` })
    }
  }
  await writeWeightsFile(target.weightsPath, tensors)
  await writeModelFile(target.modelPath, { format: 1, members: models })
}

async function readJson(file: string): Promise<unknown> {
  const text = (await readRegularWithin(file, 'model', MAX_BYTES)).toString('utf8')
  if (isTooDeep(text)) {
    throw invalidData(file, 'json', null, msg('rule.depth', { limit: MAX_JSON_DEPTH }))
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalidData(file, 'json', messageOf(error), msg('rule.undamaged', { format: 'JSON' }))
  }
}
