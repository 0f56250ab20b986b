import { readFileSync } from 'node:fs'
import os from 'node:os'
import process from 'node:process'
import { limitOf } from '../../contract/raised-limit.ts'

/** Raises or lowers how many trainers there may be. */
const TRAINERS_VARIABLE = 'TUNEWRIGHT_MAX_TRAINERS'
const MIN_TRAINERS = 16
const TRAINERS_PER_CORE = 2
const TRAINERS_PER_GPU = 4
/** Database, logs, checkpoints, the search process and what the system needs. */
const OWN_FILES = 40
/** Channel, error output, and files while it starts. */
const FILES_PER_TRAINER = 3

/** How many trainers the studies of this process may have together; whoever finds no room is told when there is some. */
export class TrainerCap {
  readonly #gpus: () => number
  /** As the variable says. */
  readonly #told = limitOf(TRAINERS_VARIABLE, process.env)
  readonly #waiting = new Set<() => void>()
  /** Null where the system does not say. */
  readonly #openFiles = maxOpenFiles()
  #taken = 0

  /**
   * @param gpus number of GPUs that trials may train on
   * @throws AppError `variable.invalid`
   */
  constructor(gpus: () => number = () => 0) {
    this.#gpus = gpus
  }

  get limit(): number {
    return Math.max(1, Math.min(this.#asked, this.#perFiles ?? this.#asked))
  }

  /** Files that this process may have open, if they are what limits the trainers. */
  get openFiles(): number | null {
    return this.#perFiles !== null && this.#perFiles < this.#asked ? this.#openFiles : null
  }

  get #perFiles(): number | null {
    if (this.#openFiles === null) return null
    return Math.floor((this.#openFiles - OWN_FILES) / FILES_PER_TRAINER)
  }

  get #asked(): number {
    if (this.#told !== undefined) return this.#told
    const cores = TRAINERS_PER_CORE * os.availableParallelism()
    return Math.max(MIN_TRAINERS, cores, TRAINERS_PER_GPU * this.#gpus())
  }

  get taken(): number {
    return this.#taken
  }

  get hasRoom(): boolean {
    return this.#taken < this.limit
  }

  /** @param onRoom called once, when somebody else's trainer has gone */
  take(onRoom: () => void): boolean {
    if (this.hasRoom) {
      this.#taken++
      return true
    }
    this.#waiting.add(onRoom)
    return false
  }

  /** Counts a trainer that nobody asked about, such as one that tests a winner. */
  add(): void {
    this.#taken++
  }

  release(): void {
    this.#taken--
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const onRoom of waiting) onRoom()
  }
}

function maxOpenFiles(): number | null {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return limit === undefined ? null : Number(limit)
  } catch {
    return null
  }
}
