import { h } from 'vue'
import { t } from '../../composables/localize.ts'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import LogPanel from './LogPanel.vue'
import DiagnosticsPanel from './DiagnosticsPanel.vue'

export const logPanel: SettingsPanel = {
  id: 'log',
  title: () => t('preferences.log'),
  component: () => h(LogPanel),
}

export const diagnosticsPanel: SettingsPanel = {
  id: 'diagnostics',
  title: () => t('diagnostics.title'),
  component: () => h(DiagnosticsPanel),
}
