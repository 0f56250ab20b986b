import process from 'node:process'
import { isRunning } from '../../src-main/platform/files/temporary.ts'
import { windowsFunctions } from '../../src-main/platform/processes/system/windows-functions.ts'

/** A process that has noted its id, and when (milliseconds since 1970). */
export interface NotedProcess {
  readonly pid: number
  readonly notedAt: number
}

/** What a program notes about itself: a line of this file. */
export const noteOfProcess = "process.pid + ' ' + Date.now() + '\\n'"

export function readNotes(text: string): NotedProcess[] {
  return text
    .trim()
    .split('\n')
    .map(line => {
      const [pid = Number.NaN, notedAt = Number.NaN] = line.split(' ').map(Number)
      return { pid, notedAt }
    })
}

/**
 * Whether it has not ended. Windows and Wine give an id that is free to the next process, within seconds: one that started after the note is
 * another.
 */
export function stillRuns({ pid, notedAt }: NotedProcess): boolean {
  return isRunning(pid) && (process.platform !== 'win32' || startOf(pid) <= notedAt)
}

const QUERY_LIMITED = 0x1000
/** Windows counts ten millionths of a second since 1601. */
const TICKS_PER_MS = 10_000
const FROM_1601_TO_1970_MS = 11_644_473_600_000

/** In milliseconds since 1970; infinite for a process that is gone. */
function startOf(pid: number): number {
  const functions = windowsFunctions()
  const handle = functions.openProcess(QUERY_LIMITED, 0, pid)
  if (handle === null) return Infinity
  try {
    const [start = Buffer.alloc(8), ...others] = Array.from({ length: 4 }, () => Buffer.alloc(8))
    functions.timesOf(handle, start, ...others)
    return Number(start.readBigInt64LE()) / TICKS_PER_MS - FROM_1601_TO_1970_MS
  } finally {
    functions.closeHandle(handle)
  }
}
