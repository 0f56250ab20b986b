import { compareMerits } from '../../ranking.ts'
import type { Solution } from '../shared/population/solution.ts'
import type { PsoOptions, Particle, Swarm } from './particle.ts'

/**
 * Several swarms that keep apart, and what they do when the problem has changed.
 *
 * - T. Blackwell, J. Branke: Multiswarms, exclusion, and anti-convergence in dynamic environments. IEEE Transactions
 *   on Evolutionary Computation 10, 2006, 459–472, doi:10.1109/TEVC.2005.857074. Sections III and IV: exclusion,
 *   anti-convergence, the radius, and the quantum cloud.
 */

/** The particles of one swarm. */
function membersOf(all: Swarm, swarm: number, { particles }: PsoOptions): Swarm {
  return all.slice(swarm * particles, (swarm + 1) * particles)
}

/** The best place of a swarm; null before its first result. Memories from before a change do not count. */
export function bestOfSwarm(all: Swarm, swarm: number, options: PsoOptions): Solution | null {
  let best: Solution | null = null
  for (const particle of membersOf(all, swarm, options)) {
    if (particle === null || particle.forgets) continue
    if (best === null || compareMerits(particle.best, best) < 0) best = particle.best
  }
  return best
}

/**
 * Two swarms are at the same place, and a swarm has converged, within half the distance that as many places as there
 * are swarms have when they fill the unit cube: ½·M^(−1/d).
 */
function radiusOf(dimension: number, swarms: number): number {
  return 0.5 * swarms ** (-1 / dimension)
}

function distance(first: readonly number[], second: readonly number[]): number {
  return Math.hypot(...first.map((x, axis) => x - (second[axis] as number)))
}

/** The swarms after a result in one of them: the worse of two at one place begins anew, or the worst when all have converged. */
export function keepApart(all: Swarm, swarm: number, options: PsoOptions): Swarm {
  const swarmBest = bestOfSwarm(all, swarm, options)
  if (options.swarms === 1 || swarmBest === null || swarmBest.point.length === 0) return all
  const radius = radiusOf(swarmBest.point.length, options.swarms)
  const others = Array.from({ length: options.swarms }, (_, other) => other)
  const bests = others.map(other => bestOfSwarm(all, other, options))
  for (const other of others) {
    const best = bests[other] ?? null
    if (other === swarm || best === null || distance(best.point, swarmBest.point) >= radius)
      continue
    return restartSwarm(all, compareMerits(swarmBest, best) < 0 ? other : swarm, options)
  }
  if (!others.every(other => hasConverged(membersOf(all, other, options), radius))) return all
  const worst = others.reduce((a, b) =>
    compareMerits(bests[b] as Solution, bests[a] as Solution) > 0 ? b : a,
  )
  return restartSwarm(all, worst, options)
}

function hasConverged(members: Swarm, radius: number): boolean {
  return members.every(
    (first, index) =>
      first !== null &&
      !first.forgets &&
      members
        .slice(index + 1)
        .every(second => second !== null && distance(first.position, second.position) < radius),
  )
}

function restartSwarm(all: Swarm, swarm: number, { particles }: PsoOptions): Swarm {
  return all.map((particle, index) => (Math.floor(index / particles) === swarm ? null : particle))
}

/**
 * The swarms after the best place of one was measured again. If its value differs by more than `changeBeyond`, the
 * particle that found it remembers the new value, and the others of this swarm forget what they knew:
 * each begins anew in the cloud around that place.
 */
export function measuredAgain(
  all: Swarm,
  swarm: number,
  solution: Solution,
  options: PsoOptions,
): Swarm {
  const best = bestOfSwarm(all, swarm, options)
  const isThere = best?.point.every((x, axis) => x === solution.point[axis]) ?? false
  if (best === null || !isThere || !differs(solution, best, options.changeBeyond ?? 0)) return all
  return all.map((particle, index): Particle | null => {
    if (particle === null || Math.floor(index / options.particles) !== swarm) return particle
    if (particle.best.number === best.number) return { ...particle, best: solution }
    return { ...particle, forgets: true }
  })
}

function differs(now: Solution, before: Solution, tolerance: number): boolean {
  return (
    Math.abs(now.loss - before.loss) > tolerance ||
    Math.abs(now.violation - before.violation) > tolerance
  )
}
