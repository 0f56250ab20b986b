import { answer } from '../../../core/processes/call.ts'
import {
  backupSettingsSchema,
  type BackupCheck,
  type BackupOverview,
} from '../../../core/storage/backups.ts'
import { method } from '../../api/common/method.ts'
import { z } from 'zod'

/** Copies of the database. */
export const backupMethods = {
  /** Where the copy lies, and how many older ones were removed. */
  'app.backUp': method(
    answer<{ readonly path: string; readonly bytes: number; readonly removed: number }>,
    { keep: z.int().min(1).max(1_000).optional() },
    // It removes older copies.
    { scope: null },
  ),
  'backup.list': method(answer<BackupOverview>, {}, { scope: 'read' }),
  'backup.configure': method(answer<null>, backupSettingsSchema.shape, { scope: null }),
  /** Stops running studies and puts a backup in the place of the database, which becomes one itself. What was asked before has to be asked anew. */
  'backup.restore': method(
    /** Where the database lies that was there. */
    answer<{ readonly replacedDatabase: string | null }>,
    { name: z.string().min(1).max(300) },
    { scope: null },
  ),
  /** By name; takes as long as all of them are read. */
  'backup.check': method(answer<Readonly<Record<string, BackupCheck>>>, {}, { scope: 'read' }),
} as const
