import { digamma, inverseTrigamma, trigamma } from '../distributions/gamma.ts'
import { mean } from '../numbers.ts'

/** A variance of 0 counts as this share of the median of all: it has no logarithm. */
const SMALLEST_SHARE = 1e-5

/**
 * Variances of several groups, each from few values, drawn toward what they have in common: a variance from two values may be anything.
 * The true ones are taken for draws of a scaled inverse χ² distribution, whose degrees of freedom d₀ and scale s₀² come from the mean and
 * the spread of the logarithms (empirical Bayes); the posterior of each group is (d₀·s₀² + d·s²)/(d₀ + d). Where they do not differ by more
 * than their errors, d₀ is infinite and all are the mean.
 *
 * G. K. Smyth: Linear models and empirical Bayes methods for assessing differential expression in microarray experiments. Statistical
 * Applications in Genetics and Molecular Biology 3, 2004, article 3, doi:10.2202/1544-6115.1027, sections 4 and 6.2.
 * @param variances ≥ 0, at least two, not all 0
 * @param degrees of freedom of each of them, > 0
 */
export function moderatedVariances(variances: readonly number[], degrees: number): number[] {
  const positive = variances.filter(variance => variance > 0).sort((a, b) => a - b)
  const floor = SMALLEST_SHARE * (positive[positive.length >> 1] ?? 1)
  const half = degrees / 2
  const logarithms = variances.map(
    variance => Math.log(Math.max(variance, floor)) - digamma(half) + Math.log(half),
  )
  const center = mean(logarithms)
  const spread =
    logarithms.reduce((sum, value) => sum + (value - center) ** 2, 0) / (variances.length - 1)
  const excess = spread - trigamma(half)
  if (!(excess > 0)) return variances.map(() => mean(variances))
  const priorDegrees = 2 * inverseTrigamma(excess)
  const priorVariance = Math.exp(center + digamma(priorDegrees / 2) - Math.log(priorDegrees / 2))
  return variances.map(
    variance => (priorDegrees * priorVariance + degrees * variance) / (priorDegrees + degrees),
  )
}
