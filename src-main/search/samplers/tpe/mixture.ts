import {
  quantileBetweenTails,
  truncatedNormalQuantile,
} from '../../../math/distributions/truncated-normal.ts'
import { clamp, firstIndexWhere } from '../../../math/numbers.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import type { Dimension } from './dimension.ts'
import { type GroupHistory, PRIOR_ROW } from './history.ts'
import { type GroupKernels, logMassOfDomain, LOG_SQRT_2PI } from './kernels.ts'
import type { DensitySettings } from './settings.ts'

/**
 * A Parzen density over one group: a weighted mixture of one product kernel per observation and one
 * for the prior, which comes last (Bergstra and others 2011, section 4; Watanabe 2023, equation 5).
 * Continuous: a normal cut to the unit interval. Grid: the mass of that normal over the cell. Choice:
 * the observed value with more weight than the others.
 */
export interface Mixture {
  readonly history: GroupHistory
  readonly kernels: number
  /** Row of each kernel in the history: where its means stand, and its widths in these matrices. */
  readonly rows: Int32Array
  /** Rows × dimensions, unused for choices. */
  readonly widths: Float64Array
  /** Rows × continuous dimensions: 1/(√2·width). */
  readonly scales: Float64Array
  /** Rows × continuous dimensions × 2: shares of the normals below and above the unit interval. */
  readonly tails: Float64Array
  /** Normalized, for drawing. */
  readonly weights: Float64Array
  /** Log weight and everything in the log density of a kernel that does not depend on the point. */
  readonly logConstants: Float64Array
  /** Per grid dimension, kernels with equal mean and width share a number below `distinct`. */
  readonly distinct: readonly { readonly ids: Int32Array; readonly count: number }[]
  /** Log probabilities of a choice: the observed value, another one. */
  readonly choices: readonly { readonly same: number; readonly other: number }[]
}

/**
 * A mixture holds until `source` follows other rows.
 * @param source what it keeps only saves time
 * @param rows rows of the history, rising
 * @param rawWeights one per row; @param priorWeight on the same scale
 */
export function buildMixture(
  source: GroupKernels,
  observed: Int32Array,
  rawWeights: Float64Array,
  priorWeight: number,
  settings: DensitySettings,
): Mixture {
  const { history } = source
  source.follow(observed, settings)
  const { widths, scales, tails } = source
  const { dimensions } = history.group
  const count = observed.length
  const kernels = count + 1
  const rows = new Int32Array(kernels)
  rows.set(observed)
  rows[count] = PRIOR_ROW
  const counted = settings.countChoices && history.width === 1 && dimensions[0]?.kind === 'choice'
  const weights = new Float64Array(kernels)
  weights.set(rawWeights)
  weights[count] = priorWeight * (counted ? (dimensions[0] as Dimension).size : 1)
  const logConstants = new Float64Array(kernels)
  for (let at = 0; at < kernels; at++) logConstants[at] = Math.log(weights[at] as number)
  if (settings.cutKernels) addConstants(source, rows, logConstants)
  else normalizeTogether(source, rows, weights, logConstants)
  let total = 0
  for (let kernel = 0; kernel < kernels; kernel++) total += weights[kernel] as number
  const logTotal = Math.log(total)
  for (let kernel = 0; kernel < kernels; kernel++) {
    weights[kernel] = (weights[kernel] as number) / total
    logConstants[kernel] = (logConstants[kernel] as number) - logTotal
  }
  const choices = dimensions.map(({ kind, size }) => {
    if (kind !== 'choice') return NO_CHOICE
    if (counted) return { same: 0, other: Number.NEGATIVE_INFINITY }
    // Optuna: priorWeight / kernels on every choice, 1 more on the observed one, normalized.
    const smooth = settings.priorWeight / kernels
    const total = 1 + size * smooth
    return { same: Math.log((1 + smooth) / total), other: Math.log(smooth / total) }
  })
  const distinct = distinctKernels(source, rows)
  const matrices = { rows, widths, scales, tails, weights, logConstants }
  return { history, kernels, ...matrices, distinct, choices }
}

const NO_CHOICE: Mixture['choices'][number] = { same: 0, other: 0 }
const NOT_COUNTED: Mixture['distinct'][number] = { ids: new Int32Array(0), count: 0 }

function addConstants(
  { history: { continuousCount }, constants }: GroupKernels,
  rows: Int32Array,
  logConstants: Float64Array,
): void {
  for (let kernel = 0; kernel < rows.length; kernel++) {
    let sum = logConstants[kernel] as number
    const from = (rows[kernel] as number) * continuousCount
    for (let at = from; at < from + continuousCount; at++) sum += constants[at] as number
    logConstants[kernel] = sum
  }
}

/** Per dimension which kernels are equal; nothing but for grids. */
function distinctKernels(
  { history, columns, widths }: GroupKernels,
  rows: Int32Array,
): Mixture['distinct'] {
  const { dimensions } = history.group
  const distinct = dimensions.map(() => NOT_COUNTED)
  if (dimensions.every(({ kind }) => kind !== 'grid')) return distinct
  const kernelOfRow = new Int32Array(history.rowCount)
  for (let kernel = 0; kernel < rows.length; kernel++) {
    kernelOfRow[rows[kernel] as number] = kernel
  }
  for (const { column, order, means, count } of columns) {
    if (dimensions[column]?.kind !== 'grid') continue
    const ids = new Int32Array(rows.length)
    let id = -1
    let before = Number.NaN
    for (let position = 0; position < count; position++) {
      const row = order[position] as number
      const bandwidth = widths[row * history.width + column] as number
      if (position === 0 || means[position] !== means[position - 1] || bandwidth !== before) id++
      before = bandwidth
      ids[kernelOfRow[row] as number] = id
    }
    // The prior by itself.
    ids[count] = ++id
    distinct[column] = { ids, count: id + 1 }
  }
  return distinct
}

/**
 * Kernels that are not cut one by one but all together (Hyperopt): a kernel counts by its mass inside
 * the domain, and its constant is that of the whole normal.
 */
function normalizeTogether(
  { history, widths }: GroupKernels,
  rows: Int32Array,
  weights: Float64Array,
  logConstants: Float64Array,
): void {
  const { coordinates, width, group } = history
  group.dimensions.forEach(({ kind }, column) => {
    if (kind === 'choice') return
    for (let kernel = 0; kernel < weights.length; kernel++) {
      const at = (rows[kernel] as number) * width + column
      const bandwidth = widths[at] as number
      const logMass = logMassOfDomain(coordinates[at] as number, bandwidth)
      weights[kernel] = (weights[kernel] as number) * Math.exp(logMass)
      const constant = kind === 'grid' ? logMass : -Math.log(bandwidth) - LOG_SQRT_2PI
      logConstants[kernel] = (logConstants[kernel] as number) + constant
    }
  })
}

/** Draws candidates, one row of coordinates each: a kernel by its weight, then every dimension from it. */
export function drawCandidates(
  mixture: Mixture,
  candidates: number,
  random: RandomStream,
): Float64Array {
  const { width, coordinates, continuousIndices, continuousCount } = mixture.history
  const { dimensions } = mixture.history.group
  const cumulated = cumulatedSums(mixture.weights)
  const points = new Float64Array(candidates * width)
  for (let candidate = 0; candidate < candidates; candidate++) {
    const row = mixture.rows[pick(cumulated, random.uniform())] as number
    for (let column = 0; column < width; column++) {
      const dimension = dimensions[column] as Dimension
      const mean = coordinates[row * width + column] as number
      const to = candidate * width + column
      if (dimension.kind === 'choice') {
        const { same } = mixture.choices[column] as Mixture['choices'][number]
        points[to] = drawChoice(mean, same, dimension.size, random)
        continue
      }
      const spread = mixture.widths[row * width + column] as number
      const continuousIndex = continuousIndices[column] as number
      if (continuousIndex >= 0) {
        const tail = 2 * (row * continuousCount + continuousIndex)
        const below = mixture.tails[tail] as number
        const above = mixture.tails[tail + 1] as number
        const z = quantileBetweenTails(random.uniform(), below, above)
        points[to] = clamp(mean + spread * z, 0, 1)
        continue
      }
      const z = truncatedNormalQuantile(random.uniform(), -mean / spread, (1 - mean) / spread)
      points[to] = dimension.cellOf(clamp(mean + spread * z, 0, 1))
    }
  }
  return points
}

function cumulatedSums(weights: Float64Array): Float64Array {
  let sum = 0
  return weights.map(weight => (sum += weight))
}

function pick(cumulated: Float64Array, uniform: number): number {
  const wanted = uniform * (cumulated[cumulated.length - 1] as number)
  return firstIndexWhere(cumulated.length - 1, index => wanted < (cumulated[index] as number))
}

function drawChoice(observed: number, logSame: number, size: number, random: RandomStream): number {
  if (observed < 0) return random.integer(size)
  if (random.uniform() < Math.exp(logSame)) return observed
  const other = random.integer(size - 1)
  return other < observed ? other : other + 1
}
