import { importanceModel } from '../../../analysis/charts/importance-model.ts'
import type { ImportanceOutcome } from '../../../analysis/importance/importance-outcome.ts'
import { fanova } from '../../../analysis/importance/fanova.ts'
import { pedAnova } from '../../../analysis/importance/ped-anova.ts'
import type { ImportanceAnswer, ImportanceShare, Outcome } from '../../../contract/api/analysis.ts'
import { chartTexts } from '../../../contract/i18n/chart-texts.ts'
import { formatPercent } from '../../../i18n/format-number.ts'
import { modelChart } from '../charts/model-chart.ts'
import { figure, section, table } from '../figure.ts'
import { markup, trusted, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { code, nothing } from '../values.ts'

/** The forest's cost grows with its trials; from here on only the method that needs none is shown. */
const mostForestTrials = 500

/** Which parameters matter: for the whole space, and for being among the best tenth. */
export function importanceSection({ t, snapshot, facts, language }: ReportContext): Markup {
  const { trials } = snapshot
  const { space } = snapshot.study.specification
  const { direction, metric } = facts.goal
  const question = { space, trials, direction }
  const methods = [
    {
      name: t('report.importance.pedAnova'),
      outcome: asAnswer(pedAnova(question), result => result),
    },
    ...(trials.length > mostForestTrials
      ? []
      : [
          {
            name: t('report.importance.fanova'),
            outcome: asAnswer(fanova(question, { pairs: false }), result => result.parameters),
          },
        ]),
  ]
  const model = importanceModel(methods, chartTexts[language])
  const summary = t('report.importance.summary', { metric, count: trials.length })
  const chart = modelChart(model, summary)
  if (chart === null)
    return section('importance', t('report.importance.heading'), nothing(model.empty ?? summary))
  return section(
    'importance',
    t('report.importance.heading'),
    figure(t, {
      chart,
      summary,
      legend: markup`<ul class="legend">${methods.map(
        ({ name }, index) =>
          markup`<li>${trusted(
            `<svg class="sample" viewBox="0 0 24 12" aria-hidden="true"><rect class="share series${index}" x="1" y="1" width="22" height="10"/></svg>`,
          )}${name}</li>`,
      )}</ul>`,
      notes: [
        t('report.importance.note'),
        ...(trials.length > mostForestTrials
          ? [t('report.importance.noForest', { count: mostForestTrials })]
          : []),
        ...model.notes,
      ],
      table: table(
        t('report.importance.heading'),
        model.table.columns.map((title, index) => ({ title, numeric: index > 1 })),
        model.table.rows.map(([name, method, mean, deviation, count]) => ({
          cells: [
            code(String(name)),
            String(method),
            formatPercent(Number(mean)),
            deviation === null ? '–' : formatPercent(Number(deviation)),
            Number(count),
          ],
        })),
      ),
    }),
  )
}

function asAnswer<Result>(
  outcome: ImportanceOutcome<Result>,
  shares: (result: Result) => readonly ImportanceShare[],
): Outcome<ImportanceAnswer> {
  return outcome.ok
    ? { ...outcome, result: { parameters: shares(outcome.result), pairs: [] } }
    : outcome
}
