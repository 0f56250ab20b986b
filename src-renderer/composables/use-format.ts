import { computed } from 'vue'
import { formatBytes, formatMetric, formatNumber } from '../../src-main/i18n/format-number.ts'
import { formatDuration } from '../../src-main/i18n/format-time.ts'
import { createTranslate } from '../../src-main/i18n/translate.ts'
import type { Fact } from '../../src-main/contract/fact.ts'
import type { ParameterValue } from '../../src-main/contract/trial.ts'
import { usePreferences } from '../stores/preferences.ts'

/** Numbers, durations, moments and the sentences of a study's record as the chosen language writes them. */
export function useFormat() {
  const preferences = usePreferences()
  const moments = computed(
    () =>
      new Intl.DateTimeFormat(preferences.language, { dateStyle: 'medium', timeStyle: 'medium' }),
  )
  const lists = computed(() => new Intl.ListFormat(preferences.language))
  return {
    metric: formatMetric,
    bytes: formatBytes,
    parameter: (value: ParameterValue | undefined): string =>
      typeof value === 'number' ? formatNumber(value) : value === undefined ? '–' : String(value),
    duration: (durationMs: number): string => formatDuration(durationMs, preferences.language),
    reason: (reason: Fact): string => createTranslate(preferences.language).say(reason),
    list: (names: readonly string[]): string => lists.value.format(names),
    moment: (timeMs: number): string => moments.value.format(timeMs),
  }
}
