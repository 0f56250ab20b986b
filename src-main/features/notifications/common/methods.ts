import type { Fact } from '../../../core/errors/fact.ts'
import { hookSettingsShape, pageTargetSchema, type ShownHook } from './hook.ts'
import { visibleNameSchema } from '../../../core/values/visible-name.ts'
import { answer, call } from '../../../core/processes/call.ts'

/** Where news of studies go. */
export const hookRequests = {
  /** Where news of studies go, without addresses and secrets. */
  'hook.list': call(answer<readonly ShownHook[]>, {}),
  /** A page sets no commands. */
  'hook.add': call(answer<null>, { ...hookSettingsShape, target: pageTargetSchema }),
  'hook.remove': call(answer<null>, { name: visibleNameSchema }),
  /** Sends a message, and says why that could not be. */
  'hook.test': call(answer<{ readonly failure: Fact | null }>, { name: visibleNameSchema }),
}
