import { z } from 'zod'
import { type MessageDescriptor, msg } from '../errors/message.ts'
import type { JsonObject } from '../values/json.ts'

/** Rows of each part of a split, 0 or more. */
const rowPartsSchema = z.strictObject({
  train: z.int().min(0),
  validation: z.int().min(0),
  test: z.int().min(0),
})
export type RowParts = Readonly<z.output<typeof rowPartsSchema>>

/** The key among the properties of a study's data that has the parts of its split. */
export const rowPartsKey = 'rowParts'

const countSchema = z.int().min(0)

/**
 * What became of the rows of a table or file, wherever it is named: how many were read, left out and used, and for what.
 * `300 rows read, 14 without a target left out, 286 used: 57 kept for the test, 229 in 5 folds`
 * @param properties of the data; without the parts of a split, as of data that no study has, nothing is said of them
 * @param folds of the study: with several, training and validation rows are cut into them
 * @returns null for data without a number of rows
 */
export function rowsMessage(properties: JsonObject | null, folds = 1): MessageDescriptor | null {
  const used = countSchema.safeParse(properties?.['rows']).data
  if (used === undefined) return null
  const dropped = countSchema.safeParse(properties?.['droppedRows']).data ?? 0
  const counts = { read: used + dropped, dropped, used }
  const parts = partsOf(properties)
  if (parts === undefined) return msg('dataset.rows.read', counts)
  const { train, validation, test } = parts
  const left = used - train - validation - test
  return folds > 1
    ? msg('dataset.rows.folds', { ...counts, test, folded: train + validation, folds, left })
    : msg('dataset.rows.split', { ...counts, test, validation, train, left })
}

/**
 * By how many rows a trial is judged during the search: those of its validation; with several folds, those of all folds.
 * @returns null where nobody knows
 */
export function judgingRows(properties: JsonObject | null, folds: number): number | null {
  const parts = partsOf(properties)
  if (parts === undefined) return null
  return folds > 1 ? parts.train + parts.validation : parts.validation
}

function partsOf(properties: JsonObject | null): RowParts | undefined {
  return rowPartsSchema.safeParse(properties?.[rowPartsKey]).data
}
