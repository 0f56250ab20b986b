import { languages } from '../../../core/i18n/language.ts'
import {
  modelChoiceSchema,
  type BuiltModel,
  type EnsembleMember,
} from '../../../core/models/built-model.ts'
import type { ConfusionMatrix } from '../../../core/models/confusion-matrix.ts'
import type { Prediction } from '../../../core/models/exported-model.ts'
import type { NetworkSketch } from '../../../core/models/network-sketch.ts'
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
import type { ExportedFile } from '../../api/common/exported-file.ts'
import { method } from '../../api/common/method.ts'
import { z } from 'zod'

/** Predictions that one answer shows; its file has them all. */
export const PREDICTION_LIMIT = 100

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
  'model.predict': method(
    answer<PredictedRows>,
    {
      studyId,
      input: filePath,
      model: modelChoiceSchema,
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
  readonly members: readonly EnsembleMember[]
  readonly winner: WinnerRecord | null
}

/** Predictions of the best model of a study for new data. */
export interface PredictedRows {
  /** All predictions, as the command line writes them. */
  readonly file: ExportedFile
  readonly count: number
  /** The first of them. */
  readonly shown: readonly Prediction[]
}
