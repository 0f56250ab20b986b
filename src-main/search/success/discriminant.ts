import { factorize, packedLength } from '../../math/gaussian-process/packed-cholesky.ts'

/**
 * A coordinate across the edge between successes and failures: the score of a logistic regression with a normal prior
 * on products of at most two coordinates, by Newton's method (C. M. Bishop: Pattern recognition and machine learning.
 * Springer 2006, section 4.3.3). Edges that are oblique, bent, or different from category to category become a
 * level of it.
 */
export interface Discriminant {
  /** About as widely spread as a coordinate of the unit cube. */
  at(point: Float64Array): number
  /** Adds `factor` times its derivatives by the numeric coordinates. */
  addSlopes(point: Float64Array, factor: number, gradient: Float64Array): void
}

/** Outcomes at points, row-major; a coordinate from `numeric` on is a category, which is equal or not. */
export interface Outcomes {
  readonly points: Float64Array
  readonly dimension: number
  readonly numeric: number
  /** 1 where a trial succeeded, else 0. */
  readonly labels: Uint8Array
}

/** The product of one or two coordinates or indicators of a category; `value` is NaN for a number itself. */
interface Term {
  readonly factors: readonly { readonly d: number; readonly value: number }[]
  readonly precision: number
}

/** With more terms only single factors are taken. */
const MAX_TERMS = 100
const LINEAR_DEVIATION = 10
const PRODUCT_DEVIATION = 5
const STEPS = 15
/** Deviation of a uniform number in [0, 1]. */
const SPREAD = Math.sqrt(1 / 12)

export function fitDiscriminant(outcomes: Outcomes): Discriminant {
  const { points, dimension, labels } = outcomes
  const count = labels.length
  const terms = termsOf(outcomes)
  const size = terms.length + 1
  const rows = Float64Array.from({ length: count * size }, (_, at) => {
    const term = (at % size) - 1
    if (term < 0) return 1
    const row = Math.floor(at / size)
    return valueOf(terms[term] as Term, points.subarray(row * dimension, (row + 1) * dimension))
  })
  const weights = new Float64Array(size)
  const hessian = new Float64Array(packedLength(size))
  const step = new Float64Array(size)
  for (let turn = 0; turn < STEPS; turn++) {
    hessian.fill(0)
    for (let j = 0; j < size; j++) {
      const precision = j === 0 ? LINEAR_DEVIATION ** -2 : (terms[j - 1] as Term).precision
      step[j] = -precision * (weights[j] as number)
      hessian[(j * (j + 1)) / 2 + j] = precision
    }
    for (let i = 0; i < count; i++) {
      const row = rows.subarray(i * size, (i + 1) * size)
      let score = 0
      for (let j = 0; j < size; j++) score += (weights[j] as number) * (row[j] as number)
      const probability = 1 / (1 + Math.exp(-score))
      const residual = (labels[i] as number) - probability
      const curvature = probability * (1 - probability)
      for (let j = 0, at = 0; j < size; j++) {
        step[j] = (step[j] as number) + residual * (row[j] as number)
        const scaled = curvature * (row[j] as number)
        for (let k = 0; k <= j; k++, at++) {
          hessian[at] = (hessian[at] as number) + scaled * (row[k] as number)
        }
      }
    }
    factorize(hessian, size)
    solve(hessian, size, step)
    for (let j = 0; j < size; j++) weights[j] = (weights[j] as number) + (step[j] as number)
  }
  const raw = (point: Float64Array): number =>
    terms.reduce((sum, term, j) => sum + (weights[j + 1] as number) * valueOf(term, point), 0)
  const scores = Float64Array.from({ length: count }, (_, i) =>
    raw(points.subarray(i * dimension, (i + 1) * dimension)),
  )
  const mean = scores.reduce((sum, score) => sum + score / count, 0)
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2 / count, 0)
  const scale = SPREAD / Math.sqrt(variance + 1e-12)
  return {
    at: point => scale * raw(point),
    addSlopes(point, factor, gradient) {
      terms.forEach(({ factors }, j) => {
        const slope = factor * scale * (weights[j + 1] as number)
        factors.forEach(({ d, value }, which) => {
          if (!Number.isNaN(value)) return
          const other = factors[1 - which]
          const otherFactor = other === undefined ? 1 : factorValue(other, point)
          gradient[d] = (gradient[d] as number) + 2 * slope * otherFactor
        })
      })
    },
  }
}

function termsOf({ points, dimension, numeric }: Outcomes): Term[] {
  const singles: Term[] = []
  const precision = LINEAR_DEVIATION ** -2
  for (let d = 0; d < numeric; d++) singles.push({ factors: [{ d, value: Number.NaN }], precision })
  for (let d = numeric; d < dimension; d++) {
    const values = new Set<number>()
    for (let at = d; at < points.length; at += dimension) values.add(points[at] as number)
    for (const value of [...values].sort((a, b) => a - b)) {
      if (value >= 0) singles.push({ factors: [{ d, value }], precision })
    }
  }
  if ((singles.length * (singles.length + 3)) / 2 > MAX_TERMS) return singles
  const products = singles.flatMap((first, j) =>
    singles
      .slice(j)
      .map((second): Term => ({
        factors: [...first.factors, ...second.factors],
        precision: PRODUCT_DEVIATION ** -2,
      }))
      // Two indicators of one category are one of them, or never hold together.
      .filter(({ factors: [a, b] }) => a?.d !== b?.d || Number.isNaN(a?.value)),
  )
  return [...singles, ...products]
}

function factorValue(
  { d, value }: { readonly d: number; readonly value: number },
  point: Float64Array,
): number {
  if (Number.isNaN(value)) return 2 * (point[d] as number) - 1
  return point[d] === value ? 1 : 0
}

function valueOf({ factors }: Term, point: Float64Array): number {
  let product = 1
  for (const factor of factors) product *= factorValue(factor, point)
  return product
}

/** Solves L·Lᵀ·x = b in place, L packed by rows. */
function solve(factor: Float64Array, size: number, b: Float64Array): void {
  for (let i = 0, row = 0; i < size; row += ++i) {
    let remainder = b[i] as number
    for (let k = 0; k < i; k++) remainder -= (factor[row + k] as number) * (b[k] as number)
    b[i] = remainder / (factor[row + i] as number)
  }
  for (let i = size - 1; i >= 0; i--) {
    let remainder = b[i] as number
    for (let k = i + 1; k < size; k++) {
      remainder -= (factor[(k * (k + 1)) / 2 + i] as number) * (b[k] as number)
    }
    b[i] = remainder / (factor[(i * (i + 1)) / 2 + i] as number)
  }
}
