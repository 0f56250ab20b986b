import { tableDataSchema } from '../../data/data-settings.ts'
import { defineTask } from '../task-definition.ts'

/** Classification or regression of the rows of a table. */
export const tabularTask = defineTask({
  name: 'tabular',
  dataKind: 'table',
  seesRowsFirst: true,
  dataSchema: tableDataSchema,
  source: (data, resolve) => ({ kind: 'table', data: resolve(data) }),
  fileEndings: ['csv', 'tsv', 'tab', 'xlsx', 'parquet', 'npy'],
  startingData: path => ({ file: path, target: '' }),
  table: { read: data => data, write: (_, table) => table },
  familyParameter: 'family',
})
