import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const source = path.join(import.meta.dirname, 'jumping-clock.c')

/** A clock of the machine that can be set for processes which are started with `environment`. Linux with gcc. */
export class JumpingClock {
  readonly environment: Readonly<Record<string, string>>
  readonly #file: string

  /**
   * @param folder for the library, which clocks share
   * @param file holds what is set
   * @throws Error without gcc
   */
  constructor(folder: string, file: string) {
    const library = path.join(folder, 'jumping-clock.so')
    if (!existsSync(library)) {
      const built = spawnSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'])
      if (built.status !== 0) throw new Error(`no gcc: ${String(built.stderr)}`)
    }
    this.#file = file
    writeFileSync(this.#file, Buffer.alloc(8))
    this.environment = { LD_PRELOAD: library, JUMPING_CLOCK: this.#file }
  }

  /** @param aheadMs of the true time, or behind it */
  set(aheadMs: number): void {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(Math.round(aheadMs)))
    // In place: the file is part of the memory of processes.
    writeFileSync(this.#file, bytes, { flag: 'r+' })
  }
}
