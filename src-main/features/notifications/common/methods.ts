import type { Fact } from '../../../core/errors/fact.ts'
import { channelSettingsShape, pageTargetSchema, type ListedChannel } from './channel.ts'
import { visibleNameSchema } from '../../../core/values/visible-name.ts'
import { answer, call } from '../../../core/processes/call.ts'

/** Where news of studies go. */
export const notificationRequests = {
  /** Where news of studies go, without addresses and secrets. */
  'notifications.list': call(answer<readonly ListedChannel[]>, {}),
  /** A page sets no commands. */
  'notifications.add': call(answer<null>, { ...channelSettingsShape, target: pageTargetSchema }),
  'notifications.remove': call(answer<null>, { name: visibleNameSchema }),
  /** Sends a message, and says why that could not be. */
  'notifications.test': call(answer<{ readonly failure: Fact | null }>, {
    name: visibleNameSchema,
  }),
}
