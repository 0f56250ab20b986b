// eslint-disable-next-line files/file-operations -- nobody waits for a log
import { appendFileSync, lstatSync, mkdirSync, renameSync } from 'node:fs'
import path from 'node:path'

/** One older file is kept beside the current one. */
const LARGEST_BYTES = 1024 * 1024

/** The errors of the host, for a person who asks; it holds no values of studies. */
export class LogFile {
  readonly #file: string
  readonly #now: () => Date

  constructor(file: string, now: () => Date = () => new Date()) {
    this.#file = file
    this.#now = now
  }

  /** A log that cannot be written must not end the application: it is told on standard error instead. */
  write(text: string): void {
    const line = `${this.#now().toISOString()} ${text}\n`
    try {
      mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 })
      const stats = lstatSync(this.#file, { throwIfNoEntry: false })
      // A link could lead to a file that something runs.
      if (stats?.isSymbolicLink() === true) throw new Error('a link')
      if ((stats?.size ?? 0) > LARGEST_BYTES) renameSync(this.#file, `${this.#file}.old`)
      appendFileSync(this.#file, line, { mode: 0o600 })
    } catch {
      process.stderr.write(line)
    }
  }
}
