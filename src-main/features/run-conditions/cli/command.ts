import { Option } from 'commander'
import { MannerFile, requireStartable } from '../node/manner-file.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { fact } from '../../../core/errors/fact.ts'
import { defined } from '../../../core/values/json.ts'
import { readHours, writeHours } from '../common/manner-hours.ts'
import {
  inTurn,
  type MannerCap,
  mannerCapNames,
  mannerCaps,
  type Manners,
  mannersSchema,
  queuePriorities,
  type QueuePriority,
} from '../common/manners.ts'
import { writerIsAlive } from '../../../platform/storage/write-lock.ts'
import {
  type AddCommands,
  type CliContext,
  usageError,
  wholeNumber,
  withReader,
} from '../../command-line/context.ts'
import { formatTable } from '../../command-line/table.ts'

const switches = ['sleep', 'battery', 'fullScreen'] as const
const OFF = 'off'

type SetOptions = Partial<
  Record<(typeof switches)[number], 'on' | typeof OFF> & Record<MannerCap | 'hours', string>
>

/** `manners` and `waiting`: when studies of the application and of `serve` hold back, and which come next. */
export const addCommands: AddCommands = (program, t) => {
  const manners = program.command('manners').description(t('cli.help.manners')).helpCommand(false)
  manners
    .command('show')
    .description(t('cli.help.manners.show'))
    .run(context => tell(context, fileOf(context).read().manners))
  const set = manners.command('set').description(t('cli.help.manners.set'))
  set.option('--hours <text>', t('manners.windowsHint'))
  for (const name of switches) {
    set.addOption(
      new Option(`--${dashed(name)} <on|off>`, t(`manners.${name}`)).choices(['on', OFF]),
    )
  }
  for (const name of mannerCapNames)
    set.option(`--${dashed(name)} <number|off>`, t(`manners.${name}`))
  set.run((context, options: SetOptions) => {
    const changed = fileOf(context).change(kept => ({
      manners: withOptions(kept.manners, options),
    }))
    tell(context, changed.manners)
  })

  const waiting = program.command('waiting').description(t('cli.help.waiting')).helpCommand(false)
  waiting.command('list').description(t('cli.help.waiting.list')).run(listWaiting)
  waiting
    .command('add')
    .description(t('cli.help.waiting.add'))
    .argument('<study>', t('cli.help.study'))
    .addOption(
      new Option('--priority <word>', t('cli.help.waiting.priority'))
        .choices(queuePriorities)
        .default('normal' satisfies QueuePriority),
    )
    .run(async (context, name: string, { priority }: { readonly priority: QueuePriority }) => {
      const study = await withReader(context, reader => reader.findStudy(name))
      requireStartable(study)
      // Whoever runs it would start it once more.
      if (study.state === 'running' && writerIsAlive(context.workspace.databasePath))
        throw new AppError('study.running', { study: study.name })
      fileOf(context).enqueue({ study: study.id, priority })
      await listWaiting(context)
    })
  waiting
    .command('move')
    .description(t('cli.help.waiting.move'))
    .argument('<study>', t('cli.help.study'))
    .argument('<place>', t('cli.help.waiting.place'))
    .run(async (context, name: string, place: string) => {
      const { id } = await withReader(context, reader => reader.findStudy(name))
      fileOf(context).move(id, Math.max(0, wholeNumber(place, 'place') - 1))
      await listWaiting(context)
    })
  waiting
    .command('remove')
    .description(t('cli.help.waiting.remove'))
    .argument('<study>', t('cli.help.study'))
    .run(async (context, name: string) => {
      const { id } = await withReader(context, reader => reader.findStudy(name))
      fileOf(context).dequeue(id)
      await listWaiting(context)
    })
}

function withOptions(manners: Manners, options: SetOptions): Manners {
  const { hours } = options
  const windows = hours === undefined ? manners.windows : readHours(hours === OFF ? '' : hours)
  if (windows === null) throw usageError('--hours', hours ?? '', fact('manners.windowsRule'))
  const turned = switches.map(name => [name, options[name] === undefined ? manners[name] : options[name] === 'on']) // prettier-ignore
  const limited = mannerCapNames.map(name => [name, capOf(manners, options, name)])
  return {
    windows,
    ...Object.fromEntries(turned),
    ...defined(Object.fromEntries(limited)),
  } as Manners
}

function capOf(manners: Manners, options: SetOptions, name: MannerCap): number | undefined {
  const text = options[name]
  if (text === undefined) return manners[name]
  if (text === OFF) return undefined
  const { min, max, scale } = mannerCaps[name]
  const parsed = mannersSchema.shape[name].safeParse(
    text.trim() === '' ? NaN : Number(text) / scale,
  )
  if (parsed.success) return parsed.data
  throw usageError(`--${dashed(name)}`, text, fact('rule.manners.cap', { min, max }))
}

function tell(context: CliContext, manners: Manners): void {
  const { t } = context
  const rows = [
    ...[[t('manners.windows'), writeHours(manners.windows) || t('manners.noCap')]],
    ...switches.map(name => [t(`manners.${name}`), t('cli.onOff', { on: manners[name] })]),
    ...mannerCapNames.map(name => [t(`manners.${name}`), shownCap(context, manners, name)]),
  ]
  context.tell(formatTable([t('cli.manners.setting'), t('cli.manners.value')], rows), manners)
}

function shownCap({ t }: CliContext, manners: Manners, name: MannerCap): string {
  const cap = manners[name]
  return cap === undefined ? t('manners.noCap') : String(Math.round(cap * mannerCaps[name].scale))
}

async function listWaiting(context: CliContext): Promise<void> {
  const { t } = context
  const studies = await withReader(context, reader => reader.listStudies())
  const names = new Map(studies.map(({ id, name }) => [id, name]))
  const waiting = inTurn(fileOf(context).read().queue).flatMap(({ study, priority }) => {
    const name = names.get(study)
    return name === undefined ? [] : [{ study: name, priority }]
  })
  const rows = waiting.map(({ study, priority }, index) => [
    ...[String(index + 1), study, t(`queue.priority.${priority}`)],
  ])
  const head = [t('queue.place'), t('queue.study'), t('queue.priority')]
  context.tell(rows.length === 0 ? t('queue.none') : formatTable(head, rows), ...waiting)
}

/** As options are written. */
function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

function fileOf({ workspace }: CliContext): MannerFile {
  return new MannerFile(workspace.mannerFile)
}
