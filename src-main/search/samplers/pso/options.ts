import { z } from 'zod'
import { wallRules } from '../../../math/particle-swarm/velocity.ts'

/** Options of `pso`; the reasons for the defaults stand in `pso.ts`. */
export const psoOptionsSchema = z.strictObject({
  particles: z.int().min(2).max(10_000).default(10).describe('option.pso.particles'),
  swarms: z.int().min(1).max(100).default(1).describe('option.pso.swarms'),
  changeBeyond: z.number().min(0).optional().describe('option.pso.changeBeyond'),
  cloud: z.number().gt(0).max(1).default(0.1).describe('option.pso.cloud'),
  topology: z.enum(['global', 'ring']).default('global').describe('option.pso.topology'),
  neighbours: z.int().min(1).max(1000).default(1).describe('option.pso.neighbours'),
  inertia: z
    .enum(['constriction', 'falling'])
    .default('constriction')
    .describe('option.pso.inertia'),
  velocityLimit: z.number().gt(0).max(1).default(0.5).describe('option.pso.velocityLimit'),
  walls: z.enum(wallRules).default('stop').describe('option.pso.walls'),
  start: z
    .enum(['latinHypercube', 'random'])
    .default('latinHypercube')
    .describe('option.pso.start'),
  startVelocity: z.number().min(0).max(1).default(0).describe('option.pso.startVelocity'),
  restart: z.boolean().default(true).describe('option.pso.restart'),
  avoidRepeats: z.boolean().default(true).describe('option.pso.avoidRepeats'),
})
export type PsoOptions = z.output<typeof psoOptionsSchema>
