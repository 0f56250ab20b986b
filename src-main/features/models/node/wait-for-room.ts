import type { Executor } from '../../../running/executors/executor.ts'

/**
 * Holds a place for one trainer, among those of all studies; whoever waits gets it in turn.
 * @throws what `signal` was aborted with
 */
export async function waitForRoom(
  executor: Executor,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const take = (): void => {
    if (signal?.aborted !== true && executor.reserve?.(1, take) !== false) resolve()
  }
  const onAbort = (): void => reject(signal?.reason as Error)
  signal?.throwIfAborted()
  signal?.addEventListener('abort', onAbort, { once: true })
  take()
  await promise.finally(() => signal?.removeEventListener('abort', onAbort))
}
