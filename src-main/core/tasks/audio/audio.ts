import { audioDataSchema } from '../../data/data-settings.ts'
import { defineTask } from '../task-definition.ts'

/** Classification of recordings. */
export const audioTask = defineTask({
  name: 'audio',
  dataKind: 'audio',
  dataSchema: audioDataSchema,
  source: (data, resolve) => ({
    kind: 'audio',
    data: { ...data, source: resolve(data.source) },
  }),
  fileEndings: ['wav'],
  startingData: path => ({ source: { folders: path } }),
})
