import { ownValue } from '../../contract/named-values.ts'
import type { ImportNote } from '../../contract/import-note.ts'
import type { ImportedTrial } from '../../contract/imported-study.ts'
import { listedValues } from '../../contract/listed-values.ts'
import type {
  ParameterSpecification,
  SpaceSpecification,
} from '../../contract/space-specification.ts'
import { fact } from '../../contract/fact.ts'
import type { Goal } from '../../contract/study-specification.ts'
import type { Assignment, FinishedTrialState, ParameterValue } from '../../contract/trial.ts'
import { type ForeignFault, ForeignFileError, orFault } from '../foreign-study-file.ts'
import { inferConditions } from '../infer-conditions.ts'
import { uniqueNames } from '../unique-names.ts'
import { isBookkeeping, parameterPrefix } from './column-names.ts'

export interface CsvRuns {
  readonly goals: readonly Goal[]
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
/** A positive column that spans more than this factor is searched on a logarithmic scale. */
const LOG_RATIO = 100

/**
 * A table of past runs: a column per parameter, a column per goal, a row per run. Where columns are marked as parameters
 * (`parameter.x`, `params_x`, `Param x`, `config.x`: this program's, Optuna's, W&B's tables), only those are; otherwise all that
 * are neither a goal nor bookkeeping. An empty cell is a parameter that was not active; a run without a number in every goal
 * failed, unless its `state` says that it was pruned.
 */
export function fromCsv({ rows, goals, space, atMs }: CsvQuestion): CsvRuns | ForeignFault {
  return orFault(() => {
    const [header = [], ...runs] = rows
    const columns = header.map(text => text.trim())
    if (runs.length === 0) throw new ForeignFileError('rows', 0, 'must have a header and a run')
    if (goals.length === 0)
      throw new ForeignFileError('goals', 0, 'must name a column that is measured')
    const notes: ImportNote[] = []
    const goalColumns = goals.map(({ metric }) => findGoal(metric, columns))
    const state = columns.findIndex(column => /^(?:state|status)$/i.test(column))
    const marked = columns.some(column => parameterPrefix.test(column))
    const labels = columns.flatMap((column, index) => {
      if (goalColumns.includes(index)) return []
      const isParameter = marked
        ? parameterPrefix.test(column)
        : column !== '' && !isBookkeeping(column)
      return isParameter ? [{ index, label: column.replace(parameterPrefix, '') }] : []
    })
    if (labels.length === 0)
      throw new ForeignFileError('header', columns.join(', '), 'must have a column of a parameter')
    const repeated = labels.find(
      ({ label }, at) => labels.findIndex(other => other.label === label) < at,
    )
    if (repeated !== undefined)
      throw new ForeignFileError('header', repeated.label, 'must not occur twice')
    const names = uniqueNames(labels.map(({ label }) => label))
    for (const [before, after] of names) {
      if (before !== after) notes.push({ code: 'parameterRenamed', parameter: before, name: after })
    }
    const parameters = labels.map(({ index, label }) => ({
      index,
      name: names.get(label) ?? label,
    }))
    const used = new Set([...parameters.map(({ index }) => index), ...goalColumns, state])
    const left = columns.filter((column, index) => !used.has(index) && column !== '')
    if (left.length > 0) notes.push({ code: 'columnsLeftOut', columns: left })
    const known = parameters.filter(({ name }) => space === null || Object.hasOwn(space, name))
    if (space !== null) {
      const strange = parameters.filter(parameter => !known.includes(parameter))
      if (strange.length > 0)
        notes.push({ code: 'columnsUnknown', columns: strange.map(({ name }) => name) })
    }
    const kinds = new Map(
      known.map(({ index, name }) => [
        name,
        columnKind(
          runs.map(run => cell(run, index)),
          ownValue(space, name),
        ),
      ]),
    )
    const assignments = runs.map((run): Assignment =>
      Object.fromEntries(
        known.flatMap(({ index, name }) => {
          const text = cell(run, index)
          return text === '' ? [] : [[name, readValue(text, kinds.get(name) ?? 'text')]]
        }),
      ),
    )
    const inferred =
      space === null
        ? inferSpace(
            known.map(({ name }) => name),
            assignments,
            notes,
          )
        : space
    const trials = runs.map((run, number) =>
      toTrial(number, run, { assignment: assignments[number] ?? {}, goalColumns, state, atMs }),
    )
    return { goals, space: inferred, trials, notes }
  })
}

type Kind = 'number' | 'boolean' | 'text'

function cell(run: readonly string[], index: number): string {
  return (run[index] ?? '').trim()
}

function findGoal(metric: string, columns: readonly string[]): number {
  for (const name of [metric, `value.${metric}`, `values_${metric}`, `summary.${metric}`]) {
    const index = columns.indexOf(name)
    if (index >= 0) return index
  }
  throw new ForeignFileError('goals', metric, `must be a column: ${columns.join(', ')}`)
}

function columnKind(cells: readonly string[], parameter: ParameterSpecification | undefined): Kind {
  if (parameter !== undefined) {
    const values = listedValues(parameter)
    if (values === null) return 'number'
    // A table has texts only: a value of the study file that reads the same is meant.
    return values.every(value => typeof value === 'number')
      ? 'number'
      : values.every(value => typeof value === 'boolean')
        ? 'boolean'
        : 'text'
  }
  const filled = cells.filter(text => text !== '')
  if (filled.every(text => toNumber(text) !== null)) return 'number'
  return filled.every(text => /^(?:true|false)$/i.test(text)) ? 'boolean' : 'text'
}

function readValue(text: string, kind: Kind): ParameterValue {
  if (kind === 'boolean' && /^(?:true|false)$/i.test(text)) return /^true$/i.test(text)
  return kind === 'number' ? (toNumber(text) ?? text) : text
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
  const bare = Object.fromEntries(
    names.flatMap((name): [string, ParameterSpecification][] => {
      const values = assignments.flatMap(assignment => {
        const value = ownValue(assignment, name)
        return value === undefined ? [] : [value]
      })
      if (values.length > 0) return [[name, inferParameter(values)]]
      notes.push({ code: 'parameterEmpty', parameter: name })
      return []
    }),
  )
  const { space, unexplained } = inferConditions(bare, assignments)
  for (const name of unexplained) notes.push({ code: 'parameterUnexplained', parameter: name })
  notes.push({ code: 'rangesOfTable' })
  return space
}

function inferParameter(values: readonly ParameterValue[]): ParameterSpecification {
  const numbers = values.filter(value => typeof value === 'number')
  if (numbers.length < values.length) return { choice: [...new Set(values)] }
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of numbers) [low, high] = [Math.min(low, value), Math.max(high, value)]
  const log = low > 0 && high / low > LOG_RATIO ? { log: true } : {}
  return numbers.every(value => Number.isSafeInteger(value))
    ? { int: [low, high], ...log }
    : { float: [low, high], ...log }
}

function toTrial(
  number: number,
  run: readonly string[],
  context: {
    readonly assignment: Assignment
    readonly goalColumns: readonly number[]
    readonly state: number
    readonly atMs: number
  },
): ImportedTrial {
  const measured = context.goalColumns.map(index => toNumber(cell(run, index)))
  const values = measured.filter(value => value !== null)
  const said = context.state < 0 ? '' : cell(run, context.state)
  const hasAll = values.length === measured.length
  const isFailed = failedState.test(said) || (!hasAll && !prunedState.test(said))
  const state: FinishedTrialState = isFailed
    ? 'failed'
    : prunedState.test(said)
      ? 'pruned'
      : 'complete'
  const failure = {
    class: 'data',
    fact:
      said === '' || !failedState.test(said)
        ? fact('failure.tableNoValue')
        : fact('failure.tableSays', { state: said }),
  } as const
  return {
    number,
    state,
    parameters: context.assignment,
    provenance: { sampler: 'CSV', reason: fact('proposal.tableRow', { row: number + 1 }) },
    seed: 0,
    values: isFailed || !hasAll ? [] : values,
    bestStep: null,
    reason: state === 'pruned' ? fact('pruning.pruned') : null,
    failure: isFailed ? failure : null,
    startedAtMs: context.atMs,
    finishedAtMs: context.atMs,
    metrics: {},
  }
}
