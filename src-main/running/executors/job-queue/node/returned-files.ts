import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import type { WorkerReport } from '../common/protocol.ts'
import { droppedFolder, remarksFile } from '../../../../core/trial/trial-files.ts'
import { diskFullError } from '../../../../core/errors/unwritable.ts'
import { partsOf } from '../../../../platform/files/own-path.ts'
import { recordName } from '../../record-file.ts'

/** Files of one attempt together. */
export const MAX_FILES_BYTES = 64_000_000

/** Weights, predictions and the model of a task. */
const fileOfTask = /^[a-z][a-z0-9.-]*\.(safetensors|json)$/

/**
 * Whether a file of a trial's folder, named with `/`, comes back from a worker: what code of the user left, its results and its output, or
 * what a task keeps.
 * @param attempt of code of the user; null: a task
 */
export function isReturned(name: string, attempt: string | null): boolean {
  if (attempt === null) return fileOfTask.test(name) && name !== recordName
  const parts = partsOf(name)
  if (parts === null) return false
  const [first = '', second, third] = parts
  if (parts.length === 1)
    return first === remarksFile || first.startsWith(`attempt-${attempt}.output.`)
  if (first === droppedFolder) return true
  if (first !== `attempt-${attempt}`) return false
  return second === droppedFolder
    ? third !== undefined
    : parts.length === 2 && (second === 'results.json' || second === remarksFile)
}

/** Writes what comes back into the folder of the trial. */
export class ReturnedFiles {
  readonly #directory: string
  readonly #attempt: string | null
  readonly #workerAttempt: string | null
  #bytes = 0

  /** @param saidAs what a worker calls the attempt that began in an earlier session; null: the same */
  constructor(directory: string, attempt: string | null, workerAttempt: string | null = null) {
    this.#directory = directory
    this.#attempt = attempt
    this.#workerAttempt = workerAttempt
  }

  /** @throws AppError `data.invalid` for a name that leads elsewhere, a hole, or too much; `disk.full` */
  keep({ name: reportedName, offset, content }: Extract<WorkerReport, { kind: 'file' }>): void {
    const name = this.#localName(reportedName)
    if (!isReturned(name, this.#attempt)) throw this.#broken('name', name)
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

  #localName(reportedName: string): string {
    if (this.#workerAttempt === null || this.#attempt === null) return reportedName
    const [old, current] = [`attempt-${this.#workerAttempt}`, `attempt-${this.#attempt}`]
    const isOf = reportedName.startsWith(`${old}/`) || reportedName.startsWith(`${old}.output.`)
    return isOf ? current + reportedName.slice(old.length) : reportedName
  }

  #broken(field: string, value: string | number): AppError {
    const rule = msg('rule.belowStudy', { folder: this.#directory })
    return new AppError('data.invalid', { path: this.#directory, field, value, rule })
  }
}

export function filesTooLarge(directory: string, bytes: number): AppError {
  const rule = msg('rule.bytes.atMost', { limit: MAX_FILES_BYTES })
  return new AppError('data.invalid', { path: directory, field: 'files', value: bytes, rule })
}
