import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import type { ImportNote } from '../../core/study/import-note.ts'
import type { ImportedTrial } from '../../core/study/imported-study.ts'
import { listedValues } from '../../core/study/listed-values.ts'
import type {
  ParameterSpecification,
  SpaceSpecification,
} from '../../core/study/space-specification.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { bestReport } from '../../core/trial/ranking.ts'
import type { Assignment, Curve, Failure, ParameterValue } from '../../core/trial/trial.ts'
import { unknownName } from '../../core/values/closest-name.ts'
import { ownValue } from '../../core/values/named-values.ts'
import { ForeignFileError } from '../foreign-study-file.ts'
import { inferConditions } from '../infer-conditions.ts'
import { uniqueNames } from '../unique-names.ts'
import { rangeOfValues } from '../value-ranges.ts'
import { goalOfRuns, metricsOfRuns } from './goals-of-runs.ts'
import type { PastRun, PastRunState } from './past-run.ts'
import { settingsOfRuns } from './settings-of-runs.ts'

/** So many names stand in a note; how many more there are stands beside them. */
const MAX_LISTED = 20

export interface RunsQuestion {
  readonly runs: readonly PastRun[]
  /** Empty: the metric that names and runs speak for. */
  readonly goals: readonly Goal[]
  /** Null: the space is read off the values. */
  readonly space: SpaceSpecification | null
  /** When runs were of which nobody knows. */
  readonly atMs: number
  /** Whether the value of a setting of this name is nobody's business. */
  readonly looksSecret: (name: string) => boolean
}

/** Past runs as trials of a study. */
interface TrialsOfRuns {
  readonly goals: readonly Goal[]
  readonly space: SpaceSpecification
  readonly trials: readonly ImportedTrial[]
  readonly notes: readonly ImportNote[]
}

/**
 * Past runs as finished trials. Parameters are settings that differ between runs. A run without a value of the goal has failed; one without any of the
 * parameters is left out, since it says nothing about them.
 * @throws ForeignFileError
 */
export function fromRuns({
  runs,
  goals: wanted,
  space,
  atMs,
  looksSecret,
}: RunsQuestion): TrialsOfRuns {
  const notes: ImportNote[] = []
  const goals = chooseGoals(runs, wanted, notes)
  const { columns, parameterSpace } = chooseParameters(runs, space, looksSecret, notes)
  const assignments = runs.map(({ settings }) => assignmentOf(settings, columns))
  const isEmpty = (index: number): boolean => Object.keys(assignments[index] ?? {}).length === 0
  const emptyRuns = runs.filter((_, index) => isEmpty(index))
  if (emptyRuns.length > 0) notes.push({ code: 'runsWithoutParameters', ...listed(emptyRuns) })
  const withParameters = runs.flatMap((run, index) =>
    isEmpty(index) ? [] : [{ run, parameters: assignments[index] ?? {} }],
  )
  if (withParameters.length === 0)
    throw new ForeignFileError('parameters', runs.length, msg('rule.import.runParameters'))
  const sorted = withParameters.toSorted(
    (a, b) =>
      (a.run.startedAtMs ?? a.run.finishedAtMs ?? atMs) -
      (b.run.startedAtMs ?? b.run.finishedAtMs ?? atMs),
  )
  const trials = sorted.map(({ run, parameters }, number) =>
    toTrial(number, run, { parameters, goals, atMs }),
  )
  const [goal] = goals
  const withoutValue = sorted.filter(({ run }) => !hasValues(run, goals)).map(({ run }) => run)
  if (withoutValue.length > 0 && goal !== undefined)
    notes.push({ code: 'runsWithoutValue', metric: goal.metric, ...listed(withoutValue) })
  const bare = parameterSpace ?? inferSpace(columns, assignments, notes)
  return { goals, space: bare, trials, notes }
}

function listed(runs: readonly PastRun[]): { runs: readonly string[]; more: number } {
  return {
    runs: runs.slice(0, MAX_LISTED).map(({ name }) => name),
    more: Math.max(0, runs.length - MAX_LISTED),
  }
}

function chooseGoals(
  runs: readonly PastRun[],
  wanted: readonly Goal[],
  notes: ImportNote[],
): readonly Goal[] {
  const metrics = metricsOfRuns(runs)
  const names = metrics.map(({ name }) => name)
  if (names.length === 0)
    throw new ForeignFileError('metrics', runs.length, msg('rule.import.runMetrics'))
  const missing = wanted.find(({ metric }) => !names.includes(metric))
  if (missing !== undefined)
    throw new ForeignFileError(
      'goals',
      missing.metric,
      unknownName('metric', missing.metric, names),
    )
  if (wanted.length > 0) return wanted
  const goal = goalOfRuns(metrics)
  if (goal === null) {
    const shown = names.slice(0, MAX_LISTED).join(', ')
    throw new ForeignFileError('goals', shown, msg('rule.import.runGoal'))
  }
  notes.push({ code: 'goalOfRuns', ...goal, metrics: names.length })
  return [goal]
}

interface Column {
  /** As the runs name it. */
  readonly label: string
  readonly name: string
  readonly kind: Kind
  readonly isLog: boolean
}

type Kind = 'number' | 'boolean' | 'string'

function chooseParameters(
  runs: readonly PastRun[],
  space: SpaceSpecification | null,
  looksSecret: (name: string) => boolean,
  notes: ImportNote[],
): { readonly columns: readonly Column[]; readonly parameterSpace: SpaceSpecification | null } {
  if (space !== null) {
    const columns = Object.entries(space).map(([name, parameter]): Column => {
      const kind = kindOf(listedValues(parameter) ?? [0])
      return { label: name, name, kind, isLog: false }
    })
    return { columns, parameterSpace: space }
  }
  const { parameters, fixed, labels } = settingsOfRuns(runs, looksSecret)
  if (fixed.length > 0) notes.push({ code: 'settingsFixed', ...names(fixed) })
  if (labels.length > 0) notes.push({ code: 'settingsLeftOut', ...names(labels) })
  if (parameters.length === 0)
    throw new ForeignFileError('parameters', runs.length, msg('rule.import.runParameters'))
  const here = uniqueNames(
    parameters.map(({ name }) => name),
    notes,
  )
  const columns = parameters.map(({ name: label, isLog }): Column => {
    const values = runs.flatMap(({ settings }) => ownValue(settings, label) ?? [])
    return { label, name: here.get(label) ?? label, kind: kindOf(values), isLog }
  })
  return { columns, parameterSpace: null }
}

function names(all: readonly string[]): { settings: readonly string[]; more: number } {
  return { settings: all.slice(0, MAX_LISTED), more: Math.max(0, all.length - MAX_LISTED) }
}

/** The kind of all values of a parameter, text where they differ. */
function kindOf(values: readonly ParameterValue[]): Kind {
  const [kind = 'number', ...others] = new Set(values.map(value => typeof value as Kind))
  return others.length > 0 ? 'string' : kind
}

function assignmentOf(settings: PastRun['settings'], columns: readonly Column[]): Assignment {
  return Object.fromEntries(
    columns.flatMap(({ label, name, kind }) => {
      const value = ownValue(settings, label)
      if (value === undefined) return []
      return [[name, typeof value === kind ? value : String(value)]]
    }),
  )
}

function inferSpace(
  columns: readonly Column[],
  assignments: readonly Assignment[],
  notes: ImportNote[],
): SpaceSpecification {
  const bare = columns.map(({ name, isLog }): [string, ParameterSpecification] => [
    name,
    rangeOfValues(
      assignments.flatMap(assignment => ownValue(assignment, name) ?? []),
      isLog,
    ),
  ])
  const filled = assignments.filter(assignment => Object.keys(assignment).length > 0)
  const space = inferConditions(Object.fromEntries(bare), filled, notes)
  notes.push({ code: 'rangesOfRuns' })
  return space
}

function curveOf({ metrics }: PastRun, { metric }: Goal): Curve | null {
  const curve = ownValue(metrics, metric)
  return curve === undefined || curve.values.length === 0 ? null : curve
}

function hasValues(run: PastRun, goals: readonly Goal[]): boolean {
  return goals.every(
    goal => curveOf(run, goal)?.values.some(value => !Number.isNaN(value)) === true,
  )
}

/** Of the first goal, the best step; of every other goal, what stood there or last before. */
function valuesOf(
  run: PastRun,
  goals: readonly Goal[],
): { readonly values: readonly number[]; readonly bestStep: number | null } {
  const [first] = goals
  const curve = first === undefined ? null : curveOf(run, first)
  if (first === undefined || curve === null) return { values: [], bestStep: null }
  const reports = curve.values.map((value, index) => ({ step: curve.steps[index] ?? 0, value }))
  const best = bestReport(reports, first.direction)
  const bestStep = best?.step ?? null
  const values = goals.map((goal, index) => {
    if (index === 0) return best?.value ?? Number.NaN
    const other = curveOf(run, goal)
    if (other === null) return Number.NaN
    const at = other.steps.findLastIndex(step => step <= (bestStep ?? 0))
    return other.values[Math.max(0, at)] ?? Number.NaN
  })
  return { values, bestStep }
}

const endedBadly: Readonly<Partial<Record<PastRunState, Failure['class']>>> = {
  failed: 'code',
  killed: 'killed',
}

function toTrial(
  number: number,
  run: PastRun,
  {
    parameters,
    goals,
    atMs,
  }: {
    readonly parameters: Assignment
    readonly goals: readonly Goal[]
    readonly atMs: number
  },
): ImportedTrial {
  const [goal] = goals
  const failureClass = run.state === null ? undefined : endedBadly[run.state]
  const isFailed = failureClass !== undefined || (run.state !== 'running' && !hasValues(run, goals))
  const state = isFailed ? 'failed' : run.state === 'running' ? 'interrupted' : 'complete'
  const reason: MessageDescriptor =
    failureClass === undefined
      ? msg('failure.runNoValue', { metric: goal?.metric ?? '' })
      : msg(failureClass === 'killed' ? 'failure.runKilled' : 'failure.runFailed', {
          program: run.program,
        })
  const { values, bestStep } = valuesOf(run, goals)
  const finishedAtMs = run.finishedAtMs ?? run.startedAtMs ?? atMs
  const startedAtMs = Math.min(run.startedAtMs ?? finishedAtMs, finishedAtMs)
  return {
    number,
    state,
    parameters,
    provenance: {
      sampler: run.program,
      reason: msg('proposal.pastRun', { run: run.name, program: run.program }),
    },
    seed: 0,
    values: state === 'complete' ? values : [],
    bestStep,
    reason: null,
    failure: isFailed ? { class: failureClass ?? 'data', reason } : null,
    startedAtMs,
    finishedAtMs,
    metrics: run.metrics,
  }
}
