import process from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Option } from 'commander'
import { msg } from '../../../core/errors/message.ts'
import {
  type NotificationEvent,
  notificationEvents,
  type ChannelTarget,
  channelTargetSchema,
  postKinds,
} from '../common/channel.ts'
import { NotificationsFile } from '../node/notifications-file.ts'
import { testChannel } from '../node/send-notification.ts'
import { type AddCommands, type CliContext, usageError } from '../../command-line/context.ts'
import { requireVisibleName, someOf } from '../../command-line/given-words.ts'
import { addList, addRemoval, listGroup, noteFailure } from '../../command-line/list-commands.ts'

interface AddOptions {
  readonly kind?: (typeof postKinds)[number] | 'mail'
  readonly to?: string
  readonly secret?: string
  readonly on: readonly NotificationEvent[]
  readonly study?: string
}

/** Stands for a word that is read from standard input, which no history of a shell keeps. */
const FROM_INPUT = '-'

export const addCommands: AddCommands = (program, t) => {
  const command = listGroup(program, 'notifications', t('cli.help.notifications'))
  const channelName = ['<name>', t('cli.help.notifications.name')] as const
  const columns = ['name', 'kind', 'destination', 'occasions', 'study'] as const
  addList(command, {
    description: t('cli.help.notifications.list'),
    entries: context => channelsOf(context).list(),
    head: columns.map(column => t(`notifications.${column}`)),
    cells: ({ name, kind, destination, occasions, study }) => [
      name,
      t(`notifications.kind.${kind}`),
      destination,
      occasions.join(','),
      study ?? t('notifications.allStudies'),
    ],
    none: t('notifications.none'),
  })
  command
    .command('add')
    .description(t('cli.help.notifications.add'))
    .argument(...channelName)
    .argument('[command...]', t('cli.help.notifications.command'))
    .addOption(
      new Option('--kind <kind>', t('cli.help.notifications.kind')).choices([...postKinds, 'mail']),
    )
    .option('--to <address>', t('cli.help.notifications.to'))
    .option('--secret <text>', t('cli.help.notifications.secret'))
    .option(
      '--on <events>',
      t('cli.help.notifications.on'),
      (text: string) => someOf('--on', text, notificationEvents),
      ['end', 'failure', 'stuck'],
    )
    .option('--study <name>', t('cli.help.notifications.study'))
    .run(async (context, name: string, words: readonly string[], options: AddOptions) => {
      requireVisibleName('name', name)
      const { on: occasions, study } = options
      const target = await targetOf(words, options)
      const studyFilter = study === undefined ? {} : { study }
      const channel = {
        name,
        occasions: [...occasions],
        language: context.language,
        target,
        ...studyFilter,
      }
      channelsOf(context).add(channel)
      context.printValues(t('cli.channelAdded', { name }), { added: name })
    })
  addRemoval(command, {
    description: t('cli.help.notifications.remove'),
    argument: channelName,
    remove: (context, name) => {
      channelsOf(context).remove(name)
      return [t('cli.channelRemoved', { name }), { removed: name }]
    },
  })
  command
    .command('test')
    .description(t('cli.help.notifications.test'))
    .argument(...channelName)
    .run(async (context, name: string) => {
      const failure = await testChannel(channelsOf(context).find(name), context.now)
      const message =
        failure === null ? t('notifications.sent') : t('notifications.notSent', { reason: failure })
      context.printValues(message, { sent: failure === null, failure })
      noteFailure(failure !== null)
    })
}

async function targetOf(words: readonly string[], options: AddOptions): Promise<ChannelTarget> {
  const { kind } = options
  if (words.length > 0) {
    if (kind === undefined)
      return channelTargetSchema.parse({ kind: 'command', command: [...words] })
    throw usageError('--kind', kind, msg('rule.notifications.oneTarget'))
  }
  if (kind === undefined) throw usageError('--kind', '', msg('rule.notifications.oneTarget'))
  // What was written is not told again.
  if (options.secret !== undefined && options.secret !== FROM_INPUT)
    throw usageError('--secret', '…', msg('rule.secretFromInput'))
  const lines = [options.to, options.secret].includes(FROM_INPUT) ? await inputLines() : []
  const readValue = (text: string | undefined): string | undefined =>
    text === FROM_INPUT ? lines.shift() : text
  const to = readValue(options.to)
  const secret = readValue(options.secret)
  if (to === undefined) throw usageError('--to', '', msg('rule.notifications.address'))
  const target =
    kind === 'mail'
      ? { kind, address: to }
      : { kind, url: to, ...(secret === undefined ? {} : { secret }) }
  const parsed = channelTargetSchema.safeParse(target)
  if (parsed.success) return parsed.data
  // The address may be a secret, so it is not told again.
  throw usageError(
    '--to',
    '…',
    msg(kind === 'mail' ? 'rule.notifications.mail' : 'rule.notifications.address'),
  )
}

async function inputLines(): Promise<string[]> {
  const lines: string[] = []
  for await (const line of createInterface({ input: process.stdin })) lines.push(line.trim())
  return lines
}

function channelsOf({ workspace }: CliContext): NotificationsFile {
  return new NotificationsFile(workspace.notificationsFile)
}
