import { isAppError } from '../../src-main/contract/errors.ts'
import { call } from './call.ts'

/** Does something with a path that a person has typed; a host that keeps to chosen files hears that it was. */
export async function withTyped<Result>(
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!isAppError(error, 'file.notChosen')) throw error
    await call('file.choose', { path })
    return work()
  }
}
