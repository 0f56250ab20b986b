import { textDataSchema } from '../../data/data-settings.ts'
import { isObject, type JsonObject } from '../../values/json.ts'
import { defineTask } from '../task-definition.ts'

/** Classification of texts, each in a file of its own or all in a column of a table. */
export const textTask = defineTask({
  name: 'text',
  dataKind: 'text',
  dataSchema: textDataSchema,
  source: (data, resolve) => ({
    kind: 'text',
    data: { ...data, source: resolve(data.source) },
  }),
  fileEndings: ['txt'],
  startingData(path, isTable): JsonObject {
    if (isTable) return { source: { file: path, text: '', target: '' } }
    return { source: { folders: path } }
  },
  table: {
    read: data => (isObject(data) ? data['source'] : data),
    write: (data, table) => ({ ...data, source: table }),
  },
})
