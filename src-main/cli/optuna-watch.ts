import { statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { readOptunaFile } from '../exchange/read-optuna-file.ts'
import { OptunaClient } from '../optuna-storage/client.ts'
import { OptunaMirror } from '../optuna-storage/mirror.ts'

/** Looks at a file that grows are this far apart, at least. */
const LOOK_EVERY_MS = 1_000

/** Follows an SQLite file that a program of Optuna writes, without a lock on it, and shows its studies through the port. */
export class OptunaWatch {
  readonly #file: string
  readonly #client: OptunaClient
  readonly #ending = new AbortController()
  readonly #work: Promise<void>

  /** @param onFailure of one look; the next one follows */
  constructor(file: string, port: number, onFailure: (error: unknown) => void) {
    this.#file = file
    this.#client = new OptunaClient(port)
    this.#work = this.#follow(onFailure)
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.#work
    this.#client.close()
  }

  async #follow(onFailure: (error: unknown) => void): Promise<void> {
    let mirror = new OptunaMirror(this.#client)
    let seen = ''
    while (!this.#ending.signal.aborted) {
      const now = this.#stamp()
      if (now !== seen) {
        seen = now
        try {
          await mirror.take(readOptunaFile(this.#file))
        } catch (error) {
          onFailure(error)
          // What the port has is asked for anew.
          mirror = new OptunaMirror(this.#client)
          seen = ''
        }
      }
      await wait(LOOK_EVERY_MS, null, { signal: this.#ending.signal }).catch(() => null)
    }
  }

  /** Changes with the file, or with the log beside it. */
  #stamp(): string {
    return [this.#file, `${this.#file}-wal`]
      .map(file => statSync(file, { throwIfNoEntry: false }))
      .map(found => `${found?.mtimeMs ?? 0}/${found?.size ?? 0}`)
      .join(' ')
  }
}
