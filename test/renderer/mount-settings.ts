import type { AppDescription } from '../../src-main/features/application/common/methods.ts'
import type { BackupOverview } from '../../src-main/core/storage/backups.ts'
import { noRunConditions } from '../../src-main/features/run-conditions/common/run-conditions.ts'
import SettingsView from '../../src-renderer/views/SettingsView.vue'
import { mountPart, settle } from './mount.ts'

export const description: AppDescription = {
  version: '1.2.3',
  host: 'web',
  databasePath: '/data/studies.sqlite',
  isDatabaseShared: false,
  dataFolder: '/data',
  backupFolder: '/data/backups',
  cacheFolder: '/cache',
  platform: 'linux',
  cpu: 'A processor',
  cores: 8,
  memoryBytes: 2 ** 33,
}
export const back = {
  'app.describe': description,
  'app.log': { path: '/data/app.log', text: '' },
  'access.list': [],
  'notifications.list': [],
  'runConditions.get': {
    runConditions: noRunConditions,
    cause: null,
    onBattery: null,
    watts: null,
    celsius: null,
    fullScreen: null,
    otherLoad: null,
    otherGpuUse: null,
  },
  'studyQueue.list': [],
  'study.list': [],
  'command.describe': null,
  'remote.list': [],
  'remote.jobQueues': [],
  'backup.list': {
    backups: [],
    settings: { keep: 3, everyHours: 24 },
    keepSetBy: null,
    present: { studies: 4, trials: 90 },
  } satisfies BackupOverview,
  'app.backUp': { path: '/data/backups/1.sqlite', bytes: 2048, removed: 0 },
}

export async function settings(change: Parameters<typeof mountPart>[1] = {}) {
  const part = mountPart(SettingsView, { ...change, back: { ...back, ...change.back } })
  await settle()
  return part
}
