import type { ParameterValue } from '../../../core/trial/trial.ts'
import { mean } from '../../../math/numbers.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import type { DimensionGroup } from './dimension.ts'
import { type GroupHistory, PRIOR_ROW } from './history.ts'
import type { GroupKernels } from './kernels.ts'
import { LogDensity } from './log-densities.ts'
import { buildMixture, drawCandidates, type Mixture } from './mixture.ts'
import type { DensitySettings, TpeSettings } from './settings.ts'
import { improvementWeights, recentWeights, ROLE_BAD, ROLE_GOOD, type Split } from './split.ts'
import { thinOut } from './thin-out.ts'

/** The densities l of the good and g of the bad trials over one group of parameters. */
export interface GroupModel {
  readonly good: Mixture
  readonly bad: Mixture
}

/** Kept for the models of a group from proposal to proposal. */
export interface ModelKernels {
  readonly good: GroupKernels
  readonly bad: GroupKernels
}

/** Those of one proposal. */
export type FitSettings = TpeSettings & DensitySettings

/** Fits both densities to the trials of a group; weights and what is thinned out follow the settings. */
export function fitModel(kernels: ModelKernels, split: Split, settings: FitSettings): GroupModel {
  const { history } = kernels.good
  const good = rowsOf(history, split.roles, ROLE_GOOD)
  const bad = rowsOf(history, split.roles, ROLE_BAD)
  const { weights, priorShare } = weighGood(history, good, split, settings)
  const badWeights =
    settings.badWeights === 'equal' ? equalWeights(bad.length) : recentWeights(bad.length)
  const thinned = thinOut(bad, badWeights, history.thinningKeys, settings.maxBad)
  return {
    good: buildMixture(kernels.good, good, weights, settings.priorWeight * priorShare, settings),
    bad: buildMixture(kernels.bad, thinned.rows, thinned.weights, settings.priorWeight, settings),
  }
}

/** @returns one weight per row, and what the prior's is multiplied with */
function weighGood(
  { trialIndices }: GroupHistory,
  rows: Int32Array,
  split: Split,
  { goodWeights }: TpeSettings,
): { weights: Float64Array; priorShare: number } {
  const at = (row: number): number => trialIndices[row] as number
  const { contributions } = split
  if (contributions !== null) {
    return {
      weights: Float64Array.from(rows, row => contributions[at(row)] as number),
      priorShare: 1,
    }
  }
  if (goodWeights === 'equal') return { weights: equalWeights(rows.length), priorShare: 1 }
  // Losses say nothing about trials that are good for want of feasible ones.
  if (goodWeights === 'improvement' && rows.length > 0 && split.goodInfeasible === 0) {
    const losses = Array.from(rows, row => split.losses[at(row)] as number)
    const weights = improvementWeights(losses, split.threshold)
    if (weights !== null) {
      return { weights, priorShare: mean(weights) }
    }
  }
  return { weights: recentWeights(rows.length), priorShare: 1 }
}

function equalWeights(count: number): Float64Array {
  return new Float64Array(count).fill(1)
}

function rowsOf(
  { trialIndices, rowCount }: GroupHistory,
  roles: Uint8Array,
  role: number,
): Int32Array {
  const rows = new Int32Array(rowCount)
  let count = 0
  for (let row = PRIOR_ROW + 1; row < rowCount; row++) {
    if (roles[trialIndices[row] as number] === role) rows[count++] = row
  }
  return rows.subarray(0, count)
}

/** Draws the values of one group into `values`. @returns log l − log g of the chosen draw */
export function drawGroup(
  { dimensions }: DimensionGroup,
  { good, bad }: GroupModel,
  candidates: number,
  random: RandomStream,
  values: Map<string, ParameterValue>,
): number {
  const points = drawCandidates(good, candidates, random)
  const goodDensity = new LogDensity(good, points)
  const badDensity = new LogDensity(bad, points)
  let best = 0
  let bestRatio = Number.NEGATIVE_INFINITY
  for (let candidate = 0; candidate < candidates; candidate++) {
    const logGood = goodDensity.at(candidate)
    // Whether the ratio is the largest so far; if not, it need not be known exactly.
    const ratio = logGood - badDensity.at(candidate, logGood - bestRatio)
    if (ratio > bestRatio) {
      best = candidate
      bestRatio = ratio
    }
  }
  dimensions.forEach((dimension, column) => {
    const coordinate = points[best * dimensions.length + column] as number
    values.set(dimension.parameter.name, dimension.valueOf(coordinate))
  })
  return bestRatio
}
