import { answer } from '../../../core/processes/call.ts'
import type { DatabaseWriter } from '../../../core/storage/database-writer.ts'
import { method } from '../../api/common/method.ts'

/** A database that another process writes. */
export const readOnlyMethods = {
  /** Who writes while this back end is read-only; null: it writes itself. */
  'app.writer': method(answer<DatabaseWriter | null>, {}, { scope: 'read' }),
} as const
