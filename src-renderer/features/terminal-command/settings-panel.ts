import { h } from 'vue'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import CommandPanel from './CommandPanel.vue'

export const terminalCommandPanel: SettingsPanel = () => h(CommandPanel)
