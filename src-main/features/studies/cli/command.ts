import { baselineValue } from '../../../core/study/baseline.ts'
import { msg } from '../../../core/errors/message.ts'
import { existsSync } from 'node:fs'
import { displayedState } from '../../../core/study/displayed-state.ts'
import { isFeasible } from '../../../core/study/constraints.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { inMetricWords } from '../../../core/i18n/metric-label.ts'
import type { MessageKey } from '../../../core/i18n/message.ts'
import {
  repeatedTrainings,
  type RepeatedTrainings,
  exceptionalBasis,
} from '../../../core/study/trainings.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import type { StudySummary } from '../../../core/study/study.ts'
import {
  type TrialRecord,
  type TrialSnapshot,
  type TrialState,
  trialStates,
} from '../../../core/trial/trial.ts'
import { formatMetric } from '../../../core/i18n/format-number.ts'
import { formatDuration } from '../../../core/i18n/format-time.ts'
import { writerIsAlive } from '../../../platform/storage/write-lock.ts'
import {
  type AddCommands,
  type CliContext,
  warnOfSharedDatabase,
  withReader,
} from '../../command-line/context.ts'
import { winnerInsightsOf } from '../../analysis/node/winner-insights-of.ts'
import { localMinute } from '../../command-line/list-commands.ts'
import { formatTable } from '../../command-line/table.ts'
import { bestTrialHeadline, whyNoBest } from '../../../analysis/summary/best-trial-headline.ts'
import { paretoTrials } from '../../../math/pareto/pareto-trials.ts'
import { ensembleOf, ensembleToJson } from '../../../analysis/summary/ensemble.ts'

const DEFAULT_ROWS = 50

export const addCommands: AddCommands = (program, t) => {
  program
    .command('list')
    .description(t('cli.help.list'))
    .run(async context => {
      const { databasePath } = context.workspace
      warnOfSharedDatabase(context)
      // The user's own database comes with the first study; until then it is empty, not missing.
      const isUntouched = context.database === null && !existsSync(databasePath)
      const studies = isUntouched ? [] : await withReader(context, reader => reader.listStudies())
      const none = `${t('cli.noStudies', { database: databasePath })}\n${t('cli.hintRun')}`
      const text = studies.length === 0 ? none : studyTable(context, studies)
      context.printValues(text, ...studies.map(study => summaryJson(context, study)))
    })

  program
    .command('show')
    .description(t('cli.help.show'))
    .argument('<study>', t('cli.help.study'))
    .option('--trials <count>', t('cli.help.show.trials', { rows: DEFAULT_ROWS }))
    .run(async (context, name: string, options: { trials?: string }) => {
      // What guesses the best trial knows all samplers: `list` has no use for them.
      const { parametersText, printBest } = await import('./print-best.ts')
      await withReader(context, reader => {
        const study = reader.findStudy(name)
        const snapshot = reader.snapshot(study.id)
        const interrupted = isInterrupted(context, study)
        if (context.json) {
          const trials = snapshot.trials.map(({ metrics: _metrics, ...trial }) => ({
            ...trial,
            state: stateOf(trial, interrupted),
          }))
          context.printJson({ ...summaryJson(context, study), winner: snapshot.winner, trials })
          return
        }
        const words = inMetricWords(t, snapshot.study.specification.objective)
        context.print(studyTable(context, [study]))
        if (study.reason !== null) context.print(words.format(study.reason))
        printBest(context, reader, snapshot.study)
        const repeats = repeatedTrainings(snapshot.study.specification)
        const limit = rowLimit(options.trials)
        const rows = snapshot.trials
          .slice(0, limit)
          .map(trial => [
            String(trial.number),
            stateText(trial, interrupted, t),
            valuesText(trial, repeats, t),
            parametersText(trial.parameters) +
              (trial.reason === null ? '' : ` · ${words.format(trial.reason)}`),
          ])
        const rowCount = rows.length
        const total = snapshot.trials.length
        context.print(formatTable(head(t, 'number', 'state', 'value', 'parameters'), rows))
        if (rowCount < total) context.print(t('cli.showing', { shown: rowCount, total }))
      })
    })

  program
    .command('best')
    .description(t('cli.help.best'))
    .argument('<study>', t('cli.help.study'))
    .run(async (context, name: string) => {
      const { printBest } = await import('./print-best.ts')
      const { estimatedBestOf } = await import('../../analysis/node/estimated-best-of.ts')
      await withReader(context, reader => {
        const study = reader.findStudy(name)
        const { id, specification, labels } = study
        const trials = reader.history(id, [], { reports: 'none' })
        const events = reader.events(id)
        const headline = bestTrialHeadline({
          specification,
          trials,
          winner: reader.winner(id),
          estimatedBest: estimatedBestOf(specification, trials, events),
          ensemble: ensembleOf(events),
          baseline: baselineValue(labels.baseline, number => trials[number]?.values),
          trainingsOf: number => reader.trial(id, number).trainings,
        })
        if (headline === null) {
          const reason = whyNoBest(trials)
          const isComplete = reason !== 'noTrials' && reason !== 'noneComplete'
          const rule = msg(isComplete ? 'rule.trials.noneFeasible' : 'rule.trials.noneComplete')
          throw new AppError('study.noTrials', { study: name, rule })
        }
        if (!context.json) {
          printBest(context, reader, study)
          return
        }
        const best = reader.trial(id, headline.number)
        context.printJson({
          number: best.number,
          values: best.values,
          trainings: best.trainings?.map(({ values }) => values),
          constraints: best.constraints,
          parameters: best.parameters,
          bestStep: best.bestStep,
          test: headline.testMetrics,
          testModel: headline.testModel,
          testGap: headline.testGap,
          testLooks: headline.testLooks,
          estimatedBest: headline.estimatedBest,
          ensemble: ensembleToJson(events),
          baseline: headline.baseline ?? null,
          against: winnerInsightsOf(reader, study, trials),
          ...(best.values.length > 1 && {
            front: frontJson(paretoTrials(trials, specification.goals)),
          }),
        })
      })
    })
}

type ColumnName = MessageKey extends infer Key
  ? Key extends `cli.column.${infer Name}`
    ? Name
    : never
  : never

function head(t: Translate, ...columns: readonly ColumnName[]): string[] {
  return columns.map(name => t(`cli.column.${name}`))
}

function rowLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_ROWS
  if (text === 'all') return Number.POSITIVE_INFINITY
  const count = Number(text)
  if (Number.isInteger(count) && count >= 0) return count
  throw new AppError('specification.invalid', {
    file: '--trials',
    problems: [{ path: ['trials'], value: text, rule: msg('rule.wholeOrAll') }],
  })
}

function studyTable(context: CliContext, studies: readonly StudySummary[]): string {
  const { t } = context
  const rows = studies.map(study => [
    String(study.id),
    study.name,
    t(
      `studyState.${displayedState(isInterrupted(context, study) ? { ...study, state: 'interrupted' } : study)}`,
    ),
    trialCounts(context, study),
    study.best === null ? '–' : `${formatMetric(study.best.value)} (${study.best.number})`,
    formatDuration(study.elapsedMs, context.language),
    localMinute(study.createdAtMs),
  ])
  const columns = ['id', 'name', 'state', 'trials', 'best', 'elapsed', 'created'] as const
  return formatTable(head(t, ...columns), rows)
}

/** `20 (14 complete, 5 pruned, 1 failed)`. */
function trialCounts(context: CliContext, study: StudySummary): string {
  const { t } = context
  const trials = countsOf(context, study)
  const counts = trialStates.flatMap(state => {
    const count = trials[state]
    return count > 0 ? [[state, count] as const] : []
  })
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  const detail = counts.map(([state, count]) =>
    t('list.count', { count, what: t(`state.${state}`) }),
  )
  return counts.length === 0 ? '0' : t('cli.trialCounts', { total, counts: detail })
}

/** The study says running, but its process is gone; `resume` continues it. */
function isInterrupted({ workspace }: CliContext, { state }: StudySummary): boolean {
  return state === 'running' && !writerIsAlive(workspace.databasePath)
}

/** Trials by state; those that ran when their process went away do not run any more. */
function countsOf(context: CliContext, study: StudySummary): StudySummary['trials'] {
  const { trials } = study
  if (!isInterrupted(context, study)) return trials
  return { ...trials, running: 0, interrupted: trials.interrupted + trials.running }
}

function stateOf({ state }: Pick<TrialRecord, 'state'>, interrupted: boolean): TrialState {
  return interrupted && state === 'running' ? 'interrupted' : state
}

function stateText(trial: TrialRecord, interrupted: boolean, t: Translate): string {
  const state = t(`state.${stateOf(trial, interrupted)}`)
  return isFeasible(trial) ? state : `${state}, ${t('state.infeasible')}`
}

/** Values of all goals; those of a trial that was not trained as often as the others say so. */
function valuesText(trial: TrialRecord, repeats: RepeatedTrainings | null, t: Translate): string {
  const text = trial.values.map(formatMetric).join(' ')
  const basis = exceptionalBasis(repeats, trial)
  return basis === null ? text : t('list.remark', { text, remark: t.format(basis) })
}

function frontJson(front: readonly TrialSnapshot[]): Pick<TrialRecord, 'number' | 'values'>[] {
  return front.map(({ number, values, constraints, parameters }) => ({
    number,
    values,
    constraints,
    parameters,
  }))
}

function summaryJson(context: CliContext, study: StudySummary): Record<string, unknown> {
  const { id, name, state, reason, best, elapsedMs, createdAtMs } = study
  const interrupted = isInterrupted(context, study)
  const trials = countsOf(context, study)
  return { id, name, state, interrupted, reason, trials, best, elapsedMs, createdAtMs }
}
