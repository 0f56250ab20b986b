import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { AppError } from '../../core/errors/errors.ts'
import { fact } from '../../core/errors/fact.ts'
import {
  DEFAULT_QUEUE,
  knownQueueSchema,
  MAX_AUTHORITY,
  MAX_PASSWORD,
  MAX_USER,
  queueNameSchema,
} from '../../contract/queue.ts'
import { MAX_WORKER_NAME } from '../../contract/queue-protocol.ts'
import { lookAtQueue } from '../../queue/look-at-queue.ts'
import { newQueueKey, QueueFile } from '../../queue/queue-file.ts'
import { QueueWorker } from '../../worker/queue-worker.ts'
import {
  type AddCommands,
  type CliContext,
  tellAside,
  usageError,
  wholeNumber,
} from '../../features/command-line/context.ts'
import { withCancel } from '../../features/command-line/ending-signals.ts'
import { exitCodes } from '../../features/command-line/exit-codes.ts'
import { formatTable } from '../../features/command-line/table.ts'

interface AddOptions {
  readonly user?: string
  readonly passwordFile?: string
  readonly authority?: string
  readonly keyFile?: string
}

interface WorkerOptions {
  readonly queue: string
  readonly name: string
  readonly as: string
  readonly slots: string
  readonly directory: string
}

const MAX_SLOTS = 64
const CONNECT_MS = 15_000

export const addCommands: AddCommands = (program, t) => {
  const command = program.command('queue').description(t('cli.help.queue')).helpCommand(false)
  const url = ['<url>', t('cli.help.queue.url')] as const
  const name = ['--name <name>', t('cli.help.queue.name'), DEFAULT_QUEUE] as const
  command
    .command('list')
    .description(t('cli.help.queue.list'))
    .run(context => {
      const queues = queuesOf(context)
        .list()
        .map(({ url: place, user }) => ({ url: place, user: user ?? null }))
      const rows = queues.map(queue => [queue.url, queue.user ?? ''])
      const head = [t('workers.url'), t('workers.user')]
      context.tell(rows.length === 0 ? t('workers.none') : formatTable(head, rows), ...queues)
    })
  command
    .command('add')
    .description(t('cli.help.queue.add'))
    .argument(...url)
    .option('--user <user>', t('cli.help.queue.user'))
    .option('--password-file <file>', t('cli.help.queue.passwordFile'))
    .option('--authority <file>', t('cli.help.queue.authority'))
    .option('--key-file <file>', t('cli.help.queue.keyFile'))
    .run((context, place: string, options: AddOptions) => {
      const { shape } = knownQueueSchema
      const { user, passwordFile, authority, keyFile } = options
      urlOf(place)
      const key =
        keyFile === undefined ? newQueueKey() : secretOf(keyFile, '--key-file', MAX_PASSWORD)
      if (!shape.key.safeParse(key).success) {
        throw usageError('--key-file', keyFile ?? '', fact('rule.queueKey'))
      }
      queuesOf(context).add({
        ...{ url: place, key },
        ...(user === undefined ? {} : { user: shortText(user, '--user', MAX_USER) }),
        ...(passwordFile === undefined
          ? {}
          : { password: secretOf(passwordFile, '--password-file', MAX_PASSWORD) }),
        ...(authority === undefined
          ? {}
          : { authority: secretOf(authority, '--authority', MAX_AUTHORITY) }),
      })
      const text = keyFile === undefined ? 'cli.queueAddedNew' : 'cli.queueAdded'
      context.tell(t(text, { url: place }), { added: place })
    })
  command
    .command('key')
    .description(t('cli.help.queue.key'))
    .argument(...url)
    .run((context, place: string) => {
      const { key } = queuesOf(context).find(urlOf(place))
      context.tell(key, { key })
    })
  command
    .command('check')
    .description(t('cli.help.queue.check'))
    .argument(...url)
    .option(...name)
    .run(async (context, place: string, options: { readonly name: string }) => {
      const report = await lookAtQueue(queuesOf(context).find(urlOf(place)), nameOf(options.name))
      const { failure, waiting, workers } = report
      if (failure !== null) process.exitCode = exitCodes.badInput
      const lines =
        failure === null
          ? [
              t('workers.report', {
                ...{ waiting, workers: workers.length },
                slots: workers.reduce((sum, worker) => sum + worker.slots, 0),
              }),
              ...workers.map(worker => `  ${t('workers.worker', { ...worker })}`),
            ]
          : [t.say(failure)]
      context.tell(lines.join('\n'), { url: place, ...report })
    })
  command
    .command('remove')
    .description(t('cli.help.queue.remove'))
    .argument(...url)
    .run((context, place: string) => {
      queuesOf(context).remove(urlOf(place))
      context.tell(t('cli.queueRemoved', { url: place }), { removed: place })
    })
  program
    .command('worker')
    .description(t('cli.help.worker'))
    .requiredOption('--queue <url>', t('cli.help.queue.url'))
    .option(...name)
    .option('--slots <number>', t('cli.help.worker.slots'), '1')
    .option('--directory <folder>', t('cli.help.worker.directory'), '.')
    .option('--as <name>', t('cli.help.worker.as'), os.hostname())
    .run(work)
}

async function work(context: CliContext, options: WorkerOptions): Promise<void> {
  const { t, workspace } = context
  const { queue: url, as } = options
  const slots = wholeNumber(options.slots, '--slots', 1, MAX_SLOTS)
  await withCancel(async signal => {
    const worker = await QueueWorker.open(
      {
        ...{ known: queuesOf(context).find(urlOf(url)), queue: nameOf(options.name), slots },
        name: shortText(as, '--as', MAX_WORKER_NAME),
        directory: path.resolve(options.directory),
        trustFile: workspace.trustFile,
        datasetCacheDirectory: workspace.datasetCacheDirectory,
        onRefusal: reason => tellAside(context, t('cli.workerRefused', { reason })),
        onForeign: () => tellAside(context, t('cli.workerForeign')),
      },
      CONNECT_MS,
    )
    context.tell(t('cli.workerReady', { name: as, url, slots }), {
      event: 'ready',
      name: as,
      slots,
    })
    if (!signal.aborted) {
      await new Promise<void>(resolve => {
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    await worker.close()
  })
}

function nameOf(name: string): string {
  if (queueNameSchema.safeParse(name).success) return name
  throw usageError('--name', name, fact('rule.machine.name'))
}

/** @throws AppError `usage.invalid`, which tells no password of an address */
function urlOf(url: string): string {
  if (knownQueueSchema.shape.url.safeParse(url).success) return url
  throw usageError('url', url.replace(/\/\/.*@/s, '//…@'), fact('rule.queueUrl'))
}

function shortText(text: string, option: string, limit: number): string {
  if (text === '') throw usageError(option, text, fact('rule.present'))
  if (text.length <= limit) return text
  throw usageError(
    option,
    `${text.slice(0, limit)}…`,
    fact('rule.characters.atMost', { count: limit }),
  )
}

/** @throws AppError `file.notFound`, `usage.invalid` for an empty one, or a long one */
function secretOf(file: string, option: string, limit: number): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new AppError('file.notFound', { path: file, field: option }, error)
  }
  if (text === '') throw usageError(option, file, fact('rule.present'))
  if (text.length <= limit) return text
  throw usageError(option, file, fact('rule.characters.atMost', { count: limit }))
}

function queuesOf({ workspace }: CliContext): QueueFile {
  return new QueueFile(workspace.machineFile)
}
