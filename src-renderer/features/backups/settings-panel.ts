import { h } from 'vue'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import BackupsPanel from './BackupsPanel.vue'

export const backupsPanel: SettingsPanel = ({ about }) =>
  h(BackupsPanel, { folder: about.backupFolder })
