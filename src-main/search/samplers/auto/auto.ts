import { getOrInsertComputed } from '../../../core/values/get-or-insert-computed.ts'
import { z } from 'zod'
import { msg, messageAsJson, type MessageDescriptor } from '../../../core/errors/message.ts'
import type { Exhausted, Proposal } from '../../../core/processes/search-protocol.ts'
import { inNameOf } from '../shared/nested-sampler.ts'
import type { Sampler, SamplerContext, SamplerDefinition } from '../sampler.ts'
import { type Plan, planStudy, type Stage, type Handover } from './plan.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { compareRanks, type Rank, rankOf } from '../../ranking.ts'

/**
 * Chooses the sampler by the space, the goals, the constraints and the trials so far; docs/samplers/auto.md has the rules and what
 * was measured.
 *
 * - One goal, up to 40 varied parameters: `gp`, later `catcma`, which begins around the best of the earlier trials. The handover is at
 *   trial 200, or from trial 100 on as soon as 40 trials have not improved the best.
 * - One goal, more parameters: `tpe` (with constraints `genetic`) in place of `gp`.
 * - Two or three goals: `gp` for 100 trials, then `nsga2`; more goals: `nsga3`.
 *
 * Every kind of space, any number of parallel trials. No single algorithm is the best for every length of a study: models are ahead
 * while trials are few, distributions once there are hundreds. The idea of a choice by such rules is that of Optuna's AutoSampler;
 * the rules are our own, found on problems that no comparison contains.
 *
 * - M. Nomura et al.: Warm starting CMA-ES for hyperparameter optimization. AAAI 2021, arXiv:2012.06932 (the handover).
 */
export interface AutoOptions {
  readonly deterministic: boolean
}

export const autoSampler: SamplerDefinition<AutoOptions> = {
  name: 'auto',
  worksInGenerations: true,
  usesPriors: true,
  optionsSchema: z.strictObject({
    deterministic: z.boolean().default(false).describe('option.auto.deterministic'),
  }),

  check({ deterministic }, context) {
    const { first, second } = planStudy(context, deterministic)
    const stages = second === null ? [first] : [first, second.at(second.handover.latest)]
    return stages.flatMap(({ definition, options }) =>
      definition.check(definition.optionsSchema.parse(options), context),
    )
  },

  create: ({ deterministic }, context) =>
    createAutoSampler(planStudy(context, deterministic), context),
}

function createAutoSampler({ first, second }: Plan, context: SamplerContext): Sampler {
  const minimize = context.goals[0]?.direction !== 'maximize'
  const early = createStage(first, context)
  /** By the trial of the handover, which differs only between studies. */
  const late = new Map<number, { readonly stage: Stage; readonly sampler: Sampler }>()

  return {
    propose(request) {
      const handover =
        second === null ? Infinity : handoverTrial(request.trials, second.handover, minimize)
      if (second === null || request.trialNumber < handover) {
        return inTurn(first, early.propose(request), { from: 0, handover: null })
      }
      const chosen = getOrInsertComputed(late, handover, () => {
        const stage = second.at(handover)
        return { stage, sampler: createStage(stage, context) }
      })
      const { latest, patience } = second.handover
      const cause =
        handover < latest
          ? msg('proposal.notImproved', { trials: patience })
          : msg('proposal.firstTrialsOver', { trials: latest })
      const turn = { from: handover, handover: cause }
      return inTurn(chosen.stage, chosen.sampler.propose(request), turn)
    },
  }
}

/** Numbers of stages count every trial that there is, those of earlier studies included. */
function createStage({ definition, options }: Stage, context: SamplerContext): Sampler {
  return definition.create(definition.optionsSchema.parse(options), {
    ...context,
    earlierTrials: 0,
  })
}

/** @param turn the first trial of the sampler's turn, and why it took over there */
function inTurn(
  { definition, why }: Stage,
  answer: Proposal | Exhausted,
  turn: { readonly from: number; readonly handover: MessageDescriptor | null },
): Proposal | Exhausted {
  if ('exhausted' in answer) return answer
  const { from, handover } = turn
  const sampler = definition.name
  return inNameOf(
    'auto',
    answer,
    reason =>
      handover === null
        ? msg('proposal.chosen', { sampler, why, reason })
        : msg('proposal.chosenSince', { sampler, trial: from, cause: handover, why, reason }),
    { from, handover: messageAsJson(handover) },
  )
}

/**
 * The trial from which the second sampler proposes: the first one, not before `earliest`, that comes more than `patience` trials
 * after the last improvement of the best; `latest` at the latest. A function of the complete trials before it, so it is
 * found again when a study goes on. (With several parallel trials a late result can still move it.)
 * @param trials by rising number
 */
export function handoverTrial(
  trials: readonly TrialSnapshot[],
  { earliest, patience, latest }: Handover,
  minimize: boolean,
): number {
  let handover = Math.max(earliest, patience)
  let best: Rank | null = null
  for (const trial of trials) {
    if (trial.number >= Math.min(handover, latest)) break
    if (trial.state !== 'complete') continue
    const rank = rankOf(trial, minimize)
    // The number breaks ties only: an equal trial is no improvement.
    if (best !== null && compareRanks({ ...rank, number: best.number }, best) >= 0) continue
    best = rank
    handover = Math.max(earliest, trial.number + patience + 1)
  }
  return Math.min(handover, latest)
}
