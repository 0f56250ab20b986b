import { normalCdf } from '../../math/distributions/normal.ts'
import { sum } from '../../math/numbers.ts'

/** How many trials fall on each point of a parameter's grid. */
export interface GridCounts {
  readonly kind: 'numeric' | 'categorical'
  readonly counts: Float64Array
}

/** Weight of a prior that covers the whole grid, in trials: no point has a density of 0. */
const PRIOR_WEIGHT = 1

/** 90 % of a kernel lie within its own cell at least. */
const SMALLEST_WIDTH = 0.5 / 1.64

/** A smoothed density over the points of a grid: one kernel per point that was seen, and the prior. */
export function gridDensity({ kind, counts }: GridCounts): Float64Array {
  const seen: number[] = []
  counts.forEach((count, at) => {
    if (count > 0) seen.push(at)
  })
  const total = sum(counts)
  const density = new Float64Array(counts.length)
  const scale = 1 / (total + PRIOR_WEIGHT)
  if (kind === 'categorical') {
    // Every kernel gives each category an equal small part, together as much as the prior.
    const small = PRIOR_WEIGHT / (seen.length + 1)
    const kernel = 1 + small * counts.length
    counts.forEach((count, at) => {
      density[at] = scale * ((count + small * total) / kernel + PRIOR_WEIGHT / counts.length)
    })
    return density
  }
  const width = Math.max(scottWidth(counts, seen, total), SMALLEST_WIDTH)
  const size = counts.length
  // All kernels of one width are the same curve, moved by whole cells.
  const edges = Float64Array.from({ length: 2 * size }, (_, edge) =>
    normalCdf((edge - size + 0.5) / width),
  )
  for (const at of seen) {
    addKernel(density, edges.subarray(size - 1 - at), scale * (counts[at] as number))
  }
  const prior = Float64Array.from({ length: size + 1 }, (_, edge) =>
    normalCdf((edge - 0.5 - (size - 1) / 2) / size),
  )
  addKernel(density, prior, scale * PRIOR_WEIGHT)
  return density
}

/**
 * Adds a normal distribution cut at the ends of the grid: its mass in every cell, times a weight.
 * @param edges what lies below the lower edge of every cell, and below the upper one of the last
 */
function addKernel(density: Float64Array, edges: Float64Array, weight: number): void {
  const size = density.length
  const factor = weight / ((edges[size] as number) - (edges[0] as number))
  for (let at = 0; at < size; at++) {
    const mass = (edges[at + 1] as number) - (edges[at] as number)
    density[at] = (density[at] as number) + factor * mass
  }
}

/**
 * Scott's normal reference rule, 1.059·min(IQR/1.34, σ)·n^(−1/5). D. W. Scott: Multivariate density estimation.
 * 1992, equation 6.17 and the robust form after it.
 */
function scottWidth(counts: Float64Array, seen: readonly number[], total: number): number {
  const sum = (term: (at: number) => number): number =>
    seen.reduce((result, at) => result + (counts[at] as number) * term(at), 0)
  const mean = sum(at => at) / total
  const deviation = Math.sqrt(sum(at => (at - mean) ** 2) / Math.max(1, total - 1))
  const quartile = (rank: number, isAbove: (cumulated: number) => boolean): number => {
    let cumulated = 0
    for (const at of seen) {
      cumulated += counts[at] as number
      if (isAbove(cumulated)) return at
    }
    return seen.at(-1) ?? rank
  }
  const lowRank = Math.floor(total / 4)
  const highRank = Math.floor((3 * total) / 4)
  const low = quartile(lowRank, cumulated => cumulated >= lowRank)
  const high = quartile(highRank, cumulated => cumulated > highRank)
  return 1.059 * Math.min((high - low) / 1.34, deviation) * total ** -0.2
}
