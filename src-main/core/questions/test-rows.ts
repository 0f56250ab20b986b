import { z } from 'zod'
import { studyId } from './request-fields.ts'
import type { SourceRows } from '../processes/ingest-protocol.ts'
import type { Predictions } from '../processes/prediction-protocol.ts'

/** The rows that a study over a table holds back until its end, as they stand in the file. */
export interface TestRows extends SourceRows {
  /** Of the best trial that keeps its model, one for each row; null where none does. */
  readonly predictions: Pick<Predictions, 'classNames' | 'predictions'> | null
}

/** The first of these rows, as a page shows them. */
export interface TestRowTable {
  /** The line in the file, the columns as they are written there, the prediction and its probabilities; names first. */
  readonly cells: readonly (readonly (string | number | null)[])[]
  readonly rows: number
  readonly hasPredictions: boolean
}

export const testRowsRequestSchema = z.strictObject({ studyId, limit: z.int().min(1).max(1_000) })
export type TestRowsRequest = z.output<typeof testRowsRequestSchema>
