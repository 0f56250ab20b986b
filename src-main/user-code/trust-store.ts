import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { AppError, reasonOf } from '../contract/errors.ts'
import { unwritable } from '../contract/unwritable.ts'
import type { UserCode } from '../contract/user-code.ts'
import { replacePrivateFileSync } from '../files/owner-only.ts'

const entrySchema = z.object({
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  kind: z.enum(['command', 'module']),
  command: z.array(z.string()),
  directory: z.string(),
  files: z.array(z.object({ path: z.string(), sha256: z.string() })),
  trustedAtMs: z.number(),
})
const storeSchema = z.object({ version: z.literal(1), trusted: z.array(entrySchema) })
export type TrustEntry = z.output<typeof entrySchema>

/**
 * Which code of the user may run: one file in the data folder, readable by the user only. Code that changed in any way
 * has another fingerprint and is asked about again.
 */
export class TrustStore {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** @throws AppError `file.unreadable` for a file that is damaged: nothing is trusted by accident */
  list(): readonly TrustEntry[] {
    let text: string
    try {
      text = readFileSync(this.#file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw this.#unreadable(error)
    }
    try {
      return storeSchema.parse(JSON.parse(text)).trusted
    } catch (error) {
      throw this.#unreadable(error)
    }
  }

  isTrusted({ fingerprint }: Pick<UserCode, 'fingerprint'>): boolean {
    return this.list().some(entry => entry.fingerprint === fingerprint)
  }

  /** @throws AppError `userCode.untrusted` */
  require(code: UserCode): void {
    if (this.isTrusted(code)) return
    throw new AppError('userCode.untrusted', {
      command: code.command.join(' '),
      files: code.files.map(({ path: file }) => file),
    })
  }

  trust({ fingerprint, kind, command, directory, files }: UserCode, trustedAtMs: number): void {
    const others = this.list().filter(entry => entry.fingerprint !== fingerprint)
    const entry = { fingerprint, kind, command: [...command], directory, files: [...files] }
    this.#write([...others, { ...entry, trustedAtMs }])
  }

  /** Takes back what was trusted of a file or of a directory. @returns how many entries went */
  revoke(fileOrDirectory: string): number {
    const all = this.list()
    const kept = all.filter(
      ({ directory, files }) =>
        directory !== fileOrDirectory && files.every(file => file.path !== fileOrDirectory),
    )
    if (kept.length < all.length) this.#write(kept)
    return all.length - kept.length
  }

  #write(trusted: readonly TrustEntry[]): void {
    try {
      const text = JSON.stringify({ version: 1, trusted }, null, 2)
      replacePrivateFileSync(this.#file, text)
    } catch (error) {
      throw unwritable(this.#file, error)
    }
  }

  #unreadable(error: unknown): AppError {
    return new AppError('file.unreadable', { path: this.#file, reason: reasonOf(error) }, error)
  }
}
