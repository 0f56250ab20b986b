import { goalLabel } from '../../core/i18n/metric-label.ts'
import { sliceModel } from '../../charts/slice-model.ts'
import { sliceBins, type SliceBin } from '../../analysis/parallel/slice-bins.ts'
import { rankForDrawing } from '../../core/trial/ranking.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'
import { formatMetric, formatNumber } from '../../core/i18n/format-number.ts'
import { roundTo } from '../../math/numbers.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import type { Block, Cell } from '../blocks/blocks.ts'
import { smallChart } from '../blocks/chart-blocks.ts'
import { code, nothing, table } from '../blocks/make-blocks.ts'
import { tag } from '../blocks/values.ts'

/** Points per chart; with more trials every k-th by rank is drawn. */
const MAX_POINTS = 600

/** One small chart per searched parameter: its value against the first goal. */
export const slicesSection: SectionDefinition<'slices'> = {
  id: 'slices',
  heading: 'report.slices.heading',
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, overview, snapshot } = context
  const ranked = rankForDrawing(snapshot.trials, overview.goal)
  if (ranked.length === 0 || overview.axes.length === 0) {
    const reason =
      overview.axes.length === 0 ? t('report.slices.nothingSearched') : t('report.parallel.none')
    return [nothing(reason)]
  }
  const drawn = thin(ranked, overview.best)
  const metric = goalLabel(overview.goal)
  const slices = overview.axes.map(axis => ({
    axis,
    model: sliceModel({
      trials: drawn,
      axis,
      goal: { ...overview.goal, index: 0 },
      log: 'auto',
      ...(overview.best === null ? {} : { best: overview.best.number }),
      t,
    }),
    inactive: ranked.filter(trial => !Object.hasOwn(trial.parameters, axis.name)).length,
  }))
  const [first] = slices
  const cells = slices.map(({ axis, model, inactive }): Cell => ({
    title: [
      code(axis.name),
      axis.kind === 'numeric' && axis.log ? [' ', tag(t('report.space.log'))] : null,
    ],
    legend: null,
    chart: smallChart(model, t('report.slices.chart', { metric, parameter: axis.name })),
    notes: inactive > 0 ? [t('report.slices.inactive', { count: inactive })] : [],
  }))
  return [
    {
      kind: 'figure',
      summary: t('report.slices.summary', { metric, count: overview.axes.length }),
      drawing: { kind: 'cells', cells },
      legend: first?.model ?? null,
      notes: [
        ...(first?.model.notes ?? []),
        ...(drawn.length < ranked.length
          ? [t('report.note.showing', { shown: drawn.length, count: ranked.length })]
          : []),
      ],
      table: [binTable(context, ranked)],
    },
  ]
}

function thin(ranked: readonly TrialRecord[], best: TrialRecord | null): readonly TrialRecord[] {
  if (ranked.length <= MAX_POINTS) return ranked
  const stride = ranked.length / MAX_POINTS
  const thinned = new Set<TrialRecord>(best === null ? [] : [best])
  for (
    let position = 0;
    thinned.size < MAX_POINTS && position < ranked.length;
    position += stride
  ) {
    const trial = ranked[Math.floor(position)]
    if (trial !== undefined) thinned.add(trial)
  }
  return ranked.filter(trial => thinned.has(trial))
}

function binTable({ t, overview }: ReportContext, ranked: readonly TrialRecord[]): Block {
  return table(
    t,
    t('report.slices.heading'),
    ['parameter', 'values', '#trials', '#low', '#median', '#high'],
    overview.axes.flatMap(axis =>
      sliceBins(axis, ranked).map(bin => [
        code(axis.name),
        rangeText(bin),
        bin.count,
        ...[bin.low, bin.median, bin.high].map(formatMetric),
      ]),
    ),
  )
}

function rangeText({ range }: SliceBin): string {
  return range.kind === 'value'
    ? range.value
    : `${formatNumber(roundTo(range.low, 4))} … ${formatNumber(roundTo(range.high, 4))}`
}
