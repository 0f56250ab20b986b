import { z } from 'zod'
import { studyId } from './request-fields.ts'
import type { Confirmation } from './confirmation.ts'
import type { EstimatedBest } from '../study/estimated-best.ts'
import type { ParameterValue } from '../trial/trial.ts'

/**
 * Questions that cost too much for the page: the analysis process answers them from its own reading connection. Answers
 * are kept until the study changes.
 */

const goal = z.int().min(0).max(7).describe('option.analysis.goal')
const name = z.string().min(1).max(200)

export const importanceMethods = ['fanova', 'pedAnova', 'impurity', 'permutation'] as const
export type ImportanceMethod = (typeof importanceMethods)[number]

const analysisQuestionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('importance'),
    goal,
    method: z.enum(importanceMethods),
    pairs: z.boolean().optional().describe('option.analysis.pairs'),
  }),
  z.strictObject({
    kind: z.literal('dependence'),
    goal,
    /** One parameter, or two for a plane. */
    names: z.array(name).min(1).max(2),
  }),
  /** `by`: a parameter with a list of values; each has curves of its own, of complete trials. */
  z.strictObject({ kind: z.literal('curveBands'), metric: name, by: name.exactOptional() }),
  /** The last value of a metric of every trial that has one. */
  z.strictObject({ kind: z.literal('lastValues'), metric: name }),
  /** What programs have noted at their trials. */
  z.strictObject({ kind: z.literal('attributes') }),
  z.strictObject({ kind: z.literal('hypervolume') }),
  z.strictObject({ kind: z.literal('ancestry') }),
  /** Which trial is probably the best, luck taken out. */
  z.strictObject({ kind: z.literal('estimatedBest') }),
  /** Of a study that confirms another one. */
  z.strictObject({ kind: z.literal('confirmation') }),
])
export type AnalysisQuestion = z.output<typeof analysisQuestionSchema>
export type AnalysisKind = AnalysisQuestion['kind']

/** Trials that a question is about: all of the study, or these. */
const trialChoiceSchema = z.array(z.int().min(0).max(10_000_000)).max(1_000_000).nullable()

/** A result, or why a number would only look like one. */
export type Outcome<Result> =
  | { readonly ok: true; readonly trials: number; readonly result: Result }
  | {
      readonly ok: false
      readonly reason: 'tooFewTrials'
      readonly trials: number
      readonly needed: number
    }
  | { readonly ok: false; readonly reason: 'noVariation' | 'nothingSearched' }

export interface ImportanceShare {
  readonly name: string
  readonly mean: number
  /** Over trees or resampled trials; null for methods without one. */
  readonly deviation: number | null
  readonly activeTrials: number
}

export interface ImportanceAnswer {
  readonly parameters: readonly ImportanceShare[]
  /** Explained by two parameters beyond their own shares; functional ANOVA only. */
  readonly pairs: readonly {
    readonly names: readonly [string, string]
    readonly mean: number
    readonly deviation: number
  }[]
  /** Parameters whose choices differ by more than chance, the strongest first; absent where that was not computed. */
  readonly choices?: readonly ChoiceDifference[]
}

/** A parameter between whose choices the trials differ. */
export interface ChoiceDifference {
  readonly name: string
  /** Of the variance of the trials' ranks, what lies between the choices: 0…1. */
  readonly share: number
  /** The choices that were tried, the best first. */
  readonly values: readonly {
    readonly value: ParameterValue
    readonly trials: number
    /** Of the goal. */
    readonly best: number
  }[]
}

export interface DependenceAnswer {
  readonly names: readonly string[]
  readonly values: readonly (readonly ParameterValue[])[]
  /** At every combination, the last parameter running fastest. */
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
  /** Over how many the other parameters were averaged: those with these active. */
  readonly averagedTrials: number
}

/** Quantiles of one metric over the finished trials that reached a step. */
export interface CurveBand {
  readonly state: 'complete' | 'pruned'
  /** The value of the parameter by which curves are grouped. */
  readonly group?: string
  readonly trials: number
  readonly steps: readonly number[]
  /** Trials that reported at the step. */
  readonly counts: readonly number[]
  readonly low: readonly number[]
  readonly lowerQuartile: readonly number[]
  readonly median: readonly number[]
  readonly upperQuartile: readonly number[]
  readonly high: readonly number[]
}

/** A step at which a pruner compares trials. */
export interface Rung {
  readonly step: number
  /** Complete and pruned trials that came there. */
  readonly reached: number
  /** Of those, pruned before the next one. */
  readonly stopped: number
  /** NaN where no trial had a finite value there. */
  readonly best: number
  readonly median: number
}

export interface CurveBands {
  readonly bands: readonly CurveBand[]
  /** Steps at which the pruner compares trials; empty for pruners without rungs. */
  readonly rungs: readonly number[]
  readonly rungTable: readonly Rung[]
  /** Values that are NaN or infinite and stand in no quantile. */
  readonly leftOut: number
}

export interface HypervolumeAnswer {
  readonly reference: readonly number[]
  readonly steps: readonly { readonly number: number; readonly hypervolume: number }[]
  readonly outside: number
  /** Trials of the front. */
  readonly front: readonly number[]
}

/** What the program of a trial has noted at it beside its metrics, under one name; texts where not all of them are numbers. */
export interface Attribute {
  readonly name: string
  readonly values: readonly { readonly number: number; readonly value: number | string }[]
}

/** How a trial came to be in a sampler that works in generations. */
export interface Ancestor {
  readonly number: number
  readonly generation: number
  /** Island, swarm or restart; 0 where there is only one. */
  readonly group: number
  readonly parents: readonly number[]
  readonly origin: string | null
}

export interface AnalysisAnswers {
  readonly importance: Outcome<ImportanceAnswer>
  readonly dependence: Outcome<DependenceAnswer>
  readonly curveBands: CurveBands
  readonly lastValues: readonly { readonly number: number; readonly value: number }[]
  readonly attributes: readonly Attribute[]
  /** Null where no trial can be used. */
  readonly hypervolume: HypervolumeAnswer | null
  readonly ancestry: readonly Ancestor[]
  /** Null where no model can be made of the trials. */
  readonly estimatedBest: EstimatedBest | null
  /** Null where the study confirms none. */
  readonly confirmation: Confirmation | null
}

export type AnalysisAnswer = {
  readonly [Kind in AnalysisKind]: { readonly kind: Kind; readonly answer: AnalysisAnswers[Kind] }
}[AnalysisKind]

export const analysisRequestSchema = z.strictObject({
  studyId,
  trials: trialChoiceSchema,
  question: analysisQuestionSchema,
})
export type AnalysisRequest = z.output<typeof analysisRequestSchema>
