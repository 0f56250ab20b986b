import { rankForDrawing } from '../core/trial/ranking.ts'
import { axisPosition, type ParameterAxis } from '../analysis/parallel/parameter-axis.ts'
import { axisValue } from '../analysis/parallel/narrow-space.ts'
import type { ChartTrial } from '../analysis/history/progress.ts'
import {
  type Bar,
  type ChartModel,
  emptyChart,
  type MarkPoint,
  line,
  titles,
} from './chart-model.ts'
import { type GoalQuestion } from './goal-values.ts'
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
}: GoalQuestion & { readonly of: ChartTrial; readonly axis: ParameterAxis }): ChartModel {
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
  const better = sharesAlong(axis, ranked.slice(0, good))
  const others = sharesAlong(axis, ranked.slice(good))
  const name = `${t('chart.trial')} ${of.number}`
  const proposed = axisNumber(axis, of)
  const shared = {
    table: {
      columns: [axis.name, ...titles(t, 'betterQuarter', 'others')],
      rows: better.map(({ x, y }, at) => [
        axis.kind === 'categorical' ? String(axis.values[x]) : x,
        y,
        others[at]?.y ?? null,
      ]),
    },
    empty: null,
    notes: proposed === null ? [t('chart.notInTrial', { trial: of.number })] : [],
  }
  if (axis.kind === 'categorical') {
    const bars = (points: readonly MarkPoint[], index: number): Bar[] =>
      points.map(({ x, y }) => ({ row: x, value: y, groupPosition: [index, 2] }))
    const rows = axis.values.map((value, row) =>
      row === proposed
        ? t('chart.proposed', { value: String(value), trial: of.number })
        : String(value),
    )
    return {
      x: { title: t('chart.share'), scale: 'linear', unit: 'share' },
      y: { title: axis.name, scale: 'rows', rows },
      marks: [
        { kind: 'bars', name: t('chart.betterQuarter'), tone: 'best', bars: bars(better, 0) },
        { kind: 'bars', name: t('chart.others'), tone: 'quiet', bars: bars(others, 1) },
      ],
      ...shared,
    }
  }
  return {
    x: parameterChartAxis(axis),
    y: { title: t('chart.share'), scale: 'linear', unit: 'share' },
    marks: [
      line(t('chart.betterQuarter'), 'best', better),
      line(t('chart.others'), 'quiet', others),
      {
        kind: 'rules',
        name,
        tone: 'accent',
        rules: proposed === null ? [] : [{ x: proposed, text: name }],
      },
    ],
    ...shared,
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
