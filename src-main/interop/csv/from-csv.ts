import { unknownName } from '../../core/values/closest-name.ts'
import { msg } from '../../core/errors/message.ts'
import type { ImportNote } from '../../core/study/import-note.ts'
import type { ImportedTrial } from '../../core/study/imported-study.ts'
import { listedValues } from '../../core/study/listed-values.ts'
import { ownValue } from '../../core/values/named-values.ts'
import type {
  ParameterSpecification,
  SpaceSpecification,
} from '../../core/study/space-specification.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import type { Assignment, FinishedTrialState, ParameterValue } from '../../core/trial/trial.ts'
import { ForeignFileError } from '../foreign-study-file.ts'
import { inferConditions } from '../infer-conditions.ts'
import { uniqueNames } from '../unique-names.ts'
import { rangeOfValues } from '../value-ranges.ts'
import { bookkeeping, parameterPrefix } from './columns.ts'

export interface CsvRuns {
  readonly space: SpaceSpecification
  readonly trials: readonly ImportedTrial[]
  readonly notes: readonly ImportNote[]
}

export interface CsvQuestion {
  /** First the header, then a row per run. */
  readonly rows: readonly (readonly string[])[]
  /** Columns that are measured. */
  readonly goals: readonly Goal[]
  /** Null: the space is read off the values. */
  readonly space: SpaceSpecification | null
  /** When the runs were, as far as anybody knows. */
  readonly atMs: number
}

const failedState = /^(?:fail|failed|crashed|error|killed)$/i
const prunedState = /^pruned$/i

/**
 * A table of past runs: a column per parameter, a column per goal, a row per run. Where columns are marked as parameters
 * (`parameter.x`, `params_x`, `Param x`, `config.x`: this program's, Optuna's, W&B's tables), only those are; otherwise all that
 * are neither a goal nor bookkeeping. An empty cell is a parameter that was not active; a run without a number in every goal
 * failed, unless its `state` says that it was pruned.
 * @throws ForeignFileError
 */
export function fromCsv({ rows, goals, space, atMs }: CsvQuestion): CsvRuns {
  const [header = [], ...runs] = rows
  const columns = header.map(text => text.trim())
  if (runs.length === 0) throw new ForeignFileError('rows', 0, msg('rule.headerAndRow'))
  if (goals.length === 0) throw new ForeignFileError('goals', 0, msg('rule.import.measured'))
  const notes: ImportNote[] = []
  const goalColumns = goals.map(({ metric }) => findGoal(metric, columns))
  const state = columns.findIndex(column => /^(?:state|status)$/i.test(column))
  const parameters = findParameters(columns, goalColumns, notes)
  const used = new Set([...parameters.map(({ index }) => index), ...goalColumns, state])
  const unusedColumns = columns.filter((column, index) => !used.has(index) && column !== '')
  if (unusedColumns.length > 0) notes.push({ code: 'columnsLeftOut', columns: unusedColumns })
  const isKnown = ({ name }: Column): boolean => space === null || Object.hasOwn(space, name)
  const strange = parameters.filter(column => !isKnown(column)).map(({ name }) => name)
  if (strange.length > 0) notes.push({ code: 'columnsUnknown', columns: strange })
  const usedParameters = parameters.filter(isKnown).map(({ index, name }) => {
    const cells = runs.map(run => cell(run, index))
    return { index, name, kind: columnKind(cells, ownValue(space ?? {}, name)) }
  })
  const assignments = runs.map((run): Assignment =>
    Object.fromEntries(
      usedParameters.flatMap(({ index, name, kind }) => {
        const text = cell(run, index)
        return text === '' ? [] : [[name, readValue(text, kind)]]
      }),
    ),
  )
  const names = usedParameters.map(({ name }) => name)
  return {
    space: space ?? inferSpace(names, assignments, notes),
    trials: runs.map((run, number) => {
      const measured = goalColumns.map(index => toNumber(cell(run, index)))
      const stateText = state < 0 ? '' : cell(run, state)
      return toTrial(number, { parameters: assignments[number] ?? {}, measured, stateText, atMs })
    }),
    notes,
  }
}

interface Column {
  readonly index: number
  readonly name: string
}

/** Columns of parameters: those that are marked, else all that are neither a goal nor bookkeeping. */
function findParameters(
  columns: readonly string[],
  goalColumns: readonly number[],
  notes: ImportNote[],
): Column[] {
  const isMarked = columns.some(column => parameterPrefix.test(column))
  const isParameter = (column: string): boolean =>
    isMarked ? parameterPrefix.test(column) : column !== '' && !bookkeeping.test(column)
  const parameterColumns = columns.flatMap((column, index) =>
    !goalColumns.includes(index) && isParameter(column)
      ? [{ index, name: column.replace(parameterPrefix, '') }]
      : [],
  )
  const labels = parameterColumns.map(({ name }) => name)
  if (labels.length === 0)
    throw new ForeignFileError('header', columns.join(', '), msg('rule.import.parameterColumn'))
  const repeated = labels.find((label, index) => labels.indexOf(label) < index)
  if (repeated !== undefined) throw new ForeignFileError('header', repeated, msg('rule.unique'))
  const names = uniqueNames(labels, notes)
  return parameterColumns.map(({ index, name }) => ({ index, name: names.get(name) ?? name }))
}

function cell(run: readonly string[], index: number): string {
  return (run[index] ?? '').trim()
}

function findGoal(metric: string, columns: readonly string[]): number {
  for (const name of [metric, `value.${metric}`, `values_${metric}`, `summary.${metric}`]) {
    const index = columns.indexOf(name)
    if (index >= 0) return index
  }
  throw new ForeignFileError('goals', metric, unknownName('column', metric, columns))
}

type Kind = 'number' | 'boolean' | 'string'

/** The kind of all values of a column, text where they differ. */
function columnKind(cells: readonly string[], parameter: ParameterSpecification | undefined): Kind {
  const values =
    parameter === undefined
      ? cells.filter(text => text !== '').map(plainValue)
      : // A table has texts only: a value of the study file that reads the same is meant.
        (listedValues(parameter) ?? [0])
  const [kind = 'number', ...others] = new Set(values.map(value => typeof value as Kind))
  return others.length > 0 ? 'string' : kind
}

function readValue(text: string, kind: Kind): ParameterValue {
  const value = plainValue(text)
  return typeof value === kind ? value : text
}

/** A cell as a number, as true or false, else as it is. */
function plainValue(text: string): ParameterValue {
  return toNumber(text) ?? (/^(?:true|false)$/i.test(text) ? /^true$/i.test(text) : text)
}

function toNumber(text: string): number | null {
  const value = Number(text)
  return text !== '' && Number.isFinite(value) ? value : null
}

function inferSpace(
  names: readonly string[],
  assignments: readonly Assignment[],
  notes: ImportNote[],
): SpaceSpecification {
  const bare = names.flatMap((name): [string, ParameterSpecification][] => {
    const values = assignments.flatMap(assignment => ownValue(assignment, name) ?? [])
    if (values.length > 0) return [[name, rangeOfValues(values)]]
    notes.push({ code: 'parameterEmpty', parameter: name })
    return []
  })
  const space = inferConditions(Object.fromEntries(bare), assignments, notes)
  notes.push({ code: 'rangesOfTable' })
  return space
}

function toTrial(
  number: number,
  run: {
    readonly parameters: Assignment
    readonly measured: readonly (number | null)[]
    /** The state in its own words. */
    readonly stateText: string
    readonly atMs: number
  },
): ImportedTrial {
  const { parameters, measured, stateText, atMs } = run
  const values = measured.filter(value => value !== null)
  const hasAll = values.length === measured.length
  const isPruned = prunedState.test(stateText)
  const isFailed = failedState.test(stateText) || (!hasAll && !isPruned)
  const state: FinishedTrialState = isFailed ? 'failed' : isPruned ? 'pruned' : 'complete'
  const reason = failedState.test(stateText)
    ? msg('failure.stateInTable', { state: stateText })
    : msg('failure.tableNoValue')
  return {
    number,
    state,
    parameters,
    provenance: { sampler: 'CSV', reason: msg('proposal.tableRow', { row: number + 1 }) },
    seed: 0,
    values: isFailed || !hasAll ? [] : values,
    bestStep: null,
    reason: state === 'pruned' ? msg('pruning.pruned') : null,
    failure: isFailed ? { class: 'data', reason: reason } : null,
    startedAtMs: atMs,
    finishedAtMs: atMs,
    metrics: {},
  }
}
