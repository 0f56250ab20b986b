import type { ExportedModel } from '../../core/models/exported-model.ts'
import type { ReadRows } from '../../core/data/read-rows.ts'
import type { StoredRecordings } from '../audio/audio-preprocessing.ts'
import type { StoredTable } from '../data/table-preprocessing.ts'
import type { StoredTexts } from '../text/text-preprocessing.ts'

/** New data in the form in which the task's training data were stored. */
export type NewRows =
  | { readonly kind: 'image'; readonly pixels: Uint8Array }
  | { readonly kind: 'audio'; readonly recordings: StoredRecordings }
  | { readonly kind: 'text'; readonly texts: StoredTexts }
  | { readonly kind: 'table'; readonly table: StoredTable }

/** Gives the columns of a table back their names and categories. */
export function toNewRows(model: ExportedModel, rows: ReadRows): NewRows {
  if (rows.kind !== 'table') return rows
  const { numeric, categorical, rows: count } = rows
  const named = (key: 'numeric' | 'categorical') =>
    model.preprocessing[key] as unknown as { name: string; categories: string[] }[]
  const target = model.outputs.kind === 'value' ? model.outputs.target : ''
  return {
    kind: 'table',
    table: {
      schema: {
        problem: model.outputs.kind === 'value' ? 'regression' : 'classification',
        target,
        classNames: null,
        classCounts: null,
        testRows: 0,
        rows: count,
        numeric: named('numeric').map(({ name }) => ({ name, missing: 0 })),
        categorical: named('categorical').map(({ name, categories }) => ({
          name,
          categories,
          missing: 0,
        })),
        ignored: [],
        groupCount: null,
        time: null,
      },
      numeric,
      categorical,
    },
  }
}
