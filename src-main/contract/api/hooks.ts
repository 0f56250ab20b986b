import type { Fact } from '../fact.ts'
import { hookSettingsShape, pageTargetSchema, type ShownHook } from '../hook.ts'
import { visibleNameSchema } from '../visible-name.ts'
import { answer, call } from './call.ts'

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
