import type { EnginePreference } from '../machine/engine.ts'
import type { Prediction } from '../models/exported-model.ts'
import type { RowContent } from '../questions/error-analysis.ts'
import type { StudySpecification } from '../study/study-specification.ts'

export interface PredictionRequest {
  /** Folder with `model.json` and `weights.safetensors`; absolute. */
  readonly modelDirectory: string
  /** File, folder or archive; absolute. */
  readonly input: string
  readonly engine: EnginePreference
  /** Whether the answer has the cells of the table, too. */
  readonly withColumns: boolean
  /** Of so many files the answer has the content, too. */
  readonly contents: number
}

/** The cells of a table, in its order. */
export interface InputTable {
  readonly header: readonly string[]
  /** By prediction. */
  readonly rows: readonly (readonly string[])[]
  /** Columns, from 0, that no member uses, such as identifiers. */
  readonly unusedColumns: readonly number[]
}

export interface ColumnsRequest {
  readonly objective: StudySpecification['objective']
  /** Folder of the prepared table; absolute. */
  readonly datasetDirectory: string
  readonly studySeed: number
  readonly folds: number
  readonly modelPath: string
  readonly weightsPath: string
  readonly engine: EnginePreference
}

export interface Predictions {
  /** Null for numbers. */
  readonly classNames: readonly string[] | null
  readonly predictions: readonly Prediction[]
  /** The table that was read, as it is written there; null: it is none, or nobody wanted it. */
  readonly table: InputTable | null
  /** The first files as the model reads them; none for a table. */
  readonly contents: readonly RowContent[]
}
