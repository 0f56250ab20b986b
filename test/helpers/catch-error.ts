import { isAppError, type AppError } from '../../src-main/core/errors/errors.ts'

/** The typed error that `work` throws or rejects with; anything else fails the test. */
export async function catchAppError(work: () => unknown): Promise<AppError> {
  try {
    await work()
  } catch (error) {
    if (isAppError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
