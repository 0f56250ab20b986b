import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { SourceStudies } from '../../warm-start/source-studies.ts'
import { isFeasible } from '../../../core/study/constraints.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import type { FitSetting, FittedKernel } from '../../../math/gaussian-process/fit.ts'
import { decomposeBelow } from '../../../math/pareto/box-decomposition.ts'
import {
  type Acquisition,
  createAcquisition,
  logExpectedImprovement,
  type MomentFunction,
  withFeasibility,
  withWeight,
} from './acquisition.ts'
import { createDrawnImprovement, effortBeyondRunning, normalDraws } from './drawn-improvement.ts'
import { type Encoding, pointOf, pointsOf } from './encoding.ts'
import { logHypervolumeImprovement } from './hypervolume-improvement.ts'
import { nearBest } from './near-best.ts'
import {
  byMerit,
  constraintValuesOf,
  lossesOf,
  standardize,
  tameWorseHalf,
} from './observations.ts'
import { type Surrogate, SurrogateMaker } from './surrogate.ts'

export interface ModelSetting {
  readonly encoding: Encoding
  readonly goals: StudySpecification['goals']
  readonly constraintCount: number
  readonly fit: FitSetting
  readonly startupTrials: number
  readonly limit: number
  /** Of the first goal, where it is the only one. */
  readonly sourceStudies: SourceStudies | null
}

/** The knowledge after some trials, ready to propose. */
export interface Model {
  /** Trials that the surrogates take in. */
  readonly modeled: readonly TrialSnapshot[]
  /** Points of the modeled trials and then of the running ones. */
  readonly allPoints: readonly Float64Array[]
  /** Of the goals, then of the constraints. */
  readonly surrogates: readonly Surrogate[]
  readonly acquisition: Acquisition
  /** Positions of modeled trials that are not dominated, feasible if any is. */
  readonly best: readonly number[]
  /** Whether a feasible trial is known. */
  readonly feasible: boolean
  /** Whether the acquisition looks beyond running trials, near the best one. */
  readonly isBeyondRunning: boolean
  /** Of the goals' kernels, averaged, by coordinate. */
  readonly lengths: Float64Array
}

/** Trials that are modeled when there are more than the limit. */
const LATE_TRIALS = 100

/** Makes models of a study; only kernels are kept from one to the next. */
export class ModelMaker {
  readonly #setting: ModelSetting
  readonly #makers: readonly SurrogateMaker[]

  constructor(setting: ModelSetting) {
    this.#setting = setting
    const { encoding, goals, constraintCount, fit, startupTrials, limit } = setting
    const { sourceStudies } = setting
    const targets = [
      ...goals.map(
        (_, goal) =>
          (trials: readonly TrialSnapshot[]): Float64Array =>
            this.#goalValues(trials, goal),
      ),
      ...Array.from(
        { length: constraintCount },
        (_, constraint) =>
          (trials: readonly TrialSnapshot[]): Float64Array =>
            standardize(constraintValuesOf(trials, constraint)).values,
      ),
    ]
    this.#makers = targets.map(
      (target, index) =>
        new SurrogateMaker({
          encoding,
          target,
          fit,
          first: startupTrials,
          limit,
          choose: trials => this.#choose(trials),
          prior:
            sourceStudies === null || index > 0
              ? undefined
              : (trials, values, trialCount) => sourceStudies.priorFor(trials, values, trialCount),
        }),
    )
  }

  /**
   * @param doubtNoise see {@link SurrogateMaker.make}; constraints keep their noise
   * @param drawSeed of the draws of running trials
   */
  make(
    informative: readonly TrialSnapshot[],
    running: readonly TrialSnapshot[],
    doubtNoise: boolean,
    drawSeed: number,
  ): Model {
    const { encoding, goals, constraintCount } = this.#setting
    const { dimension, kinds } = encoding
    const modeled = this.#choose(informative)
    const points = pointsOf(encoding, modeled)
    const runningPoints = running.map(({ parameters }) => pointOf(encoding, parameters))
    const surrogates = this.#makers.map((maker, k) =>
      maker.make(informative, modeled, points, runningPoints, doubtNoise && k < goals.length),
    )
    const values = surrogates.slice(0, goals.length).map(surrogate => surrogate.values)
    const feasible = modeled.some(isFeasible)
    const best = this.#bestOf(modeled, values, feasible)
    const allPoints = [
      ...modeled.map((_, i) => points.subarray(i * dimension, (i + 1) * dimension)),
      ...runningPoints,
    ]
    const lengths = meanLengths(surrogates.slice(0, goals.length).map(({ kernel }) => kernel))
    const common = { modeled, allPoints, surrogates, best, feasible, lengths }
    const [only] = surrogates
    if (surrogates.length === 1 && only !== undefined && only.expected.length > 0) {
      const count = effortBeyondRunning(modeled.length).draws
      const draws = normalDraws(count, only.expected.length, drawSeed)
      const bestValue = only.values[best[0] as number] as number
      const drawn = createDrawnImprovement(only, bestValue, kinds.numeric, draws)
      const nearness = nearBest(encoding, allPoints[best[0] as number] as Float64Array, lengths)
      return { ...common, isBeyondRunning: true, acquisition: withWeight(drawn, nearness) }
    }
    const improvement =
      constraintCount > 0 && !feasible
        ? null
        : this.#improvement(values, best, runningPoints, surrogates)
    const evaluate =
      constraintCount === 0
        ? (improvement as MomentFunction)
        : withFeasibility(improvement, goals.length, this.#limits(modeled))
    return {
      ...common,
      isBeyondRunning: false,
      acquisition: createAcquisition(
        surrogates.map(({ posterior }) => posterior),
        kinds.numeric,
        evaluate,
      ),
    }
  }

  #goalValues(trials: readonly TrialSnapshot[], goal: number): Float64Array {
    const minimize = this.#setting.goals[goal]?.direction !== 'maximize'
    const single = this.#setting.goals.length === 1
    const losses = lossesOf(trials, goal, minimize, single)
    // With several goals the extremes of the front lie in the worse half of one of them; without noise even small
    // differences between bad values are true.
    return standardize(single ? tameWorseHalf(losses, this.#setting.fit.fitNoise) : losses).values
  }

  /** All trials up to the limit; of more, the better half of what is modeled and the newest others. */
  #choose(trials: readonly TrialSnapshot[]): readonly TrialSnapshot[] {
    if (trials.length <= this.#setting.limit) return trials
    const losses = this.#setting.goals.map(({ direction }, goal) =>
      lossesOf(trials, goal, direction !== 'maximize', this.#setting.goals.length === 1),
    )
    const chosenIndices = new Set(byMerit(trials, losses).slice(0, LATE_TRIALS / 2))
    for (let i = trials.length - 1; chosenIndices.size < LATE_TRIALS; i--) chosenIndices.add(i)
    return trials.filter((_, i) => chosenIndices.has(i))
  }

  #bestOf(
    modeled: readonly TrialSnapshot[],
    values: readonly Float64Array[],
    feasible: boolean,
  ): number[] {
    const counting = [...modeled.keys()].filter(
      i => !feasible || isFeasible(modeled[i] as TrialSnapshot),
    )
    return counting.filter(
      i =>
        !counting.some(
          other =>
            values.every(
              goalValues => (goalValues[other] as number) <= (goalValues[i] as number),
            ) &&
            (values.some(goalValues => (goalValues[other] as number) < (goalValues[i] as number)) ||
              other < i),
        ),
    )
  }

  #improvement(
    values: readonly Float64Array[],
    best: readonly number[],
    running: readonly Float64Array[],
    surrogates: readonly Surrogate[],
  ): MomentFunction {
    if (values.length === 1) {
      return logExpectedImprovement(values[0]?.[best[0] as number] as number)
    }
    const front = best.map(i => values.map(goalValues => goalValues[i] as number))
    // Running trials count as if they had ended where the model expects it.
    for (const point of running) {
      front.push(
        surrogates.slice(0, values.length).map(({ posterior }) => {
          posterior.at(point)
          return posterior.mean
        }),
      )
    }
    return logHypervolumeImprovement(decomposeBelow(front, values.map(referenceOf)))
  }

  /** The limit 0 of each constraint on the scale of its model. */
  #limits(modeled: readonly TrialSnapshot[]): number[] {
    return Array.from({ length: this.#setting.constraintCount }, (_, constraint) => {
      const { mean, deviation } = standardize(constraintValuesOf(modeled, constraint))
      return -mean / deviation
    })
  }
}

/** A little worse than the worst value. */
function referenceOf(values: Float64Array): number {
  const worst = values.reduce((a, b) => Math.max(a, b))
  const best = values.reduce((a, b) => Math.min(a, b))
  return worst + 0.1 * Math.max(worst - best, 0.1)
}

function meanLengths(kernels: readonly FittedKernel[]): Float64Array {
  const first = kernels[0] as FittedKernel
  return first.inverseSquaredLengths.map((_, d) => {
    const sum = kernels.reduce(
      (total, { inverseSquaredLengths }) =>
        total + 1 / Math.sqrt(inverseSquaredLengths[d] as number),
      0,
    )
    return sum / kernels.length
  })
}
