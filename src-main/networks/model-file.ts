import { fact } from '../contract/fact.ts'
import { exportedModelSchema, type ExportedModel } from '../contract/exported-model.ts'
import { messageOf } from '../contract/errors.ts'
import { invalidData, parseFile } from '../contract/invalid-data.ts'
import { readWithin } from '../files/read-within.ts'
import { writeArtifactFile } from './weights-file.ts'

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
  const text = (await readWithin(file, 'model', MAX_BYTES)).toString('utf8')
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw invalidData(file, 'json', messageOf(error), fact('rule.undamaged', { format: 'JSON' }))
  }
  return parseFile(file, exportedModelSchema, parsed)
}
