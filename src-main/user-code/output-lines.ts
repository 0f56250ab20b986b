import { StringDecoder } from 'node:string_decoder'

/** A longer line is given in pieces of this many characters. */
const LONGEST_LINE = 65_536

/**
 * Cuts output into lines: at line feeds and at carriage returns, with which progress bars overwrite themselves.
 * Bytes that are no UTF-8 become U+FFFD.
 */
export class OutputLines {
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''

  /** The lines that a chunk completes. */
  add(chunk: Buffer): string[] {
    const parts = (this.#rest + this.#decoder.write(chunk)).split(/\r\n|\n|\r/)
    this.#rest = parts.pop() ?? ''
    if (this.#rest.length > LONGEST_LINE) {
      parts.push(this.#rest)
      this.#rest = ''
    }
    return parts.flatMap(pieces)
  }

  /** The text behind the last line end. */
  end(): string[] {
    const rest = this.#rest + this.#decoder.end()
    this.#rest = ''
    return rest === '' ? [] : pieces(rest)
  }
}

function pieces(line: string): string[] {
  if (line.length <= LONGEST_LINE) return [line]
  const count = Math.ceil(line.length / LONGEST_LINE)
  return Array.from({ length: count }, (_, index) =>
    line.slice(index * LONGEST_LINE, (index + 1) * LONGEST_LINE),
  )
}
