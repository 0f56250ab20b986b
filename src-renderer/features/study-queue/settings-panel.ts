import { h } from 'vue'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import QueuePanel from './QueuePanel.vue'

export const studyQueuePanel: SettingsPanel = () => h(QueuePanel)
