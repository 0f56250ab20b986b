import { readFileSync } from 'node:fs'
import path from 'node:path'
import { env } from 'node:process'
import {
  type BackupOverview,
  type BackupSettings,
  backupSettingsSchema,
  defaultBackupSettings,
} from '../../../core/storage/backups.ts'
import { unwritable } from '../../../core/errors/unwritable.ts'
import { replaceFileSync } from '../../../platform/files/temporary.ts'
import type { Workspace } from '../../../platform/storage/workspace.ts'

/** Says how many copies stay that were made by themselves. */
const VARIABLE = 'TUNEWRIGHT_BACKUPS'

type Where = Pick<Workspace, 'backupDirectory'>

/** Of one database: they lie among its backups. A file that cannot be read is as good as none. */
export function readBackupSettings(where: Where): Pick<BackupOverview, 'settings' | 'keepSetBy'> {
  const keepText = env[VARIABLE]
  const isSetByVariable = keepText !== undefined && /^\d{1,3}$/.test(keepText)
  const settings = { ...readFile(where), ...(isSetByVariable ? { keep: Number(keepText) } : {}) }
  return { settings, keepSetBy: isSetByVariable ? VARIABLE : null }
}

/** @throws AppError `file.unwritable`, `disk.full` */
export function writeBackupSettings(where: Where, settings: BackupSettings): void {
  const file = fileOf(where)
  try {
    replaceFileSync(file, `${JSON.stringify(settings)}\n`)
  } catch (error) {
    throw unwritable(file, error)
  }
}

function readFile(where: Where): BackupSettings {
  try {
    return backupSettingsSchema.parse(JSON.parse(readFileSync(fileOf(where), 'utf8')))
  } catch {
    return defaultBackupSettings
  }
}

function fileOf({ backupDirectory }: Where): string {
  return path.join(backupDirectory, 'settings.json')
}
