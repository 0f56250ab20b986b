import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { AppError, errorMessage } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import {
  DEFAULT_JOB_QUEUE,
  registeredJobQueueSchema,
  MAX_AUTHORITY,
  MAX_PASSWORD,
  MAX_USER,
  MAX_WORKER_NAME,
  jobQueueNameSchema,
} from '../../../core/machine/job-queue.ts'
import { inspectJobQueue } from '../../../running/executors/job-queue/node/inspect-job-queue.ts'
import {
  newJobQueueKey,
  JobQueueFile,
} from '../../../running/executors/job-queue/node/job-queue-file.ts'
import { JobQueueWorker } from '../../../running/executors/job-queue/node/worker/job-queue-worker.ts'
import {
  type AddCommands,
  type CliContext,
  printNotice,
  usageError,
  wholeNumber,
} from '../../command-line/context.ts'
import { withCancel } from '../../command-line/ending-signals.ts'
import { addList, addRemoval, listGroup, noteFailure } from '../../command-line/list-commands.ts'

interface AddOptions {
  readonly user?: string
  readonly passwordFile?: string
  readonly authority?: string
  readonly keyFile?: string
}

interface WorkerOptions {
  readonly jobQueue: string
  readonly name: string
  readonly as: string
  readonly slots: string
  readonly directory: string
}

const MAX_SLOTS = 64
const CONNECT_MS = 15_000

export const addCommands: AddCommands = (program, t) => {
  const command = listGroup(program, 'job-queue', t('cli.help.jobQueue'))
  const url = ['<url>', t('cli.help.jobQueue.url')] as const
  const name = ['--name <name>', t('cli.help.jobQueue.name'), DEFAULT_JOB_QUEUE] as const
  addList(command, {
    description: t('cli.help.jobQueue.list'),
    entries: context =>
      jobQueuesOf(context)
        .list()
        .map(({ url: address, user }) => ({ url: address, user: user ?? null })),
    head: [t('jobQueue.url'), t('jobQueue.user')],
    cells: jobQueue => [jobQueue.url, jobQueue.user ?? ''],
    none: t('jobQueue.none'),
  })
  command
    .command('add')
    .description(t('cli.help.jobQueue.add'))
    .argument(...url)
    .option('--user <user>', t('cli.help.jobQueue.user'))
    .option('--password-file <file>', t('cli.help.jobQueue.passwordFile'))
    .option('--authority <file>', t('cli.help.jobQueue.authority'))
    .option('--key-file <file>', t('cli.help.jobQueue.keyFile'))
    .run((context, address: string, options: AddOptions) => {
      const { shape } = registeredJobQueueSchema
      const { user, passwordFile, authority, keyFile } = options
      urlOf(address)
      const key =
        keyFile === undefined ? newJobQueueKey() : secretOf(keyFile, '--key-file', MAX_PASSWORD)
      if (!shape.key.safeParse(key).success) {
        throw usageError('--key-file', keyFile ?? '', msg('rule.jobQueueKey'))
      }
      jobQueuesOf(context).add({
        url: address,
        key,
        ...(user === undefined ? {} : { user: shortText(user, '--user', MAX_USER) }),
        ...(passwordFile === undefined
          ? {}
          : { password: secretOf(passwordFile, '--password-file', MAX_PASSWORD) }),
        ...(authority === undefined
          ? {}
          : { authority: secretOf(authority, '--authority', MAX_AUTHORITY) }),
      })
      const text = keyFile === undefined ? 'cli.jobQueueAddedNew' : 'cli.jobQueueAdded'
      context.printValues(t(text, { url: address }), { added: address })
    })
  command
    .command('key')
    .description(t('cli.help.jobQueue.key'))
    .argument(...url)
    .run((context, address: string) => {
      const { key } = jobQueuesOf(context).find(urlOf(address))
      context.printValues(key, { key })
    })
  command
    .command('check')
    .description(t('cli.help.jobQueue.check'))
    .argument(...url)
    .option(...name)
    .run(async (context, address: string, options: { readonly name: string }) => {
      const report = await inspectJobQueue(
        jobQueuesOf(context).find(urlOf(address)),
        nameOf(options.name),
      )
      const { failure, waiting, workers } = report
      noteFailure(failure !== null)
      const lines =
        failure === null
          ? [
              t('jobQueue.report', {
                waiting,
                workers: workers.length,
                slots: workers.reduce((sum, worker) => sum + worker.slots, 0),
              }),
              ...workers.map(worker => `  ${t('jobQueue.worker', { ...worker })}`),
            ]
          : [t.format(failure)]
      context.printValues(lines.join('\n'), { url: address, ...report })
    })
  addRemoval(command, {
    description: t('cli.help.jobQueue.remove'),
    argument: url,
    remove: (context, address) => {
      jobQueuesOf(context).remove(urlOf(address))
      return [t('cli.jobQueueRemoved', { url: address }), { removed: address }]
    },
  })
  program
    .command('worker')
    .description(t('cli.help.worker'))
    .requiredOption('--job-queue <url>', t('cli.help.jobQueue.url'))
    .option(...name)
    .option('--slots <number>', t('cli.help.worker.slots'), '1')
    .option('--directory <folder>', t('cli.help.worker.directory'), '.')
    .option('--as <name>', t('cli.help.worker.as'), os.hostname())
    .run(work)
}

async function work(context: CliContext, options: WorkerOptions): Promise<void> {
  const { t, workspace } = context
  const { jobQueue: url, as } = options
  const slots = wholeNumber(options.slots, '--slots', 1, MAX_SLOTS)
  await withCancel(async signal => {
    const worker = await JobQueueWorker.open(
      {
        registered: jobQueuesOf(context).find(urlOf(url)),
        jobQueueName: nameOf(options.name),
        slots,
        name: shortText(as, '--as', MAX_WORKER_NAME),
        directory: path.resolve(options.directory),
        trustFile: workspace.trustFile,
        datasetCacheDirectory: workspace.datasetCacheDirectory,
        onRefusal: reason => printNotice(context, t('cli.workerRefused', { reason })),
        onForeign: () => printNotice(context, t('cli.workerForeign')),
        onOtherVersion: error => printNotice(context, t.format(errorMessage(error))),
      },
      CONNECT_MS,
    )
    context.printValues(t('cli.workerReady', { name: as, url, slots }), {
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
  if (jobQueueNameSchema.safeParse(name).success) return name
  throw usageError('--name', name, msg('rule.machine.name'))
}

/** @throws AppError `usage.invalid`, which tells no password of an address */
function urlOf(url: string): string {
  if (registeredJobQueueSchema.shape.url.safeParse(url).success) return url
  throw usageError('url', url.replace(/\/\/.*@/s, '//…@'), msg('rule.jobQueueUrl'))
}

function shortText(text: string, option: string, limit: number): string {
  if (text === '') throw usageError(option, text, msg('rule.present'))
  if (text.length <= limit) return text
  throw usageError(
    option,
    `${text.slice(0, limit)}…`,
    msg('rule.characters.atMost', { count: limit }),
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
  if (text === '') throw usageError(option, file, msg('rule.present'))
  if (text.length <= limit) return text
  throw usageError(option, file, msg('rule.characters.atMost', { count: limit }))
}

function jobQueuesOf({ workspace }: CliContext): JobQueueFile {
  return new JobQueueFile(workspace.machineFile)
}
