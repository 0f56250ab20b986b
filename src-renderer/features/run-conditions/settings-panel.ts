import { h } from 'vue'
import { t } from '../../composables/localize.ts'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import RunConditionsPanel from './RunConditionsPanel.vue'

export const runConditionsPanel: SettingsPanel = {
  id: 'run-conditions',
  title: () => t('runConditions.title'),
  component: () => h(RunConditionsPanel),
}
