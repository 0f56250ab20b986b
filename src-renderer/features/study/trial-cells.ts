import { ownValue } from '../../../src-main/core/values/named-values.ts'
import { robustRange } from '../../../src-main/analysis/statistics/robust-range.ts'
import type { TrialRow } from '../../../src-main/features/studies/common/rows.ts'
import type { SpaceSpecification } from '../../../src-main/core/study/space-specification.ts'
import { differenceInterval } from '../../../src-main/analysis/comparison/difference-interval.ts'
import { differenceMessage } from '../../../src-main/core/study/baseline.ts'
import { intervalMessage } from '../../../src-main/core/study/difference-interval.ts'
import type { Goal } from '../../../src-main/core/study/study-specification.ts'
import { type RepeatedTrainings, exceptionalBasis } from '../../../src-main/core/study/trainings.ts'
import type { Translate } from '../../../src-main/core/i18n/translate.ts'
import { format, t } from '../../composables/localize.ts'
import { durationMs, type TrialColumn } from './trial-columns.ts'

/** Heads and cells of the table of trials. */
export function title(
  { kind, name }: TrialColumn,
  repeats: RepeatedTrainings | null = null,
  /** What the study calls a metric; default: its name. */
  nameOf: (metric: string) => string = String,
): string {
  if (kind === 'value' && repeats !== null) {
    return t('list.remark', { text: nameOf(name), remark: t('trainings.of', { ...repeats }) })
  }
  if (kind === 'baseline' && repeats === null) {
    return t('list.remark', { text: t('trials.baseline'), remark: t('difference.none') })
  }
  if (kind === 'value') return nameOf(name)
  return kind === 'parameter' ? name : t(`trials.${kind}`)
}

export function cell(
  trial: TrialRow,
  { kind, id, name, baseline }: TrialColumn,
  repeats: RepeatedTrainings | null,
  /** What the study's texts say. */
  words: Translate = t,
): string {
  switch (kind) {
    case 'number':
      return String(trial.number)
    case 'value':
      return valueText(trial, Number(id.slice('value.'.length)), repeats)
    case 'baseline': {
      const value = trial.values[0]
      if (value === undefined || Number.isNaN(value) || baseline === undefined) return ''
      const interval = differenceInterval(trial.trainings, baseline.trainings() ?? baseline.value)
      const difference = t.format(
        differenceMessage(name, value, baseline.value, repeats === null ? null : interval),
      )
      // The head says that there is none where each configuration is trained once; else the trainings are read later.
      return repeats === null || interval === null
        ? difference
        : t('list.remark', {
            text: difference,
            remark: t.format(intervalMessage(name, interval)),
          })
    }
    case 'parameter':
      return Object.hasOwn(trial.parameters, name)
        ? format.parameter(ownValue(trial.parameters, name))
        : ''
    case 'duration': {
      const duration = durationMs(trial)
      return duration === undefined ? '…' : format.duration(duration)
    }
    case 'reason':
      return trial.reason === null ? '' : words.format(trial.reason)
    case 'state':
      return trial.state
  }
}

/** The value of a goal; of a trial that was not trained as often as its study says, with what it is instead. */
export function valueText(
  trial: TrialRow,
  goal: number,
  repeats: RepeatedTrainings | null,
): string {
  const value = trial.values[goal]
  if (value === undefined) return '–'
  const basis = exceptionalBasis(repeats, trial)
  const text = format.metric(value)
  return basis === null ? text : t('list.remark', { text, remark: t.format(basis) })
}

/** Numbers stand at the right, under heads that do, too. */
export function isNumeric({ kind, name }: TrialColumn, space: SpaceSpecification): boolean {
  if (kind !== 'parameter') return ['number', 'value', 'baseline', 'duration'].includes(kind)
  const parameter = ownValue(space, name) ?? {}
  return !('choice' in parameter) && !('ordinal' in parameter)
}

/** @returns the style that fills a cell of a goal: all of it for the best value, nothing for the worst that is not far outside, on the scale of the charts */
export function fillsOf(
  goals: readonly Goal[],
  trials: readonly TrialRow[],
): (trial: TrialRow, column: Pick<TrialColumn, 'id' | 'kind'>) => Record<string, string> {
  const ranges = goals.map(({ direction }, goal) =>
    robustRange(
      trials.map(({ values }) => values[goal] ?? Number.NaN),
      direction,
    ),
  )
  return (trial, { kind, id }): Record<string, string> => {
    if (kind !== 'value') return {}
    const goal = Number(id.slice('value.'.length))
    const [range, value] = [ranges[goal], trial.values[goal]]
    if (range == null || range.high === range.low || !Number.isFinite(value)) return {}
    const scale = range.log ? Math.log : Number
    const low = scale(range.low)
    const position = (scale(value as number) - low) / (scale(range.high) - low)
    const good = goals[goal]?.direction === 'minimize' ? 1 - position : position
    if (good <= 0) return {}
    const percent = 100 * Math.min(1, good)
    return {
      background: `linear-gradient(90deg, var(--heat) ${percent}%, transparent ${percent}%)`,
    }
  }
}
