import type { UserPrior } from '../../core/study/space-specification.ts'
import type { Assignment, TrialSnapshot } from '../../core/trial/trial.ts'
import { normalCdf, normalQuantile } from '../../math/distributions/normal.ts'
import { clamp } from '../../math/numbers.ts'
import type { RandomStream } from '../../math/random/random-stream.ts'
import { Activity, type Encoding, pointOf } from '../samplers/gp/encoding.ts'
import { assignmentAt, variedParameters } from '../samplers/shared/unit-coordinates.ts'
import type { Parameter } from '../space/search-space.ts'
import { toUnit, valueIndex } from '../space/unit-cube.ts'

/**
 * The priors of a person as a density over the space, relative to the uniform one. A number has a normal distribution
 * about its center on the scale of its parameter, cut off at the bounds; the center of a choice has the odds of the confidence
 * against every other value. Parameters without a prior, and inactive ones, count as uniform.
 *
 * The density π multiplies an acquisition function a by a power that fades with the trials after the start (Hvarfner
 * 2022, equation 6):
 *
 *     a(x)·π(x)^(t·β/n)                                                                            (1)
 *
 * with β = 10, the n-th trial of the model, and a trust t that the paper does not have: a wrong prior is not waited
 * out but noticed. Over all pairs of the first m trials, A_m is the share of those in which the one that the prior likes more
 * has the better value (Mann, Whitney 1947; ½ where the prior says nothing about values), and
 *
 *     t = 0 if A_m < ½ for any m ≥ 8, else min(max((A − ½)/0.2, 0), 1)                             (2)
 *
 * so what was refuted once stays so: later trials are where the model was led, and on the side of the best point that faces the center
 * they agree with a wrong prior again.
 *
 * - C. Hvarfner, D. Stoll, A. Souza, M. Lindauer, F. Hutter, L. Nardi: πBO: augmenting acquisition functions with user
 *   priors for Bayesian optimization. ICLR 2022, arXiv:2204.11051.
 * - H. B. Mann, D. R. Whitney: On a test of whether one of two random variables is stochastically larger than the
 *   other. Annals of Mathematical Statistics 18, 1947, 50–60, doi:10.1214/aoms/1177730491.
 */
const STRENGTH = 10
const FULL_TRUST = 0.2
/** Trials of the start that see how good the center is before more points come from the prior: two of three. */
const PROBATION = 4
const DESIGNED = 3
/** Trials from which on a prior is given up for good. */
const REFUTABLE = 8
/** The first ones, whose pairs are compared: all pairs of thousands would take longer than the model. */
const JUDGING_TRIALS = 300

/** Deviation of a number in shares of its range, and odds of a choice. */
const confidences: Readonly<Record<UserPrior['confidence'], { deviation: number; odds: number }>> =
  {
    low: { deviation: 0.25, odds: 2 },
    medium: { deviation: 0.12, odds: 5 },
    high: { deviation: 0.05, odds: 15 },
  }

/** A factor of an acquisition function, as its logarithm. */
export interface PointWeight {
  readonly encoding: Encoding
  /** At a point of the encoding; writes its derivatives by the numeric coordinates. */
  logWeight(point: Float64Array, gradient?: Float64Array): number
}

export interface PriorWeight extends PointWeight {
  /** The power of equation 1. */
  readonly power: number
  /** t of equation 2. */
  readonly trust: number
}

interface Factor {
  readonly parameter: Parameter
  /** Of the encoding. */
  readonly coordinate: number
  readonly center: number
  readonly deviation: number
  readonly odds: number
}

export class PriorDensity {
  readonly encoding: Encoding
  readonly #factors: readonly Factor[]
  /** Null where every parameter is always active. */
  readonly #activity: Activity | null
  readonly #canonical: Float64Array

  /** @returns null if no parameter that varies has a prior */
  static of(encoding: Encoding): PriorDensity | null {
    const factors = encoding.parameters.flatMap((parameter, coordinate): Factor[] => {
      const { prior } = parameter
      if (prior === undefined) return []
      const center =
        parameter.kind === 'choice'
          ? valueIndex(parameter, prior.center)
          : toUnit(parameter, prior.center)
      return [{ parameter, coordinate, center, ...confidences[prior.confidence] }]
    })
    return factors.length === 0 ? null : new PriorDensity(encoding, factors)
  }

  private constructor(encoding: Encoding, factors: readonly Factor[]) {
    this.encoding = encoding
    this.#factors = factors
    this.#activity = encoding.conditional ? new Activity(encoding) : null
    this.#canonical = new Float64Array(encoding.dimension)
  }

  /**
   * The point of a trial of the start: the center first; after a few of the design two of three are drawn from the density, while
   * the trials so far do not speak against it.
   * @param coordinate of parameters without a prior, by their place among the varied ones
   * @returns null for trials that the design chooses
   */
  startPoint(
    trialNumber: number,
    coordinate: (position: number) => number,
    random: RandomStream,
    observed: KnownLosses,
  ): Assignment | null {
    if (trialNumber > 0) {
      if (trialNumber < PROBATION || trialNumber % DESIGNED === 0) return null
      if (this.#agreement(observed) < 0.5) return null
    }
    const { space } = this.encoding
    const varied = variedParameters(space)
    return assignmentAt(space, position => {
      const factor = this.#factors.find(({ parameter }) => parameter === varied[position])
      if (factor === undefined) return coordinate(position)
      return trialNumber === 0 ? centerOf(factor) : draw(factor, random)
    })
  }

  /** log π, relative to the uniform density, at a point of the encoding; adds its derivatives times `factor`. */
  logDensity(point: Float64Array, gradient?: Float64Array, factor = 1): number {
    let sum = 0
    this.#activity?.apply(point, this.#canonical)
    for (const { parameter, coordinate, center, deviation, odds } of this.#factors) {
      if (this.#activity?.active[coordinate] === 0) continue
      const position = point[coordinate] as number
      if (parameter.kind === 'choice') {
        const count = parameter.values.length
        sum += Math.log(((position === center ? odds : 1) * count) / (odds + count - 1))
        continue
      }
      const z = (position - center) / deviation
      const mass = normalCdf((1 - center) / deviation) - normalCdf(-center / deviation)
      sum -= 0.5 * z * z + Math.log(deviation * mass * Math.sqrt(2 * Math.PI))
      if (gradient !== undefined) {
        gradient[coordinate] = (gradient[coordinate] as number) - (factor * z) / deviation
      }
    }
    return sum
  }

  /** A of the first trials, 0 once it was below ½. */
  #agreement({ trials, losses }: KnownLosses): number {
    const likings = trials
      .slice(0, JUDGING_TRIALS)
      .map(({ parameters }) => this.logDensity(pointOf(this.encoding, parameters)))
    const shares = agreements(likings, losses)
    return shares.some((share, index) => index + 1 >= REFUTABLE && share < 0.5)
      ? 0
      : (shares.at(-1) ?? 0.5)
  }

  /**
   * The weight at the next proposal.
   * @param startupTrials of the model
   */
  weightAfter(observed: KnownLosses, startupTrials: number): PriorWeight {
    // Equations 1 and 2.
    const trust = clamp((this.#agreement(observed) - 0.5) / FULL_TRUST, 0, 1)
    const power = (trust * STRENGTH) / Math.max(observed.trials.length - startupTrials + 1, 1)
    return {
      encoding: this.encoding,
      power,
      trust,
      logWeight: (point, gradient) => {
        gradient?.fill(0)
        return power * this.logDensity(point, gradient, power)
      },
    }
  }
}

/** Trials with a value and their losses by one goal. */
export interface KnownLosses {
  readonly trials: readonly TrialSnapshot[]
  readonly losses: Float64Array
}

/** A unit coordinate, as `assignmentAt` reads it. */
function centerOf({ parameter, center }: Factor): number {
  return parameter.kind === 'choice' ? choiceUnit(parameter, center) : center
}

function draw({ parameter, center, deviation, odds }: Factor, random: RandomStream): number {
  if (parameter.kind === 'choice') {
    const count = parameter.values.length
    const isOther = random.uniform() * (odds + count - 1) >= odds
    const other = random.integer(Math.max(count - 1, 1))
    return choiceUnit(parameter, isOther ? other + Number(other >= center) : center)
  }
  const low = normalCdf(-center / deviation)
  const high = normalCdf((1 - center) / deviation)
  return clamp(center + deviation * normalQuantile(low + random.uniform() * (high - low)), 0, 1)
}

function choiceUnit(parameter: Extract<Parameter, { kind: 'choice' }>, index: number): number {
  return toUnit(parameter, parameter.values[index] as (typeof parameter.values)[number])
}

/** The share of pairs in which what is liked more has the smaller loss; ties count half. */
export function agreement(likings: readonly number[], losses: Float64Array): number {
  return agreements(likings, losses).at(-1) ?? 0.5
}

/** The same of the first one, the first two, and so on. */
function agreements(likings: readonly number[], losses: Float64Array): number[] {
  let right = 0
  let pairs = 0
  return likings.map((liking, i) => {
    for (let j = 0; j < i; j++) {
      const liked = liking - (likings[j] as number)
      if (liked === 0) continue
      pairs++
      const lost = (losses[i] as number) - (losses[j] as number)
      right += lost === 0 ? 0.5 : lost < 0 === liked > 0 ? 1 : 0
    }
    return pairs === 0 ? 0.5 : right / pairs
  })
}
