import { msg } from '../../../core/errors/message.ts'
import type { CheckpointOverview } from '../common/checkpoints.ts'
import { AppError } from '../../../core/errors/errors.ts'
import type { EventRecord } from '../../../core/study/events.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import type { Assignment } from '../../../core/trial/trial.ts'
import { buildSpace } from '../../../search/space/build-space.ts'
import { readAssignment } from '../../../search/space/fix-parameters.ts'
import { checkpointOverview, collectCheckpoints } from '../node/checkpoint-overview.ts'
import { bestNumbers, extendTrials, forkTrial } from '../../interventions/node/resume-trials.ts'
import { Interventions } from '../../interventions/node/interventions.ts'
import { offlineHost } from '../../interventions/node/offline-host.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import {
  type AddCommands,
  type CliContext,
  printNotice,
  usageError,
  wholeNumber,
  withReader,
  withStore,
} from '../../command-line/context.ts'
import { studyCommand } from '../../command-line/study-command.ts'
import { formatTable } from '../../command-line/table.ts'

interface ExtendOptions {
  readonly epochs: string
  readonly best?: string
  readonly trials?: string
}

interface ForkOptions {
  readonly set?: readonly string[]
  readonly epochs?: string
  readonly initialize?: true
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('checkpoints')
    .description(t('cli.help.checkpoints'))
    .argument('<study>', t('cli.help.study'))
    .option('--collect', t('cli.help.checkpoints.collect'))
    .run(async (context, name: string, { collect }: { readonly collect?: true }) => {
      const overview = collect
        ? await withStore(context, async store =>
            collectCheckpoints(store, store.findStudy(name), context.workspace),
          )
        : await withReader(context, reader => checkpointOverview(reader, reader.findStudy(name)))
      printOverview(context, overview)
    })

  program
    .command('extend')
    .description(t('cli.help.extend'))
    .argument('<study>', t('cli.help.study'))
    .requiredOption('--epochs <count>', t('cli.help.extend.epochs'))
    .option('--best <count>', t('cli.help.extend.best'))
    .option('--trials <numbers>', t('cli.help.extend.trials'))
    .run(async (context, name: string, { epochs, best = '1', trials }: ExtendOptions) => {
      const count = wholeNumber(epochs, '--epochs', 1)
      await withStore(context, async store => {
        const study = store.findStudy(name)
        const { id } = study
        const bestCount = wholeNumber(best, '--best', 1)
        const numbers =
          trials === undefined
            ? bestNumbers(store, id, bestCount)
            : trials.split(',').map(text => wholeNumber(text.trim(), '--trials'))
        if (numbers.length === 0) {
          throw new AppError('study.noTrials', { study: name, rule: msg('rule.extendNone') })
        }
        const queued = extendTrials(continued(store), id, numbers, count)
        if (trials === undefined && numbers.length < bestCount) {
          printNotice(context, t('cli.fewerToExtend', { count: numbers.length, asked: bestCount }))
        }
        printQueued(context, study, queued)
      })
    })

  program
    .command('fork')
    .description(t('cli.help.fork'))
    .argument('<study>', t('cli.help.study'))
    .argument('<trial>', t('cli.help.trial'))
    .option('--set <name=value...>', t('cli.help.fork.set'))
    .option('--epochs <count>', t('cli.help.fork.epochs'))
    .option('--initialize', t('cli.help.fork.initialize'))
    .run(async (context, name: string, trial: string, options: ForkOptions) => {
      const { set = [], epochs } = options
      const mode = options.initialize === true ? 'initialize' : 'fork'
      await withStore(context, async store => {
        const study = store.findStudy(name)
        const changes = readChanges(set, study.specification)
        const number = wholeNumber(trial, 'trial')
        const count = epochs === undefined ? undefined : wholeNumber(epochs, '--epochs', 1)
        const events = forkTrial(continued(store), study.id, number, changes, mode, count)
        printQueued(context, study, events)
      })
    })
}

/** No session runs in this process: the store has the lock. */
function continued(store: StudyStore) {
  const interventions = new Interventions({ store, host: offlineHost, now: Date.now })
  return { interventions, store }
}

function readChanges(
  texts: readonly string[],
  specification: { readonly space: Parameters<typeof buildSpace>[0] },
): Assignment {
  const space = buildSpace(specification.space)
  return Object.fromEntries(
    texts.map(text => {
      const assignment = readAssignment(space, text)
      if (assignment !== null) return assignment
      throw usageError('--set', text, msg('rule.equal', { value: 'NAME=VALUE' }))
    }),
  )
}

function printQueued(context: CliContext, study: StudyRecord, all: readonly EventRecord[]): void {
  const events = all.filter(({ kind }) => kind === 'trial.queued')
  const command = studyCommand(context, 'resume', study)
  context.printValues(context.t('cli.queuedTrials', { count: events.length, command }), ...events)
}

function printOverview(context: CliContext, overview: CheckpointOverview): void {
  const { retained: storedCheckpoints, removed, retainedBytes, budgetBytes } = overview
  const { t } = context
  const rows = [...storedCheckpoints, ...removed].map(({ trial, step, batch, bytes, reason }) => [
    String(trial),
    batch === 0 ? String(step) : `${step} + ${batch}`,
    megabytes(bytes),
    t(`cli.checkpoint.reason.${reason}`),
  ])
  const [trial, step, reason] = (['trial', 'step', 'reason'] as const).map(name =>
    t(`cli.checkpoint.column.${name}`),
  ) as [string, string, string]
  const budget = budgetBytes === null ? '–' : megabytes(budgetBytes)
  const total = t('cli.checkpoint.total', { retained: megabytes(retainedBytes), budget })
  context.printValues(`${formatTable([trial, step, 'MB', reason], rows)}\n${total}`, overview)
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2)
}
