import process from 'node:process'

/**
 * Output to a pipe whose reader is gone (`tunewright list | head`) is dropped instead of
 * ending the process with a stack. A session that runs stops: nobody follows it any more.
 */
export function tolerateClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: Error) => {
      if (!isClosedOutput(error)) throw error
    })
  }
}

/** Whether a stream failed because its reader is gone. */
export function isClosedOutput(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE'
}
