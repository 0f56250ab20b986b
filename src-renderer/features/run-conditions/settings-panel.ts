import { h } from 'vue'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import RunConditionsPanel from './RunConditionsPanel.vue'

export const runConditionsPanel: SettingsPanel = () => h(RunConditionsPanel)
