import type { MessageDescriptor } from '../../../core/errors/message.ts'
import { answer } from '../../../core/processes/call.ts'
import { visibleNameSchema } from '../../../core/values/visible-name.ts'
import { method } from '../../api/common/method.ts'
import { channelSettingsShape, pageTargetSchema, type ListedChannel } from './channel.ts'

/** Where news of studies go. */
export const notificationMethods = {
  /** Where news of studies go, without addresses and secrets. */
  'notifications.list': method(
    answer<readonly ListedChannel[]>,
    {},
    { scope: null, changesNothing: true },
  ),
  /** A page sets no commands. */
  'notifications.add': method(
    answer<null>,
    { ...channelSettingsShape, target: pageTargetSchema },
    { scope: null },
  ),
  'notifications.remove': method(answer<null>, { name: visibleNameSchema }, { scope: null }),
  /** Sends a message, and says why that could not be. */
  'notifications.test': method(
    answer<{ readonly failure: MessageDescriptor | null }>,
    { name: visibleNameSchema },
    // It goes out to an address that a person set.
    { scope: null },
  ),
} as const
