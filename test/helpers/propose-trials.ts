import type { Exhausted, Proposal } from '../../src-main/core/processes/search-protocol.ts'
import type { SpaceSpecification } from '../../src-main/core/study/space-specification.ts'
import type { Goal } from '../../src-main/core/study/study-specification.ts'
import type { TrialSnapshot, TrialState } from '../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { samplers } from '../../src-main/search/samplers/registry.ts'
import type { Sampler, SamplerContext } from '../../src-main/search/samplers/sampler.ts'
import { buildSpace } from '../../src-main/search/space/build-space.ts'
import { deepFreeze } from './deep-freeze.ts'

export interface StudyPlan {
  readonly sampler: string
  readonly options?: Readonly<Record<string, unknown>>
  readonly space: SpaceSpecification
  readonly seed?: number
  readonly trials: number
  /** States that the trials end in, in turn; `running` ones stay so. Default: all complete. */
  readonly states?: readonly TrialState[]
  /** Value of a complete or pruned trial by its number; default: some finite number. */
  readonly value?: (number: number) => number
  /** Default: one that is minimized. */
  readonly goals?: readonly Goal[]
  /** Values of a complete trial of several goals by its number; a pruned one has only the first. */
  readonly values?: (number: number) => readonly number[]
  /** Metrics of constraints, and the values of a trial that has one by its number; default: none. */
  readonly constraints?: readonly string[]
  readonly constraintValues?: (number: number) => readonly number[]
  /** Ends the study after this proposal; default: never. */
  readonly isEnough?: (proposal: Proposal) => boolean
}

export function samplerContextOf(plan: StudyPlan): SamplerContext {
  return {
    space: buildSpace(plan.space),
    goals: [...(plan.goals ?? [{ metric: 'value', direction: 'minimize' as const }])],
    constraints: plan.constraints ?? [],
    parallelTrials: 1,
    seed: plan.seed ?? 0,
    trialBudget: plan.trials,
  }
}

export function createSamplerOf(plan: StudyPlan): Sampler {
  const definition = samplers[plan.sampler]
  if (definition === undefined) throw new Error(`no sampler ${plan.sampler}`)
  return definition.create(
    definition.optionsSchema.parse(plan.options ?? {}),
    samplerContextOf(plan),
  )
}

/** Asks a sampler for the trial after `trials`; what it is given is frozen. */
export function askSampler(
  sampler: Sampler,
  plan: StudyPlan,
  trials: readonly TrialSnapshot[],
  trialNumber: number,
): Proposal | Exhausted {
  const random = createRandomStream({
    seed: plan.seed ?? 0,
    number: trialNumber,
    purpose: 'proposal',
  })
  return sampler.propose({ trials: Object.freeze([...trials]), trialNumber, random })
}

/** Runs a study without an objective, until its number of trials or until the sampler is exhausted. */
export function proposeTrials(plan: StudyPlan): {
  proposals: Proposal[]
  trials: TrialSnapshot[]
} {
  const sampler = createSamplerOf(plan)
  const states = plan.states ?? ['complete']
  const value = plan.value ?? (number => Math.sin(number * 12.9898) * 100)
  const values = plan.values ?? (number => [value(number)])
  const proposals: Proposal[] = []
  const trials: TrialSnapshot[] = []
  for (let number = 0; number < plan.trials; number++) {
    const answer = askSampler(sampler, plan, trials, number)
    if ('exhausted' in answer) break
    proposals.push(answer)
    const state = states[number % states.length] as TrialState
    const valued = state === 'complete' || state === 'pruned'
    trials.push(
      deepFreeze({
        number,
        state,
        parameters: answer.parameters,
        values: valued ? values(number).slice(0, state === 'pruned' ? 1 : undefined) : [],
        ...(valued && plan.constraintValues !== undefined
          ? { constraints: plan.constraintValues(number) }
          : {}),
        reports: valued ? [{ step: 1, value: values(number)[0] as number }] : [],
      }),
    )
    if (plan.isEnough?.(answer) === true) break
  }
  return { proposals, trials }
}
