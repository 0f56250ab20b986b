import { h } from 'vue'
import { t } from '../../composables/localize.ts'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import QueuePanel from './QueuePanel.vue'

export const studyQueuePanel: SettingsPanel = {
  id: 'study-queue',
  title: () => t('studyQueue.title'),
  component: () => h(QueuePanel),
}
