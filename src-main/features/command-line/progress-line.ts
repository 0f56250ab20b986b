import { visibleText } from '../../core/i18n/visible-text.ts'
import { cutToColumns } from './terminal-text.ts'

const eraseToEndOfLine = '\u001B[K'

/** `process.stderr` fits. */
type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & { write(text: string): unknown }

/** One line on a terminal that is written over; nothing elsewhere. */
export class ProgressLine {
  readonly #stream: Terminal
  #isShown = false

  constructor(stream: Terminal) {
    this.#stream = stream
  }

  show(text: string): void {
    if (!this.#stream.isTTY) return
    this.#isShown = true
    // A terminal that does not know its size says 0.
    const line = cutToColumns(visibleText(text), (this.#stream.columns || 80) - 1)
    this.#stream.write(`\r${line}${eraseToEndOfLine}`)
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#isShown) this.#stream.write(`\r${eraseToEndOfLine}`)
    this.#isShown = false
  }
}
