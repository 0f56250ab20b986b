import path from 'node:path'
import { quote } from '../../../../core/values/shell-quote.ts'
import type { RemoteMachine } from './remote-machine.ts'

/** So long a folder that no job needs is kept for a next study. */
const UNUSED_DAYS = 30
/** The same of checkpoints, which jobs copy as they begin: for others that go on from the same one. */
const UNUSED_MINUTES = 60

export const checkpointsFolder = 'checkpoints'

interface Uploads {
  /** Resolves when what nobody uses is gone. */
  readonly cleared: Promise<void>
  /** By the folder on the machine: several trials that begin at once wait for one copy. */
  readonly pending: Map<string, Promise<void>>
}

const uploads = new WeakMap<RemoteMachine, Uploads>()

/**
 * Brings a folder that is named by its content, unless it is there; either way it counts as used now.
 * @param bring makes it whole, or not at all
 */
export async function uploadOnce(
  machine: RemoteMachine,
  folder: string,
  bring: () => Promise<void>,
): Promise<void> {
  const ofMachine: Uploads = uploads.get(machine) ?? { cleared: clear(machine), pending: new Map() }
  uploads.set(machine, ofMachine)
  await ofMachine.cleared
  const { pending } = ofMachine
  const arrival =
    pending.get(folder) ??
    (async () => {
      const [quotedFolder, parent] = [quote(folder), path.posix.dirname(folder)]
      const expiry = path.posix.basename(parent) === checkpointsFolder ? expiryScript(parent) : ''
      const answer = await machine.order(
        `[ -d ${quotedFolder} ] && touch ${quotedFolder} && echo there\n${expiry}:`,
      )
      if (answer.toString().trim() !== 'there') await bring()
    })().finally(() => pending.delete(folder))
  pending.set(folder, arrival)
  await arrival
}

/** What is on its way is never unused. */
function expiryScript(folder: string): string {
  const partPattern = "-name '*.coming'"
  return `find ${quote(folder)}/* -prune \\( ${partPattern} -mtime +7 -o ! ${partPattern} -mmin +${UNUSED_MINUTES} \\) -exec rm -rf {} + 2> /dev/null\n`
}

/** As far as the machine answers. */
async function clear(machine: RemoteMachine): Promise<void> {
  try {
    await machine.order(clearScript(await machine.reach()))
  } catch {
    // Whoever places something hears why.
  }
}

/** Removes checkpoints that nobody needed lately, and what no job of the last days used. Where a job is there whose needs are not known, all stays. */
export function clearScript(workspace: string): string {
  const checkpoints = path.posix.join(workspace, checkpointsFolder)
  const unusedScript = `cd ${quote(workspace)} || exit 0
${expiryScript(checkpoints)}for j in jobs/*/; do [ ! -d "$j" ] || [ -f "$j/uses" ] || exit 0; done
for f in code/* data/* trainer/*; do
  [ -n "$(find "$f" -prune -mtime +${UNUSED_DAYS} 2> /dev/null)" ] || continue
  cat jobs/*/uses 2> /dev/null | grep -qxF "$PWD/$f" || rm -rf "$f"
done; :`
  return unusedScript
}
