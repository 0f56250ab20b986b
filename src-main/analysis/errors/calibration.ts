import type { CalibrationBin } from '../../core/questions/error-analysis.ts'
import { wilsonInterval } from '../statistics/wilson-interval.ts'

/** Bins of equal width. */
const BINS = 10

/**
 * Whether probabilities say how often a model is right: rows by their probability, in bins of equal width, and in each the share
 * of those that are right. Bins are those of scikit-learn's `calibration_curve`: a probability on an edge belongs below.
 * A. Niculescu-Mizil, R. Caruana: Predicting good probabilities with supervised learning. ICML 2005,
 * doi:10.1145/1102351.1102430.
 * @param isRight 1 for rows that are, else 0
 * @returns bins that hold rows
 */
export function calibrationBins(
  probabilities: Float64Array,
  isRight: Uint8Array,
): CalibrationBin[] {
  const bins = Array.from({ length: BINS }, () => ({ rows: 0, hits: 0, sum: 0 }))
  for (const [row, probability] of probabilities.entries()) {
    const bin = bins.find((_, at) => at === BINS - 1 || probability <= (at + 1) * (1 / BINS))
    if (bin === undefined) continue
    bin.rows++
    bin.hits += isRight[row] as number
    bin.sum += probability
  }
  return bins
    .filter(({ rows }) => rows > 0)
    .map(({ rows, hits, sum }) => ({
      rows,
      confidence: sum / rows,
      right: hits / rows,
      interval: wilsonInterval(hits, rows),
    }))
}

/**
 * Expected calibration error: Σ nᵦ/n · |right − confidence|. C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger: On calibration of
 * modern neural networks. ICML 2017, arXiv:1706.04599, equation 3.
 */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const all = bins.reduce((count, { rows }) => count + rows, 0)
  return bins.reduce(
    (error, { rows, confidence, right }) => error + (rows / all) * Math.abs(right - confidence),
    0,
  )
}

/** Probabilities that are off by more say nothing about single labels. */
const MAX_CALIBRATION_ERROR = 0.1

/** Whether single probabilities can be relied on, by {@link calibrationError}. */
export function isCalibrated(error: number): boolean {
  return error <= MAX_CALIBRATION_ERROR
}
