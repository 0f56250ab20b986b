import process from 'node:process'

/** SIGHUP is the closed window of a console on Windows, too, and SIGBREAK Ctrl-Break there. */
const endings = ['SIGTERM', 'SIGHUP', 'SIGBREAK', 'disconnect'] as const

/**
 * Calls `end` when this process is asked to end: by SIGTERM, by a closed terminal, by the end of its launcher.
 * It may be called more than once: a signal to the whole process group comes a second time through the launcher.
 * @returns takes the listeners away, unless the end was asked for: without them that second signal would kill this process
 * in the middle of its clean end
 */
export function onEnding(end: () => void): () => void {
  let isEnding = false
  const listen = (): void => {
    if (!isEnding) outliveSignals()
    isEnding = true
    end()
  }
  for (const signal of endings) process.on(signal, listen)
  // The launcher's channel tells when it is gone; it must not keep this process alive.
  process.channel?.unref()
  return () => {
    if (isEnding) return
    for (const signal of endings) process.off(signal, listen)
  }
}

/**
 * To be called once a signal was taken. Node gives the signals back to the system some 20 ms before the process is gone, in
 * which a second one would still kill it and change its exit code; one that leaves by `process.exit` does not.
 */
export function outliveSignals(): void {
  process.once('exit', () => {
    process.exit()
  })
}

/** One key press may arrive twice: from the terminal and from the launcher. */
export const SAME_KEY_PRESS_MS = 200

/**
 * Work that Ctrl-C, and whatever else asks this process to end, gives up. A second Ctrl-C does not wait for it.
 * @param work ends soon after its signal
 */
export async function withCancel<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const cancel = new AbortController()
  let interruptedAtMs = 0
  const onInterrupt = (): void => {
    const nowMs = performance.now()
    if (!cancel.signal.aborted) {
      outliveSignals()
      interruptedAtMs = nowMs
      cancel.abort()
    } else if (nowMs - interruptedAtMs > SAME_KEY_PRESS_MS) process.exit(130)
  }
  process.on('SIGINT', onInterrupt)
  const release = onEnding(() => {
    cancel.abort()
  })
  try {
    return await work(cancel.signal)
  } finally {
    release()
    // One that came already may come a second time, through the launcher.
    if (!cancel.signal.aborted) process.off('SIGINT', onInterrupt)
  }
}
