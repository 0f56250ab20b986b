import { readFileSync } from 'node:fs'
import os from 'node:os'
import process from 'node:process'
import { AppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import { limitOf } from '../../../../core/study/raised-limit.ts'
import { SharedSlots } from '../../../../platform/storage/shared-slots.ts'

/** Raises or lowers how many trainers there may be. */
const TRAINERS_VARIABLE = 'TUNEWRIGHT_MAX_TRAINERS'
const MIN_TRAINERS = 16
const TRAINERS_PER_CORE = 2
const TRAINERS_PER_GPU = 4
/** Database, logs, checkpoints, the search process and what the system needs. */
const OWN_FILES = 40
/** Channel, error output, files while it starts, and its place among those of all programs. */
const FILES_PER_TRAINER = 4
/** `no`: the limit holds for this program alone. */
const SHARED_VARIABLE = 'TUNEWRIGHT_SHARED_TRAINERS'
/** While trainers of other programs take all places. */
const LOOK_EVERY_MS = 500
/** Who gives a place back often takes one in the next moment. */
const KEEP_MS = 20

/**
 * How many trainers the studies of this process may have together, and with those of other programs of the user where places are shared; whoever
 * finds no room is told when there is some. The first trainer of a program needs no place: a study can always go on.
 */
export class TrainerCap {
  readonly #gpus: () => number
  /** As the variable says. */
  readonly #configuredLimit = limitOf(TRAINERS_VARIABLE, process.env)
  readonly #waiting = new Set<() => void>()
  /** Null where the system does not say. */
  readonly #openFiles = maxOpenFiles()
  readonly #shared: SharedSlots | null
  #taken = 0
  /** Other programs had all places when one was last looked for. */
  #isCrowded = false
  #recheckTimer: NodeJS.Timeout | undefined
  #trimming: NodeJS.Timeout | undefined

  /**
   * @param gpus number of GPUs that trials may train on
   * @param shared default: none, the limit holds for this process alone
   * @throws AppError `variable.invalid`
   */
  constructor(gpus: () => number = () => 0, shared: SharedSlots | null = null) {
    this.#gpus = gpus
    this.#shared = shared
  }

  /** With slots that all programs of this user share. @throws AppError `variable.invalid` */
  static ofUser(gpus?: () => number): TrainerCap {
    const value = process.env[SHARED_VARIABLE] ?? ''
    if (value === 'no') return new TrainerCap(gpus)
    if (value === '') return new TrainerCap(gpus, new SharedSlots('trainer'))
    const rule = msg('rule.oneOf', { values: ['no'] })
    throw new AppError('variable.invalid', { variable: SHARED_VARIABLE, value, rule })
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
    if (this.#configuredLimit !== undefined) return this.#configuredLimit
    const cores = TRAINERS_PER_CORE * os.availableParallelism()
    return Math.max(MIN_TRAINERS, cores, TRAINERS_PER_GPU * this.#gpus())
  }

  /** As far as anybody knows: other programs tell only that all places are taken. */
  get taken(): number {
    return this.#isCrowded ? Math.max(this.#taken, this.limit) : this.#taken
  }

  get hasRoom(): boolean {
    return this.#taken < this.limit && this.#secure()
  }

  /** @param onRoom called once, when somebody else's trainer has gone */
  take(onRoom: () => void): boolean {
    if (this.hasRoom) {
      this.#taken++
      return true
    }
    this.#waiting.add(onRoom)
    this.#look()
    return false
  }

  /** Counts a trainer that nobody asked about, such as one that tests a winner. */
  add(): void {
    this.#secure()
    this.#taken++
  }

  release(): void {
    this.#taken--
    // What was known of the places of others is old by now, and the next trainer needs none.
    if (this.#taken === 0) this.#isCrowded = false
    this.#trim()
    this.#notifyWaiting()
  }

  /** Holds a place for one trainer more, until it is taken or a moment has gone by. */
  #secure(): boolean {
    const shared = this.#shared
    if (shared === null || this.#taken === 0) return true
    // The first one has none.
    while (shared.held < this.#taken) {
      this.#isCrowded = !shared.take(this.limit - 1)
      if (this.#isCrowded) return false
    }
    this.#isCrowded = false
    this.#trim()
    return true
  }

  #trim(): void {
    if (this.#trimming !== undefined) return
    this.#trimming = setTimeout(() => {
      this.#trimming = undefined
      while ((this.#shared?.held ?? 0) > Math.max(0, this.#taken - 1)) this.#shared?.release()
    }, KEEP_MS).unref()
  }

  /** Nobody tells of the trainers of other programs. */
  #look(): void {
    if (!this.#isCrowded || this.#recheckTimer !== undefined) return
    this.#recheckTimer = setTimeout(() => {
      this.#recheckTimer = undefined
      if (this.hasRoom) this.#notifyWaiting()
      else if (this.#waiting.size > 0) this.#look()
    }, LOOK_EVERY_MS)
  }

  #notifyWaiting(): void {
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
