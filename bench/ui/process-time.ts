import { readdirSync, readFileSync } from 'node:fs'

/** Of the kernel's clock, on every Linux. */
const TICK_MS = 10

/** Processor time that a process, its children and theirs have spent so far, with those that have ended; Linux. */
export function processTreeMs(root: number): number {
  const processes = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => statOf(Number(name)) ?? [])
  const tree = new Set([root])
  // A child may have a lower number than its parent.
  for (let size = 0; size < tree.size;) {
    size = tree.size
    for (const { pid, parent } of processes) if (tree.has(parent)) tree.add(pid)
  }
  return processes
    .filter(({ pid }) => tree.has(pid))
    .reduce((sum, { ticks }) => sum + ticks * TICK_MS, 0)
}

function statOf(pid: number): { pid: number; parent: number; ticks: number } | null {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    // It has ended since.
    return null
  }
  // The name of the program stands in brackets and may hold anything.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  // From the state on, which is field 3: utime, stime, cutime, cstime are 14 to 17.
  return {
    pid,
    parent: fields[1] ?? 0,
    ticks: fields.slice(11, 15).reduce((sum, at) => sum + at, 0),
  }
}
