import { isCalibrated } from '../analysis/errors/calibration.ts'
import type {
  CalibrationBin,
  ClassCurves,
  ErrorAnalysis,
  ErrorSlices,
  RowContent,
  RowError,
  SliceName,
  ValueErrors,
} from '../core/questions/error-analysis.ts'
import { type MessageDescriptor, msg } from '../core/errors/message.ts'
import {
  formatCount,
  formatDataCell,
  formatDataNumber,
  formatDeviation,
  formatMetric,
  formatNumber,
} from '../core/i18n/format-number.ts'
import type { StudySpecification } from '../core/study/study-specification.ts'
import { metricLabel } from '../core/i18n/metric-label.ts'
import { deviationBasis } from '../core/study/trainings.ts'
import type { Translate } from '../core/i18n/translate.ts'
import {
  band,
  type ChartModel,
  dashes,
  dots,
  emptyChart,
  line,
  type Mark,
  pointsOf,
} from './chart-model.ts'

/** Curves over all thresholds of a class's probability. */
export const curveKinds = ['roc', 'precisionRecall', 'gain', 'lift'] as const
export type CurveKind = (typeof curveKinds)[number]

/** Slices in the chart; its table has all. */
const MAX_SLICES = 20
const whole = { low: 0, high: 1 }

/** One kind of curve of every class that has one. */
export function errorCurveModel(
  curves: readonly ClassCurves[],
  kind: CurveKind,
  t: Translate,
): ChartModel {
  const [x, y] = [t(`errors.axis.${kind}.x`), t(`errors.axis.${kind}.y`)]
  const drawn = curves.filter(curve => curve[kind].x.length > 0)
  if (drawn.length === 0) return emptyChart(t('errors.oneSide'), x, y)
  const chance: Mark[] =
    kind === 'precisionRecall'
      ? []
      : [
          line(
            t('errors.chance'),
            'quiet',
            kind === 'lift' ? pointsOf([0, 1], [1, 1]) : pointsOf([0, 1], [0, 1]),
            { dash: 2 },
          ),
        ]
  return {
    x: { title: x, scale: 'linear', unit: 'share', range: whole },
    y: {
      title: y,
      scale: 'linear',
      ...(kind === 'lift' ? {} : ({ unit: 'share', range: whole } as const)),
    },
    marks: [
      ...chance,
      ...drawn.map((curve, index) =>
        line(curve.name, index, pointsOf(curve[kind].x, curve[kind].y), {
          dash: index % dashes.length,
        }),
      ),
    ],
    table: {
      columns: [
        t('errors.class'),
        t('errors.rows'),
        t('errors.area'),
        t('errors.averagePrecision'),
      ],
      units: [undefined, 'whole', 'metric', 'metric'],
      rows: curves.map(({ name, rows, area, averagePrecision }) => [
        name,
        rows,
        area,
        averagePrecision,
      ]),
    },
    empty: null,
    notes: [],
  }
}

/** The share of rows that are right by the probability that the model gives them, with its interval. */
export function calibrationModel(bins: readonly CalibrationBin[], t: Translate): ChartModel {
  const points = bins.map(({ confidence, right, rows }) => ({
    x: confidence,
    y: right,
    text: t('errors.bin', { confidence: percent(confidence), right: percent(right), rows }),
  }))
  return {
    x: { title: t('errors.confidence'), scale: 'linear', unit: 'share', range: whole },
    y: { title: t('errors.right'), scale: 'linear', unit: 'share', range: whole },
    marks: [
      line(t('errors.perfect'), 'quiet', pointsOf([0, 1], [0, 1]), { dash: 2 }),
      band(
        t('errors.interval'),
        'accent',
        bins.map(({ confidence, interval: [low, high] }) => ({ x: confidence, low, high })),
      ),
      line('', 'accent', points),
      dots(t('errors.right'), 'accent', points),
    ],
    table: {
      columns: [
        t('errors.confidence'),
        t('errors.right'),
        t('errors.low'),
        t('errors.high'),
        t('errors.rows'),
      ],
      units: ['metric', 'metric', 'metric', 'metric', 'whole'],
      rows: bins.map(({ confidence, right, interval: [low, high], rows }) => [
        confidence,
        right,
        low,
        high,
        rows,
      ]),
    },
    empty: bins.length === 0 ? t('errors.noRows') : null,
    notes: [],
  }
}

/** Errors of numbers by what was predicted. */
export function residualModel(
  { points, quantiles, target }: ValueErrors,
  t: Translate,
): ChartModel {
  // Among thousands of dots nobody looks up the number of a row; what it was, says more.
  const markPoints = points.map(({ prediction, error }) => ({
    x: prediction,
    y: error,
    text: t('errors.residual', {
      target: formatNumber(prediction - error),
      prediction: formatNumber(prediction),
      error: formatNumber(error),
    }),
  }))
  const ends = [markPoints.reduce((a, { x }) => Math.min(a, x), Infinity)]
  ends.push(markPoints.reduce((a, { x }) => Math.max(a, x), -Infinity))
  return {
    x: { title: t('errors.predicted', { target }), scale: 'linear' },
    y: { title: t('errors.error'), scale: 'linear' },
    marks: [
      line('', 'quiet', markPoints.length === 0 ? [] : pointsOf(ends, [0, 0]), { dash: 2 }),
      dots(t('errors.row'), 'accent', markPoints, 'circle'),
    ],
    table: {
      columns: [t('errors.quantile'), t('errors.error')],
      units: ['metric', 'metric'],
      rows: quantiles.map(({ share, error }) => [share, error]),
    },
    empty: markPoints.length === 0 ? t('errors.noRows') : null,
    notes: [],
  }
}

/** Slices of all columns, by their error: in the chart those whose interval lies highest, so that no slice of few rows is among them by chance. */
export function slicesModel(
  { slices, slicedColumns, classes }: Pick<ErrorAnalysis, 'slices' | 'slicedColumns' | 'classes'>,
  t: Translate,
): ChartModel {
  const unit = classes === null ? undefined : ('share' as const)
  const title = t(classes === null ? 'errors.meanError' : 'errors.wrongShare')
  const all = slices.flatMap(column =>
    column.slices.map(slice => ({
      ...slice,
      name: t('errors.slice', { column: columnName(column, t), slice: sliceName(slice.name, t) }),
    })),
  )
  const sorted = all.toSorted((a, b) => b.error - a.error)
  const drawn = new Set(all.toSorted((a, b) => b.interval[0] - a.interval[0]).slice(0, MAX_SLICES))
  const shownSlices = sorted.filter(slice => drawn.has(slice))
  const bars = (isWorse: boolean): Mark => ({
    kind: 'bars',
    tone: isWorse ? 'failed' : 'accent',
    name: t(isWorse ? 'errors.worse' : 'errors.notWorse'),
    bars: shownSlices.flatMap((slice, row) =>
      slice.isWorse === isWorse ? [{ row, value: slice.error, interval: slice.interval }] : [],
    ),
  })
  return {
    x: { title, scale: 'linear', ...(unit && { unit }) },
    y: { title: '', scale: 'rows', rows: shownSlices.map(({ name }) => name) },
    marks: [bars(true), bars(false)],
    table: {
      columns: [t('errors.sliceOf'), t('errors.rows'), title, t('errors.low'), t('errors.high')],
      units: [undefined, 'whole', 'metric', 'metric', 'metric'],
      rows: sorted.map(({ name, rows, error, interval: [low, high] }) => [
        name,
        rows,
        error,
        low,
        high,
      ]),
    },
    empty: all.length === 0 ? t('errors.noSlices') : null,
    notes: [
      ...(shownSlices.length < all.length
        ? [t('app.showing', { shown: shownSlices.length, total: all.length })]
        : []),
      ...(slices.length < slicedColumns
        ? [t('errors.columnsShown', { shown: slices.length, count: slicedColumns })]
        : []),
      t('errors.manySlices'),
    ],
  }
}

/** The figures of the whole set, with their names. */
export function errorFigures(
  { classes, values, rows, folds, judged }: ErrorAnalysis,
  objective: StudySpecification['objective'] | null,
  t: Translate,
): readonly (readonly [name: string, text: string])[] {
  const { basis } = judged
  const judgedFigures = judged.goals.map(({ metric, value, deviation }) => {
    const remark = basis === null || deviation === null ? basis : deviationBasis(basis)
    const label = metricLabel(metric, objective, t)
    const name = remark === null ? label : t('list.remark', { text: label, remark })
    const text = [
      formatMetric(value),
      ...(deviation === null
        ? []
        : [t('trainings.deviation', { deviation: formatDeviation(deviation, value) })]),
    ]
    return [name, text.join(' ')] as const
  })
  const pooled = (name: string): string =>
    folds === 1 ? name : t('errors.pooled', { name, folds })
  if (classes !== null) {
    const { wrong, logLoss, brier, calibrationError } = classes
    return [
      ...judgedFigures,
      [t('errors.rows'), formatCount(rows)],
      [pooled(t('errors.wrong')), wrongText(wrong, rows)],
      [pooled(t('errors.logLoss')), formatMetric(logLoss)],
      [pooled(t('errors.brier')), formatMetric(brier)],
      [pooled(t('errors.calibrationError')), formatMetric(calibrationError)],
    ]
  }
  if (values === null) return []
  return [
    ...judgedFigures,
    [t('errors.rows'), formatCount(rows)],
    [pooled(t('errors.bias')), formatMetric(values.bias)],
    [pooled(t('errors.absolute')), formatMetric(values.absolute)],
    [pooled(t('errors.rootMeanSquare')), formatMetric(values.rootMeanSquare)],
  ]
}

function wrongText(wrong: number, rows: number): string {
  return rows === 0
    ? formatCount(wrong)
    : `${formatCount(wrong)} (${(100 * (wrong / rows)).toFixed(1)} %)`
}

type Cells = Extract<RowContent, { readonly kind: 'cells' }>['cells']

/** Cells of a row as one text: `id 17 (identifies the row) · listed 18/04/2023 · area missing`. @param limit cells; further ones become an ellipsis */
export function cellsText(cells: Cells, limit: number, t: Translate, separator = ', '): string {
  const texts = cells.slice(0, limit).map(({ name, value, isIdentifying }) => {
    const text = `${name} ${value === null ? t('errors.missing') : formatDataCell(value)}`
    return isIdentifying === true
      ? t('list.remark', { text, remark: t('errors.identifies') })
      : text
  })
  const joined = texts.join(separator)
  return texts.length < cells.length ? `${joined} …` : joined
}

/** Where rows stand: the line of a table, the file, or the number of the row from 1 where nobody can tell. */
export function rowNames(
  rows: readonly Pick<RowError, 'row' | 'source'>[],
  t: Translate,
): { readonly head: string; readonly names: readonly string[] } {
  const [first] = rows
  const head = t(first?.source == null ? 'errors.row' : `errors.${first.source.kind}`)
  const names = rows.map(({ row, source }) => {
    if (source === null) return String(row + 1)
    return source.kind === 'file' ? source.name : String(source.line)
  })
  return { head, names }
}

/** Says of a list that is shorter than it might be why it is, and of an empty one why there is nothing. */
export function worstRowsNote(
  { classes, rows }: ErrorAnalysis,
  shown: number,
): MessageDescriptor | null {
  if (classes === null) return null
  if (classes.wrong === 0) return msg('errors.noneWrong', { rows })
  return shown < classes.wrong
    ? msg('app.showing', { shown, total: classes.wrong })
    : msg('errors.allWrong', { count: classes.wrong })
}

export function columnName(
  { column, derived }: Pick<ErrorSlices, 'column' | 'derived'>,
  t: Translate,
): string {
  const key = `errors.column.${column}`
  return derived && t.has(key) ? t(key) : column
}

export function sliceName(name: SliceName, t: Translate): string {
  switch (name.kind) {
    case 'category':
      return name.name
    case 'range':
      return name.low === name.high
        ? formatDataNumber(name.low)
        : `${formatDataNumber(name.low)} – ${formatDataNumber(name.high)}`
    case 'others':
    case 'missing':
      return t(`errors.${name.kind}`)
  }
}

function percent(share: number): number {
  return Math.round(share * 1_000) / 10
}

/** A model that contradicts most labels knows too little to judge them. */
function isBeyondJudging(rows: number, suspected: number): boolean {
  return 2 * suspected > rows
}

/** The costliest and the surest errors, without rows whose labels are suspected: those stand in a list of their own. */
export function otherErrors(analysis: ErrorAnalysis): {
  readonly worst: readonly RowError[]
  readonly confident: readonly RowError[]
} {
  const suspected = new Set((suspectedLabels(analysis)?.rows ?? []).map(({ row }) => row))
  const others = (rows: readonly RowError[]): RowError[] =>
    rows.filter(({ row }) => !suspected.has(row))
  return { worst: others(analysis.worst), confident: others(analysis.classes?.confident ?? []) }
}

/** Rows whose labels are suspected, and what is said about them; none of a model that knows too little, or is not calibrated. */
export function suspectedLabels({ rows, classes }: ErrorAnalysis): {
  readonly help: MessageDescriptor
  readonly rows: readonly RowError[]
  readonly total: number
} | null {
  if (classes === null) return null
  const { suspected, expected, rows: listed } = classes.labels
  if (isBeyondJudging(rows, suspected))
    return { help: msg('errors.labelsBeyond', { rows, suspected }), rows: [], total: 0 }
  if (!isCalibrated(classes.calibrationError)) {
    const percent = Math.round(100 * classes.calibrationError)
    return { help: msg('errors.labelsUncalibrated', { percent }), rows: [], total: 0 }
  }
  if (suspected === 0) return { help: msg('errors.noSuspected'), rows: [], total: 0 }
  const help =
    expected === null
      ? msg('errors.help.labelsUntold', { rows, suspected })
      : msg('errors.help.labels', {
          rows,
          suspected,
          expected: Math.round(expected),
          precision: Math.round((100 * expected) / suspected),
        })
  return { help, rows: listed.slice(0, suspected), total: suspected }
}

/** Heads and cells of what a model says of rows: of classes with their probability and loss, of numbers with the residual. */
export function rowFigures(
  rows: readonly Pick<RowError, 'confidence' | 'loss'>[],
  t: Translate,
): { readonly heads: readonly string[]; readonly cells: readonly (readonly string[])[] } {
  const areClasses = rows.some(({ confidence }) => confidence !== null)
  return {
    heads: areClasses
      ? [t('errors.confidence'), t('errors.column.loss')]
      : [t('errors.column.residual')],
    cells: rows.map(({ confidence, loss }) => [
      ...(areClasses ? [confidence === null ? '–' : formatMetric(confidence)] : []),
      formatMetric(loss),
    ]),
  }
}
