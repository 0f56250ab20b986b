import { goalLabel } from '../../core/i18n/metric-label.ts'
import { instanceOf, repeatedTrainings, valueBasis } from '../../core/study/trainings.ts'
import { engineDevice } from '../../core/machine/engine.ts'
import { parseFileKind } from '../../core/trial/trial-files.ts'
import { attemptCodeMessage } from '../../core/trial/trial.ts'
import { baselineMessage } from '../../core/study/baseline.ts'
import { testLooksMessage } from '../../core/study/test-looks.ts'
import { artifactName } from '../../analysis/summary/artifact-name.ts'
import { estimatedBestValues } from '../../core/study/estimated-best.ts'
import { ownValue } from '../../core/values/named-values.ts'
import { groupMetrics } from '../../analysis/curves/metric-groups.ts'
import { ensembleMessage, ensemblesOf, refitOf } from '../../analysis/summary/ensemble.ts'
import { dashes } from '../../charts/chart-model.ts'
import { curvesModel } from '../../charts/curves-model.ts'
import { changesText } from '../../charts/lineage-model.ts'
import { lineageOf } from '../../analysis/lineage/lineage.ts'
import { replicatesOf, sampleDeviation } from '../../analysis/summary/replicates.ts'
import { metricsAtStep, trialDurationMs } from '../../analysis/summary/summarize-study.ts'
import { isGradientMetric } from '../../core/trial/metric-value.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import type { Curve, ParameterValue, TrialRecord } from '../../core/trial/trial.ts'
import { formatBytes, formatMetric } from '../../core/i18n/format-number.ts'
import { formatDuration } from '../../core/i18n/format-time.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import { networkRows, totalText } from '../../analysis/network-picture.ts'
import type { NetworkSketch } from '../../core/models/network-sketch.ts'
import type { Block, Cell, Figure, Inline } from '../blocks/blocks.ts'
import { smallChart } from '../blocks/chart-blocks.ts'
import {
  code,
  descriptionList,
  heading,
  lines,
  note,
  nothing,
  paragraph,
  showing,
  table,
  trialLink,
} from '../blocks/make-blocks.ts'
import { goalColumn, metricText, parameterText } from '../blocks/values.ts'

const MAX_CHARTS = 6
/** Of a longer lineage, the last ones. */
const MAX_TURNS = 30

/** Everything about the best trial: enough to train it again by hand. */
export const bestSection: SectionDefinition<'best'> = {
  id: 'best',
  heading: 'report.best.heading',
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, overview } = context
  const { best } = overview
  if (best === null) {
    const reason = overview.infeasible > 0 ? 'report.best.noneFeasible' : 'report.best.none'
    return [nothing(t(reason))]
  }
  return [
    trialProperties(context, best),
    {
      kind: 'columns',
      columns: [
        [heading(t('report.best.parameters')), parameterTable(context, best)],
        [heading(t('report.best.metrics')), ...metricTables(context, best)],
      ],
    },
    ...metricCharts(context, best),
    ...fileList(context, best),
    ...lineagePart(context, best),
    ...(context.network == null ? [] : [networkFigure(context, context.network)]),
  ]
}

function trialProperties(context: ReportContext, best: TrialRecord): Block {
  const { t, language, headline } = context
  const engine = best.attempts.at(-1)?.engine ?? null
  const programCode = best.attempts.at(-1)?.code
  const repeats = headline?.trainings?.by ?? 'replicates'
  return descriptionList([
    [t('report.best.number'), trialLink(best, t('report.trial.title', { number: best.number }))],
    ...goalValues(context, best),
    [t('report.best.likely'), likelyText(context)],
    [
      t('baseline.title'),
      headline?.baseline === undefined
        ? null
        : t.format(
            baselineMessage(
              context.overview.goals[0]?.metric ?? '',
              best.number,
              headline.baseline,
            ),
          ),
    ],
    [t('report.best.end'), best.reason === null ? null : t.format(best.reason)],
    [t('report.best.duration'), formatDuration(trialDurationMs(best), language)],
    [t('report.best.seed'), code(String(best.seed))],
    [
      t('report.best.proposed'),
      [
        best.provenance.sampler === 'person' ? t('chart.person') : code(best.provenance.sampler),
        ` · ${t.format(best.provenance.reason)}`,
      ],
    ],
    [
      t('report.best.engine'),
      engine === null ? null : [code(engine.name), ` · ${t.format(engineDevice(engine))}`],
    ],
    [t('report.best.code'), programCode == null ? null : t.format(attemptCodeMessage(programCode))],
    [t('report.best.attempts'), best.attempts.length > 1 ? best.attempts.length : null],
    [t(`report.best.${repeats}`), replicateValues(context, best)],
  ])
}

/** What it is judged by, which with several trainings no metric of its first one is. */
function goalValues(
  { t, overview, snapshot }: ReportContext,
  best: TrialRecord,
): [string, Inline][] {
  const basis = valueBasis(repeatedTrainings(snapshot.study.specification), best)
  return overview.goals.map((goal, index) => {
    const value = metricText(best.values[index] ?? Number.NaN)
    return [goalLabel(goal), basis === null ? value : [value, ` · ${t.format(basis)}`]]
  })
}

/** Its files with their hashes, which nobody reads before its parameters. */
function fileList({ t, snapshot }: ReportContext, best: TrialRecord): readonly Block[] {
  const files = snapshot.artifacts.filter(
    ({ trialNumber, kind }) =>
      trialNumber === best.number && parseFileKind(kind)?.isPreview !== true,
  )
  if (files.length === 0) return []
  return [
    descriptionList([
      [
        t('report.best.files'),
        lines(
          files.map(({ kind, bytes, sha256 }) => [
            `${artifactName(kind, t)} · ${formatBytes(bytes)} · SHA-256 `,
            code(sha256),
          ]),
        ),
      ],
    ]),
  ]
}

/** The trial that is probably better than the best, if there is one. */
function likelyText({ t, snapshot, headline }: ReportContext): Inline {
  const values = estimatedBestValues(headline?.estimatedBest)
  const likely = snapshot.trials.find(({ number }) => number === values?.likely)
  if (likely === undefined || values === null) return null
  const text = t('report.best.likelyText', values)
  return [trialLink(likely, t('report.trial.title', { number: likely.number })), ` · ${text}`]
}

/** The values of each training, goal by goal; nothing with a single one. */
function replicateValues({ t, overview, snapshot }: ReportContext, best: TrialRecord): Inline {
  const replicates = replicatesOf(snapshot.events, best.number)
  if (replicates.length === 0) return null
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

function parameterTable({ t, snapshot }: ReportContext, best: TrialRecord): Block {
  const names = Object.keys(snapshot.study.specification.space)
  const values = names.map(name => ownValue(best.parameters, name))
  return table(
    t,
    t('report.best.parameters'),
    ['parameter', { title: t('report.column.value'), breaks: true }, '#exact'],
    names.map((name, index) => {
      const value = values[index]
      return value === undefined
        ? [code(name), t('report.value.inactive'), '']
        : [code(name), parameterText(value), exactValue(value)]
    }),
    row => (values[row] === undefined ? 'inactive' : null),
  )
}

/** The value with all its digits where the table shows fewer. */
function exactValue(value: ParameterValue): Inline {
  return String(value) === parameterText(value) ? '' : code(String(value))
}

function metricTables(
  { t, snapshot, overview, headline }: ReportContext,
  best: TrialRecord,
): readonly Block[] {
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
      : []
  const testMetrics = headline?.testMetrics ?? null
  const { testLooks: looks = null, testModel = null, testGap = null } = headline ?? {}
  const testOnce = [
    t('report.best.testOnce'),
    ...(testModel === null ? [] : [t('report.best.testModel', { model: testModel })]),
    ...(testGap === null ? [] : [t.format(testGap)]),
    ...(looks === null ? [] : [t.format(testLooksMessage(looks))]),
  ].join(t('report.sentence.space'))
  const atStep = (name: 'bestStepValue' | 'lastStepValue', step: number) => ({
    title: t(`report.column.${name}`, { step }),
    numeric: true,
  })
  const metricTable = table(
    t,
    t('report.best.metrics'),
    [
      'metric',
      bestStep === null ? '#value' : atStep('bestStepValue', bestStep),
      lastStep === null ? '#last' : atStep('lastStepValue', lastStep),
    ],
    [...goalRows, ...rows],
  )
  return [
    metricTable,
    ...ofFirst,
    ...(testMetrics === null ? [] : measured(t, t('report.best.test'), testMetrics, testOnce)),
    ...refitTable(t, snapshot.events, best.number),
    ...ensembleTables(t, snapshot),
  ]
}

/** Measured values under a heading. */
function measured(
  t: Translate,
  title: string,
  metrics: Readonly<Record<string, number>>,
  remark: string,
): readonly Block[] {
  const rows = Object.entries(metrics).map(([name, value]) => [code(name), metricText(value)])
  return [heading(title), table(t, title, ['metric', '#value'], rows), ...note(remark)]
}

/** The test split of the best trial's refitted model; nothing if there is none. */
function refitTable(
  t: Translate,
  events: StudySnapshot['events'],
  number: number,
): readonly Block[] {
  const metrics = refitOf(events, number)
  if (metrics === null) return []
  return measured(t, t('report.best.refit'), metrics, t('report.best.refitText'))
}

/** Metrics of trials that predicted together, on both splits. */
function ensembleTables(t: Translate, { events, study }: StudySnapshot): readonly Block[] {
  const { folds, replicates } = study.specification
  return ensemblesOf(events).flatMap(ensemble => {
    const remark = [
      t('report.best.ensembleMembers', { ensemble: ensembleMessage(ensemble) }),
      ...(ensemble.folds > 1 ? [t('folds.pooled', { folds, by: replicates.value })] : []),
    ].join(t('report.sentence.space'))
    return measured(t, t('report.best.ensemble'), ensemble.metrics, remark)
  })
}

/** Metrics of one kind, e.g. the losses of training and validation, in one chart. */
function metricCharts(context: ReportContext, best: TrialRecord): readonly Block[] {
  const { t, overview } = context
  const all = groupMetrics(Object.keys(best.metrics).filter(name => !isGradientMetric(name)))
  const groups = all.slice(0, MAX_CHARTS)
  const cells = groups.flatMap((group): Cell[] => {
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
    const chart = smallChart(model, summary)
    if (chart.kind === 'nothing') return []
    return [{ title: null, legend: model, chart, notes: model.notes }]
  })
  if (cells.length === 0) return []
  return [
    heading(t('report.best.charts')),
    { kind: 'cells', cells },
    ...showing(t, groups.length, all.length),
  ]
}

/** How its training came about, where it went on from another trial's checkpoint. */
function lineagePart(
  { t, snapshot, overview }: ReportContext,
  best: TrialRecord,
): readonly Block[] {
  // A record may leave trials out; numbers stay.
  const byNumber: TrialRecord[] = []
  for (const trial of snapshot.trials) byNumber[trial.number] = trial
  const line = lineageOf(byNumber, best.number)
  if (line.length < 2) return []
  const shownTurns = line.slice(-MAX_TURNS)
  const rows = shownTurns.map(turn => [
    trialLink(byNumber[turn.number] ?? best, String(turn.number)),
    `${turn.from} – ${turn.until}`,
    t(`chart.origin.${turn.mode}`),
    changesText(turn),
    metricText(turn.value),
  ])
  return [
    heading(t('report.best.lineage')),
    paragraph(t('report.best.lineageText')),
    table(
      t,
      t('report.best.lineage'),
      [
        'trial',
        { title: t('chart.step') },
        { title: t('chart.origin') },
        { title: t('chart.changed') },
        goalColumn(overview.goal),
      ],
      rows,
    ),
    ...showing(t, shownTurns.length, line.length),
  ]
}

/** The picture of a network with its parameters and its cost. */
function networkFigure({ t }: ReportContext, sketch: NetworkSketch): Figure {
  const summary = totalText(sketch, t)
  const layers = table(
    t,
    summary,
    [
      { title: t('network.layer') },
      { title: t('network.output') },
      { title: t('network.parameters'), numeric: true },
      { title: t('network.multiplyAdds'), numeric: true },
    ],
    networkRows(sketch, t).map(({ label, shape, parameterCount, multiplyAdds }) => [
      label,
      shape.join(' × '),
      parameterCount,
      multiplyAdds,
    ]),
  )
  const drawing = { kind: 'network', sketch } as const
  return { kind: 'figure', summary, drawing, legend: null, notes: [], table: [layers] }
}
