import type { Translate } from '../i18n/translate.ts'
import { rankForDrawing } from '../contract/ranking.ts'
import { axisPosition, type ParameterAxis } from '../analysis/parallel/parameter-axis.ts'
import { axisValue } from '../analysis/parallel/narrow-space.ts'
import type { ChartTrial, GoalOf } from '../analysis/history/progress.ts'
import { type ChartModel, emptyChart, type MarkPoint } from './chart-model.ts'
import { axisNumber, parameterChartAxis } from './slice-model.ts'

/** Share of the earlier trials that counts as good. */
const GOOD_SHARE = 0.25
const BINS = 8
/** Earlier trials with a value that a distribution needs. */
const NEEDED = 8

/**
 * Where a proposal stands among what was known when it was made, along one parameter: how the values of the best quarter of
 * the earlier trials are distributed, and those of the others. True of every sampler, though only some look at it this way.
 */
export function proposalModel({
  trials,
  of,
  axis,
  goal,
  t,
}: {
  readonly trials: readonly ChartTrial[]
  readonly of: ChartTrial
  readonly axis: ParameterAxis
  readonly goal: GoalOf
  readonly t: Translate
}): ChartModel {
  const earlier = trials.filter(
    ({ number, finishedAtMs, state }) =>
      number !== of.number &&
      state === 'complete' &&
      finishedAtMs !== null &&
      finishedAtMs <= of.startedAtMs,
  )
  const ranked = rankForDrawing(earlier, goal).filter(
    trial => axisPosition(axis, trial.parameters) !== null,
  )
  if (ranked.length < NEEDED) {
    const counts = { trials: ranked.length, needed: NEEDED }
    return emptyChart(t('chart.tooFewTrials', counts), axis.name)
  }
  const good = Math.ceil(GOOD_SHARE * ranked.length)
  const lines = [
    { name: t('chart.betterQuarter'), tone: 'best' as const, of: ranked.slice(0, good) },
    { name: t('chart.others'), tone: 'quiet' as const, of: ranked.slice(good) },
  ].map(line => ({ ...line, points: sharesAlong(axis, line.of) }))
  const own = axisNumber(axis, of)
  return {
    x: parameterChartAxis(axis),
    y: { title: t('chart.share'), scale: 'linear', unit: 'share' },
    marks: [
      ...lines.map(({ name, tone, points }) => ({ kind: 'line' as const, name, tone, points })),
      {
        kind: 'rules',
        name: `${t('chart.trial')} ${of.number}`,
        tone: 'accent',
        rules: own === null ? [] : [{ x: own, text: `${t('chart.trial')} ${of.number}` }],
      },
    ],
    table: {
      columns: [axis.name, t('chart.betterQuarter'), t('chart.others')],
      rows: (lines[0]?.points ?? []).map(({ x, y }, at) => [
        axis.kind === 'categorical' ? String(axis.values[x]) : x,
        y,
        lines[1]?.points[at]?.y ?? null,
      ]),
    },
    empty: null,
    notes: own === null ? [t('chart.noneActive')] : [],
  }
}

/** Shares of trials in equal parts of an axis, or at each choice. */
function sharesAlong(axis: ParameterAxis, trials: readonly ChartTrial[]): MarkPoint[] {
  const count = axis.kind === 'categorical' ? axis.values.length : BINS
  const shares = Array.from({ length: count }, () => 0)
  for (const { parameters } of trials) {
    const position = axisPosition(axis, parameters) ?? 0
    const bin =
      axis.kind === 'categorical'
        ? Math.round(position * (count - 1))
        : Math.min(count - 1, Math.max(0, Math.floor(position * count)))
    shares[bin] = (shares[bin] ?? 0) + 1 / trials.length
  }
  return shares.map((y, bin) => ({
    x:
      axis.kind === 'categorical' ? bin : axisValue({ ...axis, whole: false }, (bin + 0.5) / count),
    y,
  }))
}
