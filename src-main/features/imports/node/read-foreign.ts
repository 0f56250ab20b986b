import { invalidData } from '../../../core/errors/invalid-data.ts'
import { ForeignFileError } from '../../../interop/foreign-study-file.ts'

/**
 * Has a reader read a file.
 * @throws AppError `data.invalid` where it refuses the file
 */
export function readForeign<Result>(file: string, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ForeignFileError)) throw error
    throw invalidData(file, error.field, error.value, error.rule, error.line)
  }
}
