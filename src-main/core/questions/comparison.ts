import { z } from 'zod'
import type { JsonValue } from '../values/json.ts'
import type { Goal } from '../study/study-specification.ts'

/** Studies side by side: groups of repeats, or the two halves of one study. */

/** `person`: trials that a person enqueued; `sampler`: the others. */
const trialAuthors = ['all', 'person', 'sampler'] as const
export type TrialAuthor = (typeof trialAuthors)[number]

export const comparisonRequestSchema = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(300),
        members: z
          .array(z.strictObject({ studyId: z.int().min(1), by: z.enum(trialAuthors) }))
          .min(1)
          .max(100)
          .describe('option.comparison.studyId'),
      }),
    )
    .min(1)
    .max(12),
  budget: z.enum(['own', 'shortest']).describe('option.comparison.budget'),
})
export type ComparisonRequest = z.output<typeof comparisonRequestSchema>

/** Best so far of the runs of a group, where all of them have one. */
export interface ComparedTrace {
  readonly x: readonly number[]
  readonly median: readonly number[]
  readonly lowerQuartile: readonly number[]
  readonly upperQuartile: readonly number[]
}

export interface ComparedGroup {
  readonly name: string
  /** Per run; NaN for a run without a usable trial. */
  readonly finals: readonly number[]
  readonly trialCounts: readonly number[]
  /** Of every usable trial of every run. */
  readonly values: readonly number[]
  readonly traces: {
    readonly trials: ComparedTrace
    readonly wallTime: ComparedTrace
    readonly epochs: ComparedTrace
  }
}

/**
 * `better`: the first of the pair is. `unclear`: the test does not tell them apart. `tooFew`: no result could have, with
 * so few values. `negligible`: apart, but hardly.
 */
export type Verdict = 'better' | 'worse' | 'unclear' | 'negligible' | 'tooFew'

export interface ComparedPair {
  /** Positions of the groups. */
  readonly first: number
  readonly second: number
  /**
   * The things compared: best values of runs, or, where a group has one run, values of trials, which depend on one another within
   * a run and so look surer than they are.
   */
  readonly unit: 'runs' | 'trials'
  readonly counts: readonly [number, number]
  readonly medians: readonly [number, number]
  /** Two-sided rank-sum test, adjusted for the number of pairs (Holm). */
  readonly pValue: number
  readonly method: 'exact' | 'normal'
  /** Cliff's delta, −1…1; above 0: the first is better. */
  readonly delta: number
  readonly magnitude: 'negligible' | 'small' | 'medium' | 'large'
  /** Median of the first less that of the second; 95 % bootstrap interval. */
  readonly difference: { readonly estimate: number; readonly low: number; readonly high: number }
  readonly verdict: Verdict
}

export interface ConfigurationDifference {
  /** e.g. `sampler.name`. */
  readonly path: string
  /** By group; undefined where the first study of a group has no such key. */
  readonly values: readonly (JsonValue | undefined)[]
}

/** Values that the runs of each group attained in two goals, in the units of the goals. */
export interface Attainment {
  readonly goals: readonly [Goal, Goal]
  readonly groups: readonly {
    readonly name: string
    readonly surfaces: readonly {
      /** Of the runs that attained it. */
      readonly share: number
      /** From the best to the worst of the first goal. */
      readonly corners: readonly (readonly [number, number])[]
    }[]
  }[]
}

/** What a value measures: the first goal, the task or function, where rows come from, which column, and which rows validate. */
export type MeasurementAspect = 'goal' | 'task' | 'data' | 'target' | 'split'

export interface MeasurementDifference {
  readonly aspect: MeasurementAspect
  /** By study, as its file says it. */
  readonly values: readonly { readonly study: string; readonly value: string }[]
}

export type Comparison =
  | {
      readonly ok: true
      readonly goal: Goal
      readonly groups: readonly ComparedGroup[]
      readonly pairs: readonly ComparedPair[]
      /** Names and seeds apart. */
      readonly differences: readonly ConfigurationDifference[]
      /** Null unless all studies have the same two goals. */
      readonly attainment: Attainment | null
    }
  | {
      readonly ok: false
      /** What keeps their values from being compared; at least one. */
      readonly differences: readonly MeasurementDifference[]
      /** Names of studies that can be compared with one another, two or more at a time. */
      readonly comparable: readonly (readonly string[])[]
    }
