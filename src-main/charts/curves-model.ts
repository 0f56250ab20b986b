import { hasHole } from '../analysis/curves/curve-hole.ts'
import { thinEvenly, thinPoints } from '../analysis/curves/thin-points.ts'
import type { CurveBands } from '../core/questions/analysis.ts'
import type { Translate } from '../core/i18n/translate.ts'
import type { Goal } from '../core/study/study-specification.ts'
import type { Curve } from '../core/trial/trial.ts'
import {
  bandOf,
  type ChartModel,
  type ChartTable,
  isDrawn,
  type Mark,
  type MarkPoint,
  pointsOf,
  type Tone,
  line,
  band,
  titles,
} from './chart-model.ts'
import { type AxisWish, valueAxis } from './goal-values.ts'

/** Points that a curve keeps; one with gaps keeps as many between them, up to the second number. */
const MAX_POINTS = 200
const MAX_POINTS_OF_CURVE = 4_000
/** Stretches between values that are not finite; of more, as many are drawn, evenly. */
const MAX_STRETCHES = 200
/** Curves start far from where they end; only what runs away for good is cut. */
const FENCE = 40

/** Curves that look alike and have one entry in the legend; later groups are drawn over earlier ones. */
export interface CurveGroup {
  readonly name: string
  readonly tone: Tone
  readonly dash?: number
  readonly curves: readonly GroupedCurve[]
}

export interface GroupedCurve extends Curve {
  readonly trial?: number
  readonly text?: string
  /** Of its trial; a curve of several may have lost steps in between. */
  readonly attempts?: number
}

/** Values over steps, or over whatever else counts up: one line for each curve, with gaps where a value is not finite. */
export function curvesModel(
  groups: readonly CurveGroup[],
  {
    x,
    metric,
    direction,
    t,
    table = { columns: [], rows: [] },
    empty = t('chart.noTrials'),
    ...wish
  }: AxisWish & {
    /** Default steps. */
    readonly x?: ChartModel['x']
    readonly metric: string
    /** Decides which side of the axis may be cut when a curve runs away. */
    readonly direction: Goal['direction']
    readonly t: Translate
    readonly table?: ChartTable
    readonly empty?: string
  },
): ChartModel {
  const values = groups.flatMap(({ curves }) => curves.flatMap(curve => curve.values))
  const y = valueAxis(metric, values, { direction, ...wish, t, fence: FENCE })
  let thinned = 0
  const holes = groups
    .flatMap(({ curves }) => curves)
    .filter(curve => (curve.attempts ?? 1) > 1 && hasHole(curve)).length
  const gaps = groups
    .flatMap(({ curves }) => curves)
    .filter(curve => curve.values.some(Number.isFinite) && !curve.values.every(Number.isFinite))
  const marks = groups.map(({ curves, ...group }): Mark => {
    const points = curves.flatMap(curve => {
      const runs = finiteRuns(curve)
      const most = Math.max(3, Math.min(MAX_POINTS, Math.floor(MAX_POINTS_OF_CURVE / runs.length)))
      const drawn = thinEvenly(runs, MAX_STRETCHES).map(run => thinPoints(run, most))
      if (countOf(drawn) < countOf(runs)) thinned++
      const { trial, text } = curve
      const pointFields = {
        ...(trial === undefined ? {} : { trial }),
        ...(text === undefined ? {} : { text }),
      }
      return drawn.flatMap(run => [
        ...run.map(point => ({ ...point, ...pointFields })),
        { x: run.at(-1)?.x ?? 0, y: Number.NaN },
      ])
    })
    return { kind: 'line', ...group, points }
  })
  return {
    x: x ?? { title: t('chart.step'), scale: 'linear', unit: 'whole' },
    y: y.axis,
    marks: marks.filter(isDrawn),
    table,
    empty: values.some(Number.isFinite) ? null : empty,
    notes: [
      ...y.notes,
      ...(thinned > 0 ? [t('chart.thinned', { count: thinned, points: MAX_POINTS })] : []),
      // A gap of a few steps among very many is too narrow to be seen.
      ...(gaps.length > 0 ? [t('chart.gaps', { count: gaps.length })] : []),
      ...(holes > 0 ? [t('chart.holes', { count: holes })] : []),
    ],
  }
}

/** Where each trial's curve began and ended. */
export function curveTable(groups: readonly CurveGroup[], t: Translate): ChartTable {
  return {
    columns: titles(t, 'trial', 'curve', 'first', 'last', 'lastStep'),
    units: ['trial', undefined, 'metric', 'metric', 'whole'],
    rows: groups
      .toReversed()
      .flatMap(({ name, curves }) =>
        curves.map(({ trial = null, steps, values }) => [
          trial,
          name,
          values[0] ?? null,
          values.at(-1) ?? null,
          steps.at(-1) ?? null,
        ]),
      ),
  }
}

function countOf(runs: readonly (readonly unknown[])[]): number {
  return runs.reduce((sum, run) => sum + run.length, 0)
}

/** Stretches of finite values. */
function finiteRuns({ steps, values }: Curve): MarkPoint[][] {
  const runs: MarkPoint[][] = []
  let run: MarkPoint[] = []
  for (let index = 0; index < steps.length; index++) {
    const [x, y] = [steps[index] as number, values[index] ?? Number.NaN]
    if (!Number.isFinite(y)) run = []
    else if (run.push({ x, y }) === 1) runs.push(run)
  }
  return runs
}

/** How a metric goes over steps: median, middle half and extremes of complete and of pruned trials, and the rungs of the pruner. */
export function curveBandsModel({
  answer,
  metric,
  direction,
  t,
  ...wish
}: AxisWish & {
  readonly answer: CurveBands
  readonly metric: string
  readonly direction: Goal['direction']
  readonly t: Translate
}): ChartModel {
  const { bands, rungs, leftOut } = answer
  const values = bands.flatMap(({ low, median, high }) => [...low, ...median, ...high])
  const y = valueAxis(metric, values, { direction, ...wish, t, fence: FENCE })
  const marks = bands.flatMap(({ state, group, trials, steps, counts, ...quantiles }, index) => {
    const tone = group !== undefined ? index : state === 'complete' ? 'accent' : 'pruned'
    const { low, lowerQuartile, median, upperQuartile, high } = quantiles
    const text = group ?? t(`state.${state}`)
    const name = t('list.remark', { text, remark: trials })
    // As far as all of them go; from there on it is the median of those that are left, which is drawn as such.
    const whole = state === 'pruned' ? steps.length : wholeLength(counts)
    const points = pointsOf(steps, median)
    const ranges = [
      band(t('chart.range'), tone, bandOf(steps, low, high)),
      band(t('chart.quartiles'), tone, bandOf(steps, lowerQuartile, upperQuartile)),
    ]
    return [
      // Areas of several groups would cover each other.
      ...(group === undefined ? ranges : ranges.slice(1)),
      line(name, tone, points.slice(0, whole)),
      ...(whole < steps.length
        ? [line('', tone, points.slice(Math.max(0, whole - 1)), { dash: 4 })]
        : []),
    ]
  })
  return {
    x: { title: t('chart.step'), scale: 'linear', unit: 'whole' },
    y: y.axis,
    marks: [
      ...marks,
      {
        kind: 'rules',
        name: '',
        tone: 'quiet',
        rules: rungs.map((x, rung) => ({ x, text: t('chart.rung', { rung }) })),
      },
    ],
    table: {
      columns: [
        ...titles(t, 'state', 'step', 'count', 'low'),
        '25 %',
        t('chart.median'),
        '75 %',
        t('chart.high'),
      ],
      rows: bands.flatMap(({ state, group, steps, counts, ...quantiles }) => {
        const { low, lowerQuartile, median, upperQuartile, high } = quantiles
        const columns = [counts, low, lowerQuartile, median, upperQuartile, high]
        return steps.map((at, index) => [
          group ?? t(`state.${state}`),
          at,
          ...columns.map(column => column[index] as number),
        ])
      }),
    },
    empty: bands.length === 0 ? t('chart.noCurves', { metric }) : null,
    notes: [
      ...y.notes,
      ...survivorNotes(bands, t),
      ...(leftOut > 0 ? [t('chart.leftOut', { count: leftOut })] : []),
    ],
  }
}

/** How many of the first steps all trials of a band reported, which may begin late. */
function wholeLength(counts: readonly number[]): number {
  const most = Math.max(...counts)
  return counts.lastIndexOf(most) + 1
}

/** Where fewer trials go on, a median is one of those that happened to. */
function survivorNotes(bands: CurveBands['bands'], t: Translate): string[] {
  return bands
    .filter(({ state }) => state === 'complete')
    .flatMap(({ group, counts }) => {
      const first = Math.max(...counts)
      const last = counts.at(-1) ?? first
      if (last >= first) return []
      return [
        group === undefined
          ? t('chart.survivors', { first, last })
          : t('chart.survivorsOf', { group, first, last }),
      ]
    })
}
