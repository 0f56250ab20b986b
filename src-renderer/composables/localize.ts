import type { ParameterValue } from '../../src-main/core/trial/trial.ts'
import {
  formatBytes,
  formatCount,
  formatMetric,
  formatNumber,
} from '../../src-main/core/i18n/format-number.ts'
import { inMetricWords, metricLabel } from '../../src-main/core/i18n/metric-label.ts'
import type { StudySummary } from '../../src-main/core/study/study.ts'
import { formatAgo, formatDuration, formatTimeLeft } from '../../src-main/core/i18n/format-time.ts'
import { type Language, languages } from '../../src-main/core/i18n/language.ts'
import { createTranslate, type Translate } from '../../src-main/core/i18n/translate.ts'
import { usePreferences } from '../stores/preferences.ts'

const chosen = (): Translate => createTranslate(usePreferences().language)

/** Texts in the language that the person has chosen; whatever shows one follows when they choose another. */
export const t: Translate = Object.defineProperties(
  ((key, values) => chosen()(key, values)) as Translate,
  {
    language: { get: () => chosen().language },
    format: { get: () => chosen().format },
    has: { get: () => chosen().has },
  },
)

/** Every language by its own name, for those who read no other. */
export const languageChoices = languages.map((language: Language) => {
  const translate = createTranslate(language)
  const name = languageName(language)
  return {
    language,
    name,
    choice: translate('list.named', { name: translate('app.language'), value: name }),
  }
})

/** A language by its own name. */
export function languageName(language: Language): string {
  return createTranslate(language)('language.name')
}

/** Numbers, durations and moments as the chosen language writes them. */
export const format = {
  metric: formatMetric,
  bytes: formatBytes,
  count: formatCount,
  parameter: (value: ParameterValue | undefined): string =>
    typeof value === 'number' ? formatNumber(value) : value === undefined ? '–' : String(value),
  duration: (durationMs: number): string => formatDuration(durationMs, t.language),
  timeLeft: (durationMs: number): string => formatTimeLeft(durationMs, t.language),
  ago: (timeMs: number, nowMs: number): string => formatAgo(timeMs, nowMs, t.language),
  moment: (timeMs: number): string =>
    new Date(timeMs).toLocaleString(t.language, { dateStyle: 'medium', timeStyle: 'medium' }),
}

/** What a metric of a study is called: see {@link metricLabel}. */
export function metricName(
  name: string | undefined,
  study: Pick<StudySummary, 'specification'> | null,
): string {
  return metricLabel(name ?? '', study?.specification.objective ?? null, t)
}

/** Texts about a study, stored reasons among them, with its metrics in words. */
export function textsOf(study: Pick<StudySummary, 'specification'> | null): Translate {
  return inMetricWords(t, study?.specification.objective ?? null)
}

/** A metric by its name and, of a built-in one, what it measures: for titles of figures that show the name alone. */
export function metricTitle(name: string): string {
  const key = `metric.${name}`
  return t.has(key) ? t('list.named', { name, value: t(key) }) : name
}

/** The end of a list that shows its first entries only: how many of how many. */
export function showing(maxShown: number, total: number): string {
  return t('app.showing', { shown: Math.min(maxShown, total), total })
}
