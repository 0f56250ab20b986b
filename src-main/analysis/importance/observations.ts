import { signOf } from '../../core/trial/ranking.ts'
import { numericDomain } from '../../core/study/numeric-domain.ts'
import type { ParameterSpecification } from '../../core/study/space-specification.ts'
import type { Goal, StudySpecification } from '../../core/study/study-specification.ts'
import type { Assignment, ParameterValue, TrialRecord } from '../../core/trial/trial.ts'
import { type ImportanceRefusal, MINIMUM_TRIALS } from './importance-outcome.ts'

/** The question to every importance method. */
export interface ImportanceQuestion {
  readonly space: StudySpecification['space']
  readonly trials: readonly Pick<TrialRecord, 'state' | 'parameters' | 'values'>[]
  readonly direction: Goal['direction']
  /** Position of the goal; default 0. */
  readonly goal?: number
  /** Trials with a value that are needed; default {@link MINIMUM_TRIALS}. */
  readonly minimumTrials?: number
}

export type SearchedParameter = Exclude<ParameterSpecification, { readonly fixed: unknown }>

export interface Observations {
  /** Parameters with more than one value, in the order of the study file. */
  readonly searched: readonly (readonly [name: string, parameter: SearchedParameter])[]
  readonly assignments: readonly Assignment[]
  /** One finite number per assignment; smaller is better. */
  readonly losses: Float64Array
}

/** Complete trials with a finite value; pruned ones have another kind of value and are left out. */
export function readObservations(
  question: ImportanceQuestion,
): ({ readonly ok: true } & Observations) | ImportanceRefusal {
  const { space, direction, goal = 0, minimumTrials = MINIMUM_TRIALS } = question
  const searched = Object.entries(space).filter((entry): entry is [string, SearchedParameter] =>
    isSearched(entry[1]),
  )
  if (searched.length === 0) return { ok: false, reason: 'nothingSearched' }
  const used = question.trials.filter(
    ({ state, values }) => state === 'complete' && Number.isFinite(values[goal]),
  )
  if (used.length < minimumTrials) {
    return { ok: false, reason: 'tooFewTrials', trials: used.length, needed: minimumTrials }
  }
  const sign = signOf(direction)
  const losses = Float64Array.from(used, ({ values }) => sign * (values[goal] as number))
  if (losses.every(loss => loss === losses[0])) return { ok: false, reason: 'noVariation' }
  return { ok: true, searched, assignments: used.map(({ parameters }) => parameters), losses }
}

function isSearched(parameter: ParameterSpecification): parameter is SearchedParameter {
  if ('fixed' in parameter) return false
  if ('choice' in parameter) return parameter.choice.length > 1
  if ('ordinal' in parameter) return parameter.ordinal.length > 1
  const { low, high } = numericDomain(parameter)
  return low < high
}

/** The values of a parameter that lists them; null for numbers. */
export function listedValues(parameter: SearchedParameter): readonly ParameterValue[] | null {
  if ('choice' in parameter) return parameter.choice
  return 'ordinal' in parameter ? parameter.ordinal : null
}
