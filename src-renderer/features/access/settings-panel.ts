import { h } from 'vue'
import { t } from '../../composables/localize.ts'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import AccessPanel from './AccessPanel.vue'

export const accessPanel: SettingsPanel = {
  id: 'access',
  title: () => t('access.title'),
  component: ({ about }) =>
    h(AccessPanel, { address: about.host === 'web' ? window.location.origin : null }),
}
