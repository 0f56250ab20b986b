import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { AppendedFile, MAX_READ_BYTES } from './appended-file.ts'
import type { FileMark } from './file-mark.ts'

interface NewLines {
  readonly lines: readonly string[]
  /** The first of them is the first of the file. */
  readonly isRestarted: boolean
  readonly hasMore: boolean
  readonly problem: MessageDescriptor | null
}

/** The lines of a file that grows; a line counts once its end is there. */
export class LineFile {
  readonly #file: AppendedFile

  constructor(file: string, mark: FileMark | null) {
    this.#file = new AppendedFile(file, mark)
  }

  next(isFinal: boolean): NewLines | null {
    const read = this.#file.next(isFinal)
    if (read === null) return null
    const { bytes, isRestarted, offset, size } = read
    const isAtEnd = offset + bytes.length >= size
    const end = isFinal && isAtEnd ? bytes.length : bytes.lastIndexOf(0x0a) + 1
    if (end === 0 && bytes.length === MAX_READ_BYTES) {
      // What follows of the line is no row by itself.
      this.#file.take(read, bytes.length)
      const problem = msg('failure.metricLog.record', { limitBytes: MAX_READ_BYTES })
      return { lines: [], isRestarted, hasMore: !isAtEnd, problem }
    }
    const lines = bytes.toString('utf8', 0, end).split('\n')
    if (lines.at(-1) === '') lines.pop()
    const hasMore = this.#file.take(read, end)
    return { lines, isRestarted, hasMore, problem: null }
  }
}
