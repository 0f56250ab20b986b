import { h } from 'vue'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import MachinesPanel from './MachinesPanel.vue'
import JobQueuesPanel from './JobQueuesPanel.vue'

export const machinesPanel: SettingsPanel = () => h(MachinesPanel)

export const jobQueuesPanel: SettingsPanel = () => h(JobQueuesPanel)
