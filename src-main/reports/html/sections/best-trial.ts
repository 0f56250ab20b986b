import { engineDevice } from '../../../contract/engine.ts'
import { ownValue } from '../../../contract/named-values.ts'
import { groupMetrics } from '../../../analysis/curves/metric-groups.ts'
import { ensembleOf } from '../../../analysis/summary/ensemble.ts'
import { dashes } from '../../../charts/chart-model.ts'
import { curvesModel } from '../../../charts/curves-model.ts'
import { changesText } from '../../../charts/lineage-model.ts'
import { lineageOf } from '../../../analysis/lineage/lineage.ts'
import { replicatesOf, sampleDeviation } from '../../../analysis/summary/replicates.ts'
import { metricsAtStep, trialDurationMs } from '../../../analysis/summary/study-facts.ts'
import { isGradientMetric } from '../../../contract/metric-value.ts'
import type { Curve, ParameterValue, TrialRecord } from '../../../contract/trial.ts'
import { formatBytes, formatMetric } from '../../../i18n/format-number.ts'
import { formatDuration } from '../../../i18n/format-time.ts'
import { networkFigure } from '../charts/network-figure.ts'
import { legend, paintModel } from '../charts/model-figure.ts'
import { factList, section, table } from '../figure.ts'
import { markup, type Fragment, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { breakable, code, metricText, nothing, parameterText, trialLink } from '../values.ts'

const MAX_CHARTS = 6
/** Of a longer lineage, the last ones. */
const MAX_TURNS = 30

/** Everything about the best trial: enough to train it again by hand. */
export function bestTrialSection(context: ReportContext): Markup {
  const { t, facts } = context
  const { best } = facts
  if (best === null) {
    const reason = facts.infeasible > 0 ? 'report.best.noneFeasible' : 'report.best.none'
    return section('best', t('report.best.heading'), nothing(t(reason)))
  }
  return section(
    'best',
    t('report.best.heading'),
    markup`${trialFacts(context, best)}
<div class="columns">
<div><h3>${t('report.best.parameters')}</h3>${parameterTable(context, best)}</div>
<div><h3>${t('report.best.metrics')}</h3>${metricTable(context, best)}</div>
</div>
${metricCharts(context, best)}${lineagePart(context, best)}
${context.network == null ? null : networkFigure(context, context.network)}`,
  )
}

function trialFacts(context: ReportContext, best: TrialRecord): Markup {
  const { t, language, snapshot } = context
  const attempt = best.attempts.at(-1)
  const files = snapshot.artifacts.filter(artifact => artifact.trialNumber === best.number)
  return factList([
    [t('report.best.number'), trialLink(best, t('report.trial.title', { number: best.number }))],
    [t('report.best.duration'), formatDuration(trialDurationMs(best), language)],
    [t('report.best.seed'), code(String(best.seed))],
    [
      t('report.best.proposed'),
      markup`<code>${best.provenance.sampler}</code> · ${t.say(best.provenance.reason)}`,
    ],
    attempt?.engine == null
      ? null
      : [
          t('report.best.engine'),
          markup`<code>${attempt.engine.name}</code> · ${t.say(engineDevice(attempt.engine))}`,
        ],
    best.attempts.length > 1 ? [t('report.best.attempts'), best.attempts.length] : null,
    replicateFact(context, best),
    files.length === 0
      ? null
      : [
          t('report.best.files'),
          files.map(
            file =>
              markup`<span class="line">${file.kind} · ${formatBytes(file.bytes)} · SHA-256 <code>${file.sha256}</code></span>`,
          ),
        ],
  ])
}

/** What each training gave, goal by goal; null with a single one. */
function replicateFact(
  { t, facts, snapshot }: ReportContext,
  best: TrialRecord,
): [string, Fragment] | null {
  const replicates = replicatesOf(snapshot.events, best.number)
  if (replicates.length === 0) return null
  const lines = facts.goals.map(({ metric }, goal) => {
    const values = replicates.map(replicate => replicate[goal] ?? Number.NaN)
    return markup`<span class="line">${t('report.best.replicateValues', {
      goal: metric,
      values: values.map(formatMetric).join(', '),
      deviation: formatMetric(sampleDeviation(values)),
    })}</span>`
  })
  const { folds } = snapshot.study.specification
  return [t(folds > 1 ? 'report.best.folds' : 'report.best.replicates'), lines]
}

function parameterTable({ t, snapshot }: ReportContext, best: TrialRecord): Markup {
  const { space } = snapshot.study.specification
  return table(
    t('report.best.parameters'),
    [
      { title: t('report.column.parameter') },
      { title: t('report.column.value'), numeric: true },
      { title: t('report.column.exact'), numeric: true },
    ],
    Object.keys(space).map(name => {
      const value = ownValue(best.parameters, name)
      return value === undefined
        ? { cells: [code(name), t('report.value.inactive'), ''], className: 'muted' }
        : { cells: [code(name), wrapping(parameterText(value)), exactValue(value)] }
    }),
  )
}

/** Values stand on the right like numbers, but long t may be broken. */
function wrapping(text: string): Markup {
  return markup`<span class="wrap">${breakable(text)}</span>`
}

/** The value with all its digits where the table shows fewer. */
function exactValue(value: ParameterValue): Fragment {
  return String(value) === parameterText(value) ? '' : markup`<code>${String(value)}</code>`
}

function metricTable({ t, snapshot, facts }: ReportContext, best: TrialRecord): Markup {
  const atBest = metricsAtStep(best, best.bestStep)
  const atLast = metricsAtStep(best, best.lastStep)
  const rows = Object.keys(best.metrics).map(name => ({
    cells: [code(name), metricText(atBest[name]), metricText(atLast[name])],
  }))
  const goalRows = facts.goals
    .map((goal, index) => ({ goal, value: best.values[index] }))
    .filter(({ goal }) => !Object.hasOwn(best.metrics, goal.metric))
    .map(({ goal, value }) => ({ cells: [code(goal.metric), metricText(value), '–'] }))
  const winner = snapshot.winner
  const test =
    winner?.trialNumber === best.number
      ? markup`<h3>${t('report.best.test')}</h3>${table(
          t('report.best.test'),
          [
            { title: t('report.column.metric') },
            { title: t('report.column.value'), numeric: true },
          ],
          Object.entries(winner.metrics).map(([name, value]) => ({
            cells: [code(name), metricText(value)],
          })),
        )}<p class="note">${t('report.best.testOnce')}</p>`
      : null
  return markup`${table(
    t('report.best.metrics'),
    [
      { title: t('report.column.metric') },
      {
        title:
          best.bestStep === null
            ? t('report.column.value')
            : t('report.column.bestStepValue', { step: best.bestStep }),
        numeric: true,
      },
      {
        title:
          best.lastStep === null
            ? t('report.column.last')
            : t('report.column.lastStepValue', { step: best.lastStep }),
        numeric: true,
      },
    ],
    [...goalRows, ...rows],
  )}${test}${ensembleTable(t, snapshot.events)}`
}

/** What the best trials predict together, on both splits; null if the study asked for none. */
function ensembleTable(
  t: ReportContext['t'],
  events: ReportContext['snapshot']['events'],
): Markup | null {
  const ensemble = ensembleOf(events)
  if (ensemble === null) return null
  return markup`<h3>${t('report.best.ensemble')}</h3>${table(
    t('report.best.ensemble'),
    [{ title: t('report.column.metric') }, { title: t('report.column.value'), numeric: true }],
    Object.entries(ensemble.metrics).map(([name, value]) => ({
      cells: [code(name), metricText(value)],
    })),
  )}<p class="note">${t('report.best.ensembleMembers', { trials: ensemble.trials.join(', ') })}</p>`
}

/** Metrics of one kind, e.g. the losses of training and validation, in one chart. */
function metricCharts(context: ReportContext, best: TrialRecord): Markup | null {
  const { t, facts } = context
  const all = groupMetrics(Object.keys(best.metrics).filter(name => !isGradientMetric(name)))
  const groups = all.slice(0, MAX_CHARTS)
  const count = all.length
  const charts = groups.map(group => {
    const isGoal = group.metrics.includes(facts.goal.metric)
    const model = curvesModel(
      group.metrics.map((name, line) => ({
        ...{ name, tone: line, dash: line % dashes.length },
        curves: [best.metrics[name] as Curve],
      })),
      {
        ...{ metric: '', direction: isGoal ? facts.goal.direction : 'minimize', log: 'auto' },
        t,
      },
    )
    const metrics = group.metrics.join(', ')
    const summary = t('report.best.chartSummary', { metrics, number: best.number })
    const chart = paintModel(context, model, summary, true)
    if (chart === null) return null
    return markup`<div class="cell">${legend(model)}${chart}${model.notes.map(note => markup`<p class="note">${note}</p>`)}</div>`
  })
  if (charts.every(chart => chart === null)) return null
  return markup`<h3>${t('report.best.charts')}</h3><div class="cells">${charts}</div>${
    count > groups.length
      ? markup`<p class="note">${t('report.note.showing', { shown: groups.length, count })}</p>`
      : null
  }`
}

/** How its training came about, where it went on from another trial's checkpoint. */
function lineagePart({ t, snapshot, facts }: ReportContext, best: TrialRecord): Markup | null {
  // A record may leave trials out; numbers stay.
  const byNumber: TrialRecord[] = []
  for (const trial of snapshot.trials) byNumber[trial.number] = trial
  const line = lineageOf(byNumber, best.number)
  if (line.length < 2) return null
  const shown = line.slice(-MAX_TURNS)
  const rows = shown.map(turn => ({
    cells: [
      trialLink(byNumber[turn.number] ?? best, String(turn.number)),
      `${turn.from} – ${turn.until}`,
      t(`chart.origin.${turn.mode}`),
      breakable(changesText(turn)),
      metricText(turn.value),
    ],
  }))
  return markup`<h3>${t('report.best.lineage')}</h3><p>${t('report.best.lineageText')}</p>${table(
    t('report.best.lineage'),
    [
      { title: t('report.column.trial') },
      { title: t('chart.step') },
      { title: t('chart.origin') },
      { title: t('chart.changed') },
      { title: code(facts.goal.metric), numeric: true },
    ],
    rows,
  )}${
    shown.length < line.length
      ? markup`<p class="note">${t('report.note.showing', { shown: shown.length, count: line.length })}</p>`
      : null
  }`
}
