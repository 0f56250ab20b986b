import type { ImportanceAnswer, ImportanceShare, Outcome } from '../core/questions/analysis.ts'
import { type MessageDescriptor, msg } from '../core/errors/message.ts'
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

/** Together, the parameters that decide have this share; each of them has at least the other. */
const DECIDING_SHARE = 0.8
const MIN_SHARE = 0.05
/** What may have no more than this hardly matters. */
const SMALL_SHARE = 0.2

/** Which parameters decide, in one sentence with its doubt; null where there is no figure. */
export function importanceMessage(outcome: Outcome<ImportanceAnswer>): MessageDescriptor | null {
  if (!outcome.ok) return null
  const ranked = [...outcome.result.parameters].sort((a, b) => b.mean - a.mean)
  const [first] = ranked
  if (first === undefined) return null
  const total = ranked.reduce((sum, { mean }) => sum + Math.max(0, mean), 0)
  if (!(total > 0) || first.mean <= (first.deviation ?? 0)) {
    return msg('importance.none', { trials: outcome.trials })
  }
  const deciding: ImportanceShare[] = []
  for (const share of ranked) {
    const sum = deciding.reduce((before, { mean }) => before + mean, 0)
    if (deciding.length > 0 && (sum >= DECIDING_SHARE * total || share.mean < MIN_SHARE)) break
    deciding.push(share)
  }
  const share = deciding.reduce((sum, { mean }) => sum + mean, 0)
  const doubt = Math.sqrt(deciding.reduce((sum, { deviation }) => sum + (deviation ?? 0) ** 2, 0))
  const others = ranked.slice(deciding.length)
  const isSmall = others.every(({ mean, deviation }) => mean + (deviation ?? 0) <= SMALL_SHARE)
  return msg('importance.decide', {
    names: deciding.map(({ name }) => name),
    count: deciding.length,
    percent: Math.round(100 * Math.min(1, share)),
    doubt: Math.round(100 * doubt),
    others: others.length,
    small: isSmall ? 'yes' : 'no',
  })
}

/** Why there is no figure. */
export function refusalText(outcome: Outcome<unknown>, t: Translate): string {
  if (outcome.ok) return ''
  if (outcome.reason !== 'tooFewTrials') return t(`chart.${outcome.reason}`)
  return t('chart.tooFewTrials', { trials: outcome.trials, needed: outcome.needed })
}
