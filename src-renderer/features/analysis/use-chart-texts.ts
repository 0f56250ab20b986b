import { computed } from 'vue'
import { chartTexts } from '../../../src-main/contract/i18n/chart-texts.ts'
import { usePreferences } from '../../stores/preferences.ts'

/** Words of charts in the chosen language. */
export function useChartTexts() {
  const preferences = usePreferences()
  return computed(() => chartTexts[preferences.language])
}
