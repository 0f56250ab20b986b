import { clamp } from '../../math/numbers.ts'
import { getOrInsertComputed } from '../../core/values/get-or-insert-computed.ts'
import type { Assignment, TrialSnapshot } from '../../core/trial/trial.ts'
import { type Encoding, pointOf } from '../samplers/gp/encoding.ts'
import { assignmentKey } from '../samplers/shared/tried-points.ts'
import type { Outcomes } from './discriminant.ts'
import {
  baseRate,
  BLUR,
  fitRelevance,
  influence,
  plainRelevance,
  PRIOR_DISTANCE,
  type Relevance,
} from './relevance.ts'

/**
 * How likely a trial succeeds at a point, from where trials failed and where they did not.
 *
 * Failures are an unknown constraint in the sense of Gelbart, Snoek and Adams (2014): a function that gives no value
 * but holds or not, so that an acquisition a(x) becomes a(x)·Pr(C(x)), equation (5) there, and a point counts as
 * feasible while Pr(C(x)) ≥ 1 − δ, equation (3). There, a Gaussian process is the model of Pr(C(x)). This one is
 * simpler: outcomes nearby count, the more the nearer they are (Shepard 1968),
 *
 *   s(x) = (Σᵢ yᵢ·wᵢ(x) + b·w₀) / (Σᵢ wᵢ(x) + w₀),  wᵢ(x) = (dᵢ² + h)⁻ᵖ,  Pr(C(x)) = (1 − ε)·s(x) + ε·b
 *
 * with yᵢ = 1 for a success, the share b of successes, and squared distances dᵢ² in which every coordinate has its own
 * weight, and so has a discriminant: a score that separates successes from failures by products of two coordinates. It
 * has no length of its own, so the edge of a failing region gets as sharp as trials are close to it, and it costs n
 * additions. The weights, p and the share ε of failures by chance are those that make each outcome the most
 * likely given all others: failures that have nothing to do with the point change nothing.
 *
 * What is required of Pr(C(x)) and the blur h rise with the failures among the last trials: who came too close to the edge
 * keeps more distance for a while. Not so while all failures together are few: a fifth of the trials may be spent on finding the edge. And
 * now and then nothing is required: where trials succeed may be islands, and who never crosses what fails stays on the first.
 *
 * - M. A. Gelbart, J. Snoek, R. P. Adams: Bayesian optimization with unknown constraints. UAI 2014,
 *   arXiv:1403.5607.
 * - D. Shepard: A two-dimensional interpolation function for irregularly-spaced data. ACM 1968,
 *   doi:10.1145/800186.810616.
 */
export class SuccessModel {
  readonly encoding: Encoding
  /** Smallest probability of a point that is tried: it rises with the failures among the last trials. */
  readonly required: number
  readonly #outcomes: Outcomes
  readonly #relevance: Relevance
  readonly #base: number
  /** Added to squared distances. */
  readonly #blur: number
  /** Of the outcomes' points. */
  readonly #scores: Float64Array
  readonly #failed: ReadonlySet<string>

  constructor(
    encoding: Encoding,
    outcomes: Outcomes,
    relevance: Relevance,
    failed: ReadonlySet<string>,
    { caution, isBold }: Attitude,
  ) {
    this.encoding = encoding
    this.#outcomes = outcomes
    this.#relevance = relevance
    this.#failed = failed
    this.#base = baseRate(outcomes.labels)
    const { chance, discriminant } = relevance
    const { points, dimension, labels } = outcomes
    this.#scores = Float64Array.from(labels, (_, i) =>
      discriminant === null
        ? 0
        : discriminant.at(points.subarray(i * dimension, (i + 1) * dimension)),
    )
    const largest = 1 - chance + chance * this.#base
    this.#blur = BLUR * BLUR_GROWTH ** Math.min(isBold ? 0 : caution, MAX_GROWTHS)
    this.required = isBold ? 0 : largest * (1 - 0.5 ** (caution + 1))
  }

  /** Of the trials that the model takes. */
  get shareOfFailures(): number {
    return 1 - this.#base
  }

  /** Whether a trial failed at this very point. */
  hasFailed(parameters: Assignment): boolean {
    return this.#failed.has(assignmentKey(parameters))
  }

  /** Pr(C(x)) at a point of the encoding whose inactive coordinates have their common value. */
  probability(point: Float64Array): number {
    return this.slopes(point, null)
  }

  /** The same; writes its derivatives by the numeric coordinates. */
  slopes(point: Float64Array, gradient: Float64Array | null): number {
    const { points, labels, dimension, numeric } = this.#outcomes
    const { weights, power, chance, discriminant } = this.#relevance
    const blur = this.#blur
    const score = discriminant?.at(point) ?? 0
    const scoreWeight = weights[dimension] as number
    let total = influence(PRIOR_DISTANCE, power)
    let successes = total * this.#base
    /** Derivatives of `total`; `gradient` holds those of `successes` first. */
    const byTotal = gradient === null ? null : new Float64Array(numeric)
    let totalByScore = 0
    let successesByScore = 0
    gradient?.fill(0)
    for (let i = 0, at = 0; i < labels.length; i++, at += dimension) {
      const distance = this.#squaredDistance(point, score, i)
      const weight = influence(distance, power, blur)
      const isSuccess = labels[i] === 1
      total += weight
      if (isSuccess) successes += weight
      if (gradient === null || byTotal === null) continue
      const factor = (-2 * power * weight) / (distance + blur)
      const scoreSlope = factor * scoreWeight * (score - (this.#scores[i] as number))
      totalByScore += scoreSlope
      if (isSuccess) successesByScore += scoreSlope
      for (let d = 0; d < numeric; d++) {
        const gap = (point[d] as number) - (points[at + d] as number)
        const slope = factor * (weights[d] as number) * gap
        byTotal[d] = (byTotal[d] as number) + slope
        if (isSuccess) gradient[d] = (gradient[d] as number) + slope
      }
    }
    const near = successes / total
    if (gradient !== null && byTotal !== null) {
      const scale = (1 - chance) / total
      for (let d = 0; d < numeric; d++) {
        gradient[d] = scale * ((gradient[d] as number) - near * (byTotal[d] as number))
      }
      const byScore = scale * (successesByScore - near * totalByScore)
      discriminant?.addSlopes(point, byScore, gradient)
    }
    return (1 - chance) * near + chance * this.#base
  }

  /** From outcome `i`; coordinates count by their weights. */
  #squaredDistance(point: Float64Array, score: number, i: number): number {
    const { points, dimension, numeric } = this.#outcomes
    const { weights } = this.#relevance
    const scoreGap = score - (this.#scores[i] as number)
    let distance = (weights[dimension] as number) * scoreGap * scoreGap
    for (let d = 0, at = i * dimension; d < dimension; d++, at++) {
      const gap = (point[d] as number) - (points[at] as number)
      const square = d < numeric ? gap * gap : gap === 0 ? 0 : 1
      distance += (weights[d] as number) * square
    }
    return distance
  }

  /**
   * The addend to a logarithmic acquisition: log Pr(C(x)), and much less than that where Pr(C(x)) is below the required
   * one.
   * @param gradient gets its derivatives by the numeric coordinates
   */
  logWeight(point: Float64Array, gradient: Float64Array | null = null): number {
    const probability = Math.max(this.slopes(point, gradient), Number.MIN_VALUE)
    const isFree = this.required === 0
    const missing = isFree ? 0 : Math.max(logit(this.required) - logit(probability), 0)
    if (gradient !== null) {
      const steepness = missing > 0 ? 1 + STEEPNESS / (1 - probability) : 1
      for (let d = 0; d < gradient.length; d++) {
        gradient[d] = ((gradient[d] as number) * steepness) / probability
      }
    }
    return Math.log(probability) - STEEPNESS * missing
  }

  probabilityAt(parameters: Assignment): number {
    return this.probability(pointOf(this.encoding, parameters))
  }

  /** Whether a trial should go there. */
  allows(parameters: Assignment): boolean {
    return !this.hasFailed(parameters) && this.probabilityAt(parameters) >= this.required
  }

  /** Points of the successes that are nearest, nearest first. */
  nearestSuccesses(point: Float64Array, most: number): Float64Array[] {
    const { points, labels, dimension } = this.#outcomes
    const score = this.#relevance.discriminant?.at(point) ?? 0
    return [...labels.keys()]
      .filter(i => labels[i] === 1)
      .map(i => ({ i, distance: this.#squaredDistance(point, score, i) }))
      .sort((a, b) => a.distance - b.distance || a.i - b.i)
      .slice(0, most)
      .map(({ i }) => points.slice(i * dimension, (i + 1) * dimension))
  }
}

/** By what the blur grows with each failure among the last trials, and how many at most do that. */
const BLUR_GROWTH = 2.3
const MAX_GROWTHS = 6
/** A logarithmic acquisition loses this for each unit by which the log odds are below those required. */
const STEEPNESS = 4

/** Trials of each outcome that the model takes at most; three quarters of them the newest. */
const MAX_OF_EACH = 200
/** Outcomes from which relevance is learned at most. */
const MAX_FITTED = 200
/** Relevance is learned anew with every outcome up to here, then whenever there are a tenth more. */
const ALWAYS_FITTED = 100
/** Failures among so many last trials set what is required. */
const RECENT = 30

/** Beyond this share of failures none of them is spared. */
const SPARED_SHARE = 0.2
/** Failures among the last trials that count for nothing at most. */
const MAX_SPARED = 3
/** So often nothing is required … */
const BOLD_EVERY = 16
/** … while failures are fewer than this times the root of the number of trials: what is lost by it becomes a smaller and smaller share. */
const BOLD_FAILURES = 1.4

/** How near to the edge a trial may go. */
interface Attitude {
  /** Failures among the last trials beyond those that are spared. */
  readonly caution: number
  /** Nothing is required. */
  readonly isBold: boolean
}

/** @param recent failures among the last trials */
function attitudeOf(
  trialNumber: number,
  outcomeCount: number,
  failed: number,
  recent: number,
): Attitude {
  const spared = clamp(SPARED_SHARE * Math.max(outcomeCount, RECENT) - failed, 0, MAX_SPARED)
  const isTurn = trialNumber % BOLD_EVERY === BOLD_EVERY - 1
  return {
    caution: Math.max(recent - spared, 0),
    isBold: isTurn && failed + 1 <= BOLD_FAILURES * Math.sqrt(outcomeCount + 1),
  }
}

/** Makes the model of each list of trials; what it keeps only saves time. */
export class SuccessModels {
  readonly #encoding: () => Encoding
  readonly #points = new WeakMap<TrialSnapshot, Float64Array>()
  readonly #keys = new WeakMap<TrialSnapshot, string>()
  #fitted: { readonly trials: readonly TrialSnapshot[]; readonly relevance: Relevance } | null =
    null

  /** @param encoding asked for once there is a failure */
  constructor(encoding: () => Encoding) {
    this.#encoding = encoding
  }

  /**
   * Null while no trial has failed.
   * @param trialNumber of the trial that it is asked for
   */
  of(trials: readonly TrialSnapshot[], trialNumber: number): SuccessModel | null {
    if (!trials.some(teachesFailure)) return null
    const encoding = this.#encoding()
    const outcomes = trials.filter(trial => isSuccess(trial) || teachesFailure(trial))
    const keyOf = (trial: TrialSnapshot): string =>
      getOrInsertComputed(this.#keys, trial, () => assignmentKey(trial.parameters))
    const failures = outcomes.filter(teachesFailure)
    const keys = new Set(failures.map(keyOf))
    const recent = outcomes.slice(-RECENT).filter(teachesFailure).length
    const modeled = this.#outcomes(encoding, chosen(outcomes, MAX_OF_EACH))
    const attitude = attitudeOf(trialNumber, outcomes.length, failures.length, recent)
    return new SuccessModel(encoding, modeled, this.#relevance(encoding, outcomes), keys, attitude)
  }

  #relevance(encoding: Encoding, outcomes: readonly TrialSnapshot[]): Relevance {
    const { dimension } = encoding
    const trials = chosen(outcomes.slice(0, fittedCount(outcomes.length)), MAX_FITTED / 2)
    const before = this.#fitted
    if (before !== null && isSame(before.trials, trials)) return before.relevance
    const isPlain = dimension === 0 || trials.every(isSuccess) || !trials.some(isSuccess)
    const relevance = isPlain
      ? plainRelevance(dimension)
      : fitRelevance(this.#outcomes(encoding, trials))
    this.#fitted = { trials, relevance }
    return relevance
  }

  #outcomes(encoding: Encoding, trials: readonly TrialSnapshot[]): Outcomes {
    const { dimension, kinds } = encoding
    const points = new Float64Array(trials.length * dimension)
    trials.forEach((trial, i) => {
      const point = getOrInsertComputed(this.#points, trial, () =>
        pointOf(encoding, trial.parameters),
      )
      points.set(point, i * dimension)
    })
    const labels = Uint8Array.from(trials, trial => (isSuccess(trial) ? 1 : 0))
    return { points, dimension, numeric: kinds.numeric, labels }
  }
}

/** Log odds: near certainty, where a small step of a probability says much, they tell it as well as near a half. */
function logit(probability: number): number {
  return Math.log(probability / (1 - probability))
}

/** Whether a trial failed for what its point may be the reason of. */
function teachesFailure({ state, byAccident }: TrialSnapshot): boolean {
  return state === 'failed' && byAccident !== true
}

function isSuccess({ state }: TrialSnapshot): boolean {
  return state === 'complete' || state === 'pruned'
}

function isSame(a: readonly TrialSnapshot[], b: readonly TrialSnapshot[]): boolean {
  return a.length === b.length && a.every((trial, i) => trial === b[i])
}

/** Of `count` outcomes, how many relevance is learned from. */
function fittedCount(count: number): number {
  let fitted = ALWAYS_FITTED
  if (count <= fitted) return count
  while (Math.floor(fitted * 1.1) <= count) fitted = Math.floor(fitted * 1.1)
  return fitted
}

/** Of each outcome up to `most`: the newest, and some of the others evenly over their time. */
function chosen(outcomes: readonly TrialSnapshot[], most: number): readonly TrialSnapshot[] {
  const chosenTrials = new Set<TrialSnapshot>()
  for (const ofOne of [outcomes.filter(isSuccess), outcomes.filter(teachesFailure)]) {
    if (ofOne.length <= most) {
      for (const trial of ofOne) chosenTrials.add(trial)
      continue
    }
    const newest = Math.floor(0.75 * most)
    for (const trial of ofOne.slice(-newest)) chosenTrials.add(trial)
    const older = ofOne.length - newest
    const others = most - newest
    for (let k = 0; k < others; k++) {
      chosenTrials.add(ofOne[Math.floor((k * older) / others)] as TrialSnapshot)
    }
  }
  return outcomes.filter(trial => chosenTrials.has(trial))
}
