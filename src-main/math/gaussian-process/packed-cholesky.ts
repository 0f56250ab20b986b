/**
 * Lower triangular matrices packed by rows: row i holds its i + 1 elements from position i(i + 1)/2
 * on, so a matrix grows by appending one row. Inner loops run along rows and take four elements or
 * rows at a time, which keeps more than one floating point unit busy.
 *
 * G. H. Golub, C. F. Van Loan: Matrix computations. 4th edition, 2013, sections 3.1 and 4.2.
 */

/** Number of elements of a packed matrix with `size` rows. */
export function packedLength(size: number): number {
  return (size * (size + 1)) / 2
}

/** Σ a[aStart + k]·b[bStart + k] for k < length. */
export function dot(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let k = 0
  for (; k + 3 < length; k += 4) {
    const i = aStart + k
    const j = bStart + k
    s0 += (a[i] as number) * (b[j] as number)
    s1 += (a[i + 1] as number) * (b[j + 1] as number)
    s2 += (a[i + 2] as number) * (b[j + 2] as number)
    s3 += (a[i + 3] as number) * (b[j + 3] as number)
  }
  for (; k < length; k++) s0 += (a[aStart + k] as number) * (b[bStart + k] as number)
  return s0 + s1 + (s2 + s3)
}

/**
 * Replaces a packed symmetric matrix by its Cholesky factor.
 * @returns whether the matrix is positive definite; if not, its content is undefined
 */
export function factorize(matrix: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i += 2) {
    // Two rows at a time against two rows before them: four sums that share their factors.
    const upper = packedLength(i)
    const lower = i + 1 < size ? upper + i + 1 : upper
    for (let j = 0; j < i; j += 2) {
      const first = packedLength(j)
      const second = first + j + 1
      let s00 = matrix[upper + j] as number
      let s01 = matrix[upper + j + 1] as number
      let s10 = matrix[lower + j] as number
      let s11 = matrix[lower + j + 1] as number
      for (let k = 0; k < j; k++) {
        const a0 = matrix[upper + k] as number
        const a1 = matrix[lower + k] as number
        const b0 = matrix[first + k] as number
        const b1 = matrix[second + k] as number
        s00 -= a0 * b0
        s01 -= a0 * b1
        s10 -= a1 * b0
        s11 -= a1 * b1
      }
      const diagonal = matrix[first + j] as number
      const below = matrix[second + j] as number
      const next = matrix[second + j + 1] as number
      s00 /= diagonal
      s10 /= diagonal
      matrix[upper + j] = s00
      matrix[upper + j + 1] = (s01 - s00 * below) / next
      matrix[lower + j] = s10
      matrix[lower + j + 1] = (s11 - s10 * below) / next
    }
    for (let row = upper, last = i; last < Math.min(i + 2, size); row += ++last) {
      if (last > i) {
        const remainder = (matrix[row + i] as number) - dot(matrix, row, matrix, upper, i)
        matrix[row + i] = remainder / (matrix[upper + i] as number)
      }
      const square = (matrix[row + last] as number) - dot(matrix, row, matrix, row, last)
      if (!(square > 0)) return false
      matrix[row + last] = Math.sqrt(square)
    }
  }
  return true
}

/** Writes the inverse of a packed factor L, again lower triangular, to `inverse`. */
export function invertFactor(factor: Float64Array, size: number, inverse: Float64Array): void {
  for (let i = 0, row = 0; i < size; row += ++i) {
    // Row i of L⁻¹ is (eᵢ − Σ_{k < i} Lᵢₖ·row k) / Lᵢᵢ.
    inverse.fill(0, row, row + i)
    addRows(inverse, factor, row, i, inverse, row, -1)
    const scale = 1 / (factor[row + i] as number)
    for (let j = 0; j < i; j++) inverse[row + j] = (inverse[row + j] as number) * scale
    inverse[row + i] = scale
  }
}

/**
 * Adds sign·Σ_{k < count} weights[from + k]·(row k of `matrix`) to `out`, from `outStart` on: the product of the
 * transposed matrix with a vector.
 */
function addRows(
  matrix: Float64Array,
  weights: Float64Array,
  from: number,
  count: number,
  out: Float64Array,
  outStart: number,
  sign: 1 | -1,
): void {
  let k = 0
  for (; k + 3 < count; k += 4) {
    const r0 = packedLength(k)
    const r1 = r0 + k + 1
    const r2 = r1 + k + 2
    const r3 = r2 + k + 3
    const w0 = sign * (weights[from + k] as number)
    const w1 = sign * (weights[from + k + 1] as number)
    const w2 = sign * (weights[from + k + 2] as number)
    const w3 = sign * (weights[from + k + 3] as number)
    for (let j = 0; j <= k; j++) {
      out[outStart + j] =
        (out[outStart + j] as number) +
        (w0 * (matrix[r0 + j] as number) + w1 * (matrix[r1 + j] as number)) +
        (w2 * (matrix[r2 + j] as number) + w3 * (matrix[r3 + j] as number))
    }
    out[outStart + k + 1] =
      (out[outStart + k + 1] as number) +
      w1 * (matrix[r1 + k + 1] as number) +
      w2 * (matrix[r2 + k + 1] as number) +
      w3 * (matrix[r3 + k + 1] as number)
    out[outStart + k + 2] =
      (out[outStart + k + 2] as number) +
      w2 * (matrix[r2 + k + 2] as number) +
      w3 * (matrix[r3 + k + 2] as number)
    out[outStart + k + 3] = (out[outStart + k + 3] as number) + w3 * (matrix[r3 + k + 3] as number)
  }
  for (; k < count; k++) {
    const row = packedLength(k)
    const weight = sign * (weights[from + k] as number)
    for (let j = 0; j <= k; j++) {
      out[outStart + j] = (out[outStart + j] as number) + weight * (matrix[row + j] as number)
    }
  }
}

/** out = M·x for the first `size` rows of a packed M. */
export function multiply(
  matrix: Float64Array,
  size: number,
  x: Float64Array,
  out: Float64Array,
): void {
  let i = 0
  for (; i + 3 < size; i += 4) {
    const r0 = packedLength(i)
    const r1 = r0 + i + 1
    const r2 = r1 + i + 2
    const r3 = r2 + i + 3
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    for (let j = 0; j <= i; j++) {
      const factor = x[j] as number
      s0 += (matrix[r0 + j] as number) * factor
      s1 += (matrix[r1 + j] as number) * factor
      s2 += (matrix[r2 + j] as number) * factor
      s3 += (matrix[r3 + j] as number) * factor
    }
    const x1 = x[i + 1] as number
    const x2 = x[i + 2] as number
    out[i] = s0
    out[i + 1] = s1 + (matrix[r1 + i + 1] as number) * x1
    out[i + 2] = s2 + (matrix[r2 + i + 1] as number) * x1 + (matrix[r2 + i + 2] as number) * x2
    out[i + 3] =
      s3 +
      (matrix[r3 + i + 1] as number) * x1 +
      (matrix[r3 + i + 2] as number) * x2 +
      (matrix[r3 + i + 3] as number) * (x[i + 3] as number)
  }
  for (; i < size; i++) out[i] = dot(matrix, packedLength(i), x, 0, i + 1)
}

/** out = Mᵀ·x for the first `size` rows of a packed M. */
export function multiplyTransposed(
  matrix: Float64Array,
  size: number,
  x: Float64Array,
  out: Float64Array,
): void {
  out.fill(0, 0, size)
  addRows(matrix, x, 0, size, out, 0, 1)
}

/** Writes MᵀM, packed, to `out`: with M = L⁻¹ the inverse of LLᵀ. */
export function gramOfTransposed(matrix: Float64Array, size: number, out: Float64Array): void {
  out.fill(0, 0, packedLength(size))
  let i = 0
  // Four rows of M at a time, each an outer product with itself; where a row has ended it counts as 0.
  for (; i + 3 < size; i += 4) {
    const r0 = packedLength(i)
    const r1 = r0 + i + 1
    const r2 = r1 + i + 2
    const r3 = r2 + i + 3
    for (let a = 0, row = 0; a < i + 4; row += ++a) {
      const w0 = a <= i ? (matrix[r0 + a] as number) : 0
      const w1 = a <= i + 1 ? (matrix[r1 + a] as number) : 0
      const w2 = a <= i + 2 ? (matrix[r2 + a] as number) : 0
      const w3 = matrix[r3 + a] as number
      const common = Math.min(a, i)
      for (let b = 0; b <= common; b++) {
        out[row + b] =
          (out[row + b] as number) +
          (w0 * (matrix[r0 + b] as number) + w1 * (matrix[r1 + b] as number)) +
          (w2 * (matrix[r2 + b] as number) + w3 * (matrix[r3 + b] as number))
      }
      for (let b = i + 1; b <= a; b++) {
        const m1 = b <= i + 1 ? (matrix[r1 + b] as number) : 0
        const m2 = b <= i + 2 ? (matrix[r2 + b] as number) : 0
        out[row + b] =
          (out[row + b] as number) + w1 * m1 + w2 * m2 + w3 * (matrix[r3 + b] as number)
      }
    }
  }
  for (; i < size; i++) {
    const start = packedLength(i)
    for (let a = 0, row = 0; a <= i; row += ++a) {
      const weight = matrix[start + a] as number
      for (let b = 0; b <= a; b++) {
        out[row + b] = (out[row + b] as number) + weight * (matrix[start + b] as number)
      }
    }
  }
}

/**
 * Appends to an inverse factor the row that belongs to one more row of the factorized matrix.
 * @param inverse packed, with room for `size` + 1 rows
 * @param column the new off-diagonal elements, `size` of them
 * @param diagonal the new diagonal element
 * @returns whether the larger matrix is positive definite; if not, nothing is appended
 */
export function appendToInverse(
  inverse: Float64Array,
  size: number,
  column: Float64Array,
  diagonal: number,
): boolean {
  // The new row of L is l = L⁻¹·column and √(diagonal − l·l); that of L⁻¹ follows from L·L⁻¹ = 1.
  const l = new Float64Array(size)
  multiply(inverse, size, column, l)
  const square = diagonal - dot(l, 0, l, 0, size)
  if (!(square > 0)) return false
  const scale = 1 / Math.sqrt(square)
  const row = packedLength(size)
  inverse.fill(0, row, row + size)
  for (let k = 0; k < size; k++) l[k] = (l[k] as number) * scale
  addRows(inverse, l, 0, size, inverse, row, -1)
  inverse[row + size] = scale
  return true
}
