import {
  type NotificationChannel,
  notificationsFileSchema,
  type ChannelTarget,
  channelTargetSchema,
  type ListedChannel,
} from '../common/channel.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { PrivateJsonFile } from '../../../platform/files/private-json.ts'

const MAX_CHANNELS = 100

/**
 * Notifications of one database: a file beside it, readable by its owner alone. No study names an address or a command, so none comes with a study of
 * somebody else, and none leaves with an export.
 */
export class NotificationsFile {
  readonly #file: PrivateJsonFile<typeof notificationsFileSchema>

  constructor(file: string) {
    this.#file = new PrivateJsonFile(file, notificationsFileSchema, { isSealed: true })
  }

  /** With their secrets. @throws AppError `file.unreadable` for a file that is damaged */
  read(): readonly NotificationChannel[] {
    return this.#file.read()?.channels ?? []
  }

  list(): ListedChannel[] {
    return this.read().map(({ name, occasions, study, target }) => {
      return {
        name,
        kind: target.kind,
        destination: destinationOf(target),
        occasions,
        study: study ?? null,
      }
    })
  }

  /** @throws AppError `usage.invalid` for a name that is taken, and for too many */
  add(channel: NotificationChannel): void {
    const channels = this.read()
    if (channels.some(({ name }) => name === channel.name)) {
      throw new AppError('usage.invalid', {
        reason: msg('rule.notifications.taken', { name: channel.name }),
      })
    }
    if (channels.length >= MAX_CHANNELS) {
      throw new AppError('usage.invalid', {
        reason: msg('rule.notifications.tooMany', { limit: MAX_CHANNELS }),
      })
    }
    this.#file.write({
      version: 2,
      channels: [...channels, { ...channel, target: channelTargetSchema.parse(channel.target) }],
    })
  }

  /** @throws AppError `usage.invalid` if there is none */
  remove(name: string): void {
    const gone = this.find(name)
    this.#file.write({
      version: 2,
      channels: this.read().filter(channel => channel.name !== gone.name),
    })
  }

  /** @throws AppError `usage.invalid` if there is none */
  find(name: string): NotificationChannel {
    const namedChannel = this.read().find(channel => channel.name === name)
    if (namedChannel !== undefined) return namedChannel
    throw new AppError('usage.invalid', { reason: msg('rule.notifications.unknown', { name }) })
  }
}

function destinationOf(target: ChannelTarget): string {
  if (target.kind === 'mail') return target.address
  if (target.kind === 'command') return target.command[0] ?? ''
  return new URL(target.url).host
}
