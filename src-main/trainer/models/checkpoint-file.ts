import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError, messageOf } from '../../core/errors/errors.ts'
import { isObject, type JsonObject } from '../../core/values/json.ts'
import { readRegularWithin } from '../../platform/files/read-within.ts'
import {
  bytesOf,
  decodeWeights,
  encodeWeights,
  MAX_WEIGHTS_BYTES,
  type StoredTensor,
  writeArtifactFile,
} from './weights-file.ts'

/**
 * A checkpoint is one safetensors file: the tensors of a training, and in the header's metadata under `tunewright` what
 * is no tensor. The metadata also hold the SHA-256 of all values, so that a file can be trusted without the
 * database; the database holds that of the whole file.
 */
export interface CheckpointContent {
  readonly progress: JsonObject
  readonly tensors: readonly StoredTensor[]
}

const metadataSchema = z.looseObject({
  tunewright: z.string(),
  valuesSha256: z.string().length(64),
})
const progressSchema = z.strictObject({
  format: z.literal(1),
  progress: z.custom<JsonObject>(isObject),
})

/**
 * Writes a checkpoint: to a temporary file beside the place, flushed to disk, then renamed. At any moment the file is
 * absent or whole.
 * @returns size and SHA-256 (hexadecimal) of the file
 * @throws AppError `file.unwritable`
 */
export async function writeCheckpointFile(
  file: string,
  { progress, tensors }: CheckpointContent,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256')
  for (const { data } of tensors) hash.update(bytesOf(data))
  const metadata = {
    tunewright: JSON.stringify({ format: 1, progress }),
    valuesSha256: hash.digest('hex'),
  }
  return writeArtifactFile(file, encodeWeights(tensors, metadata))
}

/**
 * Reads a checkpoint and checks every byte of it.
 * @param sha256 of the file, where it is known
 * @throws AppError `file.notFound`, `file.unreadable`; `data.invalid` for a file that is no checkpoint or was damaged
 */
export async function readCheckpointFile(
  file: string,
  sha256?: string,
): Promise<CheckpointContent> {
  const content = await readRegularWithin(file, 'checkpoint', MAX_WEIGHTS_BYTES)
  const actualHash = createHash('sha256').update(content).digest('hex')
  if (sha256 !== undefined && actualHash !== sha256) {
    throw invalid(file, 'sha256', actualHash, msg('rule.hash', { hash: sha256 }))
  }
  const { tensors, metadata } = decodeWeights(file, content)
  const parsed = metadataSchema.safeParse(metadata)
  if (!parsed.success)
    throw invalid(file, 'metadata', null, msg('rule.fileFormat', { format: 'checkpoint' }))
  const hash = createHash('sha256')
  for (const { data } of tensors) hash.update(bytesOf(data))
  const values = hash.digest('hex')
  if (values !== parsed.data.valuesSha256) {
    const rule = msg('rule.hash', { hash: parsed.data.valuesSha256 })
    throw invalid(file, 'valuesSha256', values, rule)
  }
  let json: unknown
  try {
    json = JSON.parse(parsed.data.tunewright)
  } catch (error) {
    throw invalid(file, 'progress', messageOf(error), msg('rule.undamaged', { format: 'JSON' }))
  }
  const checked = progressSchema.safeParse(json)
  if (!checked.success) {
    throw invalid(file, 'progress', null, msg('rule.fileFormat', { format: 'checkpoint' }))
  }
  return { progress: checked.data.progress, tensors }
}

function invalid(
  file: string,
  field: string,
  value: string | null,
  rule: MessageDescriptor,
): AppError {
  return new AppError('data.invalid', { path: file, field, value, rule })
}
