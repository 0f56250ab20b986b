import type { Solution } from '../shared/population/solution.ts'
import { z } from 'zod'
import { wallRules } from '../../../math/particle-swarm/velocity.ts'
import { evenStart, populationStarts } from '../shared/population-start.ts'

/** A particle that has had a result. */
export interface Particle {
  readonly position: readonly number[]
  readonly velocity: readonly number[]
  readonly best: Solution
  /** Results so far. */
  readonly moves: number
  /** The problem has changed since: its best is no information. */
  readonly forgets: boolean
}

/** One entry per particle, swarm after swarm, null before its first result; never changed, a trial gives a new one. */
export type Swarm = readonly (Particle | null)[]

/** Options of `pso`; the reasons for the defaults stand in `pso.ts`. */
export const psoOptionsSchema = z.strictObject({
  particles: z.int().min(2).max(10_000).default(10).describe('option.pso.particles'),
  swarms: z.int().min(1).max(100).default(1).describe('option.pso.swarms'),
  changeBeyond: z.number().min(0).optional().describe('option.pso.changeBeyond'),
  cloud: z.number().gt(0).max(1).default(0.1).describe('option.pso.cloud'),
  topology: z.enum(['global', 'ring']).default('global').describe('option.pso.topology'),
  neighbors: z.int().min(1).max(1000).default(1).describe('option.pso.neighbors'),
  inertia: z
    .enum(['constriction', 'falling'])
    .default('constriction')
    .describe('option.pso.inertia'),
  velocityLimit: z.number().gt(0).max(1).default(0.5).describe('option.pso.velocityLimit'),
  walls: z.enum(wallRules).default('stop').describe('option.pso.walls'),
  start: z.enum(populationStarts).default(evenStart).describe('option.pso.start'),
  startVelocity: z.number().min(0).max(1).default(0).describe('option.pso.startVelocity'),
  restart: z.boolean().default(true).describe('option.pso.restart'),
  avoidRepeats: z.boolean().default(true).describe('option.pso.avoidRepeats'),
})
export type PsoOptions = z.output<typeof psoOptionsSchema>

/** Whose turn a trial is. */
export interface Turn {
  readonly swarm: number
  /** Index among the particles of all swarms; null: the best place of the swarm is measured again. */
  readonly particle: number | null
}

/** Particles of all swarms. */
export function particleCount({ swarms, particles }: PsoOptions): number {
  return swarms * particles
}

/**
 * Trial n moves particle n mod all of them, swarm after swarm. Where the problem may change, each swarm's turn begins,
 * from the second round on, with a trial at its best place.
 */
export function turnOf(number: number, options: PsoOptions): Turn {
  const { particles, swarms, changeBeyond } = options
  const total = particleCount(options)
  if (changeBeyond === undefined || number < total) {
    const particle = number % total
    return { swarm: Math.floor(particle / particles), particle }
  }
  const position = (number - total) % (total + swarms)
  const swarm = Math.floor(position / (particles + 1))
  const turn = position % (particles + 1)
  return { swarm, particle: turn === 0 ? null : swarm * particles + turn - 1 }
}
