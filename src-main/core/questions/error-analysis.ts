import { z } from 'zod'
import { studyId, trialNumber } from './request-fields.ts'
import type { MessageDescriptor } from '../errors/message.ts'

/** Where a model errs: from the predictions that a trial kept for rows that it has not learned from. */
export interface ErrorAnalysis {
  readonly trial: number
  /** Trials that keep predictions, best first. */
  readonly storedTrials: readonly number[]
  /** Folds whose validation rows these are; 1: the validation split. */
  readonly folds: number
  readonly rows: number
  /** Rows of the data that were left out when they were read, so that row numbers are not lines of the file. */
  readonly droppedRows: number
  /** Why rows cannot be shown and there are no slices; null: they can. */
  readonly withoutData: MessageDescriptor | null
  readonly classes: ClassErrors | null
  readonly values: ValueErrors | null
  /** The values that the trial is judged by; with folds those of every fold combined, not those of all rows together. */
  readonly judged: {
    readonly goals: readonly {
      readonly metric: string
      readonly value: number
      /** Standard deviation between its trainings; null for fewer than two. */
      readonly deviation: number | null
    }[]
    /** Such as `mean of 5 folds`; null: of a single training. */
    readonly basis: MessageDescriptor | null
  }
  /** The largest errors first; of classes wrong rows alone, or those of the cell that was asked for. */
  readonly worst: readonly RowError[]
  /** Columns whose errors differ most between slices, and of how many they are. */
  readonly slices: readonly ErrorSlices[]
  readonly slicedColumns: number
  /** Or why it cannot be told; null: it is no table, or its model is not kept. */
  readonly columns: ColumnImportance | { readonly refusal: MessageDescriptor } | null
}

/** How much a model leans on each column of its table, from validation rows that it has not learned from. */
export interface ColumnImportance {
  readonly rows: number
  /** How often the values of each column were shuffled. */
  readonly repeats: number
  /** Of those rows: cross-entropy, squared error of standardized numbers or quantile loss. */
  readonly loss: number
  /** The largest growth first. */
  readonly columns: readonly {
    readonly name: string
    /** Mean growth of the loss where the values of the column are shuffled among the rows; below 0 by chance. */
    readonly growth: number
    readonly deviation: number
    /** Share of the gain of all splits; null without trees. */
    readonly gain: number | null
    /** Share of the mean absolute SHAP values of raw scores; null without trees. */
    readonly shap: number | null
  }[]
}

/** Errors of a classification. */
export interface ClassErrors {
  readonly names: readonly string[]
  readonly wrong: number
  /** Rows by true class (outer) and predicted class (inner), in the order of `names`. */
  readonly confusion: readonly (readonly number[])[]
  /** Mean cross-entropy. */
  readonly logLoss: number
  /** `brierScore` */
  readonly brier: number
  readonly calibrationError: number
  /** Rows by the probability of the predicted class. */
  readonly calibration: readonly CalibrationBin[]
  /** Two classes: the second against the first; more: each against all others, the hardest first. */
  readonly curves: readonly ClassCurves[]
  /** Wrong rows, the surest first. */
  readonly confident: readonly RowError[]
  readonly labels: {
    /** How many labels are probably wrong. */
    readonly estimate: number
    readonly suspected: number
    /**
     * How many of the suspected ones are expected to be wrong, by `expectedWrongLabels`. Null: the model's probabilities are not calibrated,
     * or do not tell.
     */
    readonly expected: number | null
    /** The most suspicious first; beyond `suspected`, rows that are only uncertain. */
    readonly rows: readonly RowError[]
  }
}

export interface CalibrationBin {
  readonly rows: number
  /** Mean probability. */
  readonly confidence: number
  /** Share of rows that are right. */
  readonly right: number
  /** Of that share, at 95 % (Wilson). */
  readonly interval: readonly [low: number, high: number]
}

/** Points of a curve. */
export interface CurvePoints {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** One class against the others; curves have at most a few hundred points, areas are those of all. */
export interface ClassCurves {
  readonly name: string
  /** Rows of the class. */
  readonly rows: number
  /** NaN where only one side has rows. */
  readonly area: number
  readonly averagePrecision: number
  readonly roc: CurvePoints
  readonly precisionRecall: CurvePoints
  readonly gain: CurvePoints
  readonly lift: CurvePoints
}

/** Errors of predicted numbers, in units of the target; an error is prediction − target. */
export interface ValueErrors {
  readonly target: string
  /** Mean error. */
  readonly bias: number
  /** Mean of absolute errors. */
  readonly absolute: number
  /** Root of the mean squared error. */
  readonly rootMeanSquare: number
  /** Rows by number, evenly thinned where there are many. */
  readonly points: readonly {
    readonly row: number
    readonly prediction: number
    readonly error: number
  }[]
  /** Quantiles of the errors. */
  readonly quantiles: readonly { readonly share: number; readonly error: number }[]
}

/** One row, what is true of it, and what the model says. */
export interface RowError {
  /** From 0, as the data were read. */
  readonly row: number
  readonly target: string | number
  readonly prediction: string | number
  /** Of the predicted class; null for numbers. */
  readonly confidence: number | null
  /** Cross-entropy, or the error of a number. */
  readonly loss: number
  readonly content: RowContent | null
  /** Where it stands in the data; null: nobody can tell. */
  readonly source: RowOrigin | null
}

/** The file that is a row, as it lies below the folder of the data, or the line of a table, from 1. */
type RowOrigin =
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'line'; readonly line: number }

/** Content of a row. Pictures and sounds are data URLs. */
export type RowContent =
  | {
      readonly kind: 'cells'
      readonly cells: readonly {
        readonly name: string
        /** As the file has it, or as it was read where the file is gone; null: missing. */
        readonly value: string | number | null
        /** It tells the row from all others and no model sees it. */
        readonly isIdentifying?: true
      }[]
    }
  | {
      readonly kind: 'picture'
      readonly url: string
      readonly width: number
      readonly height: number
    }
  | { readonly kind: 'sound'; readonly url: string; readonly seconds: number }
  | { readonly kind: 'text'; readonly text: string; readonly isCut: boolean }

/** Rows of the data that have something in common in one column. */
export type SliceName =
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  | { readonly kind: 'category'; readonly name: string }
  | { readonly kind: 'others' | 'missing' }

export interface ErrorSlices {
  readonly column: string
  /** It is not in the data but follows from them: `class`, `characters`, `seconds` or `brightness`. */
  readonly derived: boolean
  readonly slices: readonly {
    readonly name: SliceName
    readonly rows: number
    /** Share of wrong rows, or mean absolute error. */
    readonly error: number
    /** At 95 %: Wilson for shares, bootstrap for means. */
    readonly interval: readonly [low: number, high: number]
    /** The whole interval lies above the error of all rows. */
    readonly isWorse: boolean
  }[]
}

/** Of the best trial, where `number` is null. */
export const errorAnalysisRequestSchema = z.strictObject({
  studyId,
  number: trialNumber.nullable(),
  /** Rows in each list. */
  limit: z.int().min(1).max(1_000),
  /** A cell of the confusion matrix: `worst` has the rows of this true and this predicted class, from 0; slices and columns are left out. */
  cell: z
    .tuple([z.int().min(0), z.int().min(0)])
    .readonly()
    .exactOptional(),
})
export type ErrorAnalysisRequest = z.output<typeof errorAnalysisRequestSchema>
