import process from 'node:process'
import type { ProcessSystem, SystemProcess } from './process-system.ts'

/** Sends a signal; one to a process that is gone meanwhile is no error. @returns whether it was there */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

/** The parts that are alike on every system with signals. */
export const posixSignals = {
  usesGroups: true,
  askToEnd(groupId, signal) {
    signalProcess(-groupId, signal)
    // A stopped program takes no other signal before this one.
    signalProcess(-groupId, 'SIGCONT')
  },
  killGroup(groupId) {
    signalProcess(-groupId, 'SIGKILL')
  },
  killProcess: pid => signalProcess(pid, 'SIGKILL'),
  suspend: pid => signalProcess(pid, 'SIGSTOP'),
  resume: pid => signalProcess(pid, 'SIGCONT'),
} satisfies Partial<ProcessSystem>

/** A process with its place. */
export interface ProcessRow extends SystemProcess {
  readonly parent: number
  readonly group: number
  readonly isZombie: boolean
}

/** The answer of `ProcessSystem.list`, out of all processes. Zombies do not count. */
export function rowsBelow<Row extends ProcessRow>(
  rows: readonly Row[],
  root: number,
  group: number | undefined,
): Row[] {
  const children = new Map<number, Row[]>()
  for (const row of rows) {
    const list = children.get(row.parent)
    if (list === undefined) children.set(row.parent, [row])
    else list.push(row)
  }
  const descendants = new Map<number, Row>()
  const queue = [root]
  for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
    for (const row of children.get(parent) ?? []) {
      if (descendants.has(row.pid)) continue
      descendants.set(row.pid, row)
      queue.push(row.pid)
    }
  }
  if (group !== undefined) {
    for (const row of rows)
      if (row.group === group && row.pid !== root) descendants.set(row.pid, row)
  }
  return [...descendants.values()].filter(row => !row.isZombie)
}
