import { z } from 'zod'
import { wallRules } from '../../../math/particle-swarm/velocity.ts'

/** Options of `pso`; the reasons for the defaults stand in `pso.ts`. */
export const psoOptionsSchema = z.strictObject({
  particles: z.int().min(2).max(10_000).default(10).describe('Particles in a swarm; 10.'),
  swarms: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe('Swarms of so many particles each, which keep apart; 1.'),
  changeBeyond: z
    .number()
    .min(0)
    .optional()
    .describe(
      'For problems that change: each swarm measures its best place again every round and begins anew around it when the value differs by more than this. Default: it never does.',
    ),
  cloud: z
    .number()
    .gt(0)
    .max(1)
    .default(0.1)
    .describe('changeBeyond: radius within which it begins anew, as a share of the ranges; 0.1.'),
  topology: z
    .enum(['global', 'ring'])
    .default('global')
    .describe('Whose best pulls a particle: that of all, or of its neighbours on a ring.'),
  neighbours: z.int().min(1).max(1000).default(1).describe('ring: neighbours on either side; 1.'),
  inertia: z
    .enum(['constriction', 'falling'])
    .default('constriction')
    .describe('Velocity that is kept: 0.7298 always, or 0.9 falling to 0.4 over stop.trials.'),
  velocityLimit: z
    .number()
    .gt(0)
    .max(1)
    .default(0.5)
    .describe('Largest move per parameter, as a share of its range; 0.5.'),
  walls: z
    .enum(wallRules)
    .default('stop')
    .describe('At a bound: stay there, be mirrored, or come in again on the other side.'),
  start: z
    .enum(['latinHypercube', 'random'])
    .default('latinHypercube')
    .describe('How the first positions are drawn.'),
  startVelocity: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('Largest velocity at the start, as a share of each range; 0.'),
  restart: z
    .boolean()
    .default(true)
    .describe('A particle that has come to rest begins again elsewhere, remembering its best.'),
  avoidRepeats: z
    .boolean()
    .default(true)
    .describe('Move again when a point of a finite space was tried already.'),
})
export type PsoOptions = z.output<typeof psoOptionsSchema>
