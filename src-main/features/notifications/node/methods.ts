import type { Api } from '../../api/common/methods.ts'
import { NotificationsFile } from './notifications-file.ts'
import { testChannel } from './send-notification.ts'
import { type ApiOptions, nothing } from '../../api/node/api-options.ts'

/** Where news of studies go: set, tried and taken away by people. */
export function notificationMethods({ workspace, now }: Pick<ApiOptions, 'workspace' | 'now'>) {
  const channels = new NotificationsFile(workspace.notificationsFile)
  return {
    'notifications.list': async () => channels.list(),
    'notifications.add': async channel => nothing(channels.add(channel)),
    'notifications.remove': async ({ name }) => nothing(channels.remove(name)),
    'notifications.test': async ({ name }) => ({
      failure: await testChannel(channels.find(name), now),
    }),
  } satisfies Partial<Api>
}
