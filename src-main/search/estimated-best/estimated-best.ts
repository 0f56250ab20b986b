import { formatMetric } from '../../core/i18n/format-number.ts'
import { type EstimatedBest, HIGHEST_CHANCE } from '../../core/study/estimated-best.ts'
import { bestTrial, isComparable, signOf } from '../../core/trial/ranking.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import { normalCdf } from '../../math/distributions/normal.ts'
import { fitKernel, type FitSetting, initialKernel } from '../../math/gaussian-process/fit.ts'
import { type KernelParameters, pairDifferences } from '../../math/gaussian-process/kernel.ts'
import { GaussianPosterior } from '../../math/gaussian-process/posterior.ts'
import { createEncoding, type Encoding, pointsOf } from '../samplers/gp/encoding.ts'
import { lossesOf, standardize, tameWorseHalf, untamed } from '../samplers/gp/observations.ts'
import { assignmentKey } from '../samplers/shared/tried-points.ts'
import { contains } from '../space/conditions.ts'
import { searchedSpace } from '../space/fix-parameters.ts'
import { studyCapabilities } from '../study-capabilities.ts'
import { measuredNoise, type TrainingValues } from './measured-noise.ts'

/**
 * The trial that is probably the best. Where results are noisy, the best observed value belongs to a good configuration
 * that was lucky; a Gaussian process over all trials takes the luck out, and a trial with a better posterior mean is
 * the better choice. How much luck there is, is measured (see {@link measuredNoise}) and never guessed from values of single
 * trainings: a function that ripples between its trials looks like a smooth one with noise. Where no noise was measured, the
 * observed best is named. How bad the worse half is says little about the best: it is tamed before.
 *
 * Trials are compared by a cautious mean (equation 1): the posterior mean μ, a share of the residual y − μ, because
 * a model takes a part of the structure it cannot resolve for noise, and posterior deviations σ, because an extreme
 * among many means is an extreme of their errors too:
 *
 *     μ + 0.1·(y − μ) + 1.5·σ                                                                           (1)
 *
 * The chance that the estimated best a is truly better than the observed best b is that of a difference of two jointly
 * normal values by the model (equation 2), calibrated (equation 3):
 *
 *     z = (μ_b − μ_a)/√(σ_a² + σ_b² − 2·σ_ab)                                                           (2)
 *     p = Φ(0.35 + 0.45·z)                                                                              (3)
 *
 * The model is too sure where z is large: it does not know that its kernel was chosen by the same values, and that a was chosen among many. It is
 * not sure enough where z is small, because a was chosen by the cautious mean and not by z. Equation 3 was fitted by maximum likelihood (with Φ where Platt has the
 * logistic function) to 783 trials that were named in simulated studies for development (`bench/search/noisy-studies.ts`). A trial is
 * named where z > 0, and where the two differ as they are printed.
 *
 * Where a pruner ended trials, those that are left were lucky, and the more so the worse their configurations are. There z told nothing: of 1,035 such trials 68 %
 * were better (95 % interval 65 to 71 %), a slope of 0 fits as well as any, and what is stated is the lower end.
 *
 * - B. Letham, B. Karrer, G. Ottoni, E. Bakshy: Constrained Bayesian optimization with noisy experiments. Bayesian
 *   Analysis 14, 2019, 495–519, doi:10.1214/18-BA1110 (the best posterior mean in place of the best value).
 * - J. Platt: Probabilistic outputs for support vector machines and comparisons to regularized likelihood methods. In: Advances in
 *   Large Margin Classifiers, MIT Press 2000, 61–74.
 * - Hvarfner and others 2024, see `math/gaussian-process/fit.ts` (prior of the lengths).
 *
 * The numbers were found on problems and seeds that docs/estimated-best.md does not report.
 */
const RESIDUAL_SHARE = 0.1
const DOUBTS = 1.5
const CALIBRATION = { intercept: 0.35, slope: 0.45 }
/** The lower end of the interval of what came true in development, since z told nothing there. */
const CHANCE_BESIDE_PRUNED = 0.65
/** Chances are stated in twentieths; simulated studies bear no finer ones out. */
const CHANCE_STEPS = 20
/** Complete trials that are needed. */
const MIN_TRIALS = 10
/** Trials that the model takes; of more the best half and the newest others. */
const MAX_MODELED = 200

/** Of the variance of the values, so that the matrix can be factorized. */
const MIN_NOISE = 1e-6
/** The second start of the fit: a rough function. Many trials tell noise from roughness without it. */
const ROUGH = { inverseSquaredLength: 20, scale: 1 }
const MAX_FITTED_TWICE = 100

/** A trial as far as this looks at it. */
type JudgedTrial = Omit<TrialSnapshot, 'reports'>

/**
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
  const model = fitModel(encoding, modeled, values, noise.variance / deviation ** 2)
  const first = modeled.indexOf(observed)
  let likely = first
  modeled.forEach((trial, index) => {
    const isBetter = model.cautious(index) < model.cautious(likely)
    if (isBetter && isComparable(trial)) likely = index
  })
  const valueOf = (index: number): number =>
    signOf(goal.direction) * untamed(mean + deviation * model.mean(index), tamed, modeledLosses)
  const [expected, observedExpected] = [valueOf(likely), valueOf(first)]
  const named = modeled[likely] as JudgedTrial
  const z = likely === first ? 0 : model.distanceBelow(likely, first)
  const differs =
    assignmentKey(named.parameters) !== assignmentKey(observed.parameters) &&
    formatMetric(named.values[0] as number) !== formatMetric(value) &&
    formatMetric(expected) !== formatMetric(observedExpected)
  if (!differs || !(z > 0))
    return { ...observedIsBest, expected: observedExpected, observedExpected }
  const chance = trials.some(isPruned) ? CHANCE_BESIDE_PRUNED : statedChance(z)
  return { ...observedIsBest, likely: named.number, expected, observedExpected, chance }
}

/** Equation 3. */
function statedChance(z: number): number {
  const chance = normalCdf(CALIBRATION.intercept + CALIBRATION.slope * z)
  return Math.min(Math.round(chance * CHANCE_STEPS) / CHANCE_STEPS, HIGHEST_CHANCE)
}

/**
 * Whether the value of a trial is that of its configuration, or an estimate of it after a lost race. A pruned trial has the best that it reported until
 * then: beside a complete one with nearly the same parameters that would look like noise.
 */
function hasResult({ state, isEstimate }: JudgedTrial): boolean {
  return state === 'complete' || (state === 'pruned' && isEstimate === true)
}

function isPruned(trial: JudgedTrial): boolean {
  return trial.state === 'pruned' && !hasResult(trial)
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

/**
 * @param values standardized losses, one per trial
 * @param noise their variance by luck
 */
function fitModel(
  encoding: Encoding,
  trials: readonly JudgedTrial[],
  values: Float64Array,
  noise: number,
) {
  const { dimension, kinds } = encoding
  const fit: FitSetting = {
    minimumNoise: Math.max(noise, MIN_NOISE),
    fitNoise: false,
    lengthPrior: 'growing',
  }
  const points = pointsOf(encoding, trials)
  const differences = pairDifferences(points, trials.length, kinds)
  const rough: KernelParameters = {
    scale: ROUGH.scale,
    noise: fit.minimumNoise,
    inverseSquaredLengths: new Float64Array(dimension).fill(ROUGH.inverseSquaredLength),
  }
  const first = initialKernel(dimension, fit)
  const kernel = (trials.length > MAX_FITTED_TWICE ? [first] : [first, rough])
    .map(start => fitKernel(differences, values, start, fit))
    .reduce((best, other) => (other.logDensity > best.logDensity ? other : best))
  const posterior = new GaussianPosterior(points, values, kinds, kernel)
  const pointOf = (index: number): Float64Array =>
    points.subarray(index * dimension, (index + 1) * dimension)
  const moments = trials.map((_, index) => {
    posterior.at(pointOf(index))
    return { mean: posterior.mean, variance: posterior.variance }
  })
  const at = (index: number) => moments[index] as (typeof moments)[number]
  return {
    mean: (index: number): number => at(index).mean,
    /** Equation 1. */
    cautious(index: number): number {
      const { mean, variance } = at(index)
      const residual = (values[index] as number) - mean
      return mean + RESIDUAL_SHARE * residual + DOUBTS * Math.sqrt(variance)
    },
    /** Equation 2. */
    distanceBelow(a: number, b: number): number {
      const covariance = posterior.covariance(pointOf(a), pointOf(b))
      const variance = at(a).variance + at(b).variance - 2 * covariance
      return (at(b).mean - at(a).mean) / Math.sqrt(Math.max(variance, 1e-12))
    },
  }
}
