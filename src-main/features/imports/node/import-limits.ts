import process from 'node:process'
import { raisedLimit } from '../../../core/study/raised-limit.ts'

/** Files of other programs are read whole: more than any study that a person looks at. */
const MAX_IMPORT_BYTES = 200_000_000
/** Rows of one table of a database, cells of a text. */
const MAX_IMPORT_VALUES = 5_000_000

export function importLimitBytes(): number {
  return raisedLimit('TUNEWRIGHT_MAX_IMPORT_BYTES', MAX_IMPORT_BYTES, process.env)
}

export function importLimitValues(): number {
  return raisedLimit('TUNEWRIGHT_MAX_IMPORT_VALUES', MAX_IMPORT_VALUES, process.env)
}
