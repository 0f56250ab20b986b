import process from 'node:process'
import type { AttemptLog } from './attempt-log.ts'
import { OutputLines } from './output-lines.ts'
import { RedactedLines } from './redacted-lines.ts'

/** Sends what this process writes into a log, whole lines without secrets. @returns what ends that */
export function captureOutput(log: AttemptLog): () => void {
  const write = (lines: readonly string[]): void => {
    for (const line of lines) log.write(`${line}\n`)
  }
  const ends = [process.stdout, process.stderr].map(stream => {
    const before = stream.write.bind(stream)
    const lines = new OutputLines()
    const redactedLines = new RedactedLines(process.env)
    stream.write = (chunk: string | Uint8Array, ...otherArguments: unknown[]) => {
      write(redactedLines.take(lines.add(Buffer.from(chunk))))
      const done = otherArguments.find(argument => typeof argument === 'function') as
        (() => void) | undefined
      if (done !== undefined) queueMicrotask(done)
      return true
    }
    return () => {
      write([...redactedLines.take(lines.end()), ...redactedLines.end()])
      stream.write = before
    }
  })
  return () => {
    for (const end of ends) end()
  }
}
