import { fact } from '../../../core/errors/fact.ts'
import path from 'node:path'
import { parse } from 'yaml'
import type { Language } from '../../../core/i18n/language.ts'
import type { ImportDescription } from '../../../core/study/import.ts'
import type { ImportQuestion, ReadImport } from '../../../core/processes/import-protocol.ts'
import { invalidData } from '../../../core/errors/invalid-data.ts'
import { MAX_STUDY_BYTES } from '../../../core/study/study-budget.ts'
import type { ForeignStudyFile } from '../../../interop/foreign-study-file.ts'
import { readHyperoptSpace } from '../../../interop/hyperopt/read-hyperopt-space.ts'
import { isSweep, readSweep } from '../../../interop/wandb/read-sweep.ts'
import { writeForeignFile } from '../../../interop/write-foreign-file.ts'
import { measurableColumns } from '../../../interop/csv/columns.ts'
import { readOptunaStudies } from './read-optuna-studies.ts'
import { readRuns, readTable } from './read-runs.ts'
import { openBundle } from '../../bundles/node/read-bundle.ts'
import { readForeign } from './read-foreign.ts'
import { importLimitBytes } from './import-limits.ts'
import { uploadsOf } from '../../../interop/optuna/artifacts.ts'
import { sum } from '../../../math/numbers.ts'
import { looksLikeJournal } from '../../../interop/optuna/read-journal.ts'
import { readOptuna, sqliteMagic } from './read-optuna.ts'
import { readHead, readText } from './read-text.ts'

const zipMagic = 'PK'

/** A file whose bytes or name say what it is. */
type RecognizedFile =
  | { readonly kind: 'bundle' }
  | { readonly kind: 'optuna' }
  | { readonly kind: 'runs'; readonly text: string }
  | { readonly kind: 'studyFile'; readonly foreign: ForeignStudyFile }

/**
 * Which program wrote a file: a ZIP archive is a study bundle, an SQLite file and a journal are Optuna's, a Python file Hyperopt's space, YAML or JSON with a `method` a sweep of
 * W&B, a `.csv` or `.tsv` a table of runs.
 * @throws AppError `data.invalid` where it is none of them, or breaks its own rules; `file.*`
 */
async function recognizeFile(file: string): Promise<RecognizedFile> {
  const head = await readHead(file)
  const text = head.toString('latin1')
  if (text.startsWith(zipMagic)) return { kind: 'bundle' }
  if (text.startsWith(sqliteMagic) || looksLikeJournal(text)) return { kind: 'optuna' }
  const ending = path.extname(file).toLowerCase()
  if (['.csv', '.tsv'].includes(ending))
    return { kind: 'runs', text: await readText(file, importLimitBytes()) }
  // It becomes a study file, so it may be as large as one.
  if (ending === '.py') {
    const text = await readText(file, MAX_STUDY_BYTES)
    return foreignFile(file, () => readHyperoptSpace(text))
  }
  if (['.yaml', '.yml', '.json'].includes(ending)) {
    const text = await readText(file, MAX_STUDY_BYTES)
    if (looksLikeSweep(text)) return foreignFile(file, () => readSweep(text))
  }
  const value = head.length === 0 ? 'empty' : text.slice(0, 16).replace(/[^\x20-\x7e]/g, '.')
  throw invalidData(file, 'file', value, fact('rule.import.known'))
}

/**
 * Describes a file without taking it over.
 * @param language of the comments in a study file
 * @throws as `recognizeFile`
 */
export async function describeImport({
  file,
  language,
}: Pick<ImportQuestion, 'file' | 'language'>): Promise<ImportDescription> {
  const recognized = await recognizeFile(file)
  switch (recognized.kind) {
    case 'bundle': {
      const bundle = await openBundle(file)
      bundle.close()
      const { study, trials, missing } = bundle.manifest
      return {
        kind: 'bundle',
        ...{ study, trials, files: bundle.entries.size - 1, bytes: bundle.bytes },
        missing: missing.length,
      }
    }
    case 'optuna': {
      const { studies } = await readOptuna(file)
      const withFiles = sum(studies.map(({ trials }) => uploadsOf(trials).length))
      const names = studies.map(({ name }) => name)
      return { kind: 'studies', program: 'Optuna', studies: names, withFiles }
    }
    case 'runs': {
      const [header = [], ...runs] = readTable(file, recognized.text)
      return {
        kind: 'runs',
        columns: header,
        runs: runs.length,
        measurable: measurableColumns(header, runs),
      }
    }
    case 'studyFile':
      return studyFileOf(file, recognized.foreign, language)
  }
}

/**
 * Reads a file as it can be stored.
 * @throws AppError `data.invalid`, `study.notFound`, `specification.invalid`, `file.*`
 */
export async function readImport(question: ImportQuestion): Promise<ReadImport> {
  const { file, language } = question
  const recognized = await recognizeFile(file)
  switch (recognized.kind) {
    case 'bundle':
      return { kind: 'bundle' }
    case 'optuna':
      return { kind: 'studies', studies: await readOptunaStudies(question) }
    case 'runs':
      return { kind: 'studies', studies: [await readRuns(question, recognized.text)] }
    case 'studyFile':
      return studyFileOf(file, recognized.foreign, language)
  }
}

/** The study file that another program's file becomes. */
function studyFileOf(
  file: string,
  foreign: ForeignStudyFile,
  language: Language,
): Extract<ImportDescription, { kind: 'studyFile' }> {
  const name = path.parse(file).name.slice(0, 120) || 'study'
  const written = writeForeignFile(foreign, name, language)
  return { kind: 'studyFile', program: foreign.program, ...written }
}

function foreignFile(file: string, read: () => ForeignStudyFile): RecognizedFile {
  return { kind: 'studyFile', foreign: readForeign(file, read) }
}

function looksLikeSweep(text: string): boolean {
  try {
    return isSweep(parse(text, { maxAliasCount: 100, logLevel: 'error' }))
  } catch {
    return false
  }
}
