import type { ImportanceAnswer, Outcome } from '../core/questions/analysis.ts'
import type { Translate } from '../core/i18n/translate.ts'
import { type ChartModel, emptyChart, titles } from './chart-model.ts'

export interface MethodOutcome {
  /** As a reader knows the method. */
  readonly name: string
  readonly outcome: Outcome<ImportanceAnswer>
}

/** Importances of several methods side by side: one row per parameter, ordered by the first method; bars with ± one deviation. */
export function importanceModel(methods: readonly MethodOutcome[], t: Translate): ChartModel {
  const answered = methods.flatMap(({ name, outcome }) =>
    outcome.ok ? [{ name, parameters: outcome.result.parameters }] : [],
  )
  const refused = methods.find(({ outcome }) => !outcome.ok)?.outcome
  if (answered.length === 0) {
    return emptyChart(refused === undefined ? t('chart.noTrials') : refusalText(refused, t))
  }
  const rows = (answered[0]?.parameters ?? []).map(({ name }) => name)
  return {
    x: { title: t('chart.importance'), scale: 'linear', unit: 'share' },
    y: { title: t('chart.parameter'), scale: 'rows', rows },
    marks: answered.map(({ name, parameters }, index) => ({
      kind: 'bars' as const,
      name,
      tone: index,
      bars: parameters.map(share => ({
        row: rows.indexOf(share.name),
        value: share.mean,
        groupPosition: [index, answered.length] as const,
        ...(share.deviation === null ? {} : { interval: around(share.mean, share.deviation) }),
      })),
    })),
    table: {
      columns: titles(t, 'parameter', 'method', 'importance', 'deviation', 'count'),
      units: ['name', undefined, 'share', 'share'],
      rows: rows.flatMap(row =>
        answered.flatMap(({ name, parameters }) =>
          parameters
            .filter(share => share.name === row)
            .map(({ mean, deviation, activeTrials }) => [row, name, mean, deviation, activeTrials]),
        ),
      ),
    },
    empty: null,
    notes: methods.flatMap(({ name, outcome }) =>
      outcome.ok ? [] : [t('list.named', { name, value: refusalText(outcome, t) })],
    ),
  }
}

/** No share is below 0 or above 1. */
function around(mean: number, deviation: number): readonly [number, number] {
  return [Math.max(0, mean - deviation), Math.max(mean, Math.min(1, mean + deviation))]
}

/** Why there is no figure. */
export function refusalText(outcome: Outcome<unknown>, t: Translate): string {
  if (outcome.ok) return ''
  if (outcome.reason !== 'tooFewTrials') return t(`chart.${outcome.reason}`)
  return t('chart.tooFewTrials', { trials: outcome.trials, needed: outcome.needed })
}
