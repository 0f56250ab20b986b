import { z } from 'zod'
import { AppError } from '../../core/errors/errors.ts'
import { commandLineText, type UserCode } from '../../core/study/user-code.ts'
import { PrivateJsonFile } from '../files/private-json.ts'
import { withoutNewData } from './new-data.ts'

const entrySchema = z.object({
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  kind: z.enum(['command', 'module']),
  command: z.array(z.string()),
  directory: z.string(),
  files: z.array(z.object({ path: z.string(), sha256: z.string() })),
  trustedAtMs: z.number(),
})
const storeSchema = z.object({ version: z.literal(2), trusted: z.array(entrySchema) })
export type TrustEntry = z.output<typeof entrySchema>

/** Every version of code that was ever trusted stays in it. */
const MAX_BYTES = 16 << 20

/**
 * Which code of the user may run: one file in the data folder, readable by the user only. Code that changed in any way
 * has another fingerprint and is asked about again.
 */
export class TrustStore {
  readonly #file: PrivateJsonFile<typeof storeSchema>

  constructor(file: string) {
    this.#file = new PrivateJsonFile(file, storeSchema, { maxBytes: MAX_BYTES })
  }

  /** @throws AppError `file.unreadable` for a file that is damaged: nothing is trusted by accident */
  list(): readonly TrustEntry[] {
    return this.#file.read()?.trusted ?? []
  }

  isTrusted(code: UserCode): boolean {
    return this.#asTrusted(code) !== null
  }

  /**
   * @returns the code as it was trusted: see {@link withoutNewData}
   * @throws AppError `userCode.untrusted`
   */
  require(code: UserCode): UserCode {
    const trusted = this.#asTrusted(code)
    if (trusted !== null) return trusted
    throw new AppError('userCode.untrusted', {
      command: commandLineText(code),
      files: code.files.map(({ path: file }) => file),
    })
  }

  #asTrusted(code: UserCode): UserCode | null {
    for (const { fingerprint, files } of this.list()) {
      if (fingerprint === code.fingerprint) return code
      const earlier = withoutNewData(code, files)
      if (fingerprint === earlier.fingerprint) return earlier
    }
    return null
  }

  trust({ fingerprint, kind, command, directory, files }: UserCode, trustedAtMs: number): void {
    const others = this.list().filter(entry => entry.fingerprint !== fingerprint)
    const entry = { fingerprint, kind, command: [...command], directory, files: [...files] }
    this.#write([...others, { ...entry, trustedAtMs }])
  }

  /** Takes back what was trusted of a file or of a directory. @returns how many entries went */
  revoke(fileOrDirectory: string): number {
    const all = this.list()
    const remaining = all.filter(
      ({ directory, files }) =>
        directory !== fileOrDirectory && files.every(file => file.path !== fileOrDirectory),
    )
    if (remaining.length < all.length) this.#write(remaining)
    return all.length - remaining.length
  }

  #write(trusted: readonly TrustEntry[]): void {
    this.#file.write({ version: 2, trusted: [...trusted] })
  }
}
