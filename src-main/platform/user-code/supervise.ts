import { type ChildProcess, spawn } from 'node:child_process'
import { writeSync } from 'node:fs'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FromSupervisor, ToSupervisor } from './supervisor-protocol.ts'
import type { CommandLimits } from '../../core/study/user-code.ts'
import { withoutMaskVariable, withUserMask } from '../files/private-umask.ts'
import { directoryVariable, noteProcesses } from './kill-left-over.ts'
import type { ProcessSystem, SystemProcess } from '../processes/system/process-system.ts'

const WATCH_EVERY_MS = 250
/** Between two looks at what is still there. */
const KILL_EVERY_MS = 10
/** A tree that still lives after this many rounds holds processes that no signal ends. */
const MAX_KILL_ROUNDS = 500

let system: ProcessSystem
let program: ChildProcess | null = null
let watch: NodeJS.Timeout | null = null
/** The trial that its processes are noted for, and who was noted last. */
let noted: { readonly directory: string; pids: string } | null = null
let ending: Promise<void> | null = null
/** Settles when the program itself has ended and that was sent. */
let programOver: Promise<void> = Promise.resolve()

function send(message: FromSupervisor): void {
  try {
    writeSync(3, `${JSON.stringify(message)}\n`)
  } catch {
    // The trainer is gone; the end of the standard input says so as well.
  }
}

function tree(): SystemProcess[] {
  return system.list(process.pid, program?.pid)
}

/** The group first: a program that forks while it is counted cannot slip through one call. */
function killAll(): number {
  if (program?.pid !== undefined) system.killGroup(program.pid)
  const descendants = tree()
  for (const { pid } of descendants) system.killProcess(pid)
  return descendants.length
}

/** Kills until nothing is left, then ends this process. */
function end(): Promise<void> {
  ending ??= (async () => {
    if (watch !== null) clearInterval(watch)
    for (let round = 0; round < MAX_KILL_ROUNDS; round++) {
      if (killAll() === 0) break
      await sleep(KILL_EVERY_MS)
    }
    await Promise.race([programOver, sleep(KILL_EVERY_MS * 100)])
    send({ type: 'gone' })
    process.exit(0)
  })()
  return ending
}

function start(message: Extract<ToSupervisor, { type: 'start' }>): void {
  system.holdDescendants(message.limits.processes)
  const notStarted = (error: Error): void => {
    send({ type: 'notStarted', reason: error.message })
    void end()
  }
  let child: ChildProcess
  try {
    child = withUserMask(() =>
      // eslint-disable-next-line programs/program-paths -- on Windows it is a path already
      spawn(message.program, [...message.parameters], {
        cwd: message.directory,
        env: withoutMaskVariable(message.environment),
        stdio: [message.hasInput === true ? 'pipe' : 'ignore', 'inherit', 'inherit'],
        detached: system.usesGroups,
        windowsHide: true,
        windowsVerbatimArguments: message.isVerbatim ?? false,
      }),
    )
  } catch (error) {
    // What Node does not expect, such as a folder that is a file, comes at once.
    notStarted(error as Error)
    return
  }
  program = child
  // One that reads nothing any more is told by its end.
  child.stdin?.on('error', () => undefined)
  child.on('error', error => {
    if (child.pid === undefined) notStarted(error)
  })
  child.on('spawn', () => send({ type: 'started', pid: child.pid ?? 0 }))
  programOver = new Promise(resolve => {
    child.on('exit', (exitCode, signal) => {
      send({ type: 'exited', exitCode, signal })
      resolve()
      void end()
    })
  })
  const directory = message.environment[directoryVariable]
  noted = directory === undefined ? null : { directory, pids: '' }
  watch = setInterval(() => check(message.limits), WATCH_EVERY_MS)
}

function check({ memoryMegabytes, processes }: CommandLimits): void {
  const descendants = tree()
  note(descendants)
  const bytes = descendants.reduce((sum, { residentBytes }) => sum + residentBytes, 0)
  if (descendants.length > processes) {
    send({ type: 'limit', limit: 'processes', value: descendants.length })
    void end()
  } else if (memoryMegabytes !== undefined && bytes > memoryMegabytes * 1_000_000) {
    send({ type: 'limit', limit: 'memory', value: bytes })
    void end()
  }
}

/** Whoever kills this process as well finds the rest in the trial's folder. */
function note(descendants: readonly SystemProcess[]): void {
  const pids = descendants.map(({ pid }) => pid).join()
  if (process.platform !== 'linux' || noted === null || noted.pids === pids) return
  noted.pids = pids
  noteProcesses(noted.directory, descendants)
}

async function stop(signal: NodeJS.Signals, graceMs: number): Promise<void> {
  if (program?.pid !== undefined) system.askToEnd(program.pid, signal)
  await sleep(graceMs)
  void end()
}

/**
 * Starts one program of the user in a session of its own (on Windows: on a hidden console of its own) and answers for it to the last process. This process lives as
 * long as its standard input is open: a trainer that is killed with SIGKILL closes it, and then the whole tree is killed.
 */
export function supervise(processes: ProcessSystem): void {
  system = processes
  const input = createInterface({ input: process.stdin })
  input.on('line', line => {
    const message = JSON.parse(line) as ToSupervisor
    switch (message.type) {
      case 'start':
        start(message)
        break
      case 'stop':
        void stop(message.signal, message.graceMs)
        break
      case 'input':
        program?.stdin?.write(message.text)
        if (message.isLast === true) program?.stdin?.end()
        break
      case 'kill':
        void end()
        break
    }
  })
  input.on('close', () => void end())
  // Only its trainer ends it; what a terminal or a service manager sends goes to the trainer as well.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
}
