import { ref } from 'vue'
import { isAppError } from '../../src-main/core/errors/errors.ts'
import { call } from './call.ts'

/** How often a person has opened a further file to the host: what was refused may be asked again. */
export const chosenPaths = ref(0)

/** Tells the host that a person wants this file to be read. */
export async function choosePath(path: string): Promise<void> {
  await call('file.choose', { path })
  chosenPaths.value++
}

/** Does something with a path that a person has typed; a host that keeps to chosen files hears that it was. */
export async function withTyped<Result>(
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!isAppError(error, 'file.notChosen')) throw error
    await choosePath(path)
    return work()
  }
}
