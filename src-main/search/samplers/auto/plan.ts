import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import { SOBOL_MAX_DIMENSION } from '../../../math/quasi-random/sobol.ts'
import { catcmaSampler } from '../catcma/catcma.ts'
import { geneticSampler } from '../genetic/genetic.ts'
import { gpSampler } from '../gp/gp.ts'
import type { SamplerContext, SamplerDefinition } from '../sampler.ts'
import { nsga2Sampler } from '../nsga2/nsga2.ts'
import { nsga3Sampler } from '../nsga3/nsga3.ts'
import { tpeSampler } from '../tpe/tpe.ts'
import { variedParameters } from '../shared/unit-coordinates.ts'

/** One sampler and why it suits this part of the study. */
export interface Stage {
  readonly definition: SamplerDefinition
  readonly options: Readonly<Record<string, unknown>>
  readonly why: MessageDescriptor
}

/** Trials between which the first sampler hands over to the second. */
export interface Handover {
  /** Not before this trial, and only if the best has not improved for `patience` trials. */
  readonly earliest: number
  readonly patience: number
  /** At this trial in any case. */
  readonly latest: number
}

export interface Plan {
  readonly first: Stage
  /** Null if the first sampler proposes all trials. */
  readonly second: { readonly handover: Handover; readonly at: (trial: number) => Stage } | null
}

/** Above, a model of the whole space costs more time than it saves trials. */
const MAX_MODELED = 40
const MAX_GOALS_MODELED = 3

/** See docs/samplers/auto.md for what was measured. */
const ONE_GOAL: Handover = { earliest: 100, patience: 40, latest: 200 }
/** With several goals nothing tells when the front has stopped improving but computing it. */
const SEVERAL_GOALS: Handover = { earliest: 100, patience: Number.POSITIVE_INFINITY, latest: 100 }

/** Which samplers a study gets; depends on its file alone. */
export function planStudy(context: SamplerContext, deterministic: boolean): Plan {
  const count = variedParameters(context.space).length
  const goals = context.goals.length
  const isModeled = count <= MAX_MODELED && goals <= MAX_GOALS_MODELED
  const model: Stage = {
    definition: gpSampler,
    options: { deterministic },
    why: msg('proposal.whyModel'),
  }
  if (goals > 1) return planGoals(isModeled ? model : null, goals)
  const first = isModeled ? model : manyParameters(context)
  if (count > SOBOL_MAX_DIMENSION) return { first, second: null }
  const at = (warmStart: number): Stage => ({
    definition: catcmaSampler,
    options: { warmStart },
    why: msg('proposal.whyDistribution'),
  })
  return { first, second: { handover: ONE_GOAL, at } }
}

function planGoals(model: Stage | null, goals: number): Plan {
  const evolve: Stage =
    goals > MAX_GOALS_MODELED
      ? { definition: nsga3Sampler, options: {}, why: msg('proposal.whySelection', { goals }) }
      : { definition: nsga2Sampler, options: {}, why: msg('proposal.whyFront') }
  if (model === null) return { first: evolve, second: null }
  return { first: model, second: { handover: SEVERAL_GOALS, at: () => evolve } }
}

/** One goal, more parameters than a model of the whole space takes. */
function manyParameters({ constraints }: SamplerContext): Stage {
  return constraints.length === 0
    ? { definition: tpeSampler, options: {}, why: msg('proposal.whyCheap') }
    : { definition: geneticSampler, options: {}, why: msg('proposal.whyConstraints') }
}
