import { formatMetric } from '../../core/i18n/format-number.ts'
import { type EstimatedBest, HIGHEST_CHANCE } from '../../core/study/estimated-best.ts'
import { bestTrial, isComparable, signOf } from '../../core/trial/ranking.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import { createEncoding, pointsOf } from '../samplers/gp/encoding.ts'
import { lossesOf, standardize, tameWorseHalf, untamed } from '../samplers/gp/observations.ts'
import { assignmentKey } from '../samplers/shared/tried-points.ts'
import { contains } from '../space/conditions.ts'
import { searchedSpace } from '../space/fix-parameters.ts'
import { studyCapabilities } from '../study-capabilities.ts'
import { measuredNoise, type TrainingValues } from './measured-noise.ts'
import { fitTruth } from './truth-model.ts'

/** Complete trials that are needed. */
const MIN_TRIALS = 10
/** Trials that the model takes; of more the best half and the newest others. */
const MAX_MODELED = 200

/** How finely a chance is stated: simulated studies bear no more out, see docs/estimated-best.md. */
const CHANCE_STEP = 0.05

/** A trial as far as this looks at it. */
type JudgedTrial = Omit<TrialSnapshot, 'reports'>

/**
 * The trial that is probably the best. Where results are noisy, the best observed value belongs to a good configuration
 * that was lucky; a Gaussian process over all trials takes the luck out (see {@link fitTruth}), and the trial with the best posterior mean
 * is the better choice. How much luck there is, is measured (see {@link measuredNoise}) and never guessed from values of single
 * trainings: a function that ripples between its trials looks like a smooth one with noise. Where no noise was measured, the
 * observed best is named. How bad the worse half is says little about the best: it is tamed before.
 *
 * A pruned trial is not in the model, neither as a value nor as a bound: docs/estimated-best.md has the measurement.
 *
 * It is named where it is more likely than not to be better than the observed best, and where the two differ as they are printed.
 *
 * B. Letham, B. Karrer, G. Ottoni, E. Bakshy: Constrained Bayesian optimization with noisy experiments. Bayesian
 * Analysis 14, 2019, 495–519, doi:10.1214/18-BA1110 (the best posterior mean in place of the best value).
 * @param trials of one study; excluded ones are not looked at
 * @param trainings values of each training, of trials that were trained several times
 * @returns null with several goals, with fewer than {@link MIN_TRIALS} trials that can be compared, or where
 *   nothing is searched, the sampler was told that there is no noise, the best lies outside the space since a change
 *   of it, or trials are pieces of trainings: their values say how far they were, too
 */
export function estimatedBest(
  specification: StudySpecification,
  trials: readonly JudgedTrial[],
  trainings: TrainingValues,
): EstimatedBest | null {
  const [goal] = specification.goals
  if (goal === undefined || specification.goals.length > 1) return null
  const { sampler } = specification
  if (sampler['deterministic'] === true) return null
  if (studyCapabilities(specification).needsCheckpoints) return null
  const space = searchedSpace(specification)
  const encoding = createEncoding(space)
  const observed = bestTrial(trials, goal)
  if (observed === null || encoding.dimension === 0) return null
  // A change of the study may have left it, or others, behind: the model knows no such place.
  if (!contains(space, observed.parameters)) return null
  // Of a training in parts the last one counts; those before are not further trials of its configuration.
  const before = new Set(trials.map(({ origin }) => origin?.mode === 'continue' && origin.trial))
  const eligible = trials.filter(
    trial =>
      trial === observed ||
      (trial.excluded !== true &&
        hasResult(trial) &&
        !before.has(trial.number) &&
        contains(space, trial.parameters)),
  )
  const compared = eligible.filter(trial => isComparable(trial))
  if (compared.length < MIN_TRIALS) return null
  const finite = compared.filter(({ values }) => Number.isFinite(values[0]))
  const noise = measuredNoise(finite, trainings, specification.replicates.value)
  const value = observed.values[0] as number
  const observedIsBest: EstimatedBest = {
    observed: observed.number,
    likely: observed.number,
    expected: value,
    observedExpected: value,
    noise: noise === null ? null : Math.sqrt(noise.variance),
    chance: null,
  }
  if (noise === null || !Number.isFinite(value)) return observedIsBest
  const losses = (some: readonly JudgedTrial[]): Float64Array =>
    lossesOf(some, 0, goal.direction === 'minimize')
  const modeled = chosen(eligible, losses(eligible))
  const modeledLosses = losses(modeled)
  // A few that diverged would be all that the model sees.
  const tamed = tameWorseHalf(modeledLosses, false)
  const { values, mean, deviation } = standardize(tamed)
  const model = fitTruth({
    points: pointsOf(encoding, modeled),
    kinds: encoding.kinds,
    values,
    // One that starts from another trial is another training.
    configurations: modeled.map(({ number, origin, parameters }) =>
      origin === undefined ? assignmentKey(parameters) : `trial ${number}`,
    ),
    noise: {
      variance: noise.variance / deviation ** 2,
      degrees: noise.degrees,
      isInValues: noise.isBetweenTrials,
      factors: Float64Array.from(modeled, ({ number }) => noise.factors.get(number) ?? 1),
    },
  })
  const first = modeled.indexOf(observed)
  const meanOf = (index: number): number => model.means[index] as number
  let likely = first
  modeled.forEach((trial, index) => {
    if (meanOf(index) < meanOf(likely) && isComparable(trial)) likely = index
  })
  const valueOf = (index: number): number =>
    signOf(goal.direction) * untamed(mean + deviation * meanOf(index), tamed, modeledLosses)
  const [expected, observedExpected] = [valueOf(likely), valueOf(first)]
  const named = modeled[likely] as JudgedTrial
  const chance = statedChance(model.chanceBelow(likely, first))
  const differs =
    assignmentKey(named.parameters) !== assignmentKey(observed.parameters) &&
    formatMetric(named.values[0] as number) !== formatMetric(value) &&
    formatMetric(expected) !== formatMetric(observedExpected)
  if (!differs || chance === null)
    return { ...observedIsBest, expected: observedExpected, observedExpected }
  return { ...observedIsBest, likely: named.number, expected, observedExpected, chance }
}

/**
 * Whether the value of a trial is that of its configuration, or an estimate of it after a lost race. A pruned trial has the best that it reported until
 * then: beside a complete one with nearly the same parameters that would look like noise.
 */
function hasResult({ state, isEstimate }: JudgedTrial): boolean {
  return state === 'complete' || (state === 'pruned' && isEstimate === true)
}

function chosen(trials: readonly JudgedTrial[], losses: Float64Array): readonly JudgedTrial[] {
  if (trials.length <= MAX_MODELED) return trials
  const order = [...trials.keys()].sort(
    (a, b) => (losses[a] as number) - (losses[b] as number) || a - b,
  )
  const chosenIndices = new Set(order.slice(0, MAX_MODELED / 2))
  for (let index = trials.length - 1; chosenIndices.size < MAX_MODELED; index--)
    chosenIndices.add(index)
  return trials.filter((_, index) => chosenIndices.has(index))
}

/** @returns a multiple of {@link CHANCE_STEP} above ½; null where it would be ½ or less */
function statedChance(chance: number): number | null {
  const steps = Math.round(chance / CHANCE_STEP)
  // Without the rounding error of the product.
  const stated = Number((steps * CHANCE_STEP).toFixed(2))
  return stated > 0.5 ? Math.min(stated, HIGHEST_CHANCE) : null
}
