import type { PointWeight } from '../../priors/prior-density.ts'
import { Activity, type Encoding } from './encoding.ts'

/** Deviation in lengths of the kernel, which count as no longer than the space is wide. */
const REACH = 0.5
const LONGEST = 1

/**
 * While trials run, improvement is looked for about the best point: log w = −Σ ((x − best)/(reach·length))²/2 over numeric
 * coordinates that are active at both. What several parallel trials try at once is chosen on less than is known with one; expected
 * improvement spends that on far corners, of which the last of few trials find no use. Measured: see docs/samplers/gp.md.
 *
 * The weight is that of D. Eriksson, M. Pearce, J. R. Gardner, R. Turner, M. Poloczek: Scalable global optimization via
 * local Bayesian optimization. NeurIPS 2019, arXiv:1910.01739 (a region about the best, scaled by the lengths), without its edges.
 * @param best a point of the encoding
 * @param lengths of the kernel, by numeric coordinate
 */
export function nearBest(
  encoding: Encoding,
  best: Float64Array,
  lengths: Float64Array,
): PointWeight {
  const { numeric } = encoding.kinds
  const precisions = lengths
    .slice(0, numeric)
    .map(length => 1 / (REACH * Math.min(length, LONGEST)) ** 2)
  const activity = encoding.conditional ? new Activity(encoding) : null
  const canonical = new Float64Array(encoding.dimension)
  activity?.apply(best, canonical)
  const counts = activity?.active.slice() ?? null
  return {
    encoding,
    logWeight(point, gradient) {
      activity?.apply(point, canonical)
      let sum = 0
      for (let d = 0; d < numeric; d++) {
        const isCounted = counts?.[d] !== 0 && activity?.active[d] !== 0
        const away = isCounted ? (point[d] as number) - (best[d] as number) : 0
        const precision = precisions[d] as number
        sum -= 0.5 * precision * away * away
        if (gradient !== undefined) gradient[d] = -precision * away
      }
      return sum
    },
  }
}
