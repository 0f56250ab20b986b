/**
 * Puts an update in the place of the application and starts it; where it does not confirm its start, the old version comes back. A copy of this
 * file runs in a copy of the plain Node, outside the application, and so imports nothing of it.
 */
import { spawn } from 'node:child_process'
// eslint-disable-next-line files/file-operations -- this script imports nothing of the application
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReplacePlan } from './replace-plan.ts'

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ReplacePlan
const { target, staged, previous } = plan
const LOOK_EVERY_MS = 100
/** A virus scanner may hold a file for a while. */
const TRIES = 20

if (await until(() => !isRunning(plan.pid))) await replace()
else finish('notReplaced')

async function replace(): Promise<void> {
  try {
    await move(target, previous)
    try {
      await move(staged, target)
    } catch (error) {
      await move(previous, target)
      throw error
    }
  } catch {
    finish('notReplaced')
    start()
    return
  }
  const started = start()
  const hasStarted = await until(() => existsSync(plan.confirmation) || started.hasEnded())
  if (hasStarted && existsSync(plan.confirmation)) {
    finish('installed')
    return
  }
  started.end()
  await until(started.hasEnded)
  await move(target, `${staged}.failed`)
  await move(previous, target)
  finish('rolledBack')
  start()
}

function start(): { hasEnded: () => boolean; end: () => void } {
  // eslint-disable-next-line programs/program-paths -- the path of the application
  const child = spawn(plan.command, plan.parameters, { detached: true, stdio: 'ignore' })
  let ended = false
  child.on('error', () => (ended = true)).on('exit', () => (ended = true))
  child.unref()
  return {
    hasEnded: () => ended,
    end: () => {
      if (ended || child.pid === undefined) return
      // Its whole group, where there are groups.
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL')
    },
  }
}

function finish(result: 'installed' | 'rolledBack' | 'notReplaced'): void {
  writeFileSync(plan.outcome, JSON.stringify({ version: plan.version, result }))
}

async function move(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      renameSync(from, to)
      return
    } catch (error) {
      if (tries === TRIES) throw error
      await sleep(LOOK_EVERY_MS)
    }
  }
}

async function until(holds: () => boolean): Promise<boolean> {
  for (const end = Date.now() + plan.limitMs; Date.now() < end;) {
    if (holds()) return true
    await sleep(LOOK_EVERY_MS)
  }
  return holds()
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
