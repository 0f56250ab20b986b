import { imageDataSchema } from '../../data/data-settings.ts'
import { defineTask } from '../task-definition.ts'

/** Classification of images. */
export const imageTask = defineTask({
  name: 'image',
  dataKind: 'image',
  dataSchema: imageDataSchema,
  source: (data, resolve) => ({
    kind: 'image',
    data: { ...data, source: data.source === 'mnist' ? data.source : resolve(data.source) },
  }),
  fileEndings: ['png', 'jpg', 'jpeg', 'webp', 'tif', 'tiff'],
  startingData: path => ({ source: { folders: path } }),
  // Handwritten digits.
  sampleData: { source: 'mnist', train: 10_000, validation: 2_000 },
})
