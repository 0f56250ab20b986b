import { goalLabel } from '../../core/i18n/metric-label.ts'
import { withoutInert } from '../../core/tasks/inert-parameters.ts'
import { importanceModel } from '../../charts/importance-model.ts'
import type { ImportanceOutcome } from '../../analysis/importance/importance-outcome.ts'
import { fanova } from '../../analysis/importance/fanova.ts'
import {
  type ImportanceQuestion,
  readObservations,
} from '../../analysis/importance/observations.ts'
import { pedAnova } from '../../analysis/importance/ped-anova.ts'
import type {
  ChoiceDifference,
  ImportanceAnswer,
  ImportanceShare,
  Outcome,
} from '../../core/questions/analysis.ts'
import { formatCount, formatMetric } from '../../core/i18n/format-number.ts'
import { choiceDifferences } from '../../analysis/importance/choice-differences.ts'
import { importanceMessage } from '../../analysis/importance/importance-message.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import type { Block } from '../blocks/blocks.ts'
import { code, heading, paragraph, table } from '../blocks/make-blocks.ts'
import { chartFigure } from '../blocks/chart-blocks.ts'

/** The forest's cost grows with its trials; from here on only the method that needs none is shown. */
const MAX_FOREST_TRIALS = 500

/** Which parameters matter: for the whole space, and for being among the best tenth. */
export const importanceSection: SectionDefinition<'importance'> = {
  id: 'importance',
  heading: 'report.importance.heading',
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, overview } = context
  const metric = goalLabel(overview.goal)
  const question = importanceQuestion(context)
  const { trials } = question
  const hasForest = trials.length <= MAX_FOREST_TRIALS
  const quick = asAnswer(pedAnova(question), result => result)
  const methods = [{ name: t('report.importance.pedAnova'), outcome: quick }]
  const choices = choiceDifferences(question)
  const verdict: Block[] = []
  if (hasForest) {
    const outcome = asAnswer(fanova(question, { pairs: false }), result => result.parameters)
    methods.push({ name: t('report.importance.fanova'), outcome })
    const message = importanceMessage(
      outcome.ok ? { ...outcome, result: { ...outcome.result, choices } } : outcome,
    )
    if (message !== null) verdict.push(paragraph(t.format(message)))
  }
  const summary = t('report.importance.summary', { metric, count: trials.length })
  const notes = [t('report.importance.note')]
  if (!hasForest) notes.push(t('report.importance.noForest', { count: MAX_FOREST_TRIALS }))
  return [
    ...verdict,
    chartFigure(context, importanceModel(methods, t), { summary, notes }),
    ...choices.slice(0, 1).flatMap(choice => choiceTable(context, choice)),
  ]
}

/** The choices of the parameter between whose values the trials differ most, each with its best value. */
function choiceTable({ t }: ReportContext, { name, values }: ChoiceDifference): readonly Block[] {
  const title = t('result.byChoice', { name })
  const columns = [
    { title: code(name) },
    { title: t('result.byChoice.trials'), numeric: true },
    { title: t('result.byChoice.best'), numeric: true },
  ]
  const rows = values.map(({ value, trials, best }) => [
    code(String(value)),
    formatCount(trials),
    formatMetric(best),
  ])
  return [heading(title), table(t, title, columns, rows)]
}

/** The methods that the section has figures of, as the methods paragraph names them. */
export function shownMethods(context: ReportContext): readonly ('pedAnova' | 'fanova')[] {
  const question = importanceQuestion(context)
  if (!readObservations(question).ok) return []
  return question.trials.length <= MAX_FOREST_TRIALS ? ['pedAnova', 'fanova'] : ['pedAnova']
}

/** What importance is asked of: the trials of a study without values that change nothing. */
export function importanceQuestion({ snapshot, overview }: ReportContext): ImportanceQuestion {
  const { study, trials } = snapshot
  const { space, objective } = study.specification
  return { space, trials: withoutInert(objective, trials), direction: overview.goal.direction }
}

function asAnswer<Result>(
  outcome: ImportanceOutcome<Result>,
  shares: (result: Result) => readonly ImportanceShare[],
): Outcome<ImportanceAnswer> {
  return outcome.ok
    ? { ...outcome, result: { parameters: shares(outcome.result), pairs: [] } }
    : outcome
}
