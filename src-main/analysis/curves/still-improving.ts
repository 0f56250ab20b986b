import type { Goal, StudySpecification } from '../../core/study/study-specification.ts'
import { bestTrials, type RankedTrial, signOf } from '../../core/trial/ranking.ts'
import type { Curve, TrialRecord } from '../../core/trial/trial.ts'
import { epochsOf } from '../../core/study/more-epochs.ts'
import { sum } from '../../math/numbers.ts'

/** Shorter curves say too little. */
const MIN_POINTS = 5
/** The end of a curve, as a share of its points. */
const END_SHARE = 1 / 5
/** The slope is so many of its standard errors above 0. */
const MIN_SLOPE = 2.5
/** What the end adds, as a share of all that the training has improved. */
const MIN_GAIN = 0.02
/** Trials that are looked at, and how many of them are needed. */
const MAX_TRIALS = 5
const MIN_TRIALS = 3

/**
 * Whether a training still improves where its curve ends. Three things have to hold: its best report lies in its last fifth (two points at least);
 * the slope of the straight line through its last two fifths is at least 2.5 standard errors above 0, by the residuals
 * from that line; and by that line the last fifth adds at least 2 % of the distance between the first and the best report.
 *
 * Of simulated trainings `1 − exp(−t/τ)` with normal noise of 2 to 5 % of that distance, of 10 to 100 epochs: those that have converged (τ
 * of 0.08 trainings) are called so in at most 3 %, 9 % with noise that is correlated from epoch to epoch (0.5); of those with τ of half a training
 * or more, at least 37 %, and with noise of 2 % at least 88 %.
 * @param curve of one training; values that are not finite are left out; fewer than 5 others: false
 */
export function isStillImproving(curve: Curve, direction: Goal['direction']): boolean {
  const heights = curve.values.filter(Number.isFinite).map(value => -signOf(direction) * value)
  const count = heights.length
  const [first] = heights
  if (first === undefined || count < MIN_POINTS) return false
  const end = Math.max(2, Math.ceil(END_SHARE * count))
  const best = heights.reduce((most, height) => Math.max(most, height))
  if (heights.indexOf(best) < count - end) return false
  const { slope, error } = fitLine(heights.slice(-2 * end))
  return slope > MIN_SLOPE * error && slope * end > MIN_GAIN * (best - first)
}

/** The least-squares slope over equal steps and its standard error. @param heights at least 3 */
function fitLine(heights: readonly number[]): { readonly slope: number; readonly error: number } {
  const middle = (heights.length - 1) / 2
  const level = sum(heights) / heights.length
  const spread = sum(heights.map((_, at) => (at - middle) ** 2))
  const slope = sum(heights.map((height, at) => (at - middle) * (height - level))) / spread
  const residuals = heights.map((height, at) => height - level - slope * (at - middle))
  const variance = sum(residuals.map(residual => residual ** 2)) / (heights.length - 2)
  return { slope, error: Math.sqrt(variance / spread) }
}

/** Of how many of the best trials the first goal still improved at their last epoch. */
export interface StillImproving {
  readonly improving: number
  /** Looked at. */
  readonly trials: number
}

type JudgedTrial = RankedTrial & Pick<TrialRecord, 'parameters'>
type JudgedStudy = Pick<StudySpecification, 'goals' | 'space'>

/** The trials whose curves {@link stillImproving} looks at: the five best; none where the study has no epochs that could be more. */
export function trialsToJudge<Trial extends JudgedTrial>(
  { goals, space }: JudgedStudy,
  trials: readonly Trial[],
): readonly Trial[] {
  const best = bestTrials(trials, goals[0]).slice(0, MAX_TRIALS)
  return best.length < MIN_TRIALS || best.every(trial => epochsOf(space, trial) === null)
    ? []
    : best
}

/**
 * How many of the five best trials were still improving when their epochs were over. One that ended before, by its patience, was not. Said where it
 * is most of them: of five that have all converged, in at most 1 % of the simulations of {@link isStillImproving}, with 10 to 100 epochs.
 * @param curveOf of the first goal, of the first training; undefined without one
 * @returns null where it is not most of them, or there are fewer than three
 */
export function stillImproving(
  specification: JudgedStudy,
  trials: readonly JudgedTrial[],
  curveOf: (trial: number) => Curve | undefined,
): StillImproving | null {
  const [goal] = specification.goals
  const judged = trialsToJudge(specification, trials)
  if (goal === undefined || judged.length === 0) return null
  const improving = judged.filter(trial => {
    const epochs = epochsOf(specification.space, trial)
    const curve = curveOf(trial.number)
    if (epochs === null || curve === undefined || (curve.steps.at(-1) ?? 0) < epochs) return false
    return isStillImproving(curve, goal.direction)
  }).length
  return 2 * improving > judged.length ? { improving, trials: judged.length } : null
}
