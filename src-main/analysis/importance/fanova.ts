import { meanAndDeviation } from '../statistics/mean-and-deviation.ts'
import type { ImportanceOutcome, ParameterImportance } from './importance-outcome.ts'
import { treeVariance } from './marginal-variance.ts'
import { type ImportanceQuestion, readObservations } from './observations.ts'
import { FITTING_SHARE, fitStudyForest, type StudyForestOptions } from './study-forest.ts'

/** Shares of the variance of the objective over the whole space; bands are over trees. */
export interface FanovaResult {
  /** From the largest to the smallest. */
  readonly parameters: readonly ParameterImportance[]
  /** The shares that two parameters explain together beyond their own; largest first. */
  readonly pairs: readonly FanovaPair[]
}

interface FanovaPair {
  readonly names: readonly [string, string]
  readonly mean: number
  readonly deviation: number
}

/**
 * Functional ANOVA: how much of the objective's variance over the space each parameter explains by itself, and
 * each pair beyond that. Answers "what decides between good and terrible", not "what decides among the good
 * ones": for that see PED-ANOVA. Shares of one tree add up to 1 with those of larger sets, which are not computed.
 *
 * Optuna's evaluator leaves out conditional parameters and looks at raw values, so its figures differ where
 * a space has conditions or logarithmic scales (`study-forest.ts`); elsewhere they agree.
 *
 * F. Hutter, H. Hoos, K. Leyton-Brown: An efficient approach for assessing hyperparameter importance. ICML
 * 2014, PMLR 32(1), 754–762.
 */
export function fanova(
  question: ImportanceQuestion,
  options: StudyForestOptions & {
    /** Default true; their cost grows with parameters² · trials². */
    readonly pairs?: boolean
  } = {},
): ImportanceOutcome<FanovaResult> {
  const observations = readObservations(question)
  if (!observations.ok) return observations
  const { features, domains, trees, losses } = (options.forestOf ?? fitStudyForest)(
    observations,
    options,
  )
  const positions =
    options.pairs === false
      ? []
      : features.flatMap((_, a) =>
          features.slice(a + 1).map((__, offset) => [a, a + 1 + offset] as const),
        )
  // A tree without variance has seen one value only and says nothing.
  const variances = trees
    .map(({ tree }, index) => {
      options.onProgress?.(FITTING_SHARE + ((1 - FITTING_SHARE) * index) / trees.length)
      return treeVariance(tree, domains, positions)
    })
    .filter(({ total }) => total > 0)
  if (variances.length === 0) return { ok: false, reason: 'noVariation' }
  const parameters = features.map(({ name, activeTrials }, index) => ({
    name,
    activeTrials,
    ...meanAndDeviation(variances.map(({ total, single }) => (single[index] as number) / total)),
  }))
  const pairs = positions.map(([a, b], index): FanovaPair => ({
    names: [(features[a] as { name: string }).name, (features[b] as { name: string }).name],
    ...meanAndDeviation(
      variances.map(({ total, pairs: beyond }) => (beyond[index] as number) / total),
    ),
  }))
  return {
    ok: true,
    trials: losses.length,
    result: {
      parameters: parameters.sort((a, b) => b.mean - a.mean),
      pairs: pairs.sort((a, b) => b.mean - a.mean),
    },
  }
}
