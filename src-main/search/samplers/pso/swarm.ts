import { clamp } from '../../../math/numbers.ts'
import {
  cloudPoint,
  constriction,
  moveWithinWalls,
  nextVelocity,
  type SwarmConstants,
} from '../../../math/particle-swarm/velocity.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import { latinHypercubePoint } from '../latin-hypercube/latin-hypercube.ts'
import { compareMerits } from '../../ranking.ts'
import type { Solution } from '../shared/population/solution.ts'
import { bestOfSwarm, keepApart, measuredAgain } from './multi-swarm.ts'
import { type PsoOptions, type Particle, type Swarm, particleCount, turnOf } from './particle.ts'
import { startsAtRandom } from '../shared/population-start.ts'

export interface Move {
  readonly point: readonly number[]
  readonly velocity: readonly number[]
  /** The best of the particle's neighborhood that pulled it; null for a point of the start. */
  readonly neighborsBest: Solution | null
  readonly kind: 'start' | 'rest' | 'flight' | 'cloud' | 'again'
}

/** Where trial `number` goes. */
export function moveParticle(
  swarm: Swarm,
  number: number,
  dimension: number,
  options: PsoOptions,
  seed: number,
  progress: number,
  random: RandomStream,
): Move {
  const turn = turnOf(number, options)
  const start = (kind: Move['kind']): Move => {
    const point = firstPosition(number, dimension, options, seed, random)
    const velocity = point.map(() => (2 * random.uniform() - 1) * options.startVelocity)
    return { point, velocity, neighborsBest: null, kind }
  }
  if (turn.particle === null) {
    const best = bestOfSwarm(swarm, turn.swarm, options)
    if (best === null) return start('start')
    return { point: best.point, velocity: [], neighborsBest: best, kind: 'again' }
  }
  const particle = swarm[turn.particle] ?? null
  if (particle === null) return start('start')
  const neighborsBest = bestNeighbor(swarm, turn.particle, options)
  if (particle.forgets) {
    const point = cloudPoint(neighborsBest.point, options.cloud, random)
    return { point, velocity: point.map(() => 0), neighborsBest, kind: 'cloud' }
  }
  if (options.restart && isAtRest(particle, neighborsBest)) return start('rest')
  const pulled = nextVelocity(
    particle.position,
    particle.velocity,
    particle.best.point,
    neighborsBest.point,
    constantsAt(progress, options),
    options.velocityLimit,
    random,
  )
  const moved = particle.position.map((x, axis) =>
    moveWithinWalls(x, pulled[axis] as number, options.walls),
  )
  return {
    point: moved.map(([position]) => position),
    velocity: moved.map(([, velocity]) => velocity),
    neighborsBest,
    kind: 'flight',
  }
}

function firstPosition(
  number: number,
  dimension: number,
  options: PsoOptions,
  seed: number,
  random: RandomStream,
): number[] {
  const draw = (): number => random.uniform()
  if (startsAtRandom(options.start)) return Array.from({ length: dimension }, draw)
  return latinHypercubePoint(particleCount(options), dimension, number, seed, draw)
}

/** A particle at rest moves by less than this per coordinate, and is as near to what pulls it; shares of the range. */
const REST = 0.001

function isAtRest({ position, velocity }: Particle, { point }: Solution): boolean {
  return position.every(
    (x, axis) =>
      Math.abs(velocity[axis] as number) < REST && Math.abs(x - (point[axis] as number)) < REST,
  )
}

/** Throws the particle anywhere in one coordinate. */
export function kickParticle(
  swarm: Swarm,
  number: number,
  move: Move,
  options: PsoOptions,
  random: RandomStream,
): Move {
  const axis = random.integer(move.point.length)
  const x = random.uniform()
  const from = swarm[turnOf(number, options).particle ?? -1]?.position[axis] ?? x
  const velocity = clamp(x - from, -options.velocityLimit, options.velocityLimit)
  return {
    ...move,
    point: move.point.with(axis, x),
    velocity: move.velocity.with(axis, velocity),
  }
}

/**
 * The best that a particle of the swarm knows, the particle itself included; of equals the one with the lower
 * index. What was forgotten counts only where nothing else is known.
 */
function bestNeighbor(
  swarm: Swarm,
  index: number,
  { topology, neighbors: neighbors, particles }: PsoOptions,
): Solution {
  const particle = swarm[index] as Particle
  const first = index - (index % particles)
  const reach = topology === 'global' ? particles : neighbors
  let best = particle.forgets ? null : particle.best
  for (let other = first; other < first + particles; other++) {
    const distance = Math.abs(other - index)
    if (Math.min(distance, particles - distance) > reach) continue
    const candidate = swarm[other] ?? null
    if (candidate === null || candidate.forgets) continue
    if (best === null || compareMerits(candidate.best, best) < 0) best = candidate.best
  }
  return best ?? particle.best
}

const CONSTRICTED = constriction(4.1)

function constantsAt(progress: number, { inertia }: PsoOptions): SwarmConstants {
  if (inertia === 'constriction') return CONSTRICTED
  return { inertia: 0.9 - 0.5 * Math.min(progress, 1), cognitive: 1.49618, social: 1.49618 }
}

/** The swarms after a result at `solution`, which `move` had led to. */
export function settleParticle(
  swarm: Swarm,
  move: Move,
  solution: Solution,
  options: PsoOptions,
): Swarm {
  const turn = turnOf(solution.number, options)
  if (turn.particle === null) return measuredAgain(swarm, turn.swarm, solution, options)
  const before = swarm[turn.particle] ?? null
  const velocity = solution.point.map((x, axis) => {
    // Where somebody else put the particle, its velocity is the way it came.
    if (x === move.point[axis] || before === null) return move.velocity[axis] as number
    const way = x - (before.position[axis] as number)
    return clamp(way, -options.velocityLimit, options.velocityLimit)
  })
  const improves = before === null || before.forgets || compareMerits(solution, before.best) < 0
  const settled = swarm.with(turn.particle, {
    position: solution.point,
    velocity,
    best: improves ? solution : before.best,
    moves: (before?.moves ?? 0) + 1,
    forgets: false,
  })
  return keepApart(settled, turn.swarm, options)
}
