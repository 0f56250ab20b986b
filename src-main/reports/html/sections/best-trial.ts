import { attemptCodeMessage } from '../../../core/trial/trial.ts'
import { instanceOf } from '../../../core/study/trainings.ts'
import { engineDevice } from '../../../core/machine/engine.ts'
import { parseFileKind } from '../../../core/trial/trial-files.ts'
import { artifactName } from '../../../analysis/summary/artifact-name.ts'
import { testLooksMessage } from '../../../core/study/test-looks.ts'
import { estimatedBestValues } from '../../../core/study/estimated-best.ts'
import { ownValue } from '../../../core/values/named-values.ts'
import { groupMetrics } from '../../../analysis/curves/metric-groups.ts'
import { ensembleMessage, ensemblesOf, refitOf } from '../../../analysis/summary/ensemble.ts'
import { dashes } from '../../../charts/chart-model.ts'
import { curvesModel } from '../../../charts/curves-model.ts'
import { changesText } from '../../../charts/lineage-model.ts'
import { lineageOf } from '../../../analysis/lineage/lineage.ts'
import { replicatesOf, sampleDeviation } from '../../../analysis/summary/replicates.ts'
import { metricsAtStep, trialDurationMs } from '../../../analysis/summary/summarize-study.ts'
import { isGradientMetric } from '../../../core/trial/metric-value.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import type { Curve, ParameterValue, TrialRecord } from '../../../core/trial/trial.ts'
import { formatBytes, formatMetric } from '../../../core/i18n/format-number.ts'
import { formatDuration } from '../../../core/i18n/format-time.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import { networkFigure } from '../charts/network-figure.ts'
import { legend, paintModel } from '../charts/model-figure.ts'
import { descriptionList, table, note, showing, lines } from '../figure.ts'
import { markup, type Fragment, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import type { SectionDefinition } from '../section-definition.ts'
import {
  breakable,
  code,
  metricText,
  nothing,
  parameterText,
  trialLink,
  goalColumn,
} from '../values.ts'

const MAX_CHARTS = 6
/** Of a longer lineage, the last ones. */
const MAX_TURNS = 30

/** Everything about the best trial: enough to train it again by hand. */
export const bestSection: SectionDefinition<'best'> = {
  id: 'best',
  heading: 'report.best.heading',
  build,
}

function build(context: ReportContext): Markup {
  const { t, overview } = context
  const { best } = overview
  if (best === null) {
    const reason = overview.infeasible > 0 ? 'report.best.noneFeasible' : 'report.best.none'
    return nothing(t(reason))
  }
  return markup`${trialProperties(context, best)}
<div class="columns">
<div><h3>${t('report.best.parameters')}</h3>${parameterTable(context, best)}</div>
<div><h3>${t('report.best.metrics')}</h3>${metricTable(context, best)}</div>
</div>
${metricCharts(context, best)}${lineagePart(context, best)}
${context.network == null ? null : networkFigure(context, context.network)}`
}

function trialProperties(context: ReportContext, best: TrialRecord): Markup {
  const { t, language, snapshot, headline } = context
  const engine = best.attempts.at(-1)?.engine ?? null
  const programCode = best.attempts.at(-1)?.code
  const repeats = headline?.trainings?.by ?? 'replicates'
  const files = snapshot.artifacts.filter(
    ({ trialNumber, kind }) =>
      trialNumber === best.number && parseFileKind(kind)?.isPreview !== true,
  )
  return descriptionList([
    [t('report.best.number'), trialLink(best, t('report.trial.title', { number: best.number }))],
    [t('report.best.likely'), likelyText(context)],
    [t('report.best.duration'), formatDuration(trialDurationMs(best), language)],
    [t('report.best.seed'), code(String(best.seed))],
    [
      t('report.best.proposed'),
      markup`${best.provenance.sampler === 'person' ? t('chart.person') : code(best.provenance.sampler)} · ${t.format(best.provenance.reason)}`,
    ],
    [
      t('report.best.engine'),
      engine === null
        ? null
        : markup`<code>${engine.name}</code> · ${t.format(engineDevice(engine))}`,
    ],
    [t('report.best.code'), programCode == null ? null : t.format(attemptCodeMessage(programCode))],
    [t('report.best.attempts'), best.attempts.length > 1 ? best.attempts.length : null],
    [t(`report.best.${repeats}`), replicateValues(context, best)],
    [
      t('report.best.files'),
      lines(
        files.map(
          ({ kind, bytes, sha256 }) =>
            markup`${breakable(artifactName(kind, t))} · ${formatBytes(bytes)} · SHA-256 <code>${sha256}</code>`,
        ),
      ),
    ],
  ])
}

/** The trial that is probably better than the best, if there is one. */
function likelyText({ t, snapshot, headline }: ReportContext): Fragment {
  const values = estimatedBestValues(headline?.estimatedBest)
  const likely = snapshot.trials.find(({ number }) => number === values?.likely)
  if (likely === undefined || values === null) return null
  const text = t('report.best.likelyText', values)
  return markup`${trialLink(likely, t('report.trial.title', { number: likely.number }))} · ${text}`
}

/** The values of each training, goal by goal; nothing with a single one. */
function replicateValues({ t, overview, snapshot }: ReportContext, best: TrialRecord): Markup[] {
  const replicates = replicatesOf(snapshot.events, best.number)
  if (replicates.length === 0) return []
  const named = (value: number, training: number): string => {
    const instance = instanceOf(snapshot.study.specification, training)
    const text = formatMetric(value)
    return instance === undefined ? text : t('list.named', { name: instance, value: text })
  }
  return lines(
    overview.goals.map(({ metric }, goal) => {
      const values = replicates.map(replicate => replicate[goal] ?? Number.NaN)
      return t('report.best.replicateValues', {
        goal: metric,
        values: values.map(named),
        deviation: formatMetric(sampleDeviation(values)),
      })
    }),
  )
}

function parameterTable({ t, snapshot }: ReportContext, best: TrialRecord): Markup {
  const names = Object.keys(snapshot.study.specification.space)
  const values = names.map(name => ownValue(best.parameters, name))
  return table(
    t,
    t('report.best.parameters'),
    ['parameter', '#value', '#exact'],
    names.map((name, index) => {
      const value = values[index]
      return value === undefined
        ? [code(name), t('report.value.inactive'), '']
        : [code(name), wrapping(parameterText(value)), exactValue(value)]
    }),
    row => (values[row] === undefined ? 'muted' : null),
  )
}

/** Values stand on the right like numbers, but long ones may be broken. */
function wrapping(text: string): Markup {
  return markup`<span class="wrap">${breakable(text)}</span>`
}

/** The value with all its digits where the table shows fewer. */
function exactValue(value: ParameterValue): Fragment {
  return String(value) === parameterText(value) ? '' : markup`<code>${String(value)}</code>`
}

function metricTable(
  { t, snapshot, overview, headline }: ReportContext,
  best: TrialRecord,
): Markup {
  const { bestStep, lastStep, metrics } = best
  const atBest = metricsAtStep(best, bestStep)
  const atLast = metricsAtStep(best, lastStep)
  const rows = Object.keys(metrics).map(name => [
    code(name),
    metricText(ownValue(atBest, name)),
    metricText(ownValue(atLast, name)),
  ])
  const goalRows = overview.goals
    .map(({ metric }, index) => [code(metric), metricText(best.values[index]), '–'])
    .filter((_, index) => !Object.hasOwn(metrics, overview.goals[index]?.metric ?? ''))
  const trainings = headline?.trainings ?? null
  const ofFirst =
    trainings !== null && rows.length > 0
      ? note(t('report.best.ofFirstTraining', { count: trainings.count, value: trainings.value }))
      : null
  const testMetrics = headline?.testMetrics ?? null
  const looks = headline?.testLooks ?? null
  const testOnce = [
    t('report.best.testOnce', { trainings: trainings?.count ?? 1 }),
    ...(looks === null ? [] : [t.format(testLooksMessage(looks))]),
  ].join(t('report.sentence.space'))
  const test = testMetrics && measured(t, t('report.best.test'), testMetrics, testOnce)
  const atStep = (name: 'bestStepValue' | 'lastStepValue', step: number) => ({
    title: t(`report.column.${name}`, { step }),
    numeric: true,
  })
  return markup`${table(
    t,
    t('report.best.metrics'),
    [
      'metric',
      bestStep === null ? '#value' : atStep('bestStepValue', bestStep),
      lastStep === null ? '#last' : atStep('lastStepValue', lastStep),
    ],
    [...goalRows, ...rows],
  )}${ofFirst}${test}${refitTable(t, snapshot.events, best.number)}${ensembleTables(t, snapshot)}`
}

/** Measured values under a heading. */
function measured(
  t: Translate,
  heading: string,
  metrics: Readonly<Record<string, number>>,
  remark: string,
): Markup {
  const rows = Object.entries(metrics).map(([name, value]) => [code(name), metricText(value)])
  return markup`<h3>${heading}</h3>${table(t, heading, ['metric', '#value'], rows)}${note(remark)}`
}

/** The test split of the best trial's refitted model; null if there is none. */
function refitTable(t: Translate, events: StudySnapshot['events'], number: number): Markup | null {
  const metrics = refitOf(events, number)
  if (metrics === null) return null
  return measured(t, t('report.best.refit'), metrics, t('report.best.refitText'))
}

/** Metrics of trials that predicted together, on both splits. */
function ensembleTables(t: Translate, { events, study }: StudySnapshot): readonly Markup[] {
  const { folds, replicates } = study.specification
  return ensemblesOf(events).map(ensemble => {
    const remark = [
      t('report.best.ensembleMembers', { ensemble: ensembleMessage(ensemble) }),
      ...(ensemble.folds > 1 ? [t('folds.pooled', { folds, by: replicates.value })] : []),
    ].join(t('report.sentence.space'))
    return measured(t, t('report.best.ensemble'), ensemble.metrics, remark)
  })
}

/** Metrics of one kind, e.g. the losses of training and validation, in one chart. */
function metricCharts(context: ReportContext, best: TrialRecord): Markup | null {
  const { t, overview } = context
  const all = groupMetrics(Object.keys(best.metrics).filter(name => !isGradientMetric(name)))
  const groups = all.slice(0, MAX_CHARTS)
  const charts = groups.map(group => {
    const isGoal = group.metrics.includes(overview.goal.metric)
    const model = curvesModel(
      group.metrics.map((name, line) => ({
        name,
        tone: line,
        dash: line % dashes.length,
        curves: [{ ...(ownValue(best.metrics, name) as Curve), attempts: best.attempts.length }],
      })),
      {
        metric: '',
        direction: isGoal ? overview.goal.direction : 'minimize',
        log: 'auto',
        t,
      },
    )
    const metrics = group.metrics.join(', ')
    const summary = t('report.best.chartSummary', { metrics, number: best.number })
    const chart = paintModel(context, model, summary, true)
    if (chart === null) return null
    return markup`<div class="cell">${legend(model)}${chart}${model.notes.map(note)}</div>`
  })
  if (charts.every(chart => chart === null)) return null
  return markup`<h3>${t('report.best.charts')}</h3><div class="cells">${charts}</div>${showing(t, groups.length, all.length)}`
}

/** How its training came about, where it went on from another trial's checkpoint. */
function lineagePart({ t, snapshot, overview }: ReportContext, best: TrialRecord): Markup | null {
  // A record may leave trials out; numbers stay.
  const byNumber: TrialRecord[] = []
  for (const trial of snapshot.trials) byNumber[trial.number] = trial
  const line = lineageOf(byNumber, best.number)
  if (line.length < 2) return null
  const shownTurns = line.slice(-MAX_TURNS)
  const rows = shownTurns.map(turn => [
    trialLink(byNumber[turn.number] ?? best, String(turn.number)),
    `${turn.from} – ${turn.until}`,
    t(`chart.origin.${turn.mode}`),
    breakable(changesText(turn)),
    metricText(turn.value),
  ])
  const columns = [
    'trial' as const,
    ...[t('chart.step'), t('chart.origin'), t('chart.changed')].map(title => ({ title })),
    goalColumn(overview.goal),
  ]
  return markup`<h3>${t('report.best.lineage')}</h3><p>${t('report.best.lineageText')}</p>${table(t, t('report.best.lineage'), columns, rows)}${showing(t, shownTurns.length, line.length)}`
}
