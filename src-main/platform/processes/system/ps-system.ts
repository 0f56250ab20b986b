import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import process from 'node:process'
import { executableOnPath } from '../executable-on-path.ts'
import { posixSignals, type ProcessRow, rowsBelow } from './posix-processes.ts'
import type { ProcessSystem } from './process-system.ts'

/**
 * `rusage_info_v0` of macOS ≥ 10.9: time of the processors in ticks of `mach_timebase_info`, in user mode and in the kernel, and the memory
 * that a process costs, mapped files that were not changed excepted.
 */
const usage = { flavor: 0, bytes: 96, userAt: 16, kernelAt: 24, footprintAt: 72 }
const timebase = { bytes: 8, numeratorAt: 0, denominatorAt: 4 }
const NANOSECONDS_PER_MS = 1e6

/** macOS, and whatever else has `ps`. Orphans go to the first process of the machine; the group is all that is known of them. */
export const psSystem: ProcessSystem = {
  ...posixSignals,
  holdDescendants() {
    // There is no such thing.
  },
  list: (root, groupId) => rowsBelow(readPs(), root, groupId),
  heldBytes(pid) {
    // One that has ended, while its parent has not looked, has none.
    return Number(readUsage(pid)?.readBigUInt64LE(usage.footprintAt) ?? 0) || null
  },
  cpuMs(pid) {
    const usageBuffer = readUsage(pid)
    if (usageBuffer === null) return listedTime(pid)
    const ticks =
      usageBuffer.readBigUInt64LE(usage.userAt) + usageBuffer.readBigUInt64LE(usage.kernelAt)
    return (Number(ticks) * functions().nanosecondsPerTick) / NANOSECONDS_PER_MS
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

interface UsageFunctions {
  readonly usageOf: (pid: number, flavor: number, into: Buffer) => number
  readonly nanosecondsPerTick: number
}
let loadedFunctions: UsageFunctions | undefined

/** Null where the process is gone, or the system does not say. */
function readUsage(pid: number): Buffer | null {
  const usageBuffer = Buffer.alloc(usage.bytes)
  return functions().usageOf(pid, usage.flavor, usageBuffer) === 0 ? usageBuffer : null
}

/** Elsewhere there are no such functions. */
function functions(): UsageFunctions {
  try {
    return (loadedFunctions ??= loadFunctions())
  } catch {
    return (loadedFunctions = { usageOf: () => -1, nanosecondsPerTick: 1 })
  }
}

function loadFunctions(): UsageFunctions {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const system = koffi.load(null)
  const base = Buffer.alloc(timebase.bytes)
  system.func('mach_timebase_info', 'int', ['void *'])(base)
  const numerator = base.readUInt32LE(timebase.numeratorAt)
  return {
    usageOf: system.func('proc_pid_rusage', 'int', ['int', 'int', 'void *']),
    nanosecondsPerTick: numerator / base.readUInt32LE(timebase.denominatorAt),
  }
}

/** As `ps` says it, where there are no such functions; null for a process that is gone. */
function listedTime(pid: number): number | null {
  const { stdout } = spawnSync(executableOnPath('ps'), ['-o', 'time=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
  return stdout.trim() === '' ? null : readCpuTime(stdout.trim())
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
