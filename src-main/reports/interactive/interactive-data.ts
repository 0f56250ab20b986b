import { ownValue } from '../../core/values/named-values.ts'
import { visibleText } from '../../core/i18n/visible-text.ts'
import { isFeasible } from '../../core/study/constraints.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import { bestTrial, rankForDrawing } from '../../core/trial/ranking.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'

/** Rows of a page at most: a browser still answers at once. */
const MAX_PAGE_TRIALS = 20_000
/** Length of a text of a cell; a choice may be a whole sentence. */
const MAX_TEXT = 200
/** Of the rows as JSON; the page is hardly larger. */
const MAX_PAGE_BYTES = 20 * 1024 * 1024

interface PageColumn {
  readonly name: string
  readonly kind: 'trial' | 'state' | 'value' | 'parameter' | 'seconds'
  /** Values are numbers; else texts. */
  readonly isNumber: boolean
  /** An axis of it is logarithmic. */
  readonly isLog: boolean
}

type PageCell = number | string | null

/** What a page shows of a study: nothing of its files, its machine, its code or what its programs printed. */
export interface PageData {
  readonly columns: readonly PageColumn[]
  /** Cells in the order of the columns; null where there is none, or no finite number. */
  readonly rows: readonly (readonly PageCell[])[]
  readonly minimize: boolean
  /** Number of the best trial; null without one. */
  readonly best: number | null
  /** Trials of the study; more than rows where the page would be too large. */
  readonly total: number
}

/** @param maxBytes of the rows; default {@link MAX_PAGE_BYTES} */
export function pageData(
  { study, trials: all }: StudySnapshot,
  maxBytes = MAX_PAGE_BYTES,
): PageData {
  const { goals, space } = study.specification
  const goal = goals[0]
  const included = all.filter(({ excluded }) => excluded !== true)
  const searched = Object.entries(space).filter(([, parameter]) => !('fixed' in parameter))
  const columns: PageColumn[] = [
    { name: 'trial', kind: 'trial', isNumber: true, isLog: false },
    { name: 'state', kind: 'state', isNumber: false, isLog: false },
    ...goals.map(({ metric }): PageColumn => ({
      name: visibleText(metric),
      kind: 'value',
      isNumber: true,
      isLog: false,
    })),
    ...searched.map(([name, parameter]): PageColumn => ({
      name: visibleText(name),
      kind: 'parameter',
      isNumber: !('choice' in parameter) && !('ordinal' in parameter),
      isLog: ('log' in parameter && parameter.log === true) || 'logNormal' in parameter,
    })),
    { name: 'seconds', kind: 'seconds', isNumber: true, isLog: false },
  ]
  const names = searched.map(([name]) => name)
  const rowsOf = (trials: readonly TrialRecord[]): PageCell[][] =>
    trials.map(trial => [
      trial.number,
      isFeasible(trial) ? trial.state : `${trial.state}, infeasible`,
      ...goals.map((_, index) => finite(trial.values[index])),
      ...names.map(name => cellOf(ownValue(trial.parameters, name))),
      secondsOf(trial),
    ])
  const ranked = goal === undefined ? included : rankForDrawing(included, goal)
  const bestRows = (count: number): PageCell[][] =>
    rowsOf(ranked.slice(0, count).toSorted((a, b) => a.number - b.number))
  let count = Math.min(included.length, MAX_PAGE_TRIALS)
  let rows = count < included.length ? bestRows(count) : rowsOf(included)
  while (count > 0 && JSON.stringify(rows).length > maxBytes) {
    count = Math.floor(count / 2)
    rows = bestRows(count)
  }
  return {
    columns,
    rows,
    minimize: goal?.direction !== 'maximize',
    best: goal === undefined ? null : (bestTrial(included, goal)?.number ?? null),
    total: included.length,
  }
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}

function cellOf(value: string | number | boolean | undefined): PageCell {
  if (typeof value === 'number') return finite(value)
  if (value === undefined) return null
  const text = String(value)
  return visibleText(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text)
}

function secondsOf({ attempts }: TrialRecord): number | null {
  const [first, last] = [attempts[0], attempts.at(-1)]
  if (first === undefined || last?.finishedAtMs == null) return null
  return (last.finishedAtMs - first.startedAtMs) / 1_000
}
