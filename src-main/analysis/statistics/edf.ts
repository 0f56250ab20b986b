/** An empirical distribution function: a step up at each value. */
export interface EmpiricalDistribution {
  /** Different values, rising. */
  readonly values: readonly number[]
  /** Share of all values that are at most as large, by value; the last one is 1 if every value is a number. */
  readonly shares: readonly number[]
  /** All values that it is about, NaN included. */
  readonly count: number
}

/**
 * Empirical distribution function of the objective over trials: how likely does the search find a value at least
 * this good? NaN never is at most anything, so the function then ends below 1.
 */
export function empiricalDistribution(values: readonly number[]): EmpiricalDistribution {
  const sorted = values.filter(value => !Number.isNaN(value)).sort((a, b) => a - b)
  const steps: number[] = []
  const shares: number[] = []
  sorted.forEach((value, index) => {
    if (sorted[index + 1] === value) return
    steps.push(value)
    shares.push((index + 1) / values.length)
  })
  return { values: steps, shares, count: values.length }
}

/**
 * Half the height of a band around the whole function that contains the true one with probability `level`.
 * P. Massart: The tight constant in the Dvoretzky–Kiefer–Wolfowitz inequality. Annals of Probability 18,
 * 1990, 1269–1283, doi:10.1214/aop/1176990746.
 */
export function distributionBand({ count }: EmpiricalDistribution, level = 0.95): number {
  return Math.sqrt(Math.log(2 / (1 - level)) / (2 * count))
}
