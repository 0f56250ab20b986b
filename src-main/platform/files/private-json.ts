import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { AppError, isAppError, reasonOf } from '../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { unwritable } from '../../core/errors/unwritable.ts'
import { isObject } from '../../core/values/json.ts'
import { isSealed, sealOf } from './installation-seal.ts'
import { replacePrivateFileSync } from './owner-only.ts'
import { foreignReason } from './require-own.ts'

const DEFAULT_MAX_BYTES = 1 << 20

interface PrivateJsonOptions {
  /** Default 1 MiB. */
  readonly maxBytes?: number
  /**
   * Whether only a file counts that this account has written, as told by a key of its own: for what lies beside a database and lets others
   * in or starts programs. Default false.
   */
  readonly isSealed?: boolean
}

/** A small file of JSON that decides what is allowed: readable by its owner alone, replaced as a whole. */
export class PrivateJsonFile<Schema extends z.ZodType> {
  readonly #file: string
  readonly #schema: Schema
  readonly #maxBytes: number
  readonly #isSealed: boolean

  constructor(file: string, schema: Schema, options: PrivateJsonOptions = {}) {
    this.#file = file
    this.#schema = schema
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
    this.#isSealed = options.isSealed ?? false
  }

  /**
   * @returns null if there is none
   * @throws AppError `file.tooOld` for one of an earlier version, `file.unreadable` for one that is damaged, too large, or that others may write: nothing is allowed by accident
   */
  read(): z.output<Schema> | null {
    try {
      const content: unknown = JSON.parse(this.#text())
      this.#refuseOlder(content)
      return this.#schema.parse(this.#isSealed ? this.#unsealed(content) : content)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      if (isAppError(error)) throw error
      throw new AppError('file.unreadable', { path: this.#file, reason: reasonOf(error) }, error)
    }
  }

  /** @throws AppError of a full disk, of a place that cannot be written, or `file.unwritable` for more than could be read again */
  write(content: z.input<Schema>): void {
    const sealed = this.#isSealed
      ? { ...(content as object), seal: sealOf(JSON.stringify(content)) }
      : content
    const text = `${JSON.stringify(sealed, null, 2)}\n`
    const bytes = Buffer.byteLength(text)
    if (bytes > this.#maxBytes)
      throw new AppError('file.unwritable', { path: this.#file, reason: this.#limit() })
    try {
      replacePrivateFileSync(this.#file, text)
    } catch (error) {
      throw unwritable(this.#file, error, bytes)
    }
  }

  #unsealed(content: unknown): unknown {
    const { seal, ...values } = isObject(content) ? content : {}
    if (isSealed(JSON.stringify(values), seal)) return values
    throw new AppError('file.unreadable', { path: this.#file, reason: msg('rule.sealed') })
  }

  #refuseOlder(content: unknown): void {
    const supported = versionOf(this.#schema)
    const version = isObject(content) ? content['version'] : null
    if (supported === null || typeof version !== 'number' || version >= supported) return
    throw new AppError('file.tooOld', { path: this.#file, found: version, supported })
  }

  #text(): string {
    const file = openSync(this.#file, 'r')
    try {
      const stats = fstatSync(file)
      const reason = foreignReason(this.#file, stats)
      if (reason !== null) throw new AppError('file.unreadable', { path: this.#file, reason })
      if (stats.size <= this.#maxBytes) return readFileSync(file, 'utf8')
      throw new AppError('file.unreadable', { path: this.#file, reason: this.#limit() })
    } finally {
      closeSync(file)
    }
  }

  #limit(): MessageDescriptor {
    return msg('rule.bytes.atMost', { limit: this.#maxBytes })
  }
}

/** The one version that a format of files has. */
function versionOf(schema: z.ZodType): number | null {
  if (!(schema instanceof z.ZodObject)) return null
  const version: unknown = schema.shape['version']
  return version instanceof z.ZodLiteral ? Number(version.value) : null
}
