import type { Command } from 'commander'
import type { CheckpointOverview } from '../../contract/api/checkpoints.ts'
import { AppError } from '../../contract/errors.ts'
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
import { wholeNumber } from '../whole-number.ts'

export function addCheckpointCommands(program: Command): void {
  program
    .command('checkpoints')
    .description('List the checkpoints of a study, why each stays, and what would go.')
    .argument('<study>', 'name or id')
    .option('--collect', 'remove what would go')
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
    .description('Queue finished trials for more epochs; "resume" trains them.')
    .argument('<study>', 'name or id')
    .requiredOption('--epochs <count>', 'how many more')
    .option('--best <count>', 'the best so many trials (default 1)')
    .option('--trials <numbers>', 'these trials instead, e.g. 3,7')
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
    .description('Queue a trial that goes on from another one with other parameters.')
    .argument('<study>', 'name or id')
    .argument('<trial>', 'number of the trial')
    .option('--set <name=value...>', 'parameters that differ')
    .option('--epochs <count>', 'how many more than the other one had')
    .option('--warm-start', 'take over the weights that fit, and begin at the beginning')
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
      const reason = `--set must be NAME=VALUE, not ${JSON.stringify(text)}`
      throw new AppError('usage.invalid', { reason })
    }),
  )
}

function printQueued(context: CliContext, study: string, all: readonly EventRecord[]): void {
  const events = all.filter(({ kind }) => kind === 'trial.queued')
  if (context.json) for (const event of events) context.printJson(event)
  else context.print(context.texts.queuedTrials(events.length, `tunewright resume ${study}`))
}

function print(context: CliContext, overview: CheckpointOverview): void {
  if (context.json) {
    context.printJson(overview)
    return
  }
  const { kept, removed, keptBytes, budgetBytes } = overview
  const { checkpointColumns: columns, checkpointReasons, checkpointTotal } = context.texts
  const rows = [...kept, ...removed].map(({ trial, step, batch, bytes, reason }) => [
    String(trial),
    batch === 0 ? String(step) : `${step} + ${batch}`,
    megabytes(bytes),
    checkpointReasons[reason],
  ])
  context.print(formatTable([columns.trial, columns.step, columns.megabytes, columns.reason], rows))
  const total = budgetBytes === null ? '–' : megabytes(budgetBytes)
  context.print(checkpointTotal(megabytes(keptBytes), total))
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2)
}
