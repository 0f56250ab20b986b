import type { RandomStream } from '../random/random-stream.ts'

/**
 * The rules of differential evolution in the unit cube: a mutant is a population member plus scaled
 * differences of others; the trial vector takes some of its coordinates from the mutant.
 *
 * - R. Storn, K. Price: Differential evolution – a simple and efficient heuristic for global optimization over
 *   continuous spaces. Journal of Global Optimization 11, 1997, 341–359, doi:10.1023/A:1008202821328.
 * - J. Zhang, A. C. Sanderson: JADE: adaptive differential evolution with optional external archive. IEEE
 *   Transactions on Evolutionary Computation 13, 2009, 945–958, doi:10.1109/TEVC.2009.2014613.
 */

/** base + F · Σ (plus − minus). */
export function differentialMutant(
  base: readonly number[],
  differences: readonly (readonly [plus: readonly number[], minus: readonly number[]])[],
  scale: number,
): number[] {
  return base.map((start, axis) =>
    differences.reduce(
      (x, [plus, minus]) => x + scale * ((plus[axis] as number) - (minus[axis] as number)),
      start,
    ),
  )
}

/** Ways to mend a coordinate outside [0, 1]. */
export const boundRules = ['middle', 'clip', 'reflect', 'random'] as const
/**
 * - middle: half-way between the target's coordinate and the bound (JADE, section III.A);
 * - clip: the bound;
 * - reflect: mirrored at the bound;
 * - random: anywhere in the range.
 */
export type BoundRule = (typeof boundRules)[number]

export function repairCoordinate(
  x: number,
  target: number,
  rule: BoundRule,
  random: RandomStream,
): number {
  if (x >= 0 && x <= 1) return x
  const bound = x < 0 ? 0 : 1
  switch (rule) {
    case 'middle':
      return (target + bound) / 2
    case 'clip':
      return bound
    case 'reflect': {
      const phase = x - 2 * Math.floor(x / 2)
      return phase <= 1 ? phase : 2 - phase
    }
    case 'random':
      return random.uniform()
  }
}

/**
 * Binomial crossover: each coordinate comes from the mutant with probability `rate`, one random
 * coordinate always.
 */
export function binomialCrossover(
  target: readonly number[],
  mutant: readonly number[],
  rate: number,
  random: RandomStream,
): number[] {
  if (target.length === 0) return []
  const always = random.integer(target.length)
  return target.map((x, axis) =>
    random.uniform() < rate || axis === always ? (mutant[axis] as number) : x,
  )
}
