import { accessPanel } from '../access/settings-panel.ts'
import { backupsPanel } from '../backups/settings-panel.ts'
import { logPanel, diagnosticsPanel } from '../diagnostics/settings-panel.ts'
import { machinesPanel, jobQueuesPanel } from '../machines/settings-panel.ts'
import { notificationsPanel } from '../notifications/settings-panel.ts'
import { runConditionsPanel } from '../run-conditions/settings-panel.ts'
import { studyQueuePanel } from '../study-queue/settings-panel.ts'
import { terminalCommandPanel } from '../terminal-command/settings-panel.ts'
import { updatesPanel } from '../updates/settings-panel.ts'
import type { SettingsPanel } from './settings-panel.ts'

/** In the order of the page. */
export const settingsPanels: readonly SettingsPanel[] = [
  runConditionsPanel,
  studyQueuePanel,
  accessPanel,
  machinesPanel,
  jobQueuesPanel,
  notificationsPanel,
  backupsPanel,
  terminalCommandPanel,
  updatesPanel,
  logPanel,
  diagnosticsPanel,
]
