import { Option } from 'commander'
import { RunConditionsFile, requireStartable } from '../node/run-conditions-file.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { defined } from '../../../core/values/json.ts'
import { readHours, writeHours } from '../common/run-condition-hours.ts'
import {
  inTurn,
  type RunConditionLimit,
  runConditionLimitNames,
  runConditionLimits,
  type RunConditions,
  runConditionsSchema,
  studyQueuePriorities,
  type StudyQueuePriority,
} from '../common/run-conditions.ts'
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
  Record<(typeof switches)[number], 'on' | typeof OFF> & Record<RunConditionLimit | 'hours', string>
>

/** `runConditions` and `waiting`: when studies of the application and of `serve` hold back, and which come next. */
export const addCommands: AddCommands = (program, t) => {
  const runConditions = program
    .command('run-conditions')
    .description(t('cli.help.runConditions'))
    .helpCommand(false)
  runConditions
    .command('show')
    .description(t('cli.help.runConditions.show'))
    .run(context => printRunConditions(context, fileOf(context).read().runConditions))
  const set = runConditions.command('set').description(t('cli.help.runConditions.set'))
  set.option('--hours <text>', t('runConditions.windowsHint'))
  for (const name of switches) {
    set.addOption(
      new Option(`--${dashed(name)} <on|off>`, t(`runConditions.${name}`)).choices(['on', OFF]),
    )
  }
  for (const name of runConditionLimitNames)
    set.option(`--${dashed(name)} <number|off>`, t(`runConditions.${name}`))
  set.run((context, options: SetOptions) => {
    const changed = fileOf(context).change(contents => ({
      runConditions: withOptions(contents.runConditions, options),
    }))
    printRunConditions(context, changed.runConditions)
  })

  const waiting = program
    .command('study-queue')
    .description(t('cli.help.studyQueue'))
    .helpCommand(false)
  waiting.command('list').description(t('cli.help.studyQueue.list')).run(listWaiting)
  waiting
    .command('add')
    .description(t('cli.help.studyQueue.add'))
    .argument('<study>', t('cli.help.study'))
    .addOption(
      new Option('--priority <word>', t('cli.help.studyQueue.priority'))
        .choices(studyQueuePriorities)
        .default('normal' satisfies StudyQueuePriority),
    )
    .run(async (context, name: string, { priority }: { readonly priority: StudyQueuePriority }) => {
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
    .description(t('cli.help.studyQueue.move'))
    .argument('<study>', t('cli.help.study'))
    .argument('<position>', t('cli.help.studyQueue.position'))
    .run(async (context, name: string, position: string) => {
      const { id } = await withReader(context, reader => reader.findStudy(name))
      fileOf(context).move(id, Math.max(0, wholeNumber(position, 'position') - 1))
      await listWaiting(context)
    })
  waiting
    .command('remove')
    .description(t('cli.help.studyQueue.remove'))
    .argument('<study>', t('cli.help.study'))
    .run(async (context, name: string) => {
      const { id } = await withReader(context, reader => reader.findStudy(name))
      fileOf(context).dequeue(id)
      await listWaiting(context)
    })
}

function withOptions(runConditions: RunConditions, options: SetOptions): RunConditions {
  const { hours } = options
  const windows =
    hours === undefined ? runConditions.windows : readHours(hours === OFF ? '' : hours)
  if (windows === null) throw usageError('--hours', hours ?? '', msg('runConditions.windowsRule'))
  const turned = switches.map(name => [
    name,
    options[name] === undefined ? runConditions[name] : options[name] === 'on',
  ])
  const limited = runConditionLimitNames.map(name => [name, capOf(runConditions, options, name)])
  return {
    windows,
    ...Object.fromEntries(turned),
    ...defined(Object.fromEntries(limited)),
  } as RunConditions
}

function capOf(
  runConditions: RunConditions,
  options: SetOptions,
  name: RunConditionLimit,
): number | undefined {
  const text = options[name]
  if (text === undefined) return runConditions[name]
  if (text === OFF) return undefined
  const { min, max, scale } = runConditionLimits[name]
  const parsed = runConditionsSchema.shape[name].safeParse(
    text.trim() === '' ? NaN : Number(text) / scale,
  )
  if (parsed.success) return parsed.data
  throw usageError(`--${dashed(name)}`, text, msg('rule.runConditions.cap', { min, max }))
}

function printRunConditions(context: CliContext, runConditions: RunConditions): void {
  const { t } = context
  const rows = [
    [t('runConditions.windows'), writeHours(runConditions.windows) || t('runConditions.noLimit')],
    ...switches.map(name => [
      t(`runConditions.${name}`),
      t('cli.onOff', { on: runConditions[name] }),
    ]),
    ...runConditionLimitNames.map(name => [
      t(`runConditions.${name}`),
      shownCap(context, runConditions, name),
    ]),
  ]
  context.printValues(
    formatTable([t('cli.runConditions.setting'), t('cli.runConditions.value')], rows),
    runConditions,
  )
}

function shownCap(
  { t }: CliContext,
  runConditions: RunConditions,
  name: RunConditionLimit,
): string {
  const cap = runConditions[name]
  return cap === undefined
    ? t('runConditions.noLimit')
    : String(Math.round(cap * runConditionLimits[name].scale))
}

async function listWaiting(context: CliContext): Promise<void> {
  const { t } = context
  const studies = await withReader(context, reader => reader.listStudies())
  const names = new Map(studies.map(({ id, name }) => [id, name]))
  const waiting = inTurn(fileOf(context).read().studyQueue).flatMap(({ study, priority }) => {
    const name = names.get(study)
    return name === undefined ? [] : [{ study: name, priority }]
  })
  const rows = waiting.map(({ study, priority }, index) => [
    String(index + 1),
    study,
    t(`studyQueue.priority.${priority}`),
  ])
  const head = [t('studyQueue.position'), t('studyQueue.study'), t('studyQueue.priority')]
  context.printValues(
    rows.length === 0 ? t('studyQueue.none') : formatTable(head, rows),
    ...waiting,
  )
}

/** As options are written. */
function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

function fileOf({ workspace }: CliContext): RunConditionsFile {
  return new RunConditionsFile(workspace.runConditionsFile)
}
