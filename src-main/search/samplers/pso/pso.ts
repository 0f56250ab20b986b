import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import { createVectorSampler, type VectorRules } from '../shared/population/vector-sampler.ts'
import { oneGoalOnly, type SamplerContext, type SamplerDefinition } from '../sampler.ts'
import {
  type PsoOptions,
  psoOptionsSchema,
  type Particle,
  type Swarm,
  particleCount,
  type Turn,
  turnOf,
} from './particle.ts'
import { kickParticle, type Move, moveParticle, settleParticle } from './swarm.ts'

/**
 * Particle swarm: particles fly through the unit cube, each pulled toward the best place it has been at
 * itself and toward the best that its neighbors know.
 *
 * - Every space. Ints, steps and ordinals are coordinates, cut into shares; a choice has one coordinate per
 *   value, of which the largest wins. Inactive parameters fly along.
 * - One goal. Feasible trials are better than infeasible ones (Deb's rules).
 * - Several swarms keep apart, and can follow a problem whose values change over time (`multi-swarm.ts`).
 * - Any number of parallel trials: trial n moves particle n mod particles from wherever results have brought it, and a
 *   result counts at once, not when a generation is complete. A trial that fails leaves its
 *   particle where it was; the next turn moves it elsewhere.
 *
 * Papers: see `math/particle-swarm/velocity.ts`.
 */
export const psoSampler: SamplerDefinition<PsoOptions> = {
  name: 'pso',
  citation: 'J. Kennedy, R. Eberhart: Particle swarm optimization. ICNN 1995, 1942–1948.',
  worksInGenerations: true,
  optionsSchema: psoOptionsSchema,
  check,
  create,
}

function check(options: PsoOptions, context: SamplerContext) {
  const problems = oneGoalOnly('pso', context)
  if (options.inertia === 'falling' && context.trialBudget === null) {
    const rule = msg('rule.fallingNeedsEnd')
    problems.push({ path: ['sampler', 'inertia'], value: options.inertia, rule })
  }
  return problems
}

function create(options: PsoOptions, context: SamplerContext) {
  const { seed, trialBudget } = context
  const rules: VectorRules<Swarm, Move> = {
    name: 'pso',
    start: new Array<null>(particleCount(options)).fill(null),
    enter: swarm => swarm,
    move(swarm, number, dimension, random) {
      const progress = trialBudget === null ? 0 : number / trialBudget
      return moveParticle(swarm, number, dimension, options, seed, progress, random)
    },
    mustBeNew: ({ kind }) => options.avoidRepeats && kind !== 'again',
    kick: (swarm, number, move, random) => kickParticle(swarm, number, move, options, random),
    settle: (swarm, move, solution) => settleParticle(swarm, move, solution, options),
    explain(swarm, move, number) {
      const turn = turnOf(number, options)
      const particle = swarm[turn.particle ?? -1] ?? null
      const reason = reasonOf(move, turn, particle, options)
      return { reason, detail: detailOf(move, turn, particle, swarm) }
    },
  }
  return createVectorSampler(rules, context)
}

function reasonOf(
  { neighborsBest, kind }: Move,
  turn: Turn,
  particle: Particle | null,
  { swarms }: PsoOptions,
): MessageDescriptor {
  const swarm = swarms === 1 ? undefined : turn.swarm + 1
  const trial = neighborsBest?.number
  if (kind === 'again') return msg('proposal.bestAgain', { trial, swarm })
  if (turn.particle === null) return msg('proposal.swarmStart', { swarm })
  const name = { particle: turn.particle + 1, swarm }
  if (kind === 'start' || particle === null) return msg('proposal.particleStart', name)
  if (kind === 'rest') return msg('proposal.particleRested', name)
  if (kind === 'cloud') return msg('proposal.particleRestarts', { ...name, trial })
  const bestTrial = particle.best.number === trial ? undefined : particle.best.number
  return msg('proposal.particleMove', { ...name, move: particle.moves, own: bestTrial, trial })
}

function detailOf(
  { neighborsBest, velocity }: Move,
  turn: Turn,
  particle: Particle | null,
  swarm: Swarm,
): JsonObject {
  return {
    swarm: turn.swarm,
    particle: turn.particle,
    move: particle?.moves ?? 0,
    ownBest: particle?.best.number ?? null,
    neighborsBest: neighborsBest?.number ?? null,
    // Mean distance per coordinate, as a share of the range.
    speed: velocity.reduce((sum, v) => sum + Math.abs(v) / velocity.length, 0),
    waiting: swarm.filter(member => member === null).length,
  }
}
