import type { TrialSnapshot } from '../../core/trial/trial.ts'
import { normalQuantile } from '../../math/distributions/normal.ts'
import { fitKernel, initialKernel } from '../../math/gaussian-process/fit.ts'
import { pairDifferences } from '../../math/gaussian-process/kernel.ts'
import { GaussianPosterior } from '../../math/gaussian-process/posterior.ts'
import { midranks } from '../../math/statistics/midranks.ts'
import { compareMerits, rankOf } from '../ranking.ts'
import { type Encoding, pointsOf } from '../samplers/gp/encoding.ts'

/** Most trials of a source that its model takes: it is asked thousands of times for each proposal. */
const MAX_TRIALS = 80
const FIT = { minimumNoise: 1e-4, fitNoise: true, lengthPrior: 'middling' } as const

/**
 * How good points are in the order of one source: a Gaussian process of normal scores. The trial of rank r among n has the
 * normal quantile of (r − ½)/n, whatever the scale of its value; smaller is better. Constraints play no part in it, as models of
 * values leave them to models of their own.
 *
 * - D. Salinas, H. Shen, V. Perrone: A quantile-based approach for hyperparameter transfer learning. ICML 2020,
 *   arXiv:1909.13595.
 */
export class ScoreModel {
  /** The source's trials, the best first, those that break constraints last. */
  readonly ranked: readonly TrialSnapshot[]
  readonly #posterior: GaussianPosterior
  readonly #unused: Float64Array

  /** @param trials complete ones */
  constructor(encoding: Encoding, trials: readonly TrialSnapshot[], minimize: boolean) {
    const merits = trials
      .map(trial => ({ trial, rank: rankOf(trial, minimize) }))
      .sort((a, b) => compareMerits(a.rank, b.rank) || a.rank.number - b.rank.number)
    this.ranked = merits.map(({ trial }) => trial)
    const ranks = midranks(merits.map(({ rank }) => rank.loss))
    const thinnedIndices = thinned(merits.length)
    const scores = Float64Array.from(thinnedIndices, index =>
      normalQuantile(((ranks[index] as number) - 0.5) / merits.length),
    )
    const chosen = thinnedIndices.map(index => this.ranked[index] as TrialSnapshot)
    const points = pointsOf(encoding, chosen)
    const differences = pairDifferences(points, thinnedIndices.length, encoding.kinds)
    const kernel = fitKernel(differences, scores, initialKernel(encoding.dimension, FIT), FIT)
    this.#posterior = new GaussianPosterior(points, scores, encoding.kinds, kernel)
    this.#unused = new Float64Array(encoding.kinds.numeric)
  }

  /** The expected score at a point of the encoding. */
  at(point: Float64Array): number {
    return this.#posterior.meanAt(point)
  }

  /** The same; writes its derivatives by the numeric coordinates. */
  slopesAt(point: Float64Array, slopes: Float64Array): number {
    this.#posterior.slopesAt(point, slopes, this.#unused)
    return this.#posterior.mean
  }
}

/** All indices of a short list; of a longer one its best, and others evenly. */
function thinned(count: number): number[] {
  if (count <= MAX_TRIALS) return Array.from({ length: count }, (_, index) => index)
  const best = MAX_TRIALS / 2
  const step = (count - best) / best
  return Array.from({ length: MAX_TRIALS }, (_, k) =>
    k < best ? k : best + Math.floor((k - best) * step),
  )
}
