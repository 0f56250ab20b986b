import { isFeasible } from '../../core/study/constraints.ts'
import type { Assignment, TrialSnapshot } from '../../core/trial/trial.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import { getOrInsertComputed } from '../../core/values/get-or-insert-computed.ts'
import { clamp, mean } from '../../math/numbers.ts'
import { agreement, type KnownLosses, type PointWeight } from '../priors/prior-density.ts'
import { createEncoding, type Encoding, pointOf } from '../samplers/gp/encoding.ts'
import type { SearchSpace } from '../space/search-space.ts'
import { ScoreModel } from './score-model.ts'

/**
 * What studies of other data tell of a space: only the order of their trials counts, since values of other data have other
 * scales. Each source is a model of normal scores m_s(x).
 *
 * First points: among the best ones of all sources those are taken, one after the other, that lower the mean over sources of
 * the best score among the points so far the most (a greedy portfolio: Wistuba 2015).
 *
 * Then the sources are weighed. A_s is the share of pairs of this study's n newest trials that source s puts in the right order, with
 * p trials in advance that agree in A₀ of the pairs:
 *
 *   (1)  w_s = max(2·(n·A_s + p·A₀)/(n + p) − 1, 0)
 *   (2)  m(x) = Σ w_s³·m_s(x) / Σ w_s³, over the four of the largest weight
 *
 * A model of values takes a·m(x) as its mean and learns what that leaves (a residual model: Golovin 2017). With the deviations
 * σ_y and σ_m of the study's values and of m over its trials, and their correlation ρ,
 *
 *   (3)  a = (σ_y/σ_m)·max((n·ρ + q·½)/(n + q), 0)·min(1, f/N)
 *
 * with n trials in the model and N known, so a source that misleads loses its weight twice, by (1) and by (3), and any source in the end. Samplers without a model of
 * values multiply their acquisition by exp(−β·w·m(x)/k) at the k-th trial after the start instead, as with a prior.
 *
 * - M. Wistuba, N. Schilling, L. Schmidt-Thieme: Sequential model-free hyperparameter tuning. ICDM 2015,
 *   doi:10.1109/ICDM.2015.20.
 * - D. Golovin and others: Google Vizier: a service for black-box optimization. KDD 2017, doi:10.1145/3097983.3098043.
 * - M. Feurer, B. Letham, F. Hutter, E. Bakshy: Practical transfer learning for Bayesian optimization. 2018,
 *   arXiv:1802.02219 (weights by the order of pairs).
 */
const FIRST_POINTS = 4
/** Of each source. */
const CANDIDATES = 10
/** Above what any of n trials has. */
const WORST_SCORE = 4
/** The newest ones, whose pairs are compared: all pairs of thousands would take longer than the model. */
const JUDGING_TRIALS = 300
/** p and A₀ of equation 1. */
const PAIRS_IN_ADVANCE = { trials: 2, agreement: 0.8 }
const SHARPNESS = 3
const MAX_SOURCES = 4
/** q, the largest a and f of equation 3. */
const SLOPE_IN_ADVANCE = 2
const MAX_SLOPE = 3
const FADES_AFTER = 15
/** β. */
const STRENGTH = 5
/** Complete ones of a source. With fewer there is no order worth a model. */
export const MIN_SOURCE_TRIALS = 5

/** A function of the points that a model begins with. */
export interface PriorMean {
  /** How many studies have a part in it. */
  readonly sources: number
  at(point: Float64Array): number
  /** The same; writes its derivatives by the numeric coordinates. */
  slopesAt(point: Float64Array, slopes: Float64Array): number
}

export interface SourceStudyWeight extends PointWeight {
  /** How many studies have a part in it. */
  readonly sources: number
}

/** By sources, then by study. */
const sourcesByStudy = new WeakMap<
  readonly (readonly TrialSnapshot[])[],
  WeakMap<StudySpecification, SourceStudies | null>
>()

export class SourceStudies {
  readonly encoding: Encoding
  readonly #models: readonly ScoreModel[]
  readonly #scores = new WeakMap<TrialSnapshot, readonly number[]>()
  #firstPoints: readonly Assignment[] | null = null

  /**
   * What a study has of its sources, which are not fitted anew for every question about it.
   * @returns null if no source has enough complete trials
   */
  static for(
    specification: StudySpecification,
    space: SearchSpace,
    sources: readonly (readonly TrialSnapshot[])[],
  ): SourceStudies | null {
    if (sources.length === 0) return null
    const ofSources = getOrInsertComputed(sourcesByStudy, sources, () => new WeakMap())
    const minimize = specification.goals[0]?.direction !== 'maximize'
    return getOrInsertComputed(ofSources, specification, () =>
      SourceStudies.of(space, sources, minimize),
    )
  }

  /** @returns null if no source has enough complete trials */
  static of(
    space: SearchSpace,
    sources: readonly (readonly TrialSnapshot[])[],
    minimize: boolean,
  ): SourceStudies | null {
    const enough = sources.filter(({ length }) => length >= MIN_SOURCE_TRIALS)
    if (enough.length === 0) return null
    const encoding = createEncoding(space)
    if (encoding.dimension === 0) return null
    const models = enough.map(trials => new ScoreModel(encoding, trials, minimize))
    return new SourceStudies(encoding, models)
  }

  private constructor(encoding: Encoding, models: readonly ScoreModel[]) {
    this.encoding = encoding
    this.#models = models
  }

  /** Points that are tried before all others, none for nothing. */
  firstPoints(): readonly Assignment[] {
    return (this.#firstPoints ??= this.#chooseFirst())
  }

  #chooseFirst(): readonly Assignment[] {
    const candidates = new Map(
      this.#models
        .flatMap(({ ranked }) => candidatesOf(ranked))
        .map(({ parameters }) => [parameters, this.#scoresOf(parameters)]),
    )
    const reached = this.#models.map(() => WORST_SCORE)
    const reachedWith = (scores: readonly number[]): number[] =>
      reached.map((best, source) => Math.min(best, scores[source] as number))
    const chosen: Assignment[] = []
    while (chosen.length < FIRST_POINTS && candidates.size > 0) {
      const [[point, scores]] = [...candidates]
        .map(([parameters, its]) => [parameters, reachedWith(its)] as const)
        .sort((a, b) => mean(a[1]) - mean(b[1])) as [readonly [Assignment, number[]]]
      if (mean(scores) >= mean(reached)) break
      scores.forEach((score, source) => (reached[source] = score))
      candidates.delete(point)
      chosen.push(point)
    }
    return chosen
  }

  /**
   * a·m(x), less its mean over the trials.
   * @param values of the trials as the model sees them; smaller is better
   * @param trialCount how many trials there are, also those that the model leaves out
   */
  priorFor(
    trials: readonly TrialSnapshot[],
    values: Float64Array,
    trialCount = trials.length,
  ): PriorMean {
    const { shares } = this.#weighed({ trials, losses: values })
    const scores = trials.map(trial =>
      this.#scoresAt(trial).reduce((sum, score, source) => sum + score * (shares[source] ?? 0), 0),
    )
    const slope = slopeOf(scores, values) * Math.min(1, FADES_AFTER / trialCount)
    return this.#combined(shares, slope, -slope * mean(scores))
  }

  /** For samplers without a model of values. */
  weightAfter(observed: KnownLosses, startupTrials: number): SourceStudyWeight {
    const { shares, trust } = this.#weighed(observed)
    const power = (trust * STRENGTH) / Math.max(observed.trials.length - startupTrials + 1, 1)
    const factor = this.#combined(shares, -power, 0)
    return {
      encoding: this.encoding,
      sources: factor.sources,
      logWeight: (point, gradient) =>
        gradient === undefined ? factor.at(point) : factor.slopesAt(point, gradient),
    }
  }

  #scoresOf(parameters: Assignment): readonly number[] {
    const point = pointOf(this.encoding, parameters)
    return this.#models.map(model => model.at(point))
  }

  #scoresAt(trial: TrialSnapshot): readonly number[] {
    return getOrInsertComputed(this.#scores, trial, () => this.#scoresOf(trial.parameters))
  }

  /** Equations 1 and 2: the shares of the sources, 0 for most where there are many. */
  #weighed(observed: KnownLosses): { shares: readonly number[]; trust: number } {
    const trials = observed.trials.slice(-JUDGING_TRIALS)
    const losses = observed.losses.slice(-JUDGING_TRIALS)
    const scores = trials.map(trial => this.#scoresAt(trial))
    const { trials: inAdvance, agreement: expected } = PAIRS_IN_ADVANCE
    const weights = this.#models.map((_, source) => {
      const likings = scores.map(its => -(its[source] as number))
      const agreed = trials.length * agreement(likings, losses) + inAdvance * expected
      return Math.max((2 * agreed) / (trials.length + inAdvance) - 1, 0)
    })
    const order = [...weights.keys()].sort(
      (a, b) => (weights[b] as number) - (weights[a] as number) || a - b,
    )
    const best = new Set(order.slice(0, MAX_SOURCES))
    const powers = weights.map((weight, source) => (best.has(source) ? weight ** SHARPNESS : 0))
    const sum = powers.reduce((a, b) => a + b, 0)
    return {
      shares: powers.map(power => (sum > 0 ? power / sum : 0)),
      trust: Math.max(...weights),
    }
  }

  #combined(shares: readonly number[], slope: number, offset: number): PriorMean {
    const parts = shares.flatMap((share, source) =>
      share * slope === 0
        ? []
        : [{ factor: share * slope, model: this.#models[source] as ScoreModel }],
    )
    const modelSlopes = new Float64Array(this.encoding.kinds.numeric)
    return {
      sources: parts.length,
      at: point => parts.reduce((sum, { factor, model }) => sum + factor * model.at(point), offset),
      slopesAt(point, slopes) {
        slopes.fill(0, 0, modelSlopes.length)
        let sum = offset
        for (const { factor, model } of parts) {
          sum += factor * model.slopesAt(point, modelSlopes)
          for (let d = 0; d < modelSlopes.length; d++) {
            slopes[d] = (slopes[d] as number) + factor * (modelSlopes[d] as number)
          }
        }
        return sum
      },
    }
  }
}

/** The best ones of a source; none that breaks constraints where others keep them. */
function candidatesOf(ranked: readonly TrialSnapshot[]): readonly TrialSnapshot[] {
  const best = ranked.slice(0, CANDIDATES)
  return best.some(isFeasible) ? best.filter(isFeasible) : best
}

/** Equation 3, before it fades. */
function slopeOf(scores: readonly number[], values: Float64Array): number {
  const n = scores.length
  const center = mean(scores)
  const middle = mean([...values])
  let [product, squares, valueSquares] = [0, 0, 0]
  scores.forEach((score, i) => {
    const value = (values[i] as number) - middle
    product += (score - center) * value
    squares += (score - center) ** 2
    valueSquares += value * value
  })
  if (!(squares > 1e-9 && valueSquares > 1e-12)) return 0
  const correlation = product / Math.sqrt(squares * valueSquares)
  const expected = (n * correlation + SLOPE_IN_ADVANCE / 2) / (n + SLOPE_IN_ADVANCE)
  return clamp(Math.sqrt(valueSquares / squares) * expected, 0, MAX_SLOPE)
}
