import { ownValue } from '../../core/values/named-values.ts'
import { constraintMetric } from '../../core/study/constraints.ts'
import { rankForDrawing } from '../../core/trial/ranking.ts'
import { trialDurationMs } from '../../analysis/summary/summarize-study.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'
import { formatDuration } from '../../core/i18n/format-time.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import type { Block, Inline } from '../blocks/blocks.ts'
import { code, nothing, paragraph, table } from '../blocks/make-blocks.ts'
import {
  goalColumn,
  metricText,
  parameterList,
  parameterText,
  tag,
  trialLabel,
} from '../blocks/values.ts'

/** More searched parameters than this share one column, so that the table fits a page. */
const MAX_PARAMETER_COLUMNS = 7

/** More make a page that no browser shows: 100,000 trials were 58 MB. */
const MAX_ROWS = 10_000
/** Of these, the best ones; the others are the last. */
const BEST_ROWS = 2_000

/** Every trial up to a limit that is told: this is the record the charts are drawn from. */
export const trialsSection: SectionDefinition<'trials'> = {
  id: 'trials',
  heading: 'report.trials.heading',
  showsWholeRecord: true,
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, snapshot, overview, language } = context
  const all = snapshot.trials
  const trials = shownTrials(all, context)
  if (trials.length === 0) return [nothing(t('report.empty.noTrials'))]
  const excluded = all.filter(trial => trial.excluded === true).map(({ number }) => number)
  const names = overview.axes.map(axis => axis.name)
  const { constraints } = snapshot.study.specification
  const inColumns = names.length <= MAX_PARAMETER_COLUMNS
  const text = [
    t('report.trials.text', { count: all.length }),
    ...(trials.length === all.length
      ? []
      : [
          t('report.trials.showing', {
            shown: trials.length,
            count: all.length,
            best: BEST_ROWS,
          }),
        ]),
    ...(constraints.length === 0 ? [] : [t('report.trials.constraints')]),
    ...(excluded.length === 0 ? [] : [t('report.trials.excluded', { numbers: excluded })]),
  ]
  return [
    paragraph(text.join(' ')),
    table(
      t,
      t('report.trials.heading'),
      [
        '#trial',
        'state',
        ...overview.goals.map(goalColumn),
        ...constraints.map(constraint => goalColumn({ metric: constraintMetric(constraint) })),
        ...(inColumns
          ? overview.axes.map(({ name, kind }) => ({
              title: code(name),
              numeric: kind === 'numeric',
            }))
          : (['parameters'] as const)),
        '#bestStep',
        '#lastStep',
        '#duration',
      ],
      trials.map(trial => [
        { kind: 'trialRow', trial: trial.number },
        stateCell(context, trial),
        ...overview.goals.map((_, index) => metricText(trial.values[index])),
        ...constraints.map((_, index) => metricText(trial.constraints?.[index])),
        ...(inColumns
          ? names.map(name => parameterText(ownValue(trial.parameters, name)))
          : [parameterList(trial, names)]),
        trial.bestStep ?? '–',
        trial.lastStep ?? '–',
        trial.finishedAtMs === null ? '–' : formatDuration(trialDurationMs(trial), language),
      ]),
      row => (trials[row] === overview.best ? 'best' : null),
    ),
  ]
}

function shownTrials(
  trials: readonly TrialRecord[],
  { overview }: ReportContext,
): readonly TrialRecord[] {
  if (trials.length <= MAX_ROWS) return trials
  const best = rankForDrawing(trials, overview.goal).slice(0, BEST_ROWS)
  const chosen = new Set(overview.best === null ? best : [overview.best, ...best])
  for (let at = trials.length - 1; chosen.size < MAX_ROWS && at >= 0; at--)
    chosen.add(trials[at] as TrialRecord)
  return trials.filter(trial => chosen.has(trial))
}

function stateCell({ t, overview }: ReportContext, trial: TrialRecord): Inline {
  const label = trialLabel(t, trial)
  return trial === overview.best ? [label, ' ', tag(t('report.trials.best'))] : label
}
