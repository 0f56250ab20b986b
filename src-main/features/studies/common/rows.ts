import type { BestTrialHeadline } from '../../../analysis/summary/best-trial-headline.ts'
import type { TableProblem } from '../../../core/data/data-settings.ts'
import type { MessageDescriptor } from '../../../core/errors/message.ts'
import type { EngineName } from '../../../core/machine/engines/registry.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import type { ParsedSpecification } from '../../../core/study/parse-specification.ts'
import type { Problem } from '../../../core/errors/problem.ts'
import type { SpaceSpecification } from '../../../core/study/space-specification.ts'
import type { StudyCapabilities } from '../../../core/study/study-capabilities.ts'
import type { Goal } from '../../../core/study/study-specification.ts'
import type { StudyState, StudySummary, WinnerRecord } from '../../../core/study/study.ts'
import { taskNames } from '../../../core/tasks/registry.ts'
import type { TrialRecord, TrialState } from '../../../core/trial/trial.ts'

/** The records as a face shows them; smaller than the records, so that 10,000 trials open at once. */

/** `interrupted`: stored as running, but no process runs it; it can be resumed. */
type ShownStudyState = StudyState | 'interrupted'

/** Kept out of lists. */
type RestOfStudy = 'specification' | 'source' | 'environment' | 'dataset'

/** One line of the list of studies. */
export interface StudyRow extends Omit<StudySummary, 'state' | 'best' | RestOfStudy> {
  readonly state: ShownStudyState
  /** Null while no trial can be the best. */
  readonly best: BestTrialHeadline | null
  /** This process runs it, so that it can be paused and stopped here. */
  readonly runsInThisProcess: boolean
  /** A person asked for this end, which waits for running trials. */
  readonly requestedEnd: 'pause' | 'stop' | null
  /** The first of its goals. */
  readonly goal: Goal
  readonly goalCount: number
  readonly objective: string
  readonly sampler: string
  /** It runs the study and stores its trials here; null where Tunewright does. */
  readonly program: string | null
  /** Trials that the study file asks for; null without such a limit. */
  readonly trialBudget: number | null
  /** Until a stop rule holds that can be foreseen; null where none can, or nothing runs. */
  readonly timeLeftMs: number | null
  /** Best value so far over the finished trials, at most 40 points, first to last. */
  readonly sparkline: readonly number[]
  readonly parallelTrials: number
}

/** The objective of a row, as far as it says what its metrics are called; null where no training task reports them. */
export function rowObjective(objective: StudyRow['objective']): { readonly task: string } | null {
  return taskNames.some(name => name === objective) ? { task: objective } : null
}

/** Everything about a study but its trials. */
export interface StudyDetail extends StudyRow, Pick<StudySummary, RestOfStudy> {
  readonly winner: Omit<WinnerRecord, 'evaluatedAtMs'> | null
  /** Metrics that its trials reported. */
  readonly metrics: readonly string[]
  /** What its sampler and its pruner can do. */
  readonly capabilities: StudyCapabilities
  /** Which sampler it has and why. */
  readonly samplerWhy: MessageDescriptor
}

/** A trial in tables and charts. */
export interface TrialRow extends Omit<
  TrialRecord,
  'provenance' | 'attempts' | 'metrics' | 'seed' | 'bestStep' | 'untilStep' | 'excluded'
> {
  /** Why it was pruned or canceled, or how it failed. */
  readonly reason: MessageDescriptor | null
  /** Why the sampler chose it. */
  readonly proposal: MessageDescriptor
  readonly attempts: number
  readonly slot: number
  /** Where its last attempt ran if not here. */
  readonly machine?: string
  /** Out of the search, because a person said so. */
  readonly excluded: boolean
  readonly note: string
}

/** Every trial of a study, as its history shows it, in columns: the table comes later. */
export interface StudyOutline {
  readonly numbers: readonly number[]
  readonly states: readonly TrialState[]
  /** Of the first goal; null while there is none that a chart can show. */
  readonly values: readonly (number | null)[]
  /** Numbers of trials out of the search. */
  readonly excluded: readonly number[]
  /** Numbers of trials that break a constraint. */
  readonly infeasible: readonly number[]
}

/** Values of one metric of one trial that arrived since the last message. */
export interface MetricPoints {
  readonly number: number
  readonly metric: string
  /** Of several trainings of the trial, the one that reported them; absent: the first. */
  readonly training?: number
  readonly steps: readonly number[]
  readonly values: readonly number[]
}

/** A study file that comes with the application. */
export interface SampleStudy {
  readonly name: string
  /** The comment at its head, by language. */
  readonly description: string
  /** With whole paths of the data files that come with it. */
  readonly source: string
  /** Its data do not come with the application. */
  readonly needsData: boolean
}

export type StudyCheck = ParsedSpecification

/** The verdict on a study file that is sound by itself, over its data. */
export interface DataCheck {
  /** `superseded`: a newer question ended the reading, and nothing is known. */
  readonly state: 'read' | 'superseded'
  readonly problems: readonly Problem[]
  /** Properties of the data with what was found in them; null without data, or where they cannot be read. */
  readonly dataset: JsonObject | null
}

/** One choice of an objective, sampler or pruner with what its form needs. */
export interface CatalogEntry {
  readonly name: string
  /** JSON Schema of the settings beside the name. */
  readonly schema: JsonObject
}

/** Everything that a study can be made of. */
export interface Catalog {
  readonly tasks: readonly CatalogEntry[]
  readonly functions: readonly string[]
  /** JSON Schema of the settings of every test function. */
  readonly functionSchema: JsonObject
  /** JSON Schema of a study file; those of its objective, sampler and pruner stand beside their names here. */
  readonly studySchema: JsonObject
  readonly samplers: readonly CatalogEntry[]
  readonly pruners: readonly CatalogEntry[]
  readonly engines: readonly EngineName[]
}

/** Goals and space that a study over an objective can have. */
export type ObjectiveDescription =
  | {
      readonly ok: true
      /** Every metric that may be a goal, with its usual direction. */
      readonly metrics: readonly Goal[]
      /** Where a person would start. */
      readonly space: SpaceSpecification
      /** Further parameters that its trials read, each with all that it may be. */
      readonly further: SpaceSpecification
      /** Into how many folds the rows of its data are best cut; 1: a single validation split. */
      readonly folds: number
      /** False while data that add to the space cannot be read, as when a name is half typed. */
      readonly dataRead: boolean
      /** Of a table that was read: whether its target is a class or a number. */
      readonly problem?: TableProblem
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }
