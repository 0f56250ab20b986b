import type {
  ClassCurves,
  ClassErrors,
  CurvePoints,
  ErrorAnalysis,
  RowError,
  ValueErrors,
} from '../../core/questions/error-analysis.ts'
import type { StoredPredictions } from '../../core/models/stored-predictions.ts'
import { indexOfLargest, mean, SMALLEST_PROBABILITY } from '../../math/numbers.ts'
import { quantileSorted } from '../../math/statistics/quantile.ts'
import { thinPoints } from '../curves/thin-points.ts'
import { calibrationBins, calibrationError, isCalibrated } from './calibration.ts'
import { type RowColumn, sliceErrors } from './error-slices.ts'
import { findLabelErrors } from './label-errors.ts'
import { expectedWrongLabels } from './label-precision.ts'
import {
  areaUnder,
  averagePrecision,
  brierScore,
  gainCurve,
  precisionRecallCurve,
  rankRows,
  rocCurve,
} from './ranking-curves.ts'

/** Points of a curve that are drawn. */
const MAX_CURVE_POINTS = 200
/** Rows in the chart of residuals. */
const MAX_RESIDUALS = 2_000
/** Of more classes, the hardest. */
const MAX_CURVES = 6
const QUANTILES = [0.025, 0.25, 0.5, 0.75, 0.975]

/** True and predicted class, from 0. */
export type ConfusionCell = readonly [number, number]

export type RowsInError = Omit<
  ErrorAnalysis,
  | 'trial'
  | 'storedTrials'
  | 'judged'
  | 'droppedRows'
  | 'withoutData'
  | 'slices'
  | 'slicedColumns'
  | 'columns'
>

/**
 * The errors of kept predictions. Rows have no content yet.
 * @param limit rows in each list
 * @param cell true and predicted class: the list of the worst rows has these; absent: those that are wrong
 */
export function analyzeErrors(
  storedPredictions: StoredPredictions,
  limit: number,
  cell?: ConfusionCell,
): RowsInError {
  const { outputs, folds } = storedPredictions
  const shared = { folds, rows: storedPredictions.rows.length }
  return outputs.kind === 'classes'
    ? { ...shared, ...classErrors(storedPredictions, outputs.names, limit, cell) }
    : { ...shared, ...valueErrors(storedPredictions, outputs.target, limit) }
}

/** Slices of columns over the same rows, with the true class as a further column. */
export function analyzeSlices(
  storedPredictions: StoredPredictions,
  columns: readonly RowColumn[],
): Pick<ErrorAnalysis, 'slices' | 'slicedColumns'> {
  const { outputs, targets, predictions } = storedPredictions
  if (outputs.kind === 'value') {
    const errors = predictions.map((value, row) => Math.abs(value - (targets[row] as number)))
    return {
      slices: sliceErrors(columns, { errors, areShares: false }),
      slicedColumns: columns.length,
    }
  }
  const { names } = outputs
  const errors = targets.map((target, row) =>
    guessOf(predictions, row, names.length) === target ? 0 : 1,
  )
  const classColumn: RowColumn = {
    name: 'class',
    derived: true,
    kind: 'categorical',
    codes: targets,
    names,
  }
  const all = [classColumn, ...columns]
  return { slices: sliceErrors(all, { errors, areShares: true }), slicedColumns: all.length }
}

function guessOf(probabilities: Float64Array, row: number, classes: number): number {
  return indexOfLargest(probabilities, row * classes, classes)
}

function classErrors(
  { rows, targets, predictions }: StoredPredictions,
  names: readonly string[],
  limit: number,
  cell: ConfusionCell | undefined,
): Pick<RowsInError, 'classes' | 'values' | 'worst'> {
  const classes = names.length
  const guesses = targets.map((_, row) => guessOf(predictions, row, classes))
  const sureness = guesses.map((guess, row) => predictions[row * classes + guess] as number)
  const losses = targets.map(
    (target, row) =>
      -Math.log(Math.max(SMALLEST_PROBABILITY, predictions[row * classes + target] as number)),
  )
  const rowError = (at: number): RowError => ({
    row: rows[at] as number,
    target: names[targets[at] as number] ?? '',
    prediction: names[guesses[at] as number] ?? '',
    confidence: sureness[at] as number,
    loss: losses[at] as number,
    content: null,
    source: null,
  })
  const isRight = Uint8Array.from(guesses, (guess, row) => (guess === targets[row] ? 1 : 0))
  const indices = Array.from(rows.keys())
  const wrong = indices.filter(at => isRight[at] === 0)
  const by = (values: Float64Array) => (a: number, b: number) =>
    (values[b] as number) - (values[a] as number) || a - b
  const confusion = names.map(() => names.map(() => 0))
  for (const [at, guess] of guesses.entries()) {
    const counts = confusion[targets[at] as number]
    if (counts !== undefined) counts[guess] = (counts[guess] ?? 0) + 1
  }
  const shown =
    cell === undefined
      ? wrong
      : indices.filter(at => targets[at] === cell[0] && guesses[at] === cell[1])
  const labels = findLabelErrors(predictions, targets, classes)
  const calibration = calibrationBins(sureness, isRight)
  const expectedCalibrationError = calibrationError(calibration)
  const summary: ClassErrors = {
    names,
    wrong: wrong.length,
    confusion,
    logLoss: mean(losses),
    brier: brierScore(predictions, targets),
    calibrationError: expectedCalibrationError,
    calibration,
    curves: curvesOf(predictions, targets, names),
    confident: wrong.toSorted(by(sureness)).slice(0, limit).map(rowError),
    labels: {
      estimate: labels.estimate,
      suspected: labels.suspected,
      expected: isCalibrated(expectedCalibrationError)
        ? expectedWrongLabels(
            predictions,
            targets,
            classes,
            labels.order.slice(0, labels.suspected),
          )
        : null,
      rows: labels.order.slice(0, limit).map(rowError),
    },
  }
  return {
    classes: summary,
    values: null,
    worst: shown.toSorted(by(losses)).slice(0, limit).map(rowError),
  }
}

function curvesOf(
  probabilities: Float64Array,
  labels: Float64Array,
  names: readonly string[],
): ClassCurves[] {
  const classes = names.length
  // Of two classes the first has the same curves, mirrored.
  const chosen = classes === 2 ? [1] : Array.from(names.keys())
  const all = chosen.map((index): ClassCurves => {
    const isPositive = Uint8Array.from(labels, label => (label === index ? 1 : 0))
    const scores = Float64Array.from(
      labels,
      (_, row) => probabilities[row * classes + index] as number,
    )
    const ranking = rankRows(scores, isPositive)
    const roc = rocCurve(ranking)
    const curve = precisionRecallCurve(ranking)
    const { rowShare, gain, lift } = gainCurve(ranking)
    return {
      name: names[index] ?? '',
      rows: isPositive.reduce((count, value) => count + value, 0),
      area: areaUnder(roc.falsePositiveRate, roc.truePositiveRate),
      averagePrecision: averagePrecision(curve),
      roc: drawn(roc.falsePositiveRate, roc.truePositiveRate),
      precisionRecall: drawn(curve.recall.toReversed(), curve.precision.toReversed()),
      gain: drawn(rowShare, gain),
      lift: drawn(rowShare, lift),
    }
  })
  const hardness = (area: number): number => (Number.isNaN(area) ? 2 : area)
  return all.toSorted((a, b) => hardness(a.area) - hardness(b.area)).slice(0, MAX_CURVES)
}

function drawn(x: Float64Array, y: Float64Array): CurvePoints {
  const points = Array.from(x, (at, index) => ({ x: at, y: y[index] as number }))
  if (points.some(point => Number.isNaN(point.x) || Number.isNaN(point.y))) return { x: [], y: [] }
  const thinned = thinPoints(points, MAX_CURVE_POINTS)
  return { x: thinned.map(point => point.x), y: thinned.map(point => point.y) }
}

function valueErrors(
  { rows, targets, predictions }: StoredPredictions,
  target: string,
  limit: number,
): Pick<RowsInError, 'classes' | 'values' | 'worst'> {
  const errors = predictions.map((prediction, at) => prediction - (targets[at] as number))
  const sorted = Float64Array.from(errors).sort()
  const indices = Array.from(rows.keys())
  const step = Math.ceil(indices.length / MAX_RESIDUALS)
  const values: ValueErrors = {
    target,
    bias: mean(errors),
    absolute: mean(errors.map(Math.abs)),
    rootMeanSquare: Math.sqrt(mean(errors.map(error => error ** 2))),
    points: indices
      .filter(at => at % step === 0)
      .map(at => ({
        row: rows[at] as number,
        prediction: predictions[at] as number,
        error: errors[at] as number,
      })),
    quantiles: QUANTILES.map(share => ({ share, error: quantileSorted(sorted, share) })),
  }
  const size = (at: number): number => Math.abs(errors[at] as number)
  const worst = indices.toSorted((a, b) => size(b) - size(a) || a - b).slice(0, limit)
  return {
    classes: null,
    values,
    worst: worst.map(at => ({
      row: rows[at] as number,
      target: targets[at] as number,
      prediction: predictions[at] as number,
      confidence: null,
      loss: errors[at] as number,
      content: null,
      source: null,
    })),
  }
}
