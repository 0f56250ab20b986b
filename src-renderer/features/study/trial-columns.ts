import { ownValue } from '../../../src-main/core/values/named-values.ts'
import type { TrialRow } from '../../../src-main/features/studies/common/rows.ts'
import { repeatedTrainings } from '../../../src-main/core/study/trainings.ts'
import type { SpaceSpecification } from '../../../src-main/core/study/space-specification.ts'
import type { StudySpecification } from '../../../src-main/core/study/study-specification.ts'

/** Trials that are compared side by side. */
export const MAX_COMPARED = 5

/** What the differences in a column are from. */
interface ColumnBaseline {
  /** Of the first goal. */
  readonly value: number
  /** Of the trial that has it; undefined: it was trained once, or no trial has it. */
  readonly trainings: () => TrialRow['trainings']
}

/** A column of the table of trials. */
export interface TrialColumn {
  /** Unique: `number`, `state`, `duration`, `reason`, `value.0` …, `parameter.NAME`. */
  readonly id: string
  readonly kind: 'number' | 'state' | 'value' | 'baseline' | 'parameter' | 'duration' | 'reason'
  /** Name of the metric or parameter; empty for the fixed columns, whose titles are translated. */
  readonly name: string
  readonly widthPx: number
  /** Of the column `baseline`: what its differences are from. */
  readonly baseline?: ColumnBaseline
  /** The key that rows are sorted by; undefined sorts last in both directions. */
  sortKey(trial: TrialRow): number | string | undefined
}

/** Every column that a study's trials can fill. @param baseline by the first goal; null: none is pinned */
export function trialColumns(
  specification: StudySpecification,
  baseline: ColumnBaseline | null = null,
): TrialColumn[] {
  const { goals, space, constraints } = specification
  // The head says what the values are the mean of.
  const isRepeated = repeatedTrainings(specification) !== null
  const valueWidthPx = isRepeated ? 130 : 0
  return [
    { id: 'number', kind: 'number', name: '', widthPx: 88, sortKey: trial => trial.number },
    {
      ...({ id: 'state', kind: 'state', name: '' } as const),
      // Wide enough for `complete, infeasible`.
      widthPx: constraints.length === 0 ? 120 : 190,
      sortKey: trial => trial.state,
    },
    ...goals.map(({ metric }, goal): TrialColumn => ({
      id: `value.${goal}`,
      kind: 'value',
      name: metric,
      widthPx: widthOf(metric, 110) + valueWidthPx,
      sortKey: trial => numeric(trial.values[goal]),
    })),
    ...(baseline === null
      ? []
      : [
          {
            ...({ id: 'baseline', kind: 'baseline', baseline } as const),
            // With its interval, or with the remark that there is none.
            widthPx: isRepeated ? 330 : 250,
            name: goals[0]?.metric ?? '',
            sortKey: (trial: TrialRow) => numeric((trial.values[0] ?? Number.NaN) - baseline.value),
          },
        ]),
    ...Object.entries(space)
      .filter(([, parameter]) => !('fixed' in parameter))
      .map(([name]): TrialColumn => ({
        id: `parameter.${name}`,
        kind: 'parameter',
        name,
        widthPx: widthOf(name, 90),
        sortKey: ({ parameters }) => {
          const value = ownValue(parameters, name)
          return typeof value === 'number' ? numeric(value) : value?.toString()
        },
      })),
    { id: 'duration', kind: 'duration', name: '', widthPx: 100, sortKey: durationMs },
    {
      id: 'reason',
      kind: 'reason',
      name: '',
      widthPx: 320,
      sortKey: trial => trial.reason?.code,
    },
  ]
}

/** Which parameters get a column at first, and the order of all. */
export interface ParameterOrder {
  readonly names: readonly string[]
  /** So many of the first are shown, unless a person chooses. */
  readonly shown: number
}

/** Parameters that get a column at first; more are a choice. */
const MAX_FIRST_PARAMETERS = 8

/**
 * Parameters that others depend on come first, in the order of the space; then those that most trials have, as ranked. The others are
 * shown on request, those of the best trial first: their columns are empty in most rows.
 * @param rankedNames of the searched parameters, the most important first
 * @param best number of the best trial, if there is one
 */
export function parameterOrder(
  space: SpaceSpecification,
  rankedNames: readonly string[],
  trials: readonly Pick<TrialRow, 'number' | 'parameters'>[],
  best: number | undefined,
): ParameterOrder {
  const parents = new Set(Object.values(space).flatMap(({ when = {} }) => Object.keys(when)))
  const bestParameters = trials.find(({ number }) => number === best)?.parameters ?? {}
  const isUsual = (name: string): boolean =>
    2 * trials.filter(({ parameters }) => Object.hasOwn(parameters, name)).length >= trials.length
  const searched = new Set(rankedNames)
  const first = Object.keys(space).filter(name => parents.has(name) && searched.has(name))
  const others = rankedNames.filter(name => !parents.has(name))
  const usual = others.filter(isUsual)
  const rare = others.filter(name => !usual.includes(name))
  const ofBest = rare.filter(name => Object.hasOwn(bestParameters, name))
  const shownNames = [...first, ...usual]
  return {
    names: [...shownNames, ...ofBest, ...rare.filter(name => !ofBest.includes(name))],
    shown: Math.min(MAX_FIRST_PARAMETERS, shownNames.length),
  }
}

/** A heading in bold, with the arrow of the order beside it. */
function widthOf(name: string, minPx: number): number {
  return Math.max(minPx, 36 + name.length * 9)
}

/** From the start of the trial to its end; undefined while it runs. */
export function durationMs({ startedAtMs, finishedAtMs }: TrialRow): number | undefined {
  return finishedAtMs === null ? undefined : finishedAtMs - startedAtMs
}

/** Rows in the order of a column; those without a value come last, equal ones by number. */
export function sortTrials(
  trials: readonly TrialRow[],
  column: TrialColumn,
  descending: boolean,
): TrialRow[] {
  const sign = descending ? -1 : 1
  return trials
    .map(trial => ({ trial, key: column.sortKey(trial) }))
    .sort((a, b) => {
      if (a.key === undefined || b.key === undefined) {
        if (a.key !== b.key) return a.key === undefined ? 1 : -1
      } else if (a.key !== b.key) return sign * (a.key < b.key ? -1 : 1)
      return a.trial.number - b.trial.number
    })
    .map(({ trial }) => trial)
}

function numeric(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value
}
