import {
  analyzeErrors,
  analyzeSlices,
  type ConfusionCell,
} from '../../../analysis/errors/error-analysis.ts'
import { goalDeviation } from '../../../analysis/summary/replicates.ts'
import type { TableData } from '../../../core/data/data-settings.ts'
import { repeatedTrainings, valueBasis } from '../../../core/study/trainings.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'
import type { ErrorAnalysis, RowContent, RowError } from '../../../core/questions/error-analysis.ts'
import { AppError, errorMessage, toAppError } from '../../../core/errors/errors.ts'
import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import { isPredictionKind } from '../../../core/models/stored-predictions.ts'
import { bestTrials } from '../../../core/trial/ranking.ts'
import type { ArtifactRecord, StudyRecord } from '../../../core/study/study.ts'
import { readRows, sourceOf } from '../../../datasets/ingest-client.ts'
import { prepareAgain } from '../../../datasets/prepare-again.ts'
import { readPreparedDataset } from '../../../datasets/read-prepared.ts'
import { locateWorkspace } from '../../../platform/storage/workspace.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'
import { connectReader } from '../../../platform/processes/connect-reader.ts'
import { storedFilesOf } from '../../../trainer/models/stored-model.ts'
import { readPredictions } from '../../../trainer/models/predictions-file.ts'
import { rowContents, type RowContents } from './row-contents.ts'
import { readTableSchema, type TableSchema } from '../../../training/data/dataset-schema.ts'
import { trainsOnTable } from '../../../core/tasks/registry.ts'

export interface ErrorQuestion {
  readonly studyId: number
  /** Null: the best of the trials that keep predictions. */
  readonly number: number | null
  /** Rows in each list. */
  readonly limit: number
  /** Rows of this cell of the confusion matrix alone. */
  readonly cell?: ConfusionCell
  readonly cacheDirectory: string
}

/**
 * Where the model of a trial errs, with the rows as they stand in the data, which are read, or found prepared.
 * @throws AppError `trial.notFound`; `study.noTrials` if the trial keeps no predictions; `file.notFound`, `file.unreadable`,
 *   `data.invalid` for files of predictions that are gone or damaged
 */
export async function readErrorAnalysis(
  reader: StudyReader,
  { studyId, number, limit, cell, cacheDirectory }: ErrorQuestion,
): Promise<ErrorAnalysis> {
  const study = reader.studyById(studyId)
  const storedTrials = trialsWithPredictions(reader, study)
  const trial = number === null ? storedTrials[0] : reader.trial(studyId, number).number
  const storedPredictions =
    trial === undefined ? null : await readPredictions(reader.artifacts(studyId), trial)
  if (trial === undefined || storedPredictions === null) {
    const rule = msg('rule.trials.noPredictions')
    throw new AppError('study.noTrials', { study: study.name, rule })
  }
  const analysis = analyzeErrors(storedPredictions, limit, cell)
  const judged = judgedBy(study, reader.trial(studyId, trial))
  const data = await readData(reader, study, cacheDirectory)
  if (!data.ok) {
    const nothing = { droppedRows: 0, slices: [], slicedColumns: 0, columns: null }
    return { trial, storedTrials, judged, ...nothing, withoutData: data.reason, ...analysis }
  }
  const { contents, droppedRows, directory } = data
  const sourceRows = await sourceRowsOf(data, listedRows(analysis))
  const named = { trial, storedTrials, judged, droppedRows, withoutData: null }
  const filled = withContents(analysis, contents, sourceRows, data.ignoredColumns)
  if (cell !== undefined)
    return { ...named, ...filled, slices: [], slicedColumns: 0, columns: null }
  return {
    ...named,
    ...filled,
    ...analyzeSlices(storedPredictions, contents.columns(storedPredictions.rows)),
    columns: await columnsOf(study, reader.artifacts(studyId), trial, directory),
  }
}

/** Rows in each list of a report. */
const MAX_REPORTED_ROWS = 12

/** For a report: null where no predictions are kept, or their files are gone. */
export async function readErrorsOfBest(
  reader: StudyReader,
  studyId: number,
  databasePath: string,
): Promise<ErrorAnalysis | null> {
  const { datasetCacheDirectory: cacheDirectory } = locateWorkspace(databasePath)
  const question = { studyId, number: null, limit: MAX_REPORTED_ROWS, cacheDirectory }
  try {
    return await readErrorAnalysis(reader, question)
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

/** Best first. */
function trialsWithPredictions(reader: StudyReader, { id, specification }: StudyRecord): number[] {
  const predictionFiles = reader.artifacts(id).filter(({ kind }) => isPredictionKind(kind))
  const numbers = new Set(predictionFiles.map(({ trialNumber }) => trialNumber))
  const trials = reader
    .history(id, [], { reports: 'none' })
    .filter(each => numbers.has(each.number))
  return bestTrials(trials, specification.goals[0]).map(each => each.number)
}

type Data =
  | {
      readonly ok: true
      readonly contents: RowContents
      readonly droppedRows: number
      /** Of the prepared data. */
      readonly directory: string
      /** The table that was read; null: it is none. */
      readonly table: TableData | null
      /** Its columns that no model sees. */
      readonly ignoredColumns: readonly IgnoredColumn[]
    }
  | { readonly ok: false; readonly reason: MessageDescriptor }

/** Errors can be counted without the data, so that these may be gone. */
async function readData(
  reader: StudyReader,
  { id, specification, dataset }: StudyRecord,
  cacheDirectory: string,
): Promise<Data> {
  try {
    const folder = dataset?.['sourceDirectory']
    const studyDirectory = typeof folder === 'string' ? folder : process.cwd()
    const before = reader.datasets().find(({ studies }) => studies.some(user => user.id === id))
    const prepared = await prepareAgain(
      {
        objective: specification.objective,
        studyDirectory,
        cacheDirectory,
        seed: specification.seed,
      },
      before ?? null,
    )
    if (prepared?.manifest.contentHash !== dataset?.['contentHash'])
      return { ok: false, reason: msg('errors.dataChanged') }
    const directory = prepared?.directory ?? ''
    const read = await readPreparedDataset(directory)
    const { droppedRows } = read.manifest.properties
    const source = sourceOf(specification.objective, studyDirectory)
    const table = source?.kind === 'table' ? source.data : null
    return {
      ok: true,
      contents: rowContents(read),
      directory,
      table,
      ignoredColumns: table === null ? [] : readTableSchema(read.manifest).ignored,
      droppedRows: typeof droppedRows === 'number' ? droppedRows : 0,
    }
  } catch (error) {
    return { ok: false, reason: errorMessage(toAppError(error)) }
  }
}

const COLUMNS_LIMIT_MS = 300_000

/** Errors can be shown without them, so that the model's files may be damaged, or the library gone that made it. */
async function columnsOf(
  { specification }: StudyRecord,
  artifacts: readonly ArtifactRecord[],
  trial: number,
  datasetDirectory: string,
): Promise<ErrorAnalysis['columns']> {
  const { objective, seed: studySeed, folds, engine } = specification
  const files = storedFilesOf({ artifacts }, trial)
  if (files === null || !trainsOnTable(objective)) return null
  const request = { ...files, objective, datasetDirectory, studySeed, folds, engine }
  try {
    return await connectReader('predict', { limitMs: COLUMNS_LIMIT_MS }).call('columns', request)
  } catch (error) {
    return { refusal: errorMessage(toAppError(error)) }
  }
}

/** What the trial is judged by. */
function judgedBy({ specification }: StudyRecord, trial: TrialRecord): ErrorAnalysis['judged'] {
  const goals = specification.goals.flatMap(({ metric }, goal) => {
    const value = trial.values[goal]
    return value === undefined ? [] : [{ metric, value, deviation: goalDeviation(trial, goal) }]
  })
  return { goals, basis: valueBasis(repeatedTrainings(specification), trial) }
}

type Cells = Extract<RowContent, { readonly kind: 'cells' }>['cells']

/** A line of a table as the file has it. */
interface SourceRow {
  readonly line: number
  readonly texts: ReadonlyMap<string, string>
}

function listedRows({ worst, classes }: ReturnType<typeof analyzeErrors>): Int32Array {
  const lists = [worst, classes?.confident ?? [], classes?.labels.rows ?? []]
  return Int32Array.from(new Set(lists.flat().map(({ row }) => row))).sort()
}

/** Errors can be shown without their lines, so that the file may be gone since it was prepared. */
async function sourceRowsOf(
  { table }: Extract<Data, { readonly ok: true }>,
  rows: Int32Array,
): Promise<ReadonlyMap<number, SourceRow>> {
  if (table === null || rows.length === 0) return new Map()
  try {
    const { header, rows: sourceRows } = await readRows(table, rows)
    return new Map(
      sourceRows.map(({ row, line, fields }) => [
        row,
        { line, texts: new Map(header.map((name, column) => [name, fields[column] ?? ''])) },
      ]),
    )
  } catch (error) {
    if (error instanceof AppError) return new Map()
    throw error
  }
}

type IgnoredColumn = TableSchema['ignored'][number]

/** Reasons of columns that tell a row from all others, so that a person can look it up. */
const identifyingReasons = new Set(['dataset.ignored.identifier', 'dataset.ignored.differs'])

/**
 * The cells of a row as they are written in the file; what was read as no value is none. Identifying columns, which no model sees, come first
 * and are marked; other columns that are not used are left out.
 */
function writtenCells(
  usedCells: Cells,
  { texts }: SourceRow,
  ignoredColumns: readonly IgnoredColumn[],
): Cells {
  const identifying = ignoredColumns
    .filter(({ reason }) => identifyingReasons.has(reason.code))
    .map(({ name }) => ({ name, value: texts.get(name) ?? null, isIdentifying: true as const }))
  const written = usedCells.map(({ name, value }) => ({
    name,
    value: value === null ? null : (texts.get(name)?.trim() ?? value),
  }))
  return [...identifying, ...written]
}

function withContents(
  analysis: ReturnType<typeof analyzeErrors>,
  contents: RowContents,
  sourceRows: ReadonlyMap<number, SourceRow>,
  ignoredColumns: readonly IgnoredColumn[],
): ReturnType<typeof analyzeErrors> {
  const filled = (rows: readonly RowError[]): RowError[] =>
    rows.map(error => {
      const { row } = error
      const content = contents.content(row)
      const sourceRow = sourceRows.get(row)
      const name = contents.fileName(row)
      if (sourceRow === undefined || content.kind !== 'cells')
        return { ...error, content, source: name === null ? null : { kind: 'file', name } }
      return {
        ...error,
        content: { kind: 'cells', cells: writtenCells(content.cells, sourceRow, ignoredColumns) },
        source: { kind: 'line', line: sourceRow.line },
      }
    })
  const { classes } = analysis
  return {
    ...analysis,
    worst: filled(analysis.worst),
    classes: classes && {
      ...classes,
      confident: filled(classes.confident),
      labels: { ...classes.labels, rows: filled(classes.labels.rows) },
    },
  }
}
