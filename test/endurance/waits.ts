import { readFileSync } from 'node:fs'
import process from 'node:process'
import SqliteDatabase from 'better-sqlite3'

/** Time of the processors that this process's main thread has used so far, in milliseconds. */
export function usedMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

/**
 * How long the main thread was ready to run so far and had to wait for a processor, in milliseconds; null where the system does not count it.
 * @see https://docs.kernel.org/scheduler/sched-stats.html
 */
export function readyMs(): number | null {
  try {
    const [ran = '', waited = ''] = readFileSync('/proc/self/schedstat', 'utf8').split(' ')
    return Number(ran) > 0 ? Number(waited) / 1e6 : null
  } catch {
    return null
  }
}

/**
 * Counts how long commits of SQLite wait for the disk on the main thread: on the clock, without what they compute and without waiting for a
 * processor.
 * @returns milliseconds so far
 */
export function countDiskMs(): () => number {
  const database = new SqliteDatabase(':memory:')
  const prototype = Object.getPrototypeOf(database.prepare('SELECT 1')) as SqliteDatabase.Statement
  database.close()
  const { run } = prototype
  let diskMs = 0
  prototype.run = function (this: SqliteDatabase.Statement, ...values: unknown[]) {
    const commits = !this.database.inTransaction || this.source === 'COMMIT'
    if (!commits) return run.apply(this, values)
    const [beganMs, usedBeforeMs, readyBeforeMs] = [performance.now(), usedMs(), readyMs() ?? 0]
    try {
      return run.apply(this, values)
    } finally {
      const waitedMs = (readyMs() ?? 0) - readyBeforeMs
      const idleMs = performance.now() - beganMs - (usedMs() - usedBeforeMs) - waitedMs
      diskMs += Math.max(0, idleMs)
    }
  }
  return () => diskMs
}
