import { fact } from '../../contract/fact.ts'
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { isFeasible } from '../../contract/constraints.ts'
import { AppError } from '../../contract/errors.ts'
import { createTranslate, type Translate } from '../../i18n/translate.ts'
import { metricToJson, trialValuesToJson } from '../../contract/metric-value.ts'
import type { StudySummary } from '../../contract/study.ts'
import { type TrialRecord, trialStates } from '../../contract/trial.ts'
import { formatMetric } from '../../i18n/format-number.ts'
import { formatDuration } from '../../i18n/format-time.ts'
import { writerIsAlive } from '../../storage/write-lock.ts'
import { createContext, withReader, type CliContext } from '../context.ts'
import { formatTable } from '../table.ts'
import { bestTrial } from '../../contract/ranking.ts'
import { ensembleToJson } from '../../analysis/summary/ensemble.ts'
import { parametersText, printBest } from './print-best.ts'

const DEFAULT_ROWS = 50

export function addStudyCommands(program: Command, t: Translate): void {
  program
    .command('list')
    .description(t('cli.help.list'))
    .action(async (_options: unknown, command: Command) => {
      const context = createContext(command)
      if (isUntouched(context)) {
        printNoStudies(context)
        return
      }
      await withReader(context, reader => {
        const studies = reader.listStudies()
        if (studies.length === 0) {
          printNoStudies(context)
        } else if (context.json) {
          for (const study of studies) context.printJson(summaryJson(context, study))
        } else {
          context.print(studyTable(context, studies))
        }
      })
    })

  program
    .command('show')
    .description(t('cli.help.show'))
    .argument('<study>', t('cli.help.study'))
    .option('--trials <count>', t('cli.help.show.trials', { rows: DEFAULT_ROWS }))
    .action(async (name: string, options: { trials?: string }, command: Command) => {
      const context = createContext(command)
      await withReader(context, reader => {
        const study = reader.findStudy(name)
        const snapshot = reader.snapshot(study.id)
        if (context.json) {
          const trials = snapshot.trials.map(({ metrics: _metrics, ...trial }) => ({
            ...trial,
            ...trialValuesToJson(trial),
          }))
          context.printJson({ ...summaryJson(context, study), winner: snapshot.winner, trials })
          return
        }
        context.print(studyTable(context, [study]))
        if (study.reason !== null) context.print(context.t.say(study.reason))
        printBest(context, snapshot)
        const limit = rowLimit(options.trials)
        const rows = snapshot.trials
          .slice(0, limit)
          .map(trial => [
            String(trial.number),
            stateText(context, trial),
            trial.values.map(formatMetric).join(' '),
            parametersText(trial.parameters) +
              (trial.reason === null ? '' : ` · ${context.t.say(trial.reason)}`),
          ])
        const head = [
          context.t('cli.column.number'),
          context.t('cli.column.state'),
          context.t('cli.column.value'),
          context.t('cli.column.parameters'),
        ]
        context.print(formatTable(head, rows))
        if (rows.length < snapshot.trials.length) {
          context.print(
            context.t('cli.showing', { shown: rows.length, total: snapshot.trials.length }),
          )
        }
      })
    })

  program
    .command('best')
    .description(t('cli.help.best'))
    .argument('<study>', t('cli.help.study'))
    .action(async (name: string, _options: unknown, command: Command) => {
      const context = createContext(command)
      await withReader(context, reader => {
        const snapshot = reader.snapshot(reader.findStudy(name).id)
        const best = bestTrial(snapshot.trials, snapshot.study.specification.goals[0])
        if (best === null) {
          const complete = snapshot.trials.some(({ state }) => state === 'complete')
          const rule = complete
            ? fact('rule.trials.noneFeasible')
            : fact('rule.trials.noneComplete')
          throw new AppError('study.noTrials', { study: name, rule })
        }
        if (!context.json) {
          printBest(context, snapshot)
          return
        }
        context.printJson({
          number: best.number,
          ...trialValuesToJson(best),
          parameters: best.parameters,
          bestStep: best.bestStep,
          test: snapshot.winner?.trialNumber === best.number ? snapshot.winner.metrics : null,
          ensemble: ensembleToJson(snapshot.events),
        })
      })
    })
}

/** The state of a trial, and whether it breaks a constraint. */
function stateText({ language }: CliContext, trial: TrialRecord): string {
  const t = createTranslate(language)
  const state = t(`state.${trial.state}`)
  return isFeasible(trial) ? state : `${state}, ${t('state.infeasible')}`
}

/** The user's own database comes with the first study; until then it is empty, not missing. */
function isUntouched({ database, workspace }: CliContext): boolean {
  return database === null && !existsSync(workspace.databasePath)
}

function printNoStudies(context: CliContext): void {
  if (context.json) return
  context.print(context.t('cli.noStudies', { database: context.workspace.databasePath }))
  context.print(context.t('cli.hintRun'))
}

function rowLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_ROWS
  if (text === 'all') return Number.POSITIVE_INFINITY
  const count = Number(text)
  if (Number.isInteger(count) && count >= 0) return count
  throw new AppError('specification.invalid', {
    file: '--trials',
    problems: [{ path: ['trials'], value: text, rule: fact('rule.wholeOrAll') }],
  })
}

function studyTable(context: CliContext, studies: readonly StudySummary[]): string {
  const t = createTranslate(context.language)
  const alive = writerIsAlive(context.workspace.databasePath)
  const head = [
    context.t('cli.column.id'),
    context.t('cli.column.name'),
    context.t('cli.column.state'),
    context.t('cli.column.trials'),
    context.t('cli.column.best'),
    context.t('cli.column.elapsed'),
    context.t('cli.column.created'),
  ]
  const rows = studies.map(study => [
    String(study.id),
    study.name,
    t(`studyState.${study.state === 'running' && !alive ? 'interrupted' : study.state}`),
    trialCounts(study, t),
    study.best === null ? '–' : `${formatMetric(study.best.value)} (${study.best.number})`,
    formatDuration(study.elapsedMs, context.language),
    new Date(study.createdAtMs).toISOString().slice(0, 16).replace('T', ' '),
  ])
  return formatTable(head, rows)
}

/** `20 (14 complete, 5 pruned, 1 failed)`. */
function trialCounts(study: StudySummary, t: Translate): string {
  const counts = trialStates.flatMap(state => {
    const count = study.trials[state]
    return count > 0 ? [[state, count] as const] : []
  })
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  const detail = counts.map(([state, count]) => `${count} ${t(`state.${state}`)}`).join(', ')
  return counts.length === 0 ? '0' : `${total} (${detail})`
}

/** `interrupted`: the study says running, but its process is gone; `resume` continues it. */
function summaryJson(context: CliContext, study: StudySummary): Record<string, unknown> {
  const { databasePath } = context.workspace
  return {
    id: study.id,
    name: study.name,
    state: study.state,
    interrupted: study.state === 'running' && !writerIsAlive(databasePath),
    reason: study.reason,
    trials: study.trials,
    best:
      study.best === null
        ? null
        : { number: study.best.number, value: metricToJson(study.best.value) },
    elapsedMs: study.elapsedMs,
    createdAtMs: study.createdAtMs,
  }
}
