import { readdirSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { signalProcess } from './process-tree.ts'

/** Tells every process of an attempt, and with it us, where it belongs. */
export const directoryVariable = 'TUNEWRIGHT_TRIAL_DIRECTORY'

/**
 * Kills what still runs for a trial: programs whose trainer and supervisor were both killed with SIGKILL. They are known
 * by a variable of their environment, which a daemon inherits too. Linux only; elsewhere the supervisor is all there is.
 * @returns how many there were
 */
export function killLeftOver(trialDirectory: string): number {
  if (process.platform !== 'linux') return 0
  const mark = Buffer.from(`${directoryVariable}=${trialDirectory}\0`)
  let killed = 0
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) continue
    try {
      const environment = readFileSync(`/proc/${name}/environ`)
      const place = environment.indexOf(mark)
      if (place === 0 || (place > 0 && environment[place - 1] === 0)) {
        if (signalProcess(pid, 'SIGKILL')) killed++
      }
    } catch {
      // Of another user, or gone.
    }
  }
  return killed
}
