import { clamp } from '../numbers.ts'
import type { RandomStream } from '../random/random-stream.ts'

/** Points around a center in the unit cube whose values tell the gradient there, in pairs: 2i and 2i + 1 belong together. */
export type Stencil = readonly (readonly number[])[]

/** The finest spread that is worth a difference: below it both points of a pair round to the same values. */
const MIN_WIDTH = 1e-9

/**
 * Central differences: two points per coordinate, `spread` to either side; at a bound the outer point lies on it, and
 * the difference becomes one-sided.
 */
export function centralStencil(center: readonly number[], spread: number): Stencil {
  return center.flatMap((x, axis) => [
    center.with(axis, Math.min(x + spread, 1)),
    center.with(axis, Math.max(x - spread, 0)),
  ])
}

/** d value / d coordinate from the values at the points of {@link centralStencil}, in their order. */
export function centralGradient(stencil: Stencil, values: readonly number[]): number[] {
  return Array.from({ length: stencil.length / 2 }, (_, axis) =>
    slope(stencil, values, 2 * axis, axis),
  )
}

/**
 * Simultaneous perturbation: two points per draw, however many coordinates there are, moved by ± `spread` in every
 * one with signs drawn at random. J. C. Spall: Multivariate stochastic approximation using a simultaneous perturbation
 * gradient approximation. IEEE Transactions on Automatic Control 37(3), 1992, doi:10.1109/9.119632, equation 2.2.
 * @param draws independent pairs, whose estimates are averaged
 */
export function simultaneousStencil(
  center: readonly number[],
  spread: number,
  draws: number,
  random: RandomStream,
): Stencil {
  return Array.from({ length: draws }, () => {
    const signs = center.map(() => (random.uniform() < 0.5 ? -1 : 1))
    const moved = (side: number): number[] =>
      center.map((x, axis) => clamp(x + side * spread * (signs[axis] as number), 0, 1))
    return [moved(1), moved(-1)]
  }).flat()
}

/** The mean of the draws' estimates; biased by O(spread²), and right on average over the signs. */
export function simultaneousGradient(stencil: Stencil, values: readonly number[]): number[] {
  const draws = stencil.length / 2
  const dimension = stencil[0]?.length ?? 0
  return Array.from({ length: dimension }, (_, axis) => {
    let sum = 0
    for (let draw = 0; draw < draws; draw++) sum += slope(stencil, values, 2 * draw, axis)
    return sum / draws
  })
}

/** By the width that the pair really has, which bounds may have cut. */
function slope(stencil: Stencil, values: readonly number[], first: number, axis: number): number {
  const width = (stencil[first]?.[axis] as number) - (stencil[first + 1]?.[axis] ?? 0)
  if (Math.abs(width) < MIN_WIDTH) return 0
  return ((values[first] as number) - (values[first + 1] as number)) / width
}
