import type { ChildProcess } from 'node:child_process'

/**
 * Sends a signal to a program that was started; the only place that ends a child by its handle. The handle of a program
 * that could not be started holds no sound number: until Node has told the failure, to end it has ended our whole group.
 * @returns whether the signal was sent
 */
export function endChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): boolean {
  return child.pid !== undefined && child.kill(signal)
}
