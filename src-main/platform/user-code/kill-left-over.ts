import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { readRegular } from '../files/read-regular.ts'
import { removeEntrySync } from '../files/remove.ts'
import { linuxSystem } from '../processes/system/linux-system.ts'
import type { SystemProcess } from '../processes/system/process-system.ts'

/** Tells every process of an attempt, and with it us, where it belongs. */
export const directoryVariable = 'TUNEWRIGHT_TRIAL_DIRECTORY'

const MAX_LIST_BYTES = 4 * 1024 * 1024
/** A pipe without a reader is refused at once, and no link is followed. */
const LIST_FLAGS =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_TRUNC |
  constants.O_NONBLOCK |
  constants.O_NOFOLLOW

function listFile(trialDirectory: string): string {
  return path.join(trialDirectory, 'processes')
}

/** A process as a line: none of another start of the machine, and none that got its id later, has the same. */
function lineOf({ pid, startTicks }: SystemProcess, boot: string): string {
  return `${pid} ${startTicks} ${boot}`
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
}

/** Notes the processes of a trial for {@link killLeftOver}. Linux only. */
export function noteProcesses(trialDirectory: string, processes: readonly SystemProcess[]): void {
  try {
    const boot = bootId()
    const file = listFile(trialDirectory)
    // The program may have put a pipe there, which would be waited for, or a link.
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === false) removeEntrySync(file)
    const descriptor = openSync(file, LIST_FLAGS, 0o600)
    try {
      writeFileSync(
        descriptor,
        processes.map(systemProcess => `${lineOf(systemProcess, boot)}\n`).join(''),
      )
    } finally {
      closeSync(descriptor)
    }
  } catch {
    // Without the list, a daemon without its environment outlives the death of all that knew it.
  }
}

/**
 * Kills what still runs for a trial: programs whose trainer and supervisor were both killed with SIGKILL. They are known
 * by a variable of their environment, which a daemon inherits too, or by the list that the supervisor kept. Linux only: on Windows
 * they die with their supervisor, on macOS the supervisor is all there is.
 * @returns how many there were
 */
export function killLeftOver(trialDirectory: string): number {
  if (process.platform !== 'linux') return 0
  const mark = Buffer.from(`${directoryVariable}=${trialDirectory}\0`)
  let killed = killNoted(trialDirectory)
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) continue
    try {
      const environment = readFileSync(`/proc/${name}/environ`)
      const offset = environment.indexOf(mark)
      if (offset === 0 || (offset > 0 && environment[offset - 1] === 0)) {
        if (linuxSystem.killProcess(pid)) killed++
      }
    } catch {
      // Of another user, or gone.
    }
  }
  return killed
}

function killNoted(trialDirectory: string): number {
  let noted: Set<string>
  try {
    noted = new Set(
      readRegular(listFile(trialDirectory), MAX_LIST_BYTES).toString('latin1').split('\n'),
    )
  } catch {
    return 0
  }
  const boot = bootId()
  const survivors = linuxSystem
    .list(1)
    .filter(systemProcess => noted.has(lineOf(systemProcess, boot)))
  const all = new Set(
    survivors.flatMap(({ pid }) => [
      pid,
      ...linuxSystem.list(pid).map(descendant => descendant.pid),
    ]),
  )
  return [...all].filter(pid => linuxSystem.killProcess(pid)).length
}
