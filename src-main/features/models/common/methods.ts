import { languages } from '../../../core/i18n/language.ts'
import {
  modelChoiceSchema,
  type BuiltModel,
  type EnsembleMember,
} from '../../../core/models/built-model.ts'
import type { ConfusionMatrix } from '../../../core/models/confusion-matrix.ts'
import type { Prediction } from '../../../core/models/exported-model.ts'
import type { NetworkSketch } from '../../../core/models/network-sketch.ts'
import type { RowContent } from '../../../core/questions/error-analysis.ts'
import { answer } from '../../../core/processes/call.ts'
import {
  filePath,
  ofStudy,
  ofTrial,
  studyId,
  studyText,
} from '../../../core/questions/request-fields.ts'
import { parameterValueSchema } from '../../../core/study/space-specification.ts'
import type { WinnerRecord } from '../../../core/study/study.ts'
import { namedValues } from '../../../core/values/named-values.ts'
import type { Download } from '../../api/common/download.ts'
import type { MessageDescriptor } from '../../../core/errors/message.ts'
import { method } from '../../api/common/method.ts'
import { z } from 'zod'

/** Predictions that one answer shows; its file has them all. */
export const PREDICTION_LIMIT = 100

/** A model as one file: everything as a ZIP archive, ONNX, or what the library that trained it reads by itself. */
const modelForms = ['zip', 'onnx', 'library'] as const
export type ModelForm = (typeof modelForms)[number]

/** Models of studies: their networks, made, used on new data, and exported. */
export const modelMethods = {
  /** Null for objectives without networks. */
  'study.network': method(
    answer<NetworkSketch | null>,
    {
      ...studyText,
      parameters: namedValues(parameterValueSchema),
    },
    { scope: 'read' },
  ),
  /** Has a model ready, which takes as long as it is trained. */
  'model.build': method(
    answer<PreparedModel>,
    { studyId, model: modelChoiceSchema },
    { scope: 'start' },
  ),
  /** Gives up all models of the study that are being made; whoever waits for one gets `model.canceled`. */
  'model.cancel': method(answer<null>, ofStudy, { scope: 'start' }),
  /** `input`: a path, or files that were sent for this call (`POST /api/upload?for=call`), which are removed afterwards. */
  'model.predict': method(
    answer<PredictedRows>,
    {
      studyId,
      input: z.union([filePath, z.strictObject({ upload: z.uuid() })]),
      model: modelChoiceSchema,
    },
    { scope: 'start' },
  ),
  /** The model card, and the files that the model can be had as. */
  'model.card': method(
    answer<ModelCard>,
    { studyId, language: z.enum(languages), model: modelChoiceSchema },
    { scope: 'start' },
  ),
  /** The model as a file to fetch. */
  'model.download': method(
    answer<Download>,
    {
      studyId,
      language: z.enum(languages),
      model: modelChoiceSchema,
      form: z.enum(modelForms),
    },
    { scope: 'start' },
  ),
  /** Absolute path of the folder. */
  'model.export': method(
    answer<{ readonly path: string }>,
    {
      studyId,
      folder: filePath,
      language: z.enum(languages),
      model: modelChoiceSchema,
    },
    { scope: 'start' },
  ),
  /** Null for objectives without networks. */
  'trial.network': method(answer<NetworkSketch | null>, ofTrial, { scope: 'read' }),
  /** Null where its model is not kept, or classifies nothing. */
  'trial.confusion': method(answer<ConfusionMatrix | null>, ofTrial, { scope: 'read' }),
} as const

/** A model with what is known of it, and the best trial's own values beside. */
export interface PreparedModel extends Pick<BuiltModel, 'refit' | 'ensemble' | 'test'> {
  /** Which it is, such as `trial 3, model of fold 1`. */
  readonly name: MessageDescriptor
  readonly members: readonly EnsembleMember[]
  readonly winner: WinnerRecord | null
}

/** What a model is, and what it can be had as. */
export interface ModelCard {
  readonly markdown: string
  /** Of the archive. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[]
  /** Those for the library that trained it; the weights alone where it has no form of its own. */
  readonly library: readonly string[]
  /** Why it cannot be an ONNX file; null: it can. */
  readonly onnxRefusal: MessageDescriptor | null
}

/** A prediction, and what it is for. */
interface ShownPrediction extends Prediction {
  /** The cells of `otherColumns`. */
  readonly otherCells: readonly string[]
  /** The file as the model reads it; null for a row of a table. */
  readonly content: RowContent | null
}

/** Predictions of the best model of a study for new data. */
export interface PredictedRows {
  /** All predictions as CSV, with the columns of a table before them. */
  readonly download: Download
  readonly count: number
  /** Which model they are of, such as `trial 3, model of fold 1`. */
  readonly model: MessageDescriptor
  /** In the order of the probabilities; null for numbers. */
  readonly classNames: readonly string[] | null
  /** Columns of a table that the model does not use, such as identifiers; none for files. */
  readonly otherColumns: readonly string[]
  /** The first of them. */
  readonly shown: readonly ShownPrediction[]
}
