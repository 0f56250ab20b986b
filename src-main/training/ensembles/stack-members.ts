import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import { SMALLEST_PROBABILITY, sum } from '../../math/numbers.ts'
import type { PredictedRows } from './measure-predictions.ts'

const MAX_STEPS = 500
/** A share below it is none: what it says is lost in rounding, and every member costs time in each prediction. */
const MIN_SHARE = 1e-3

/**
 * Shares of models in an ensemble that minimize its loss on rows that none of them has learned from. Breiman: Stacked
 * regressions. Machine Learning 24, 1996, doi:10.1007/BF00117832, with shares that are not negative and sum to 1, which he found to matter.
 *
 * Probabilities p(i, r) of the true class of row r: expectation maximization for a mixture, which never raises the loss,
 *
 *   w(i) ← mean over r of w(i) p(i, r) / Σ over j of w(j) p(j, r)                                       (1)
 *
 * Numbers: with G(i, j) the mean product of the errors of i and j, Frank–Wolfe steps of exact length toward one model,
 *
 *   minimize w′ G w,  w ← (1 − γ) w + γ e(i),  i = arg min of (G w)(i)                                  (2)
 *
 * @param candidates predictions for the same rows, best first
 * @returns one share for each candidate, that sum to 1
 * @throws AppError `training.invalid` for quantiles
 */
export function stackMembers(rows: PredictedRows, candidates: readonly Float64Array[]): number[] {
  if (rows.quantile !== undefined) {
    const rule = msg('rule.oneOf', { values: ['greedy', 'average'] })
    throw new AppError('training.invalid', { field: 'ensemble', value: 'stacked', rule })
  }
  const shares =
    rows.outputs.kind === 'classes'
      ? mixtureShares(rows, candidates, rows.outputs.names.length)
      : convexShares(rows, candidates)
  const sharesAboveMinimum = shares.map(share => (share < MIN_SHARE ? 0 : share))
  const all = sum(sharesAboveMinimum)
  return sharesAboveMinimum.map(share => share / all)
}

function mixtureShares(
  { targets }: PredictedRows,
  candidates: readonly Float64Array[],
  classes: number,
): number[] {
  const right = candidates.map(candidate =>
    Float64Array.from(targets, (label, row) =>
      Math.max(candidate[row * classes + label] as number, SMALLEST_PROBABILITY),
    ),
  )
  let shares = candidates.map(() => 1 / candidates.length)
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = shares.map(() => 0)
    for (let row = 0; row < targets.length; row++) {
      let all = 0
      for (const [index, probabilities] of right.entries())
        all += (shares[index] as number) * (probabilities[row] as number)
      for (const [index, probabilities] of right.entries()) {
        const part = ((shares[index] as number) * (probabilities[row] as number)) / all
        next[index] = (next[index] as number) + part / targets.length
      }
    }
    shares = next
  }
  return shares
}

function convexShares({ targets }: PredictedRows, candidates: readonly Float64Array[]): number[] {
  const errors = candidates.map(candidate =>
    Float64Array.from(targets, (target, row) => (candidate[row] as number) - target),
  )
  const products = errors.map(memberErrors =>
    errors.map(other => sum(memberErrors.map((error, row) => error * (other[row] as number)))),
  )
  const single = products.map((row, index) => row[index] as number)
  const start = single.indexOf(Math.min(...single))
  let shares = candidates.map((_, index) => Number(index === start))
  for (let step = 0; step < MAX_STEPS; step++) {
    const slopes = products.map(row =>
      sum(row.map((value, index) => value * (shares[index] as number))),
    )
    const current = sum(slopes.map((slope, index) => slope * (shares[index] as number)))
    const towards = slopes.indexOf(Math.min(...slopes))
    const gap = current - (slopes[towards] as number)
    const curvature = current - 2 * (slopes[towards] as number) + (single[towards] as number)
    if (!(gap > 0) || !(curvature > 0)) break
    const length = Math.min(1, gap / curvature)
    shares = shares.map((share, index) => (1 - length) * share + (index === towards ? length : 0))
  }
  return shares
}
