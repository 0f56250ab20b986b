import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { AppError, reasonOf } from '../contract/errors.ts'
import { unwritable } from '../contract/unwritable.ts'
import { replacePrivateFileSync } from './owner-only.ts'

/** A small file of JSON that decides what is allowed: readable by its owner alone, replaced as a whole. */
export class PrivateJsonFile<Schema extends z.ZodType> {
  readonly #file: string
  readonly #schema: Schema

  constructor(file: string, schema: Schema) {
    this.#file = file
    this.#schema = schema
  }

  /** @returns null if there is none @throws AppError `file.unreadable` for one that is damaged: nothing is allowed by accident */
  read(): z.output<Schema> | null {
    try {
      return this.#schema.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw new AppError('file.unreadable', { path: this.#file, reason: reasonOf(error) }, error)
    }
  }

  /** @throws AppError of a full disk, or of a place that cannot be written */
  write(content: z.input<Schema>): void {
    try {
      replacePrivateFileSync(this.#file, `${JSON.stringify(content, null, 2)}\n`)
    } catch (error) {
      throw unwritable(this.#file, error)
    }
  }
}
