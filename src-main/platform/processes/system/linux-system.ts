import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { posixSignals, type ProcessRow, rowsBelow } from './posix-processes.ts'
import type { ProcessSystem } from './process-system.ts'

/** `prctl(PR_SET_CHILD_SUBREAPER, 1)`, Linux ≥ 3.4. */
const SET_CHILD_SUBREAPER = 36
const PAGE_BYTES = 4_096
/** `USER_HZ`, a hundredth of a second on every machine of Linux that Node runs on. */
const TICK_MS = 10

export const linuxSystem: ProcessSystem = {
  ...posixSignals,
  /**
   * Makes this process the parent of every descendant that loses its own parent, so that a child which starts a daemon (another group,
   * another session, parent gone) is still found below us.
   */
  holdDescendants() {
    try {
      const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
      const prctl = koffi
        .load(null)
        .func('prctl', 'int', ['int', 'ulong', 'ulong', 'ulong', 'ulong'])
      prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    } catch {
      // The group is known all the same.
    }
  },
  list: (root, groupId) => rowsBelow(readProc(), root, groupId),
  heldBytes(pid) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1')
      const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]
      return kilobytes === undefined ? null : Number(kilobytes) * 1_024
    } catch {
      return null
    }
  },
  cpuMs(pid) {
    const fields = readStat(String(pid))
    return fields === null ? null : msOf(fields.slice(11, 13))
  },
  used(root) {
    const rows = readProc()
    const rootRows = rows.filter(({ pid }) => pid === root)
    const ms = [...rootRows, ...rowsBelow(rows, root, undefined)].reduce(
      (sum, row) => sum + row.usedMs,
      0,
    )
    return { ms, forgotten: [] }
  },
}

/** With what its children had used that it has seen end. */
interface CountedRow extends ProcessRow {
  readonly usedMs: number
}

function readProc(): CountedRow[] {
  return readdirSync('/proc').flatMap(name => {
    const fields = /^\d+$/.test(name) ? readStat(name) : null
    if (fields === null) return []
    return [
      {
        pid: Number(name),
        parent: Number(fields[1]),
        group: Number(fields[2]),
        isZombie: fields[0] === 'Z' || fields[0] === 'X',
        residentBytes: Number(fields[21]) * PAGE_BYTES,
        startTicks: Number(fields[19]),
        usedMs: msOf(fields.slice(11, 15)),
      },
    ]
  })
}

/**
 * `/proc/PID/stat` from the state on: pid (name) state parent group … as fields 14 to 17 the time used in user mode and in the kernel, by
 * itself and by children that ended, as field 22 the start, as field 24 the resident pages. Null for a process that is gone.
 */
function readStat(pid: string): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name may hold spaces and brackets; what follows the last bracket does not.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}

function msOf(ticks: readonly string[]): number {
  return ticks.reduce((sum, count) => sum + Number(count) * TICK_MS, 0)
}
