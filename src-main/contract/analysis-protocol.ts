import type { AnalysisAnswer, AnalysisQuestion } from './api/analysis.ts'
import type { Comparison, ComparisonRequest } from './api/comparison.ts'
import type { SerializedError } from './errors.ts'

/**
 * Messages between main and the analysis process: any number of requests, answered one after the other, each under its number.
 *
 *   analysis → ready · main → ask · analysis → progress* → answered | failed
 */
export const analysisProtocolVersion = 1

export type AnalysisTask =
  | {
      readonly kind: 'study'
      readonly studyId: number
      /** Null: all. */
      readonly trials: readonly number[] | null
      readonly question: AnalysisQuestion
    }
  | { readonly kind: 'comparison'; readonly request: ComparisonRequest }

export interface ToAnalysis {
  readonly type: 'ask'
  readonly id: number
  readonly databasePath: string
  readonly task: AnalysisTask
}

export type AnalysisResult =
  | { readonly kind: 'study'; readonly answer: AnalysisAnswer }
  | { readonly kind: 'comparison'; readonly comparison: Comparison }

export type FromAnalysis =
  | { readonly type: 'ready'; readonly protocol: number; readonly pid: number }
  /** @property share 0…1 */
  | { readonly type: 'progress'; readonly id: number; readonly share: number }
  | { readonly type: 'answered'; readonly id: number; readonly result: AnalysisResult }
  | { readonly type: 'failed'; readonly id: number; readonly error: SerializedError }
