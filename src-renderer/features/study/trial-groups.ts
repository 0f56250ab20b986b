import { ownValue } from '../../../src-main/core/values/named-values.ts'
import type { SpaceSpecification } from '../../../src-main/core/study/space-specification.ts'
import type { Goal } from '../../../src-main/core/study/study-specification.ts'
import { isFeasible } from '../../../src-main/core/study/constraints.ts'
import { isBetter } from '../../../src-main/core/trial/ranking.ts'
import type { TrialRow } from '../../../src-main/features/studies/common/rows.ts'
import { median } from '../../../src-main/math/statistics/quantile.ts'
import type { TrialColumn } from './trial-columns.ts'

/** Trials that have one value in the column by which they are grouped. */
export interface TrialGroup {
  /** Unique among the groups of a table. */
  readonly key: string
  /** Null: the parameter is not active in them. */
  readonly value: string | null
  readonly trials: readonly TrialRow[]
  /** Of the complete trials that keep every constraint, by the first goal; null: none has a value. */
  readonly best: number | null
  readonly median: number | null
}

/** A line of the table: the head of a group, or a trial. */
export type TrialLine =
  | { readonly kind: 'group'; readonly key: string; readonly group: TrialGroup }
  | { readonly kind: 'trial'; readonly key: string; readonly trial: TrialRow }

/** Whether values of a column can make groups: states, and parameters with a list of values. */
export function makesGroups({ kind, name }: TrialColumn, space: SpaceSpecification): boolean {
  if (kind === 'state') return true
  const parameter = kind === 'parameter' ? ownValue(space, name) : undefined
  return parameter !== undefined && ('choice' in parameter || 'ordinal' in parameter)
}

/** Groups in the order of their best values, those without one last; trials of a group stay in their order. */
export function groupTrials(
  trials: readonly TrialRow[],
  column: TrialColumn,
  goal: Goal | undefined,
): TrialGroup[] {
  const byKey = new Map<string, TrialRow[]>()
  for (const trial of trials) {
    const key = String(column.sortKey(trial) ?? '')
    const group = byKey.get(key)
    if (group === undefined) byKey.set(key, [trial])
    else group.push(trial)
  }
  const direction = goal?.direction ?? 'minimize'
  return [...byKey]
    .map(([key, groupTrials]): TrialGroup => {
      const values = groupTrials.flatMap(trial => {
        const value = trial.values[0]
        const counts = trial.state === 'complete' && !trial.excluded && isFeasible(trial)
        return counts && value !== undefined && Number.isFinite(value) ? [value] : []
      })
      const first = groupTrials[0] as TrialRow
      const best = values.reduce<number | null>(
        (winner, value) => (winner === null || isBetter(value, winner, direction) ? value : winner),
        null,
      )
      return {
        key,
        value: column.sortKey(first) === undefined ? null : key,
        trials: groupTrials,
        best,
        median: values.length === 0 ? null : median(values),
      }
    })
    .sort((a, b) => {
      if (a.best === null || b.best === null)
        return Number(a.best === null) - Number(b.best === null)
      return isBetter(a.best, b.best, direction) ? -1 : isBetter(b.best, a.best, direction) ? 1 : 0
    })
}

/** The lines of a table; groups whose keys are folded show their head alone. */
export function groupLines(
  groups: readonly TrialGroup[],
  folded: ReadonlySet<string>,
): TrialLine[] {
  return groups.flatMap(group => [
    { kind: 'group' as const, key: `group ${group.key}`, group },
    ...(folded.has(group.key) ? [] : trialLines(group.trials)),
  ])
}

export function trialLines(trials: readonly TrialRow[]): TrialLine[] {
  return trials.map(trial => ({ kind: 'trial', key: String(trial.number), trial }))
}
