import { h } from 'vue'
import { t } from '../../composables/localize.ts'
import type { SettingsPanel } from '../settings/settings-panel.ts'
import BackupsPanel from './BackupsPanel.vue'

export const backupsPanel: SettingsPanel = {
  id: 'backups',
  title: () => t('backup.titleAll'),
  component: ({ about }) => h(BackupsPanel, { folder: about.backupFolder }),
}
