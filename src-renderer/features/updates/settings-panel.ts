import { h } from 'vue'
import { t } from '../../composables/localize.ts'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import UpdatesPanel from './UpdatesPanel.vue'

export const updatesPanel: SettingsPanel = {
  id: 'updates',
  title: () => t('update.title'),
  component: ({ about }) => (about.host === 'electron' ? h(UpdatesPanel) : null),
}
