import type { StartMessage, UserTrial } from '../../core/processes/trainer-protocol.ts'
import type { ObjectiveHost, ObjectiveResult } from '../../training/objectives/objective-host.ts'
import { type AttemptFiles, prepareAttempt } from '../../platform/user-code/attempt-files.ts'
import type { AttemptState } from '../../platform/user-code/attempt-state.ts'

/**
 * Runs code of the user from the state of its trial.
 * @param run `nothingToDo` if it went on from what an earlier attempt left, and had nothing to say
 */
export async function runFromState(
  {
    start,
    trial,
    host,
  }: { readonly start: StartMessage; readonly trial: UserTrial; readonly host: ObjectiveHost },
  files: AttemptFiles,
  state: AttemptState | null,
  run: () => Promise<ObjectiveResult | 'nothingToDo'>,
): Promise<ObjectiveResult> {
  await state?.enter()
  for (;;) {
    prepareAttempt(files, start, trial)
    // A person may have stopped it while folders were copied.
    if (state !== null && (await host.yieldNow()) === 'stop') {
      return { finished: false, best: null, last: null }
    }
    const result = await run()
    if (result !== 'nothingToDo') return result
    if (state?.isPlaced === true) return { finished: false, best: null, last: null }
    // We were killed between its end and ours: what it said then is lost, so it says it again.
    await state?.begin()
  }
}
