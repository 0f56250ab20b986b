import { defaults } from '../../../core/study/defaults.ts'
import { msg } from '../../../core/errors/message.ts'
import path from 'node:path'
import { parse, CsvError } from 'csv-parse/sync'
import { AppError } from '../../../core/errors/errors.ts'
import type { ImportNote } from '../../../core/study/import-note.ts'
import { invalidData } from '../../../core/errors/invalid-data.ts'
import type { ImportQuestion, ReadyStudy } from '../../../core/processes/import-protocol.ts'
import { csvRule, RECORD_LIMIT_BYTES } from '../../../core/data/table-format.ts'
import { fromCsv } from '../../../interop/csv/from-csv.ts'
import { buildSpace } from '../../../search/space/build-space.ts'
import { contains } from '../../../search/space/conditions.ts'
import { tasks } from '../../../training/tasks/registry.ts'
import { checkStudy } from '../../studies/node/study-check.ts'
import { importLimitValues } from './import-limits.ts'
import { readForeign } from './read-foreign.ts'
import { hashFile } from '../../../platform/files/hash-file.ts'

const MAX_RUNS = 100_000
const MAX_COLUMNS = 2_000

/**
 * A table of past runs as a finished study, which others can learn from (`warmStart`).
 * @param text the content of the file
 * @throws AppError `data.invalid` naming column or row, value and rule; `specification.invalid`
 */
export async function readRuns(question: ImportQuestion, text: string): Promise<ReadyStudy> {
  const { file, like, atMs } = question
  const goals = question.goals.length > 0 ? question.goals : (like?.goals ?? [])
  const rows = readTable(file, text)
  const read = readForeign(file, () => fromCsv({ rows, goals, space: like?.space ?? null, atMs }))
  const name = question.name ?? (path.parse(file).name.slice(0, 120) || 'runs')
  const base = { name, objective: { external: true }, goals, space: read.space, stop: {} }
  const checked = [defaults.sampler, defaults.plainSampler]
    .map(sampler => checkStudy({ ...base, sampler: { name: sampler } }, { tasks, external: true }))
    .find((candidate, index, all) => candidate.ok || index === all.length - 1)
  if (checked === undefined || !checked.ok)
    throw new AppError('specification.invalid', { file, problems: checked?.problems ?? [] })
  const space = buildSpace(checked.specification.space)
  const notes: ImportNote[] = [...read.notes]
  const outside = read.trials.filter(({ parameters }) => !contains(space, parameters))
  if (outside.length > 0 && like !== null) {
    const rows = outside.slice(0, 20).map(({ number }) => number + 1)
    notes.push({ code: 'rowsOutside', rows, more: outside.length - rows.length })
  }
  return {
    specification: checked.specification,
    trials: read.trials,
    origin: {
      program: 'CSV',
      version: null,
      file: path.basename(file),
      sha256: await hashFile(file),
      study: name,
      notes,
    },
  }
}

/** Header and rows, all of the header's length; separated by commas, semicolons or tabs, whichever the header has most of. */
export function readTable(file: string, text: string): string[][] {
  const end = text.indexOf('\n')
  const header = end < 0 ? text : text.slice(0, end)
  const delimiter = [',', ';', '\t'].reduce((best, candidate) =>
    header.split(candidate).length > header.split(best).length ? candidate : best,
  )
  const limits = { rows: MAX_RUNS + 1, columns: MAX_COLUMNS, cells: importLimitValues() }
  const seen = { rows: 0, columns: 0, cells: 0 }
  // Counted while it is read: a text of commas has more cells than the memory holds.
  const count = (row: string[]): string[] => {
    seen.rows++
    seen.columns = row.length
    seen.cells += row.length
    for (const name of ['columns', 'rows', 'cells'] as const) {
      if (seen[name] > limits[name])
        throw invalidData(file, name, seen[name], msg('rule.atMost', { limit: limits[name] }))
    }
    return row
  }
  try {
    return parse(text, {
      bom: true,
      delimiter,
      skip_empty_lines: true,
      max_record_size: RECORD_LIMIT_BYTES,
      on_record: count,
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const { lines } = error as CsvError & { lines?: number }
    throw invalidData(file, 'csv', error.code, csvRule(error), lines)
  }
}
