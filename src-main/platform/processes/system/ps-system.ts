import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import process from 'node:process'
import { executableOnPath } from '../executable-on-path.ts'
import { posixSignals, type ProcessRow, rowsBelow } from './posix-processes.ts'
import type { ProcessSystem } from './process-system.ts'

/** `rusage_info_v0` of macOS ≥ 10.9: what a process costs, mapped files that were not changed excepted. */
const usage = { flavor: 0, bytes: 96, footprintAt: 72 }

/** macOS, and whatever else has `ps`. Orphans go to the first process of the machine; the group is all that is known of them. */
export const psSystem: ProcessSystem = {
  ...posixSignals,
  holdDescendants() {
    // There is no such thing.
  },
  list: (root, groupId) => rowsBelow(readPs(), root, groupId),
  heldBytes(pid) {
    usageOf ??= loadUsage()
    const usageBuffer = Buffer.alloc(usage.bytes)
    if (usageOf(pid, usage.flavor, usageBuffer) !== 0) return null
    // One that has ended, while its parent has not looked, has none.
    return Number(usageBuffer.readBigUInt64LE(usage.footprintAt)) || null
  },
  used(root) {
    const rows = readPs()
    const treeRows = [
      ...rows.filter(({ pid }) => pid === root),
      ...rowsBelow(rows, root, undefined),
    ]
    const ms = treeRows.reduce((sum, row) => sum + row.usedMs, 0)
    return { ms, forgotten: treeRows.map(({ pid }) => pid) }
  },
}

interface CountedRow extends ProcessRow {
  readonly usedMs: number
}

/** `1:02.50` on macOS, `1-02:03:04` elsewhere: days, hours, minutes, seconds. */
export function readCpuTime(text: string): number {
  const [days, clock = ''] = text.includes('-') ? text.split('-') : ['0', text]
  const seconds = clock.split(':').reduce((sum, part) => 60 * sum + Number(part), 0)
  return (Number(days) * 86_400 + seconds) * 1_000
}

type UsageOf = (pid: number, flavor: number, into: Buffer) => number
let usageOf: UsageOf | undefined

/** Elsewhere there is no such function. */
function loadUsage(): UsageOf {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    return koffi.load(null).func('proc_pid_rusage', 'int', ['int', 'int', 'void *'])
  } catch {
    return () => -1
  }
}

function readPs(): CountedRow[] {
  const words = ['-A', '-o', 'pid=,ppid=,pgid=,rss=,time=,state=']
  const listed = spawnSync(executableOnPath('ps'), words, {
    encoding: 'utf8',
    // Where decimals have a comma, times would have one, too.
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 64 * 1024 * 1024,
  })
  if (listed.error !== undefined) throw listed.error
  return listed.stdout.split('\n').flatMap(line => {
    const [pid, parent, group, kilobytes, time = '', state] = line.trim().split(/\s+/)
    // `ps` itself runs below whoever asks, and is gone by now.
    if (state === undefined || Number(pid) === listed.pid) return []
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        isZombie: state.startsWith('Z'),
        residentBytes: Number(kilobytes) * 1_024,
        usedMs: readCpuTime(time),
      },
    ]
  })
}
