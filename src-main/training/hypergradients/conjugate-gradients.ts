interface Solution {
  readonly solution: Float64Array
  /** |A q − b| / |b| at the end. */
  readonly residual: number
}

/**
 * Solves A q = b for a symmetric positive definite A. M. R. Hestenes, E. Stiefel: Methods of conjugate gradients for
 * solving linear systems. 1952, doi:10.6028/jres.049.044. Ends early where A turns out not to be positive definite:
 * what has been found by then is a descent direction still.
 */
export async function conjugateGradients(
  product: (v: Float64Array) => Promise<Float64Array>,
  b: Float64Array,
  tolerance: number,
  most: number,
): Promise<Solution> {
  const norm = Math.sqrt(dot(b, b))
  const solution = new Float64Array(b.length)
  const r = Float64Array.from(b)
  let p = Float64Array.from(r)
  let rr = dot(r, r)
  for (let products = 0; Math.sqrt(rr) > tolerance * norm && products < most; products++) {
    const image = await product(p)
    const curvature = dot(p, image)
    if (!(curvature > 0)) break
    const length = rr / curvature
    for (let at = 0; at < b.length; at++) {
      solution[at] = (solution[at] as number) + length * (p[at] as number)
      r[at] = (r[at] as number) - length * (image[at] as number)
    }
    const next = dot(r, r)
    p = r.map((value, at) => value + (next / rr) * (p[at] as number))
    rr = next
  }
  return { residual: norm === 0 ? 0 : Math.sqrt(rr) / norm, solution }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number)
  return sum
}
