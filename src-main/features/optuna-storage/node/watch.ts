import { statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Asker, OptunaWatchOwner } from '../../../core/processes/process-apis.ts'
import { readOptuna } from '../../imports/node/read-optuna.ts'
import { OptunaClient } from './client.ts'
import { OptunaMirror } from './mirror.ts'

const LOOK_EVERY_MS = 1_000
/** A look may take this share of the time. */
const BUSY_SHARE = 0.2

/**
 * Follows a file that a program of Optuna writes, without a lock on it, and shows its studies through the port, until the process ends.
 * @throws AppError `data.invalid`, `file.*` for the first look; of later ones the owner hears
 */
export async function run(
  { file, port }: { readonly file: string; readonly port: number },
  owner: Asker<OptunaWatchOwner>,
): Promise<never> {
  const client = new OptunaClient(port)
  let mirror = new OptunaMirror(client, file)
  await mirror.take(await readOptuna(file))
  owner.notify('began', null)
  let seen = ''
  let failure = ''
  for (;;) {
    const beganMs = performance.now()
    const now = stampOf(file)
    if (now !== seen) {
      try {
        await mirror.take(await readOptuna(file))
        seen = now
        failure = ''
      } catch (error) {
        // A file that stays away is said once.
        if (String(error) !== failure) {
          failure = String(error)
          owner.notify('failed', error instanceof Error ? String(error.stack) : failure)
        }
        // What the port has is asked for anew.
        mirror = new OptunaMirror(client, file)
      }
    }
    const tookMs = performance.now() - beganMs
    await wait(Math.max(LOOK_EVERY_MS, tookMs / BUSY_SHARE))
  }
}

/** Changes with the file, or with the log beside it. */
function stampOf(file: string): string {
  return [file, `${file}-wal`]
    .map(name => statSync(name, { throwIfNoEntry: false }))
    .map(stats => `${stats?.mtimeMs ?? 0}/${stats?.size ?? 0}`)
    .join(' ')
}
