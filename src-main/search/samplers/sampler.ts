import type { z } from 'zod'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import type { Problem } from '../../core/errors/problem.ts'
import type { Exhausted, Proposal } from '../../core/processes/search-protocol.ts'
import type { Goal, StudySpecification } from '../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import type { RandomStream } from '../../math/random/random-stream.ts'
import type { SourceStudies } from '../warm-start/source-studies.ts'
import type { SearchSpace } from '../space/search-space.ts'
import type { SuccessModel } from '../success/success-model.ts'

/**
 * The contract of every sampler.
 *
 * A sampler is a pure function of its request. It keeps no state that matters: whatever an
 * algorithm must remember it rebuilds from `trials`; a cache for speed is allowed as long as the
 * answer is the same without it. Therefore a study that was killed goes on exactly as if nothing
 * had happened, and a recorded study can be replayed.
 *
 * - Every active parameter gets a value inside its domain, on its step grid, of its own type;
 *   inactive parameters are absent. Domains are never rescaled here: use `search/space`.
 * - Canceled and interrupted trials are no information, as if they had never been told; their points may be
 *   proposed again, unless the algorithm counts them as visited (grid). Failed ones have no value either. A sampler
 *   that learns need not care: `proposals/avoid-failures.ts` draws again or moves what is likely to fail. One
 *   that maximizes an acquisition weighs it with `success`.
 * - Pruned trials carry the best value that they reported.
 * - Randomness comes from `random` only, a stream of its own for every (study seed, trial number).
 * - The trials passed in are never changed.
 */
export interface Sampler {
  propose(request: ProposalRequest): Proposal | Exhausted
}

export interface ProposalRequest {
  /** All trials known, by rising number, running ones included. */
  readonly trials: readonly TrialSnapshot[]
  /** The number that the proposed trial will get. */
  readonly trialNumber: number
  readonly random: RandomStream
  /** Where trials fail, for an acquisition to be weighed with; null or absent while none has failed. */
  readonly success?: SuccessModel | null
  /** Of `trials`, points of a listing sampler that break a relation and were never tried. Default 0. */
  readonly refused?: number
}

/** The knowledge that a sampler may have when it is made; constant over a study. */
export interface SamplerContext {
  readonly space: SearchSpace
  readonly goals: StudySpecification['goals']
  /**
   * Metrics of the study's constraints, in the order of `TrialSnapshot.constraints`. A sampler that
   * ranks trials either prefers feasible ones (`search/ranking.ts`) or refuses in `check`.
   */
  readonly constraints: readonly string[]
  readonly parallelTrials: number
  readonly seed: number
  /** Finished trials in total that the study will run, if its file says so; those of earlier studies count. */
  readonly trialBudget: number | null
  /** Points that were tried before are not wanted again. Default false. */
  readonly redraws?: boolean
  /** Trials of earlier studies, which come before those of this study, by their numbers. Default 0. */
  readonly earlierTrials?: number
  /** What studies of other data tell of this space. Default null. */
  readonly sourceStudies?: SourceStudies | null
}

/** Options as a study file gives them: unchecked, without defaults. */
export type GivenOptions = Readonly<Record<string, unknown>>

/**
 * A sampler as the registry lists it: all that others may know of it. Whoever needs another message about samplers adds a
 * capability here, never a list of names elsewhere.
 */
export interface SamplerDefinition<Options = unknown> {
  readonly name: string
  /** Its page in docs, where it shares one with others. Default: samplers/ and the name of its folder. */
  readonly docs?: string
  /** Where the method comes from, for the text of a report; absent: it is described without a source. */
  readonly citation?: string
  /**
   * Where proposals come from. `learned` (the default): from the trials. `independent`: from the random stream
   * alone, at next to no cost. `numbered`: from the trial number and its random stream alone, so that
   * trial k could as well take point k + 1. `listed`: a list that ends, in which points of trials of any state
   * count as visited.
   */
  readonly proposals?: 'learned' | 'independent' | 'numbered' | 'listed'
  /** False where trials that the sampler did not propose tell it nothing. Default true, if proposals are `learned`. */
  readonly learnsFromOthers?: boolean
  /** Whether it takes the priors of a person into account. Default false. */
  readonly usesPriors?: boolean
  /** Whether its trials belong to generations, by which a study can be looked at. Default false. */
  readonly worksInGenerations?: boolean
  /** Trials with a value before its model proposes; until then points are spread evenly. Default: it has no such start. */
  startupTrials?(given: GivenOptions): number
  /** Whether it looks at what trials report before they end. Default false. */
  readonly readsCurves?: boolean
  /**
   * Whether its trials go on from the checkpoints of others, so that the value of a trial depends on how far its
   * training was. Default: never.
   */
  needsCheckpoints?(given: GivenOptions): boolean
  /** Whether it splits a training into several trials, each complete before the training is. Default: never. */
  splitsTrainings?(given: GivenOptions): boolean
  /** Steps of a whole training, where its options say so. Default: they do not. */
  fullSteps?(given: GivenOptions): number | null
  /** Numbers of the finished trials that it may still go on from, so that their checkpoints stay. Default: none. */
  trialsToContinue?(
    trials: readonly TrialSnapshot[],
    options: Options,
    goal: Goal,
  ): readonly number[]
  /** What to say where it needs checkpoints and the objective leaves none; `reason` is why. Default: the reason. */
  withoutCheckpoints?(reason: MessageDescriptor): MessageDescriptor
  /** Rules that relate its options to other keys of the study file; raw, before any schema. Default: none. */
  checkStudy?(study: GivenOptions, given: GivenOptions): readonly Problem[]
  /** Strict schema of the options that stand beside `name` in the study file. */
  readonly optionsSchema: z.ZodType<Options>
  /** Reasons why the sampler cannot do this study, each with path, value and rule. */
  check(options: Options, context: SamplerContext): readonly Problem[]
  create(options: Options, context: SamplerContext): Sampler
}

/** The problem of a study with several goals, for a sampler that knows only one. */
export function oneGoalOnly(sampler: string, { goals }: Pick<SamplerContext, 'goals'>): Problem[] {
  if (goals.length === 1) return []
  return [{ path: ['goals'], value: goals.length, rule: msg('rule.oneGoal', { sampler }) }]
}

/** The problem of a study with more parameters than the sampler's points can have coordinates. */
export function parameterLimit(sampler: string, count: number, limit: number): Problem[] {
  if (count <= limit) return []
  const rule = msg('rule.parameterLimit', { sampler, limit })
  return [{ path: ['space'], value: count, rule }]
}

/** The options of a study file that change a setting of its preset. */
export function givenOptions<Settings extends object>(
  options: object,
  preset: Settings,
): Partial<Settings> {
  const entries = Object.entries(options).filter(
    ([name, value]) => value !== undefined && name in preset,
  )
  return Object.fromEntries(entries) as Partial<Settings>
}
