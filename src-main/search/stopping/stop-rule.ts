import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import type { Goal, StopSpecification } from '../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import { bestTrial } from '../../core/trial/ranking.ts'
import type { SearchSpace } from '../space/search-space.ts'

/** The facts that the stop rules look at; a pure function of the record of the study. */
export interface StopState {
  readonly stop: StopSpecification
  /** The first goal. */
  readonly goal: Goal
  /** All trials, by rising number, running ones included. */
  readonly trials: readonly TrialSnapshot[]
  /** The best of them by the goal, where the caller keeps it from trial to trial. */
  readonly best?: Pick<TrialSnapshot, 'number' | 'values'> | null
  /** Wall time of all sessions. */
  readonly elapsedMs: number
  /** Failures count from this trial number on: whoever resumes a failed study has mended the cause. Default 0. */
  readonly failuresFrom?: number
}

export interface StopDecision {
  /** `failed` when too few trials succeed, else `finished`. */
  readonly state: 'finished' | 'failed'
  readonly reason: MessageDescriptor
}

/** Complete trials with a value, for the rules that need a model of the goal. */
interface ModeledStudy {
  readonly space: SearchSpace
  readonly trials: readonly TrialSnapshot[]
  readonly minimize: boolean
}

/** Keys of `stop` in a study file that are rules; `runningTrials` says how a study ends. */
type StopRuleName = Exclude<keyof StopSpecification, 'runningTrials'>

/**
 * A stop rule as the registry lists it. Its value is a number, whose schema stands in `stopSchema` of
 * core/study/keys/stop.ts, under its name.
 */
export interface StopRuleDefinition {
  readonly name: StopRuleName
  /** False where a study that goes well would never end by it. Default true. */
  readonly endsEveryStudy?: boolean
  /** Whether it looks at what trials report. Default false. */
  readonly readsCurves?: boolean
  /** Why a study with so many goals and constraints cannot have it; null if it can. Default: every study can. */
  check?(counts: { readonly goals: number; readonly constraints: number }): MessageDescriptor | null
  /** Asked before each trial; null: the study goes on. */
  evaluate?(limit: number, state: StopState): StopDecision | null
  /** The same of a rule that needs a model, asked in the search process, beside the sampler: main never computes for long. */
  evaluateModel?(limit: number, study: ModeledStudy): MessageDescriptor | null
}

export function bestOf({ best, trials, goal }: StopState): StopState['best'] {
  return best === undefined ? bestTrial(trials, goal) : best
}

/** The models of these rules know one goal and nothing of constraints. */
export const oneGoalUnconstrained: NonNullable<StopRuleDefinition['check']> = ({
  goals,
  constraints,
}) => (goals > 1 || constraints > 0 ? msg('rule.oneGoalUnconstrained') : null)
