import { createTranslate } from '../core/i18n/translate.ts'
import { formatDuration } from '../core/i18n/format-time.ts'
import {
  formatBytes,
  formatMetric,
  formatNumber,
  formatPercent,
} from '../core/i18n/format-number.ts'
import type { Language } from '../core/i18n/language.ts'
import type { ChartAxis, ChartModel, Mark, MarkPoint, Span, Unit } from './chart-model.ts'

/** The words of charts and their tables, the same on the page and in the report. */

export function unitText(value: number, unit: Unit | undefined, language: Language): string {
  if (unit === 'durationMs') return formatDuration(value, language)
  if (unit === 'share') return formatPercent(value)
  if (unit === 'bytes') return formatBytes(value)
  // The numbers of trials are names, not counts.
  if ((unit === 'trial' || unit === 'name') && Number.isInteger(value)) return String(value)
  return unit === 'metric' ? formatMetric(value) : formatNumber(value)
}

export function valueText(axis: ChartAxis, value: number, language: Language): string {
  if (axis.scale === 'rows') return axis.rows?.[Math.round(value)] ?? ''
  return unitText(value, axis.unit ?? 'metric', language)
}

/** Ends of an axis have the digits of computation; a tick needs three. */
export function tickText({ unit }: ChartAxis, value: number, language: Language): string {
  return unitText(
    unit === 'whole' || unit === 'trial' ? value : Number(value.toPrecision(3)),
    unit === 'metric' ? undefined : unit,
    language,
  )
}

/** The words of a point when it is looked at. @param trialName the word for a trial */
export function pointText(
  { x, y, trial, text }: MarkPoint,
  { model, language, trialName }: Spoken,
): string {
  if (text !== undefined && text !== '') return text
  const t = createTranslate(language)
  const part = (axis: ChartAxis, value: number): string =>
    `${axis.title} ${valueText(axis, value, language)}`.trim()
  const isNamed = model.x.unit === 'trial' && x === trial
  const value = [...(isNamed ? [] : [part(model.x, x)]), part(model.y, y)].join(t('list.separator'))
  return trial === undefined ? value : t('list.named', { name: `${trialName} ${trial}`, value })
}

/** The chart that speaks. */
export interface Spoken {
  readonly model: ChartModel
  readonly language: Language
  readonly trialName: string
}

export function spanText(
  { name }: Pick<Mark, 'name'>,
  { trial, text, from, to }: Span,
  { model, language, trialName }: Spoken,
): string {
  const length = valueText(model.x, to - from, language)
  return [`${trialName} ${trial ?? ''}`, text, name, length]
    .filter(part => part !== undefined)
    .join(' · ')
}
