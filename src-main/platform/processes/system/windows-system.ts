import process from 'node:process'
import { signalProcess } from './posix-processes.ts'
import type { ProcessSystem, SystemProcess } from './process-system.ts'
import { type WindowsFunctions, windowsFunctions } from './windows-functions.ts'

/** `JOBOBJECT_EXTENDED_LIMIT_INFORMATION` on 64 bits. */
const extendedLimits = { class: 9, bytes: 144, flagsAt: 16, activeProcessesAt: 40 }
/** `JOBOBJECT_BASIC_PROCESS_ID_LIST`: two counts, then ids of 8 bytes. */
const processIds = { class: 3, listAt: 8 }
/** Of a job: what is in it dies with its last handle; so many processes at most; no dialog when one crashes. */
const KILL_ON_JOB_CLOSE = 0x2000
const ACTIVE_PROCESS = 0x8
const DIE_ON_UNHANDLED_EXCEPTION = 0x400
/** Between two looks a program may go a little beyond its limit, or nobody would see that it does. */
const SPARE_PROCESSES = 16

/** `PROCESSENTRY32W` on 64 bits. */
const entry = { bytes: 568, pidAt: 8, threadsAt: 28, parentAt: 32 }
/** `THREADENTRY32`. */
const threadEntry = { bytes: 28, idAt: 8, ownerAt: 12 }
const SNAPSHOT = { processes: 2, threads: 4 }
/** `PROCESS_MEMORY_COUNTERS` on 64 bits. */
const counters = { bytes: 72, workingSetAt: 16, committedAt: 56 }
const TIME_BYTES = 8
const TICKS_PER_MS = 10_000

const CTRL_C_EVENT = 0
const UTF_8 = 65_001
/** Rights with which a process and a thread are opened. */
const QUERY_LIMITED = 0x1000
const SUSPEND_RESUME = 2

/** A process and its parent; who was opened is told apart from a later one with the same id. */
interface ProcessWithParent {
  readonly pid: number
  readonly parent: number
}

/**
 * Windows knows no signals and forgets no parents: a job object holds the process that answers for a program and whatever that starts, and
 * dies with it. Processes that others start on its behalf (services, the task scheduler) are not in it.
 */
export function windowsSystem(functions: WindowsFunctions = windowsFunctions()): ProcessSystem {
  /** Open for as long as this process lives; its end is theirs. */
  let job: object | null = null
  return {
    usesGroups: false,
    holdDescendants(maxProcesses) {
      // Of the hidden console: what programs of Windows write into a pipe is in its code page.
      functions.setConsoleInput(UTF_8)
      functions.setConsoleOutput(UTF_8)
      // Whoever started us may have made Ctrl-C nothing, which is inherited.
      functions.setCtrlHandler(null, 0)
      const held = functions.createJob(null, null)
      const limits = Buffer.alloc(extendedLimits.bytes)
      limits.writeUInt32LE(
        KILL_ON_JOB_CLOSE | ACTIVE_PROCESS | DIE_ON_UNHANDLED_EXCEPTION,
        extendedLimits.flagsAt,
      )
      limits.writeUInt32LE(2 * maxProcesses + SPARE_PROCESSES, extendedLimits.activeProcessesAt)
      const isHeld =
        held !== null &&
        functions.setJob(held, extendedLimits.class, limits, limits.length) !== 0 &&
        functions.assignToJob(held, functions.currentProcess()) !== 0
      // Without it, parents are followed as they are known.
      if (isHeld) job = held
    },
    list(root) {
      if (job === null || root !== process.pid) return below(functions, root)
      return readJob(functions, job).flatMap(pid => (pid === root ? [] : look(functions, pid)))
    },
    askToEnd() {
      // Everybody on the console: the hidden one that this process shares with what it started.
      functions.sendConsoleEvent(CTRL_C_EVENT, 0)
    },
    killGroup() {
      // There are none.
    },
    killProcess: pid => signalProcess(pid, 'SIGKILL'),
    suspend: pid => eachThread(functions, pid, functions.suspendThread),
    resume: pid => eachThread(functions, pid, functions.resumeThread),
    heldBytes(pid) {
      const memory = opened(functions, pid, handle => readMemory(functions, handle))
      // One that has ended, while somebody still looks at it, has none.
      return Number(memory?.readBigUInt64LE(counters.committedAt) ?? 0) || null
    },
    cpuMs(pid) {
      return opened(functions, pid, handle => readTimes(functions, handle))?.usedMs ?? null
    },
    used(root) {
      const forgotten = [root, ...below(functions, root).map(({ pid }) => pid)]
      const ms = forgotten.reduce(
        (sum, pid) =>
          sum + (opened(functions, pid, handle => readTimes(functions, handle))?.usedMs ?? 0),
        0,
      )
      return { ms, forgotten }
    },
  }
}

/** @returns null for a process that is gone, or belongs to somebody else */
function opened<Result>(
  functions: WindowsFunctions,
  pid: number,
  action: (handle: object) => Result,
): Result | null {
  const handle = functions.openProcess(QUERY_LIMITED, 0, pid)
  if (handle === null) return null
  try {
    return action(handle)
  } finally {
    functions.closeHandle(handle)
  }
}

function readMemory(functions: WindowsFunctions, handle: object): Buffer {
  const memory = Buffer.alloc(counters.bytes)
  memory.writeUInt32LE(counters.bytes, 0)
  functions.memoryOf(handle, memory, counters.bytes)
  return memory
}

function look(functions: WindowsFunctions, pid: number): Required<SystemProcess>[] {
  const process = opened(functions, pid, handle => {
    const memory = readMemory(functions, handle)
    return {
      pid,
      residentBytes: Number(memory.readBigUInt64LE(counters.workingSetAt)),
      startTicks: readTimes(functions, handle).startTicks,
    }
  })
  return process === null ? [] : [process]
}

interface ProcessTimes {
  readonly startTicks: number
  readonly usedMs: number
}

/** Windows counts ten millionths of a second, for the start since 1601. */
function readTimes(functions: WindowsFunctions, handle: object): ProcessTimes {
  const times = Array.from({ length: 4 }, () => Buffer.alloc(TIME_BYTES))
  functions.timesOf(handle, ...times)
  const [startTicks = 0, , inKernel = 0, inUser = 0] = times.map(time =>
    Number(time.readBigInt64LE(0)),
  )
  return { startTicks, usedMs: (inKernel + inUser) / TICKS_PER_MS }
}

/** The ids of a job's processes; the room grows until all fit. */
function readJob(functions: WindowsFunctions, job: object): number[] {
  for (let capacity = 256; ; capacity *= 2) {
    const buffer = Buffer.alloc(processIds.listAt + 8 * capacity)
    functions.queryJob(job, processIds.class, buffer, buffer.length, null)
    const [assigned, listed] = [buffer.readUInt32LE(0), buffer.readUInt32LE(4)]
    if (assigned > capacity) continue
    return Array.from({ length: listed }, (_, index) =>
      Number(buffer.readBigUInt64LE(processIds.listAt + 8 * index)),
    )
  }
}

/** The entries of a snapshot, one after the other in the same place. */
function* entries(
  functions: WindowsFunctions,
  what: keyof typeof SNAPSHOT,
): Generator<Buffer, void, undefined> {
  const [first, next, bytes] =
    what === 'processes'
      ? [functions.firstProcess, functions.nextProcess, entry.bytes]
      : [functions.firstThread, functions.nextThread, threadEntry.bytes]
  const snapshot = functions.snapshot(SNAPSHOT[what], 0)
  const buffer = Buffer.alloc(bytes)
  buffer.writeUInt32LE(bytes, 0)
  try {
    for (let isThere = first(snapshot, buffer); isThere !== 0; isThere = next(snapshot, buffer)) {
      yield buffer
    }
  } finally {
    functions.closeHandle(snapshot)
  }
}

function readProcessesWithParents(functions: WindowsFunctions): ProcessWithParent[] {
  const processes: ProcessWithParent[] = []
  for (const processEntry of entries(functions, 'processes')) {
    // One without a thread has ended, and somebody still looks at it.
    if (processEntry.readUInt32LE(entry.threadsAt) === 0) continue
    processes.push({
      pid: processEntry.readUInt32LE(entry.pidAt),
      parent: processEntry.readUInt32LE(entry.parentAt),
    })
  }
  return processes
}

/** Windows suspends threads; it knows of no process that is. @returns whether there was one */
function eachThread(
  functions: WindowsFunctions,
  pid: number,
  action: (thread: object) => number,
): boolean {
  const threads: number[] = []
  for (const entryOfThread of entries(functions, 'threads')) {
    if (entryOfThread.readUInt32LE(threadEntry.ownerAt) === pid) {
      threads.push(entryOfThread.readUInt32LE(threadEntry.idAt))
    }
  }
  for (const id of threads) {
    const thread = functions.openThread(SUSPEND_RESUME, 0, id)
    if (thread === null) continue
    action(thread)
    functions.closeHandle(thread)
  }
  return threads.length > 0
}

/** A parent's id may be that of a later process; a child is never older than its parent. */
function below(functions: WindowsFunctions, root: number): SystemProcess[] {
  const processes = readProcessesWithParents(functions)
  const descendants = new Map<number, SystemProcess>()
  const queue = look(functions, root)
  for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
    const { pid, startTicks } = parent
    const children = processes.filter(
      candidate => candidate.parent === pid && candidate.pid !== root,
    )
    for (const child of children.flatMap(row => look(functions, row.pid))) {
      if (child.startTicks < startTicks || descendants.has(child.pid)) continue
      descendants.set(child.pid, child)
      queue.push(child)
    }
  }
  return [...descendants.values()]
}
