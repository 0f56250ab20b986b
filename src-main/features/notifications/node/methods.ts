import type { Handlers } from '../../api/common/method.ts'
import { NotificationsFile } from './notifications-file.ts'
import { testChannel } from './send-notification.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { notificationMethods } from '../common/methods.ts'

/** Where news of studies go: set, tried and taken away by people. */
export function notificationHandlers({
  workspace,
  now,
}: Pick<MethodContext, 'workspace' | 'now'>): Handlers<typeof notificationMethods> {
  const channels = new NotificationsFile(workspace.notificationsFile)
  return {
    'notifications.list': async () => channels.list(),
    'notifications.add': async channel => nothing(channels.add(channel)),
    'notifications.remove': async ({ name }) => nothing(channels.remove(name)),
    'notifications.test': async ({ name }) => ({
      failure: await testChannel(channels.find(name), now),
    }),
  }
}
