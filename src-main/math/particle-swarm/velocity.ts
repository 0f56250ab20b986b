import { clamp } from '../numbers.ts'
import type { RandomStream } from '../random/random-stream.ts'

/**
 * The rules of particle swarm optimization in the unit cube. A particle has a position and a velocity per
 * coordinate, in shares of the range and of the range per move.
 *
 * - J. Kennedy, R. Eberhart: Particle swarm optimization. ICNN 1995, 1942–1948, doi:10.1109/ICNN.1995.488968.
 * - Y. Shi, R. Eberhart: A modified particle swarm optimizer. CEC 1998, 69–73, doi:10.1109/ICEC.1998.699146 (inertia).
 * - M. Clerc, J. Kennedy: The particle swarm: explosion, stability, and convergence in a multidimensional complex
 *   space. IEEE Transactions on Evolutionary Computation 6, 2002, 58–73, doi:10.1109/4235.985692 (constriction).
 * - T. Blackwell, J. Branke: Multiswarms, exclusion, and anti-convergence in dynamic environments. IEEE Transactions on
 *   Evolutionary Computation 10, 2006, 459–472, doi:10.1109/TEVC.2005.857074 (cloud).
 */
export interface SwarmConstants {
  /** Share of the velocity that is kept (w). */
  readonly inertia: number
  /** Largest pull toward the particle's own best position (c₁) and toward its neighbors' best (c₂). */
  readonly cognitive: number
  readonly social: number
}

/**
 * Constriction (Clerc and Kennedy, equation 13): χ = 2 / |2 − φ − √(φ² − 4φ)| with φ = c₁ + c₂ before it.
 * @param pull φ, above 4; 4.1 gives the usual w = 0.7298 and c = 1.49618
 */
export function constriction(pull: number): SwarmConstants {
  const factor = 2 / Math.abs(2 - pull - Math.sqrt(pull * pull - 4 * pull))
  return { inertia: factor, cognitive: (factor * pull) / 2, social: (factor * pull) / 2 }
}

/**
 * v ← w·v + c₁·u₁·(p − x) + c₂·u₂·(g − x), each coordinate with random numbers u of its own, then
 * cut to ±`limit`.
 */
export function nextVelocity(
  position: readonly number[],
  velocity: readonly number[],
  ownBest: readonly number[],
  neighborsBest: readonly number[],
  { inertia, cognitive, social }: SwarmConstants,
  limit: number,
  random: RandomStream,
): number[] {
  return position.map((x, axis) => {
    const cognitivePull = cognitive * random.uniform() * ((ownBest[axis] as number) - x)
    const shared = social * random.uniform() * ((neighborsBest[axis] as number) - x)
    const moved = inertia * (velocity[axis] as number) + cognitivePull + shared
    return clamp(moved, -limit, limit)
  })
}

/**
 * Behavior at the bounds 0 and 1:
 * - stop: the particle stays at the wall and loses that coordinate's velocity;
 * - reflect: it is mirrored at the wall, and so is its velocity;
 * - periodic: it comes in again on the other side.
 */
export const wallRules = ['stop', 'reflect', 'periodic'] as const
export type WallRule = (typeof wallRules)[number]

/** One coordinate after a move. @returns position in [0, 1], velocity */
export function moveWithinWalls(
  position: number,
  velocity: number,
  walls: WallRule,
): readonly [number, number] {
  const to = position + velocity
  if (to >= 0 && to <= 1) return [to, velocity]
  switch (walls) {
    case 'stop':
      return [to < 0 ? 0 : 1, 0]
    case 'reflect': {
      // A zigzag of period 2: rising from 0 to 1, falling from 1 to 2.
      const phase = to - 2 * Math.floor(to / 2)
      return phase <= 1 ? [phase, velocity] : [2 - phase, -velocity]
    }
    case 'periodic':
      return [to - Math.floor(to), velocity]
  }
}

/**
 * A point drawn evenly from the ball around `center` (the quantum cloud of Blackwell and Branke 2006), cut to the unit cube:
 * radius·u^(1/d) in a random direction.
 */
export function cloudPoint(
  center: readonly number[],
  radius: number,
  random: RandomStream,
): number[] {
  const direction = center.map(() => random.normal())
  const length = Math.hypot(...direction)
  const reach = radius * random.uniform() ** (1 / center.length)
  return center.map((x, axis) => clamp(x + (reach * (direction[axis] as number)) / length, 0, 1))
}
