import { constants } from 'node:fs'
import { appendFile, copyFile, mkdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import { isObject } from '../../core/values/json.ts'
import { MAX_NOTE_LENGTH } from '../../core/trial/trial-files.ts'
import { isAppError, reasonOf } from '../../core/errors/errors.ts'
import { remarksLimitMessage } from '../../core/trial/trial-files.ts'
import { visibleText } from '../../core/values/visible-text.ts'
import { diskFullError } from '../../core/errors/unwritable.ts'
import { removeEntry } from '../files/remove.ts'
import { temporaryBeside } from '../files/temporary.ts'
import { renameOver } from '../files/durable.ts'

/** What one attempt may say. */
const MAX_REMARK_BYTES = 1_000_000

interface RemarkLinesOptions {
  /** Where relative names of files start. */
  readonly directory: string
  /** Files of the trial go there. */
  readonly artifacts: string
  /** Notes, attributes and files that could not be kept go there, one JSON object a line. */
  readonly remarks: string
}

/**
 * Lines of a program that say something beside metrics: `{"artifact": "sample.png", "step": 3}` keeps a copy of a file as it is
 * now, `{"note": "…"}` a sentence, `{"attributes": {…}}` values by name.
 */
export class RemarkLines {
  readonly #options: RemarkLinesOptions
  #bytes = 0
  #hasReportedLimit = false

  constructor(options: RemarkLinesOptions) {
    this.#options = options
  }

  async take(lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      if (!/^\s*\{.*"(?:artifact|note|attributes)"/.test(line)) continue
      const message = parse(line)
      if (message === null) continue
      await this.takeMessage(message)
    }
  }

  /** What one line holds. */
  async takeMessage(message: Readonly<Record<string, unknown>>): Promise<void> {
    const { artifact, note, attributes } = message
    if (typeof artifact === 'string') await this.#keep(artifact, message)
    if (typeof note === 'string') await this.#append({ note: visibleNote(note) })
    if (isObject(attributes)) await this.#append({ attributes })
  }

  /** Something of the trial that could not be read or kept. */
  async leaveOut(name: string, reason: MessageDescriptor): Promise<void> {
    await this.#append({ leftOut: { name: visibleNote(name), bytes: 0, reason } })
  }

  async #keep(file: string, { name, step }: Readonly<Record<string, unknown>>): Promise<void> {
    const fileName = typeof name === 'string' ? name : path.basename(file)
    try {
      const reason = await this.#copy(path.resolve(this.#options.directory, file), fileName, step)
      if (reason !== null)
        await this.#append({ leftOut: { name: visibleNote(fileName), bytes: 0, reason } })
    } catch (error) {
      if (isAppError(error, 'disk.full')) throw error
      const reason = reasonOf(error)
      await this.#append({ leftOut: { name: visibleNote(fileName), bytes: 0, reason } })
    }
  }

  async #copy(file: string, name: string, step: unknown): Promise<MessageDescriptor | null> {
    const isStep = step === undefined || (Number.isSafeInteger(step) && Number(step) >= 0)
    if (!isStep || /[/\\\0]/.test(name) || ['', '.', '..'].includes(name)) {
      return msg('rule.artifacts.ownName')
    }
    // A pipe would be read for ever.
    const stats = await stat(file)
    if (!stats.isFile()) return msg('rule.artifacts.noFile')
    const { artifacts } = this.#options
    const folder = step === undefined ? artifacts : path.join(artifacts, `step-${Number(step)}`)
    const target = path.join(folder, name)
    const partial = temporaryBeside(target)
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      if ((await realpath(file)) === path.join(await realpath(folder), name)) return null
      await copyFile(file, partial, constants.COPYFILE_FICLONE)
      await renameOver(partial, target)
    } catch (error) {
      throw diskFullError(error, target, stats.size) ?? error
    } finally {
      await removeEntry(partial)
    }
    return null
  }

  async #append(what: object): Promise<void> {
    let line = `${JSON.stringify(what)}\n`
    this.#bytes += Buffer.byteLength(line)
    if (this.#bytes > MAX_REMARK_BYTES) {
      if (this.#hasReportedLimit) return
      this.#hasReportedLimit = true
      line = `${JSON.stringify({ leftOut: { name: '', bytes: 0, reason: remarksLimitMessage() } })}\n`
    }
    const { remarks: remarkFile } = this.#options
    try {
      await appendFile(remarkFile, line, { mode: 0o600 })
    } catch (error) {
      throw diskFullError(error, remarkFile, line.length) ?? error
    }
  }
}

function visibleNote(text: string): string {
  return visibleText(text).slice(0, MAX_NOTE_LENGTH)
}

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
