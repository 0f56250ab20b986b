import { logNormalCdf, normalCdf } from '../../../math/distributions/normal.ts'
import { indexOfLargest } from '../../../math/numbers.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import type { CurveModel, CurvePoint } from './curve-model.ts'
import type { TrainingCurve } from './training-curve.ts'

/**
 * Which training gets the next increment: the one most likely to be ahead by a margin, a random number of increments from now, for the steps that
 * its next increment costs,
 *
 *     a(x) = Φ((b(t_h) − δ − μ(x, t_h))/σ(x, t_h))/√c(x),   δ = 10^u,   u ~ U(−2, −½),   h = ⌊H^v⌋,   v ~ U(0, 1)              (3)
 *
 * with t_h the step that it has then, b(t) the best of all reports up to step t, c the steps of the next increment, and δ in units of the
 * distance between the median and the best training. A small margin and a near horizon follow the leaders, a large margin and a far horizon try
 * what might become better. Drawn anew each time, they need no share to be chosen.
 *
 * Rakotoarison and others: In-context freeze-thaw Bayesian optimization for hyperparameter optimization (ifBO). ICML 2024,
 * arXiv:2404.16795, section 4.2 (MFPI-random). In contrast to it b depends on the step, as in DyHPO:
 * a young training is compared with what others were at its age, or nothing new would be tried once one is far.
 */
export interface Candidate {
  readonly point: Float64Array
  /** The step that it has reached; 0 for a new one. */
  readonly from: number
  /** Place among the modeled trainings; −1 for a new one. */
  readonly curve: number
}

export interface Choice {
  readonly candidateIndex: number
  /** The step that was looked at, of this candidate. */
  readonly horizon: number
  /** δ, on the scale of the model. */
  readonly margin: number
  /** Of beating the best report by the margin at the horizon. */
  readonly chance: number
  /** Of keeping every constraint at the horizon; 1 without any. */
  readonly allowed: number
}

/** What the constraints of a study mean for a choice. */
export interface Constrained {
  /** Trainings that keep all of them: the others are nothing to beat. Empty while there are none. */
  readonly rivals: readonly TrainingCurve[]
  readonly logChances: (curvePoints: readonly CurvePoint[]) => Float64Array
}

const MIN_DEVIATION = 1e-12
/** Of the margin. */
const MIN_EXPONENT = -2
const MAX_EXPONENT = -0.5
/** Of the steps of an increment. */
const COST_EXPONENT = 0.5

/**
 * With constraints p(x, t_h) · a(x) decides (equation 5), and b(t) is the best of the trainings that keep them, of all where none does.
 * @param ends steps at which increments end, rising; every candidate is before the last
 */
export function chooseNext(
  model: Pick<CurveModel, 'scale' | 'forecast'>,
  curves: readonly TrainingCurve[],
  candidates: readonly Candidate[],
  ends: readonly number[],
  random: RandomStream,
  constrained: Constrained | null = null,
): Choice {
  const rivals = constrained !== null && constrained.rivals.length > 0 ? constrained.rivals : curves
  const increments = ends.length === 1 ? 0 : Math.floor(ends.length ** random.uniform()) - 1
  const exponent = MIN_EXPONENT + (MAX_EXPONENT - MIN_EXPONENT) * random.uniform()
  const margin = 10 ** exponent
  const nextOf = (from: number): number => ends.findIndex(end => end > from)
  const horizonOf = (from: number): number =>
    ends[Math.min(nextOf(from) + increments, ends.length - 1)] as number
  const costOf = (from: number): number => (ends[nextOf(from)] as number) - from
  const aimAt = (step: number): number => model.scale.toModel(bestUpTo(rivals, step)) - margin
  const aims = new Map(ends.map(end => [end, aimAt(end)]))
  const curvePoints = candidates.map(({ point, from, curve }) => ({
    point,
    step: horizonOf(from),
    curve,
  }))
  const { means, deviations } = model.forecast(curvePoints)
  const leads = means.map(
    (mean, index) =>
      ((aims.get(horizonOf((candidates[index] as Candidate).from)) as number) - mean) /
      Math.max(deviations[index] as number, MIN_DEVIATION),
  )
  const allowed = constrained?.logChances(curvePoints)
  const candidateIndex = indexOfLargest(
    leads.map(
      (lead, at) =>
        logNormalCdf(lead) +
        (allowed?.[at] ?? 0) -
        COST_EXPONENT * Math.log(costOf((candidates[at] as Candidate).from)),
    ),
  )
  const { from } = candidates[candidateIndex] as Candidate
  return {
    candidateIndex,
    margin,
    horizon: horizonOf(from),
    chance: normalCdf(leads[candidateIndex] as number),
    allowed: Math.exp(allowed?.[candidateIndex] ?? 0),
  }
}

function bestUpTo(curves: readonly TrainingCurve[], most: number): number {
  let best = Number.POSITIVE_INFINITY
  for (const { steps, losses } of curves) {
    for (let at = 0; at < steps.length && (steps[at] as number) <= most; at++) {
      best = Math.min(best, losses[at] as number)
    }
  }
  return best
}
