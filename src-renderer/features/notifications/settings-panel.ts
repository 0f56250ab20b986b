import { h } from 'vue'
import { t } from '../../composables/localize.ts'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import NotificationsPanel from './NotificationsPanel.vue'

export const notificationsPanel: SettingsPanel = {
  id: 'notifications',
  title: () => t('notifications.title'),
  component: () => h(NotificationsPanel),
}
