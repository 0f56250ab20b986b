import { mean } from '../../math/numbers.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import { moderatedVariances } from '../../math/statistics/moderated-variances.ts'
import { assignmentKey } from '../samplers/shared/tried-points.ts'

/**
 * Values of the first goal of each training of a trial, by its number, in the order of the trainings: seeds, folds or instances.
 * Trials that were trained once are not in it.
 */
export type TrainingValues = ReadonlyMap<number, readonly number[]>

/** Noise as it was measured, not as a model guesses it. */
interface MeasuredNoise {
  /** Of the value of one trial, in units of the goal squared; > 0. */
  readonly variance: number
  /** Degrees of freedom of the estimate, ≥ 1. */
  readonly degrees: number
  /** Whether it shows between the values of trials; otherwise within trials. */
  readonly isBetweenTrials: boolean
  /** The variance of the value of each trial as a factor of `variance`, by its number; 1 for those that are not in it. */
  readonly factors: ReadonlyMap<number, number>
}

/** Values that differ by less than this share of their size are the same up to rounding. */
const ROUNDING = 1e-9

/** Relative to the mean, the median of normal values has this variance. */
const VARIANCE_OF_MEDIAN = Math.PI / 2

type NoisyTrial = Pick<TrialSnapshot, 'number' | 'parameters' | 'values' | 'origin'>

/**
 * Noise that trials have shown: configurations that were trained several times, within one trial or as several trials. A model of all
 * values cannot show it: ripples of the function that lie closer than the trials look like noise to it.
 *
 * - **Several trainings a trial** (replicates, folds, instances): x_tk = trial + training + rest; the rest has variance
 *   Σ(x_tk − x̄_t. − x̄_.k + x̄..)²/((T − 1)(K − 1)), that of a trial's mean is a K-th of it. A hard fold is hard for all and is no noise.
 *   Some configurations are noisier than others: each trial has the variance of its own trainings, drawn toward the common one, see
 *   {@link moderatedVariances}; one that did a part of its trainings has more of it.
 * - **Several trials of one configuration**: the pooled variance within configurations.
 *
 * G. E. P. Box, J. S. Hunter, W. G. Hunter: Statistics for experimenters, 2nd edition, 2005, sections 4.2 (two-way layout) and 10.3
 * (pure error).
 * @param trials complete ones with finite values
 * @returns null where nothing was trained twice, or the same came out every time
 */
export function measuredNoise(
  trials: readonly NoisyTrial[],
  trainings: TrainingValues,
  by: 'mean' | 'median',
): MeasuredNoise | null {
  return noiseOfTrainings(trials, trainings, by) ?? noiseOfRepeats(trials)
}

function noiseOfTrainings(
  trials: readonly NoisyTrial[],
  trainings: TrainingValues,
  by: 'mean' | 'median',
): MeasuredNoise | null {
  const trained = trials
    .map(({ number }) => ({ number, row: trainings.get(number) ?? [] }))
    .filter(({ row }) => row.length > 0 && row.every(Number.isFinite))
  const count = trained.reduce((most, { row }) => Math.max(most, row.length), 0)
  // A trial that did a part of its trainings says nothing of the others.
  const whole = trained.filter(({ row }) => row.length === count)
  const rows = whole.map(({ row }) => row)
  if (count < 2 || rows.length < 2) return null
  const ofTraining = Array.from({ length: count }, (_, at) =>
    mean(rows.map(row => row[at] as number)),
  )
  const center = mean(ofTraining)
  const squares = rows.map(row => {
    const ofTrial = mean(row)
    return row.reduce(
      (sum, value, at) => sum + (value - ofTrial - (ofTraining[at] as number) + center) ** 2,
      0,
    )
  })
  const degrees = (rows.length - 1) * (count - 1)
  const ofTrial = degrees / rows.length
  const common = mean(squares) / ofTrial
  const moderated = moderatedVariances(
    squares.map(sum => sum / ofTrial),
    ofTrial,
  )
  const factors = new Map(trained.map(({ number, row }) => [number, count / row.length]))
  whole.forEach(({ number }, at) => factors.set(number, (moderated[at] as number) / common))
  const factor = by === 'median' ? VARIANCE_OF_MEDIAN : 1
  return noiseUnlessRounding(
    { variance: (factor * common) / count, degrees, isBetweenTrials: false, factors },
    rows.flat(),
  )
}

function noiseOfRepeats(trials: readonly NoisyTrial[]): MeasuredNoise | null {
  // One that starts from another trial is another training.
  const fresh = trials.filter(({ origin }) => origin === undefined)
  const groups = [...Map.groupBy(fresh, ({ parameters }) => assignmentKey(parameters)).values()]
  const values = groups.map(group => group.map(trial => trial.values[0] ?? Number.NaN))
  const degrees = values.reduce((sum, group) => sum + group.length - 1, 0)
  if (degrees === 0) return null
  const squares = values.reduce((sum, group) => {
    const center = mean(group)
    return sum + group.reduce((groupSum, value) => groupSum + (value - center) ** 2, 0)
  }, 0)
  return noiseUnlessRounding(
    { variance: squares / degrees, degrees, isBetweenTrials: true, factors: new Map() },
    values.flat(),
  )
}

function noiseUnlessRounding(
  noise: MeasuredNoise,
  values: readonly number[],
): MeasuredNoise | null {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return noise.variance > (ROUNDING * largest) ** 2 ? noise : null
}
