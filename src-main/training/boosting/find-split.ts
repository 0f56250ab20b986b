/**
 * The best split of one column over the histogram of a leaf. Gains, order of candidates and rules for ties are those of LightGBM
 * (`src/treelearner/feature_histogram.hpp`, 4.x): numbers from the right with gaps to the left, then, where there are
 * gaps, from the left with gaps to the right; categories one against the rest up to four, otherwise in the order of
 * gradient / hessian from both ends (Fisher: On grouping for maximum homogeneity. JASA 53, 1958).
 *
 * Rows are not counted: their number is the sum of hessians times rows per hessian of the leaf, rounded.
 */
export interface SplitSettings {
  readonly minRowsPerLeaf: number
  readonly minHessianPerLeaf: number
  readonly lambdaL1: number
  readonly lambdaL2: number
  readonly minGain: number
  readonly categoryL2: number
  readonly categorySmoothing: number
  readonly minRowsPerGroup: number
}

/** Sums over the rows of a leaf. */
export interface LeafSums {
  readonly gradient: number
  readonly hessian: number
  readonly rows: number
}

export interface Split {
  readonly feature: number
  /** Above that of no split, and above the least that is asked for. */
  readonly gain: number
  /** Last bin that goes left; unused for categories. */
  readonly bin: number
  readonly gapsLeft: boolean
  /** Bins that go left; null for numbers. */
  readonly leftBins: readonly number[] | null
  readonly left: LeafSums
  readonly right: LeafSums
  /** With which the outputs of both sides are shrunk. */
  readonly lambdaL2: number
}

/** The part of a histogram that belongs to a column: gradient and hessian by turns, `count` bins, then that of gaps if it has any. */
export interface ColumnHistogram {
  readonly sums: Float64Array
  readonly start: number
  readonly count: number
  readonly hasGaps: boolean
  /** Rows of bin 0 are those that no other bin has. */
  readonly firstIsRest: boolean
  readonly isCategorical: boolean
}

const EPSILON = Math.fround(1e-15)
const MAX_ONE_HOT = 4
const MAX_LEFT_CATEGORIES = 32

export function outputOf(
  { gradient, hessian }: Pick<LeafSums, 'gradient' | 'hessian'>,
  { lambdaL1 }: SplitSettings,
  lambdaL2: number,
): number {
  return -shrunk(gradient, lambdaL1) / (hessian + lambdaL2)
}

function shrunk(gradient: number, lambdaL1: number): number {
  if (lambdaL1 === 0) return gradient
  return Math.sign(gradient) * Math.max(0, Math.abs(gradient) - lambdaL1)
}

function gainOf(gradient: number, hessian: number, lambdaL1: number, lambdaL2: number): number {
  const shrunkGradient = lambdaL1 === 0 ? gradient : shrunk(gradient, lambdaL1)
  return (shrunkGradient * shrunkGradient) / (hessian + lambdaL2)
}

/** The better of `best` and the best split of this column; the earlier one of equals. */
export function findSplit(
  feature: number,
  histogram: ColumnHistogram,
  sums: LeafSums,
  settings: SplitSettings,
  best: Split | null,
): Split | null {
  const featureSplit = histogram.isCategorical
    ? splitCategories(feature, histogram, sums, settings)
    : splitNumbers(feature, histogram, sums, settings)
  return featureSplit !== null && (best === null || featureSplit.gain > best.gain)
    ? featureSplit
    : best
}

function splitNumbers(
  feature: number,
  { sums: values, start, count, hasGaps, firstIsRest }: ColumnHistogram,
  sums: LeafSums,
  settings: SplitSettings,
): Split | null {
  const { minRowsPerLeaf, minHessianPerLeaf, lambdaL1, lambdaL2, minGain } = settings
  const { gradient, rows } = sums
  const hessian = sums.hessian + 2 * EPSILON
  const rowsPerHessian = rows / hessian
  const least = gainOf(gradient, hessian, lambdaL1, lambdaL2) + minGain
  let bestGain = least
  let bestBin = -1
  let gapsLeft = true
  let leftGradient = 0
  let leftHessian = 0
  let leftRows = 0
  // From the right; gaps are on the left.
  {
    let g = 0
    let h = EPSILON
    let n = 0
    for (let bin = count - 1; bin > 0; bin--) {
      const at = start + 2 * bin
      const binHessian = values[at + 1] as number
      if (binHessian === 0) continue
      g += values[at] as number
      h += binHessian
      n += Math.round(binHessian * rowsPerHessian)
      if (n < minRowsPerLeaf || h < minHessianPerLeaf) continue
      if (rows - n < minRowsPerLeaf || hessian - h < minHessianPerLeaf) break
      const gain =
        gainOf(gradient - g, hessian - h, lambdaL1, lambdaL2) + gainOf(g, h, lambdaL1, lambdaL2)
      if (gain <= bestGain) continue
      bestGain = gain
      bestBin = bin - 1
      leftGradient = gradient - g
      leftHessian = hessian - h
      leftRows = rows - n
    }
  }
  if (hasGaps) {
    let g = 0
    let h = EPSILON
    let n = 0
    if (firstIsRest) {
      g = gradient
      h = hessian - EPSILON
      n = rows
      for (let bin = 1; bin <= count; bin++) {
        const binHessian = values[start + 2 * bin + 1] as number
        g -= values[start + 2 * bin] as number
        h -= binHessian
        n -= Math.round(binHessian * rowsPerHessian)
      }
    }
    for (let bin = 0; bin < count; bin++) {
      const at = start + 2 * bin
      if (bin > 0 || !firstIsRest) {
        const binHessian = values[at + 1] as number
        if (binHessian === 0) continue
        g += values[at] as number
        h += binHessian
        n += Math.round(binHessian * rowsPerHessian)
      }
      if (n < minRowsPerLeaf || h < minHessianPerLeaf) continue
      if (rows - n < minRowsPerLeaf || hessian - h < minHessianPerLeaf) break
      const gain =
        gainOf(g, h, lambdaL1, lambdaL2) + gainOf(gradient - g, hessian - h, lambdaL1, lambdaL2)
      if (gain <= bestGain) continue
      bestGain = gain
      bestBin = bin
      gapsLeft = false
      leftGradient = g
      leftHessian = h
      leftRows = n
    }
  }
  if (bestBin < 0) return null
  return {
    feature,
    gain: bestGain - least,
    bin: bestBin,
    leftBins: null,
    lambdaL2,
    // Gaps that training has not seen go where most rows go.
    gapsLeft: hasGaps ? gapsLeft : leftRows * 2 >= rows,
    ...sides(sums, leftGradient, leftHessian, leftRows),
  }
}

function sides(
  { gradient, hessian, rows }: LeafSums,
  leftGradient: number,
  leftHessian: number,
  leftRows: number,
): Pick<Split, 'left' | 'right'> {
  return {
    left: { gradient: leftGradient, hessian: leftHessian - EPSILON, rows: leftRows },
    right: {
      gradient: gradient - leftGradient,
      hessian: hessian + EPSILON - leftHessian,
      rows: rows - leftRows,
    },
  }
}

function splitCategories(
  feature: number,
  histogram: ColumnHistogram,
  sums: LeafSums,
  settings: SplitSettings,
): Split | null {
  const { sums: values, start, count } = histogram
  const { lambdaL1, lambdaL2, minGain } = settings
  const hessian = sums.hessian + 2 * EPSILON
  const least = gainOf(sums.gradient, hessian, lambdaL1, lambdaL2) + minGain
  const isOneHot = count <= MAX_ONE_HOT
  const rowsPerHessian = sums.rows / hessian
  const bins: number[] = []
  for (let bin = 1; bin < count; bin++) {
    const binHessian = values[start + 2 * bin + 1] as number
    if (isOneHot || Math.round(binHessian * rowsPerHessian) >= settings.categorySmoothing)
      bins.push(bin)
  }
  if (isOneHot) {
    const tried = bins.map(bin => [bin])
    return bestGroups(feature, histogram, sums, settings, least, lambdaL2, tried, false)
  }
  const ratio = (bin: number): number =>
    (values[start + 2 * bin] as number) /
    ((values[start + 2 * bin + 1] as number) + settings.categorySmoothing)
  bins.sort((a, b) => ratio(a) - ratio(b) || a - b)
  const most = Math.min(MAX_LEFT_CATEGORIES, Math.floor((bins.length + 1) / 2))
  const l2 = lambdaL2 + settings.categoryL2
  let best: Split | null = null
  for (const order of [bins, bins.toReversed()]) {
    const groups = order.slice(0, most).map(bin => [bin])
    const groupSplit = bestGroups(feature, histogram, sums, settings, least, l2, groups, true)
    if (groupSplit !== null && (best === null || groupSplit.gain > best.gain)) best = groupSplit
  }
  return best
}

/** @param growing every group joins those before it; otherwise each is a candidate of its own */
function bestGroups(
  feature: number,
  { sums: values, start }: ColumnHistogram,
  sums: LeafSums,
  { minRowsPerLeaf, minHessianPerLeaf, lambdaL1, minRowsPerGroup }: SplitSettings,
  least: number,
  lambdaL2: number,
  groups: readonly (readonly number[])[],
  growing: boolean,
): Split | null {
  const { gradient, rows } = sums
  const hessian = sums.hessian + 2 * EPSILON
  const rowsPerHessian = rows / hessian
  let best: Split | null = null
  let bestGain = least
  let [g, h, n, inGroup] = [0, EPSILON, 0, 0]
  for (const [index, group] of groups.entries()) {
    if (!growing) [g, h, n] = [0, EPSILON, 0]
    for (const bin of group) {
      const binHessian = values[start + 2 * bin + 1] as number
      const count = Math.round(binHessian * rowsPerHessian)
      g += values[start + 2 * bin] as number
      h += binHessian
      n += count
      inGroup += count
    }
    if (n < minRowsPerLeaf || h < minHessianPerLeaf) continue
    const tooFew =
      rows - n < Math.max(minRowsPerLeaf, growing ? minRowsPerGroup : 0) ||
      hessian - h < minHessianPerLeaf
    if (tooFew && growing) break
    if (tooFew || (growing && inGroup < minRowsPerGroup)) continue
    inGroup = 0
    const gain =
      gainOf(g, h, lambdaL1, lambdaL2) + gainOf(gradient - g, hessian - h, lambdaL1, lambdaL2)
    if (gain <= bestGain) continue
    bestGain = gain
    const leftBins = growing ? groups.slice(0, index + 1).flat() : group
    best = {
      feature,
      gain: gain - least,
      bin: 0,
      gapsLeft: false,
      leftBins,
      lambdaL2,
      ...sides(sums, g, h, n),
    }
  }
  return best
}
