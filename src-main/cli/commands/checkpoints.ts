import { fact } from '../../contract/fact.ts'
import type { Command } from 'commander'
import type { CheckpointOverview } from '../../contract/api/checkpoints.ts'
import type { EventRecord } from '../../contract/events.ts'
import type { Assignment } from '../../contract/trial.ts'
import { buildSpace } from '../../search/space/build-space.ts'
import { readAssignment } from '../../search/space/fix-parameters.ts'
import { checkpointOverview, collectCheckpoints } from '../../study/checkpoint-overview.ts'
import { bestNumbers, extendTrials, forkTrial } from '../../study/interventions/go-on-trials.ts'
import { Interventions } from '../../study/interventions/interventions.ts'
import { offlineHost } from '../../study/interventions/offline-host.ts'
import type { StudyStore } from '../../storage/study-store.ts'
import { type CliContext, createContext, withReader, withStore } from '../context.ts'
import { formatTable } from '../table.ts'
import { usageError, wholeNumber } from '../usage-error.ts'
import type { Translate } from '../../i18n/translate.ts'

export function addCheckpointCommands(program: Command, t: Translate): void {
  program
    .command('checkpoints')
    .description(t('cli.help.checkpoints'))
    .argument('<study>', t('cli.help.study'))
    .option('--collect', t('cli.help.checkpoints.collect'))
    .action(async (name: string, options: { readonly collect?: true }, command: Command) => {
      const context = createContext(command)
      if (options.collect === true) {
        await withStore(context, async store => {
          print(context, collectCheckpoints(store, store.findStudy(name), context.workspace))
        })
        return
      }
      await withReader(context, reader => {
        print(context, checkpointOverview(reader, reader.findStudy(name)))
      })
    })

  program
    .command('extend')
    .description(t('cli.help.extend'))
    .argument('<study>', t('cli.help.study'))
    .requiredOption('--epochs <count>', t('cli.help.extend.epochs'))
    .option('--best <count>', t('cli.help.extend.best'))
    .option('--trials <numbers>', t('cli.help.extend.trials'))
    .action(
      async (
        name: string,
        options: { readonly epochs: string; readonly best?: string; readonly trials?: string },
        command: Command,
      ) => {
        const context = createContext(command)
        const epochs = wholeNumber(options.epochs, '--epochs')
        await withStore(context, async store => {
          const { id } = store.findStudy(name)
          const numbers =
            options.trials === undefined
              ? bestNumbers(store, id, wholeNumber(options.best ?? '1', '--best'))
              : options.trials.split(',').map(text => wholeNumber(text.trim(), '--trials'))
          const interventions = interventionsOf(store)
          printQueued(context, name, extendTrials({ interventions, store }, id, numbers, epochs))
        })
      },
    )

  program
    .command('fork')
    .description(t('cli.help.fork'))
    .argument('<study>', t('cli.help.study'))
    .argument('<trial>', t('cli.help.trial'))
    .option('--set <name=value...>', t('cli.help.fork.set'))
    .option('--epochs <count>', t('cli.help.fork.epochs'))
    .option('--warm-start', t('cli.help.fork.warmStart'))
    .action(
      async (
        name: string,
        trial: string,
        options: {
          readonly set?: readonly string[]
          readonly epochs?: string
          readonly warmStart?: true
        },
        command: Command,
      ) => {
        const context = createContext(command)
        await withStore(context, async store => {
          const { id, specification } = store.findStudy(name)
          const changes = readChanges(options.set ?? [], specification)
          const number = wholeNumber(trial, 'trial')
          const mode = options.warmStart === true ? 'warmStart' : 'fork'
          const interventions = interventionsOf(store)
          const epochs =
            options.epochs === undefined ? undefined : wholeNumber(options.epochs, '--epochs')
          const go = { interventions, store }
          const events = forkTrial(go, id, number, changes, mode, epochs)
          printQueued(context, name, events)
        })
      },
    )
}

/** No session runs in this process: the store has the lock. */
function interventionsOf(store: StudyStore): Interventions {
  return new Interventions({ store, host: offlineHost, now: Date.now })
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
      throw usageError('--set', text, fact('rule.equal', { value: 'NAME=VALUE' }))
    }),
  )
}

function printQueued(context: CliContext, study: string, all: readonly EventRecord[]): void {
  const events = all.filter(({ kind }) => kind === 'trial.queued')
  if (context.json) for (const event of events) context.printJson(event)
  else
    context.print(
      context.t('cli.queuedTrials', {
        count: events.length,
        command: `tunewright resume ${study}`,
      }),
    )
}

function print(context: CliContext, overview: CheckpointOverview): void {
  if (context.json) {
    context.printJson(overview)
    return
  }
  const { kept, removed, keptBytes, budgetBytes } = overview
  const { t } = context
  const rows = [...kept, ...removed].map(({ trial, step, batch, bytes, reason }) => [
    String(trial),
    batch === 0 ? String(step) : `${step} + ${batch}`,
    megabytes(bytes),
    t(`cli.checkpoint.reason.${reason}`),
  ])
  context.print(
    formatTable(
      [
        t('cli.checkpoint.column.trial'),
        t('cli.checkpoint.column.step'),
        'MB',
        t('cli.checkpoint.column.reason'),
      ],
      rows,
    ),
  )
  const total = budgetBytes === null ? '–' : megabytes(budgetBytes)
  context.print(t('cli.checkpoint.total', { kept: megabytes(keptBytes), budget: total }))
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2)
}
