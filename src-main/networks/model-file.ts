import { fact } from '../contract/fact.ts'
import { readFile, stat } from 'node:fs/promises'
import { exportedModelSchema, type ExportedModel } from '../contract/exported-model.ts'
import { AppError, messageOf, reasonOf } from '../contract/errors.ts'
import { invalidData, parseFile } from '../contract/invalid-data.ts'
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
  let text: string
  try {
    const { size } = await stat(file)
    if (size > MAX_BYTES)
      throw invalidData(file, 'size', size, fact('rule.bytes.atMost', { limit: MAX_BYTES }))
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof AppError) throw error
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new AppError('file.notFound', { path: file, field: 'model' }, error)
    }
    throw new AppError('file.unreadable', { path: file, reason: reasonOf(error) }, error)
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw invalidData(file, 'json', messageOf(error), fact('rule.undamaged', { format: 'JSON' }))
  }
  return parseFile(file, exportedModelSchema, parsed)
}
