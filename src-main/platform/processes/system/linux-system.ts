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

/**
 * `/proc/PID/stat`: pid (name) state parent group … as fields 14 to 17 the time used in user mode and in the kernel, by itself and by
 * children that ended, as field 22 the start, as field 24 the resident pages.
 */
function readProc(): CountedRow[] {
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return []
    let text: string
    try {
      text = readFileSync(`/proc/${name}/stat`, 'latin1')
    } catch {
      return []
    }
    // The name may hold spaces and brackets; what follows the last bracket does not.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return [
      {
        pid: Number(name),
        parent: Number(fields[1]),
        group: Number(fields[2]),
        isZombie: fields[0] === 'Z' || fields[0] === 'X',
        residentBytes: Number(fields[21]) * PAGE_BYTES,
        startTicks: Number(fields[19]),
        usedMs: fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0),
      },
    ]
  })
}
