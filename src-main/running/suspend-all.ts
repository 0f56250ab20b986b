import type { TrialRun } from './trial-run.ts'

/**
 * Lets trials save what they have learnt, and abandons those that have not done so in time.
 * @param running trials leave it when they have ended
 * @param onWake takes what to call when one has left
 */
export async function suspendAll(
  running: ReadonlyMap<number, TrialRun>,
  limitMs: number,
  onWake: (wake: () => void) => void,
): Promise<void> {
  const endMs = performance.now() + limitMs
  for (const run of running.values()) run.suspend()
  const isWaiting = (): boolean => [...running.values()].some(run => run.canSuspend)
  while (isWaiting() && performance.now() < endMs) {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, endMs - performance.now())
      onWake(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
  for (const run of running.values()) run.abandon()
}
