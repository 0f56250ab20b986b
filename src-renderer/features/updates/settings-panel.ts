import { h } from 'vue'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import UpdatesPanel from './UpdatesPanel.vue'

export const updatesPanel: SettingsPanel = ({ about }) =>
  about.host === 'electron' ? h(UpdatesPanel) : null
