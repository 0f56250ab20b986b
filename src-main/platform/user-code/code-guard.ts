import type { AttemptCode } from '../../core/trial/trial.ts'

/**
 * Looks again at trusted code once its program has begun, since a file may change between the look before the start and the moment in which the
 * program reads it. A change until the first report means that what runs may be untrusted: the attempt fails and none of its metrics count. A
 * later one is noted with the attempt: what it has loaded by then was trusted. Nothing of that concerns what runs from a copy, or in a process that
 * an earlier attempt has started.
 */
export class CodeGuard {
  readonly #code: AttemptCode
  readonly #note: (code: AttemptCode) => void
  readonly #requireUnchanged: () => Promise<unknown>
  readonly #isSure: boolean
  #hasBegun: Promise<unknown> | null = null

  constructor(options: {
    readonly code: AttemptCode
    /** Told at once, and again where it has changed. */
    readonly note: (code: AttemptCode) => void
    /** The process that runs it has begun before. */
    readonly isLoaded?: boolean
    /** @throws AppError `userCode.changed` */
    readonly requireUnchanged: () => Promise<unknown>
  }) {
    this.#code = options.code
    this.#note = options.note
    this.#requireUnchanged = options.requireUnchanged
    this.#isSure = options.code.copied || options.isLoaded === true
    this.#note(this.#code)
  }

  /** Before the first report counts, and where there is none, before the end does. @throws AppError `userCode.changed` */
  async begun(): Promise<void> {
    if (this.#isSure) return
    await (this.#hasBegun ??= this.#requireUnchanged())
  }

  /** Once the program is over. @throws AppError `userCode.changed` where it had not reported */
  async ended(): Promise<void> {
    if (this.#isSure) return
    if (this.#hasBegun === null) return this.begun()
    await this.#hasBegun
    const isChanged = await this.#requireUnchanged().then(
      () => false,
      () => true,
    )
    if (isChanged) this.#note({ ...this.#code, changed: true })
  }
}
