import { h } from 'vue'
import { t } from '../../composables/localize.ts'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import CommandPanel from './CommandPanel.vue'

export const terminalCommandPanel: SettingsPanel = {
  id: 'terminal-command',
  title: () => t('command.title'),
  component: () => h(CommandPanel),
}
