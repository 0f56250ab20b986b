import { h } from 'vue'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import LogPanel from './LogPanel.vue'
import DiagnosticsPanel from './DiagnosticsPanel.vue'

export const logPanel: SettingsPanel = () => h(LogPanel)

export const diagnosticsPanel: SettingsPanel = () => h(DiagnosticsPanel)
