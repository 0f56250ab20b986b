import { logNormalMass } from '../../../math/distributions/truncated-normal.ts'
import type { Dimension } from './dimension.ts'
import { logMassOfDomain } from './kernels.ts'
import type { Mixture } from './mixture.ts'

/** Kernels this far (in log) below one that is known change the log density by at most 1.4e-11. */
const NEGLIGIBLE = 25

/** exp(−i/64) for {@link fastExp}; reaches beyond NEGLIGIBLE + log of a million kernels. */
const EXP_STEPS = 64
const exponentials = Float64Array.from({ length: 40 * EXP_STEPS + 1 }, (_, step) =>
  Math.exp(-step / EXP_STEPS),
)

/**
 * exp(x) for −40 ≤ x ≤ 0 with a relative error below 3e-13: table and Taylor series of the rest, |rest| ≤ 1/128. The sum of
 * kernels spends most of its time here, and Math.exp is a call out of compiled code.
 */
function fastExp(x: number): number {
  const step = (0.5 - x * EXP_STEPS) | 0
  const remainder = x + step / EXP_STEPS
  const series = 1 + remainder * (1 + remainder * (1 / 2 + remainder * (1 / 6 + remainder / 24)))
  return (exponentials[step] as number) * series
}

/**
 * Log density of each point, in the unit interval for continuous parameters, as a probability for the others;
 * to about 1e-11.
 * @param points points × dimensions, as `drawCandidates` gives them
 */
export function logDensities(mixture: Mixture, points: Float64Array): Float64Array {
  const density = new LogDensity(mixture, points)
  return Float64Array.from({ length: density.count }, (_, point) => density.at(point))
}

/** The log density of a mixture at some points, one by one. */
export class LogDensity {
  /** Number of points. */
  readonly count: number
  readonly #kernels: number
  readonly #logConstants: Float64Array
  readonly #rows: Int32Array
  /** Continuous dimensions only, row after row of the history. */
  readonly #means: Float64Array
  readonly #scales: Float64Array
  readonly #coordinates: Float64Array
  readonly #size: number
  readonly #discrete: DiscreteTerms | null

  constructor(whole: Mixture, points: Float64Array) {
    const mixture = mergeEqual(whole)
    const { width, continuous: means } = mixture.history
    const { dimensions } = mixture.history.group
    const columnsOf = (kind: Dimension['kind']): number[] =>
      [...dimensions.keys()].filter(column => dimensions[column]?.kind === kind)
    const continuous = columnsOf('continuous')
    this.count = points.length / width
    this.#kernels = mixture.kernels
    this.#logConstants = mixture.logConstants
    this.#size = continuous.length
    this.#rows = mixture.rows
    this.#means = means
    this.#scales = mixture.scales
    this.#coordinates = packed(points, width, continuous)
    this.#discrete =
      continuous.length < width
        ? new DiscreteTerms(mixture, points, columnsOf('choice'), columnsOf('grid'))
        : null
  }

  /**
   * @param ceiling where it is enough to know that the density is above: once the sum so far is, that is returned.
   * Default: never
   */
  at(point: number, ceiling = Number.POSITIVE_INFINITY): number {
    const kernels = this.#kernels
    const logConstants = this.#logConstants
    const rows = this.#rows
    const means = this.#means
    const scales = this.#scales
    const coordinates = this.#coordinates
    const size = this.#size
    const discrete = this.#discrete
    const negligible = NEGLIGIBLE + Math.log(kernels)
    const row = point * size
    const isWide = size >= 4
    // The first four dimensions decide about nearly every kernel; what they need of the point is read once.
    const coordinate0 = isWide ? (coordinates[row] as number) : 0
    const coordinate1 = isWide ? (coordinates[row + 1] as number) : 0
    const coordinate2 = isWide ? (coordinates[row + 2] as number) : 0
    const coordinate3 = isWide ? (coordinates[row + 3] as number) : 0
    // log Σ exp, carried along: the largest term so far, the sum relative to it, below what a term adds nothing, and
    // above what sum the ceiling is passed.
    let largest = Number.NEGATIVE_INFINITY
    let sum = 0
    let limit = Number.NEGATIVE_INFINITY
    let enough = Number.POSITIVE_INFINITY
    // From the last kernel, the prior, which is never far; every part of a term is ≤ 0 except the constant.
    for (let kernel = kernels - 1; kernel >= 0; kernel--) {
      let term = logConstants[kernel] as number
      const at = (rows[kernel] as number) * size
      let index = 0
      if (isWide) {
        const a = (coordinate0 - (means[at] as number)) * (scales[at] as number)
        const b = (coordinate1 - (means[at + 1] as number)) * (scales[at + 1] as number)
        const c = (coordinate2 - (means[at + 2] as number)) * (scales[at + 2] as number)
        const d = (coordinate3 - (means[at + 3] as number)) * (scales[at + 3] as number)
        term -= a * a + b * b + (c * c + d * d)
        if (term < limit) continue
        index = 4
      }
      if (index < size) {
        term = minusSquares(term, limit, coordinates, row, means, scales, at, index, size)
        if (term < limit) continue
      }
      if (discrete !== null) {
        term += discrete.at(kernel, point, limit - term)
        if (term < limit) continue
      }
      if (term <= largest) {
        sum += fastExp(term - largest)
      } else {
        sum = sum * Math.exp(largest - term) + 1
        largest = term
        limit = term - negligible
        enough = Math.exp(ceiling - term)
      }
      if (sum > enough) break
    }
    return largest + Math.log(sum)
  }
}

/**
 * Subtracts the squared distances from dimension `first` on, four at a time with a look at the limit only then: a
 * branch guessed wrongly costs more. Cut short below the limit.
 */
function minusSquares(
  start: number,
  limit: number,
  coordinates: Float64Array,
  coordinateRow: number,
  means: Float64Array,
  scales: Float64Array,
  meanRow: number,
  first: number,
  size: number,
): number {
  let term = start
  let index = first
  let coordinate = coordinateRow + first
  let mean = meanRow + first
  for (; index + 4 <= size; index += 4) {
    const a =
      ((coordinates[coordinate] as number) - (means[mean] as number)) * (scales[mean] as number)
    const b =
      ((coordinates[coordinate + 1] as number) - (means[mean + 1] as number)) *
      (scales[mean + 1] as number)
    const c =
      ((coordinates[coordinate + 2] as number) - (means[mean + 2] as number)) *
      (scales[mean + 2] as number)
    const d =
      ((coordinates[coordinate + 3] as number) - (means[mean + 3] as number)) *
      (scales[mean + 3] as number)
    term -= a * a + b * b + (c * c + d * d)
    if (term < limit) return term
    mean += 4
    coordinate += 4
  }
  for (; index < size; index++) {
    const z =
      ((coordinates[coordinate++] as number) - (means[mean] as number)) * (scales[mean] as number)
    mean++
    term -= z * z
  }
  return term
}

/**
 * The same density with equal kernels as one, where they are frequent: a single grid or choice. The
 * prior stays last.
 */
function mergeEqual(mixture: Mixture): Mixture {
  const { group, width, coordinates } = mixture.history
  const [dimension] = group.dimensions
  if (dimension === undefined || width > 1 || dimension.kind === 'continuous') return mixture
  const { ids, count } =
    dimension.kind === 'choice'
      ? {
          ids: mixture.rows.map(row => {
            const choice = coordinates[row] as number
            return choice < 0 ? dimension.size : choice
          }),
          count: dimension.size + 1,
        }
      : (mixture.distinct[0] as Mixture['distinct'][number])
  const sums = new Float64Array(count)
  // One of the equal kernels stands for all; for a choice that none observed any will do.
  const rows = new Int32Array(count)
  for (let kernel = 0; kernel < mixture.kernels; kernel++) {
    const id = ids[kernel] as number
    sums[id] = (sums[id] as number) + Math.exp(mixture.logConstants[kernel] as number)
    rows[id] = mixture.rows[kernel] as number
  }
  const distinct = [{ ids: Int32Array.from(sums.keys()), count }]
  return { ...mixture, kernels: count, rows, logConstants: sums.map(Math.log), distinct }
}

/** Some columns, row after row; the matrix itself if that is all of them. */
function packed(matrix: Float64Array, width: number, columns: readonly number[]): Float64Array {
  if (columns.length === width) return matrix
  const rows = matrix.length / width
  const result = new Float64Array(rows * columns.length)
  for (let row = 0, to = 0; row < rows; row++) {
    for (const column of columns) result[to++] = matrix[row * width + column] as number
  }
  return result
}

/** Log probabilities of choices and grid values under single kernels; each cell is computed once. */
class DiscreteTerms {
  readonly #mixture: Mixture
  readonly #points: Float64Array
  readonly #count: number
  readonly #choices: readonly number[]
  readonly #grids: readonly number[]
  readonly #tables: readonly Float64Array[]

  constructor(
    mixture: Mixture,
    points: Float64Array,
    choices: readonly number[],
    grids: readonly number[],
  ) {
    this.#mixture = mixture
    this.#points = points
    this.#choices = choices
    this.#grids = grids
    this.#count = points.length / mixture.history.width
    this.#tables = mixture.distinct.map(({ count }) =>
      new Float64Array(count * this.#count).fill(Number.NaN),
    )
  }

  /** Sum over the discrete dimensions; what falls below `limit` may be cut short. */
  at(kernel: number, point: number, limit: number): number {
    const mixture = this.#mixture
    const points = this.#points
    const { width, coordinates } = mixture.history
    const row = mixture.rows[kernel] as number
    let term = 0
    for (const column of this.#choices) {
      const observed = coordinates[row * width + column] as number
      term += choiceTerm(mixture, column, observed, points[point * width + column])
    }
    for (const column of this.#grids) {
      if (term < limit) return term
      const table = this.#tables[column] as Float64Array
      const at = (mixture.distinct[column]?.ids[kernel] as number) * this.#count + point
      let value = table[at] as number
      if (Number.isNaN(value)) {
        value = cellTerm(mixture, column, row, points[point * width + column] as number)
        table[at] = value
      }
      term += value
    }
    return term
  }
}

function choiceTerm(
  mixture: Mixture,
  column: number,
  observed: number,
  value: number | undefined,
): number {
  if (observed < 0) return -Math.log(mixture.history.group.dimensions[column]?.size as number)
  const { same, other } = mixture.choices[column] as Mixture['choices'][number]
  return value === observed ? same : other
}

/** Log mass of a grid value under one kernel that is cut to the domain. */
function cellTerm(mixture: Mixture, column: number, row: number, cell: number): number {
  const { history } = mixture
  const at = row * history.width + column
  const mean = history.coordinates[at] as number
  const width = mixture.widths[at] as number
  const [low, high] = (history.group.dimensions[column] as Dimension).share(cell)
  return logNormalMass((low - mean) / width, (high - mean) / width) - logMassOfDomain(mean, width)
}
