import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../core/errors/errors.ts'
import { fact } from '../../core/errors/fact.ts'
import type { Said } from '../../contract/queue-protocol.ts'
import { droppedFolder, saidFile } from '../../core/trial/trial-files.ts'
import { diskFullError } from '../../core/errors/unwritable.ts'
import { partsOf } from '../../platform/files/own-path.ts'
import { recordName } from '../record-file.ts'

/** Files of one attempt together. */
export const MAX_FILES_BYTES = 64_000_000

/** Weights, predictions and the model of a task. */
const fileOfTask = /^[a-z][a-z0-9.-]*\.(safetensors|json)$/

/**
 * Whether a file of a trial's folder, named with `/`, comes back from a worker: what code of the user left, its results and its output, or
 * what a task keeps.
 * @param attempt of code of the user; null: a task
 */
export function comesBack(name: string, attempt: string | null): boolean {
  if (attempt === null) return fileOfTask.test(name) && name !== recordName
  const parts = partsOf(name)
  if (parts === null) return false
  const [first = '', second, third] = parts
  if (parts.length === 1)
    return first === saidFile || first.startsWith(`attempt-${attempt}.output.`)
  if (first === droppedFolder) return true
  if (first !== `attempt-${attempt}`) return false
  return second === droppedFolder
    ? third !== undefined
    : parts.length === 2 && (second === 'results.json' || second === saidFile)
}

/** Writes what comes back into the folder of the trial. */
export class KeptPieces {
  readonly #directory: string
  readonly #attempt: string | null
  readonly #saidAs: string | null
  #bytes = 0

  /** @param saidAs what a worker calls the attempt that began in an earlier session; null: the same */
  constructor(directory: string, attempt: string | null, saidAs: string | null = null) {
    this.#directory = directory
    this.#attempt = attempt
    this.#saidAs = saidAs
  }

  /** @throws AppError `data.invalid` for a name that leads elsewhere, a hole, or too much; `disk.full` */
  keep({ name: said, offset, content }: Extract<Said, { kind: 'file' }>): void {
    const name = this.#nameHere(said)
    if (!comesBack(name, this.#attempt)) throw this.#broken('name', name)
    this.#bytes += content.length
    if (this.#bytes > MAX_FILES_BYTES) throw filesTooLarge(this.#directory, this.#bytes)
    const target = path.join(this.#directory, ...name.split('/'))
    try {
      mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 })
      const file = openSync(target, offset === 0 ? 'w' : 'r+', 0o600)
      try {
        if (fstatSync(file).size !== offset) throw this.#broken('offset', offset)
        writeSync(file, content, 0, content.length, offset)
      } finally {
        closeSync(file)
      }
    } catch (error) {
      throw diskFullError(error, target, content.length) ?? error
    }
  }

  #nameHere(said: string): string {
    if (this.#saidAs === null || this.#attempt === null) return said
    const [old, own] = [`attempt-${this.#saidAs}`, `attempt-${this.#attempt}`]
    const isOf = said.startsWith(`${old}/`) || said.startsWith(`${old}.output.`)
    return isOf ? own + said.slice(old.length) : said
  }

  #broken(field: string, value: string | number): AppError {
    const rule = fact('rule.belowStudy', { folder: this.#directory })
    return new AppError('data.invalid', { path: this.#directory, field, value, rule })
  }
}

export function filesTooLarge(directory: string, bytes: number): AppError {
  const rule = fact('rule.bytes.atMost', { limit: MAX_FILES_BYTES })
  return new AppError('data.invalid', { path: directory, field: 'files', value: bytes, rule })
}
