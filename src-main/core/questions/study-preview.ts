import type { EngineInfo } from '../machine/engine.ts'
import type { MessageDescriptor } from '../errors/message.ts'
import type { Assignment, ParameterValue } from '../trial/trial.ts'

/** Points that a study would try before anything is known. */
export interface StudyPreview {
  /** A few random points. */
  readonly samples: readonly Assignment[]
  /** Different points of the space; null if there are infinitely many. */
  readonly points: number | null
  /** Random points that the densities were counted from. */
  readonly draws: number
  /** Parents before their children. */
  readonly parameters: readonly ParameterDensity[]
  /** Samplers that suit the study, each from a trial on. */
  readonly recommendation: readonly {
    readonly sampler: string
    readonly fromTrial: number
    /** How many trials are spread evenly before its model proposes; absent where that is not known, or there is no such start. */
    readonly start?: MessageDescriptor
  }[]
}

/** Where the values of a parameter fall. */
export interface ParameterDensity {
  readonly name: string
  readonly when: readonly {
    readonly parent: string
    readonly values: readonly ParameterValue[]
  }[]
  /** Share of the points in which it is active. */
  readonly active: number
  /** The axis is logarithmic, as the search is. */
  readonly log: boolean
  /** Ends of the axis that the bars divide evenly; null where there is a bar for each of `choices`. */
  readonly range: readonly [number, number] | null
  readonly choices?: readonly ParameterValue[]
  /** Shares of the active values; they add up to 1. */
  readonly bars: readonly number[]
}

/** One trial, measured before the study begins. */
export interface DryRun {
  readonly parameters: Assignment
  readonly engine: EngineInfo | null
  /** The time waited for: the trial, or its first steps; for a trial that did not start, how long its start was waited for. */
  readonly measuredMs: number
  readonly hasStarted: boolean
  readonly steps: number
  /** Time until the first step, which a further trial may not need. */
  readonly startMs: number
  /** The duration of a whole trial, all steps together; null if that cannot be told. */
  readonly trialMs: number | null
  /** Why it failed; null if it did not. */
  readonly failure: MessageDescriptor | null
  /** Metrics of the goals without any value when the wait was over; none of a trial that has ended. */
  readonly unreadGoals: readonly string[]
  /** Metrics that were read from logs which its program writes; empty where they come from elsewhere. */
  readonly loggedMetrics: readonly string[]
  /** What a program printed, and where its metrics were looked for in it; null where no program ran. */
  readonly output: {
    readonly text: string
    /** Regular expressions; empty where the metrics come from lines of JSON or a file. */
    readonly patterns: readonly string[]
  } | null
  /** Trials that fit the time limit; null without such a limit. */
  readonly trialsWithin: number | null
  /** How long the study takes until its first limit; null without a limit of trials or minutes. */
  readonly studyMs: number | null
}

/** Room on the disk that a study will take, and whether it is there. */
export interface DiskForecast {
  readonly message: MessageDescriptor
  readonly isTooLarge: boolean
}
