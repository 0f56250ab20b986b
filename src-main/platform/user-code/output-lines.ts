import { Buffer, isUtf8 } from 'node:buffer'
import { terminalText } from '../processes/system/terminal-text.ts'

/** A longer line is given in pieces of at most this many characters. */
const LONGEST_LINE = 65_536
/** The longest letter of UTF-8, in bytes. */
const LONGEST_LETTER = 4
const LINE_END = /\r\n|\n|\r/

/** A line, or a piece of one that is too long. */
export interface OutputLine {
  readonly text: string
  /** Its line goes on in the next piece. */
  readonly isCut: boolean
}

/**
 * Cuts output into lines: at line feeds and at carriage returns, with which progress bars overwrite themselves.
 * A line is UTF-8; one that is not is what a terminal of this system shows for it.
 */
export class OutputLines {
  readonly #asInTerminal: (bytes: Buffer) => string
  #rest: Buffer = Buffer.alloc(0)
  #isAfterReturn = false

  constructor(asInTerminal: (bytes: Buffer) => string = terminalText) {
    this.#asInTerminal = asInTerminal
  }

  /** The lines that a chunk completes. */
  add(chunk: Buffer): OutputLine[] {
    // A line end of two letters may come in two chunks.
    const start = this.#isAfterReturn && chunk[0] === 0x0a ? 1 : 0
    if (chunk.length > 0) this.#isAfterReturn = chunk.at(-1) === 0x0d
    const bytes = Buffer.concat([this.#rest, chunk.subarray(start)])
    const whole = Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d)) + 1
    const lines = this.#linesOf(bytes.subarray(0, whole)).flatMap(line => pieces(line))
    this.#rest = bytes.subarray(whole)
    if (this.#rest.length > LONGEST_LINE) {
      const cutAt = this.#rest.length - begunLetter(this.#rest)
      lines.push(...pieces(this.#textOf(this.#rest.subarray(0, cutAt)), true))
      this.#rest = this.#rest.subarray(cutAt)
    }
    return lines
  }

  /** The text behind the last line end. */
  end(): OutputLine[] {
    const lastLine = this.#textOf(this.#rest)
    this.#rest = Buffer.alloc(0)
    return lastLine === '' ? [] : pieces(lastLine)
  }

  /** Of bytes that end with a line end. */
  #linesOf(bytes: Buffer): string[] {
    if (isUtf8(bytes)) return bytes.toString('utf8').split(LINE_END).slice(0, -1)
    // Every byte is one letter so; in no code page does a line end stand within a letter.
    const parts = bytes.toString('latin1').split(LINE_END).slice(0, -1)
    return parts.map(part => this.#textOf(Buffer.from(part, 'latin1')))
  }

  #textOf(bytes: Buffer): string {
    return isUtf8(bytes) ? bytes.toString('utf8') : this.#asInTerminal(bytes)
  }
}

/** How many bytes at the end begin a letter of UTF-8 without ending it. */
function begunLetter(bytes: Buffer): number {
  for (let count = 1; count < LONGEST_LETTER; count++) {
    const byte = bytes.at(-count) ?? 0
    const isInside = byte >= 0x80 && byte < 0xc0
    if (isInside) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > count ? count : 0
  }
  return 0
}

/** @param isCut whether the line goes on behind this text */
function pieces(line: string, isCut = false): OutputLine[] {
  const cutPieces: OutputLine[] = []
  let at = 0
  while (line.length - at > LONGEST_LINE) {
    const end = at + LONGEST_LINE
    // A letter of two units stays whole.
    const cutAt = isHighSurrogate(line.charCodeAt(end - 1)) ? end - 1 : end
    cutPieces.push({ text: line.slice(at, cutAt), isCut: true })
    at = cutAt
  }
  return [...cutPieces, { text: line.slice(at), isCut }]
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}
