import { h } from 'vue'
import { t } from '../../composables/localize.ts'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import MachinesPanel from './MachinesPanel.vue'
import JobQueuesPanel from './JobQueuesPanel.vue'

export const machinesPanel: SettingsPanel = {
  id: 'machines',
  title: () => t('remote.title'),
  component: () => h(MachinesPanel),
}

export const jobQueuesPanel: SettingsPanel = {
  id: 'job-queues',
  title: () => t('jobQueue.title'),
  component: () => h(JobQueuesPanel),
}
