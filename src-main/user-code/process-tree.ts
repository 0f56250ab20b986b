import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import process from 'node:process'

/** One process below the root, as the system sees it now. */
export interface TreeProcess {
  readonly pid: number
  readonly residentBytes: number
  /** When it started, in ticks since the machine did: with its id, who it is. Linux only. */
  readonly startTicks?: number
}

/**
 * Every living process below `root`, without `root` itself, whatever group or session it has moved to.
 * Zombies do not count. A process that lost its parent belongs to `root` only if `root` adopts orphans
 * (see `adoptOrphans`), or while it is still in the process group `group`.
 */
export function listTree(root: number, group: number | null = null): TreeProcess[] {
  const rows = process.platform === 'linux' ? readProc() : readPs()
  const children = new Map<number, Row[]>()
  for (const row of rows) {
    const list = children.get(row.parent)
    if (list === undefined) children.set(row.parent, [row])
    else list.push(row)
  }
  const found = new Map<number, Row>()
  const queue = [root]
  for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
    for (const row of children.get(parent) ?? []) {
      if (found.has(row.pid)) continue
      found.set(row.pid, row)
      queue.push(row.pid)
    }
  }
  if (group !== null) {
    for (const row of rows) if (row.group === group && row.pid !== root) found.set(row.pid, row)
  }
  return [...found.values()].filter(row => !row.isZombie)
}

/** Sends a signal; one to a process that is gone meanwhile is no error. @returns whether it was there */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

interface Row extends TreeProcess {
  readonly parent: number
  readonly group: number
  readonly isZombie: boolean
}

const PAGE_BYTES = 4_096

/** `/proc/PID/stat`: pid (name) state parent group … as field 22 the start, as field 24 the resident pages. */
function readProc(): Row[] {
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
      },
    ]
  })
}

function readPs(): Row[] {
  const output = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,rss=,state='], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return output.split('\n').flatMap(line => {
    const [pid, parent, group, kilobytes, state] = line.trim().split(/\s+/)
    if (pid === undefined || state === undefined) return []
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        isZombie: state.startsWith('Z'),
        residentBytes: Number(kilobytes) * 1_024,
      },
    ]
  })
}
