import { answer } from '../../../core/processes/call.ts'
import { method } from '../../api/common/method.ts'
import type { Diagnostics } from './diagnostics.ts'

/** What helps whoever looks for the cause of an error. */
export const diagnosticsMethods = {
  /** Its end; empty while nothing went wrong. */
  'app.log': method(
    answer<{ readonly path: string; readonly text: string }>,
    {},
    { scope: 'read' },
  ),
  /** What helps whoever looks for the cause of an error, without names, values and paths. */
  'app.diagnostics': method(answer<Diagnostics>, {}, { scope: 'read' }),
} as const
