import { z } from 'zod'
import type { ReadRows } from '../../../core/data/read-rows.ts'
import { parseFile } from '../../../core/errors/invalid-data.ts'
import type { ExportedModel } from '../../../core/models/exported-model.ts'
import type { RowContent } from '../../../core/questions/error-analysis.ts'
import { pictureContent, soundContent, textContent } from './row-contents.ts'

const imageReading = z.looseObject({ imageShape: z.tuple([z.int(), z.int(), z.int()]) })

/**
 * The first of the files that a model predicts, as it reads them; none for a table.
 * @param limit 0 or more
 * @throws AppError `data.invalid` for a model that does not know the shape of its pictures
 */
export function newRowContents(
  { reading }: Pick<ExportedModel, 'reading'>,
  rows: ReadRows,
  limit: number,
): RowContent[] {
  const indices = Array.from(rows.names.slice(0, limit).keys())
  switch (rows.kind) {
    case 'image': {
      const { imageShape } = parseFile('model.json', imageReading, reading, ['reading'])
      const size = imageShape.reduce((product, length) => product * length)
      return indices.map(row =>
        pictureContent(rows.pixels.subarray(row * size, (row + 1) * size), imageShape),
      )
    }
    case 'audio': {
      const { samples, offsets, sampleRate } = rows.recordings
      return indices.map(row =>
        soundContent(samples.subarray(offsets[row], offsets[row + 1]), sampleRate),
      )
    }
    case 'text': {
      const { bytes, offsets } = rows.texts
      return indices.map(row => textContent(bytes.subarray(offsets[row], offsets[row + 1])))
    }
    case 'table':
      return []
  }
}
