import type { ImportanceAnswer, Outcome } from '../contract/api/analysis.ts'
import { type ChartTexts, fillIn } from '../contract/i18n/chart-texts.ts'
import { type ChartModel, emptyChart } from './chart-model.ts'

export interface MethodOutcome {
  /** As a reader knows the method. */
  readonly name: string
  readonly outcome: Outcome<ImportanceAnswer>
}

/** Importances of several methods side by side: one row per parameter, ordered by the first method; bars with ± one deviation. */
export function importanceModel(methods: readonly MethodOutcome[], texts: ChartTexts): ChartModel {
  const answered = methods.flatMap(({ name, outcome }) =>
    outcome.ok ? [{ name, parameters: outcome.result.parameters }] : [],
  )
  const refused = methods.find(({ outcome }) => !outcome.ok)?.outcome
  if (answered.length === 0) {
    return emptyChart(refused === undefined ? texts.noTrials : refusalText(refused, texts))
  }
  const rows = (answered[0]?.parameters ?? []).map(({ name }) => name)
  return {
    x: { title: texts.importance, scale: 'linear', unit: 'share' },
    y: { title: texts.parameter, scale: 'rows', rows },
    marks: answered.map(({ name, parameters }, index) => ({
      kind: 'bars' as const,
      name,
      tone: index,
      bars: parameters.map(share => ({
        row: rows.indexOf(share.name),
        value: share.mean,
        place: [index, answered.length] as const,
        ...(share.deviation === null
          ? {}
          : {
              interval: [
                Math.max(0, share.mean - share.deviation),
                share.mean + share.deviation,
              ] as const,
            }),
      })),
    })),
    table: {
      columns: [texts.parameter, texts.method, texts.importance, texts.deviation, texts.count],
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
      outcome.ok ? [] : [`${name}: ${refusalText(outcome, texts)}`],
    ),
  }
}

/** Why there is no figure. */
export function refusalText(outcome: Outcome<unknown>, texts: ChartTexts): string {
  if (outcome.ok) return ''
  if (outcome.reason !== 'tooFewTrials') return texts[outcome.reason]
  return fillIn(texts.tooFewTrials, { trials: outcome.trials, needed: outcome.needed })
}
