import type { z } from 'zod'
import type { ExportedModel } from '../../core/models/exported-model.ts'
import { parseFile } from '../../core/errors/invalid-data.ts'
import { applyAudioPreprocessing, audioPreprocessingSchema } from '../audio/audio-preprocessing.ts'
import { pixelScalingSchema, scalePixels } from '../data/image-source.ts'
import { readTablePreprocessing, tablePreprocessingSchema } from '../data/stored-table-fit.ts'
import { applyTablePreprocessing } from '../data/table-preprocessing.ts'
import { applyTextPreprocessing, textPreprocessingSchema } from '../text/text-preprocessing.ts'
import type { NewRows } from './new-rows.ts'

/**
 * Inputs of new rows by the functions that made those of training.
 * @param count rows
 * @throws AppError `data.invalid` if the model's preprocessing does not fit its task
 */
export function prepareInputs(model: ExportedModel, rows: NewRows, count: number): Float32Array {
  const all = Int32Array.from({ length: count }, (_, row) => row)
  switch (rows.kind) {
    case 'image':
      return scalePixels(rows.pixels, parse(model, pixelScalingSchema))
    case 'audio':
      return applyAudioPreprocessing(parse(model, audioPreprocessingSchema), rows.recordings, all)
        .features
    case 'text':
      return applyTextPreprocessing(parse(model, textPreprocessingSchema), rows.texts, all)
    case 'table': {
      const fitted = readTablePreprocessing(parse(model, tablePreprocessingSchema))
      return applyTablePreprocessing(rows.table, fitted, all)
    }
  }
}

function parse<Schema extends z.ZodType>(model: ExportedModel, schema: Schema): z.output<Schema> {
  return parseFile('model.json', schema, model.preprocessing, ['preprocessing'])
}
