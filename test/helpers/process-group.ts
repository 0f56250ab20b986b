import { execFileSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'

const isWindows = process.platform === 'win32'

/** How a child is started that a test presses Ctrl-C for, or kills with all that it has started: with a group, or a console, of its own. */
export const ownGroup = isWindows ? { windowsHide: true } : { detached: true }

/** As a terminal does it: everybody in the group, or on the console, gets it. */
export function pressControlC(pid: number | undefined): void {
  if (pid === undefined) throw new Error('the command did not start')
  if (!isWindows) process.kill(-pid, 'SIGINT')
  else
    execFileSync(
      process.execPath,
      [path.join(import.meta.dirname, 'press-control-c.ts'), `${pid}`],
      { windowsHide: true },
    )
}

/** Kills a command and what it has started, at once. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) throw new Error('the command did not start')
  if (!isWindows) process.kill(-pid, 'SIGKILL')
  else execFileSync('taskkill', ['/t', '/f', '/pid', String(pid)], { stdio: 'ignore' })
}

/** Whether a Node was killed, also by itself: Windows knows an exit code of 1 alone, with which a Node ends that has said why, too. */
export function wasKilled(
  {
    code,
    signal,
  }: { readonly code?: unknown; readonly signal?: NodeJS.Signals | null | undefined },
  stderr: string,
): boolean {
  return signal === 'SIGKILL' || (isWindows && code === 1 && stderr === '')
}

/** SIGTERM to a command alone; Windows has none, so there it is Ctrl-C. */
export function askToEnd(pid: number | undefined): void {
  if (isWindows) pressControlC(pid)
  else if (pid !== undefined) process.kill(pid, 'SIGTERM')
}
