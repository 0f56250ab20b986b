import { existsSync, readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { themes } from '../../features/desktop/common/desktop.ts'
import { parseFile } from '../../core/errors/invalid-data.ts'
import { renameOverSync } from '../../platform/files/durable.ts'
import { replaceFileSync } from '../../platform/files/temporary.ts'
import { languages } from '../../core/i18n/language.ts'

/** The desktop host's memory between two starts; everything about studies is in the database. */
const schema = z.strictObject({
  bounds: z
    .strictObject({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) })
    .nullable(),
  maximized: z.boolean(),
  /** Null: what the system says. */
  language: z.enum(languages).nullable(),
  theme: z.enum(themes),
  notifications: z.boolean(),
  /** Decides about closing the window while studies run. */
  onClose: z.enum(['ask', 'keepRunning', 'quit']),
})

export type DesktopState = z.output<typeof schema>

export const firstState: DesktopState = {
  bounds: null,
  maximized: false,
  language: null,
  theme: 'system',
  notifications: true,
  onClose: 'ask',
}

/** The state in a file of its own, replaced as a whole with every change. */
export class DesktopStateFile {
  readonly #file: string
  readonly #log: (text: string) => void
  #state: DesktopState

  /** A file that cannot be read or that breaks its schema is put aside (`.unreadable`), never overwritten. */
  constructor(file: string, log: (text: string) => void) {
    this.#file = file
    this.#log = log
    this.#state = readState(file, log)
  }

  get(): DesktopState {
    return this.#state
  }

  /** Where the file cannot be written (a full disk), the change holds until the end, and the log says so. */
  set(change: Partial<DesktopState>): void {
    this.#state = { ...this.#state, ...change }
    try {
      replaceFileSync(this.#file, `${JSON.stringify(this.#state, null, 2)}\n`)
    } catch (error) {
      this.#log(`${this.#file}: ${String(error)}`)
    }
  }
}

/** The state has a few hundred bytes. */
const MAX_BYTES = 65_536

function readState(file: string, log: (text: string) => void): DesktopState {
  if (!existsSync(file)) return firstState
  try {
    if (statSync(file).size > MAX_BYTES) throw new RangeError('too large')
    return parseFile(file, schema, JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    log(`${file}: ${String(error)}`)
    try {
      renameOverSync(file, `${file}.unreadable`)
    } catch {
      // A folder that cannot be written: the next start finds the file as it is.
    }
    return firstState
  }
}
