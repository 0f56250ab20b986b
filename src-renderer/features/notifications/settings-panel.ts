import { h } from 'vue'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import NotificationsPanel from './NotificationsPanel.vue'

export const notificationsPanel: SettingsPanel = () => h(NotificationsPanel)
