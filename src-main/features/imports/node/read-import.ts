import { msg } from '../../../core/errors/message.ts'
import { statSync } from 'node:fs'
import path from 'node:path'
import type { ImportDescription } from '../../../core/study/import.ts'
import type { ImportQuestion, ReadImport } from '../../../core/processes/import-protocol.ts'
import { invalidData } from '../../../core/errors/invalid-data.ts'
import type { ImporterDefinition } from './importers/importer.ts'
import { importers } from './importers/registry.ts'
import { readHead } from './read-text.ts'

/**
 * Which program wrote a file: a folder holds runs, a ZIP archive is a study bundle, an SQLite file and a journal are Optuna's, a Python file Hyperopt's space, YAML or JSON with a `method` a sweep of
 * W&B, a `.csv` or `.tsv` a table of runs.
 * @throws AppError `data.invalid` where it is none of them, or breaks its own rules; `file.*`
 */
async function recognizeFile(file: string): Promise<ImporterDefinition> {
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true
  const head = isFolder ? Buffer.alloc(0) : await readHead(file)
  const text = head.toString('latin1')
  const ending = isFolder ? '' : path.extname(file).toLowerCase()
  for (const importer of importers)
    if (await importer.recognizes({ path: file, isFolder, text, ending })) return importer
  const value = head.length === 0 ? 'empty' : text.slice(0, 16).replace(/[^\x20-\x7e]/g, '.')
  throw invalidData(file, 'file', value, msg('rule.import.known'))
}

/**
 * Describes a file without taking it over.
 * @param language of the comments in a study file
 * @throws as `recognizeFile`
 */
export async function describeImport(
  question: Pick<ImportQuestion, 'file' | 'language'>,
): Promise<ImportDescription> {
  const importer = await recognizeFile(question.file)
  return importer.describe(question)
}

/**
 * Reads a file as it can be stored.
 * @throws AppError `data.invalid`, `study.notFound`, `specification.invalid`, `file.*`
 */
export async function readImport(question: ImportQuestion): Promise<ReadImport> {
  const importer = await recognizeFile(question.file)
  return importer.read(question)
}
