import { h } from 'vue'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import AccessPanel from './AccessPanel.vue'

export const accessPanel: SettingsPanel = ({ about }) =>
  h(AccessPanel, { address: about.host === 'web' ? window.location.origin : null })
