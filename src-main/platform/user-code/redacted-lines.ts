import { visibleText } from '../../core/values/visible-text.ts'
import type { OutputLine } from './output-lines.ts'
import { createRedactor, secretForms, secretValues } from './redact.ts'

/** Characters at the end of a piece that wait for the next: a token without its end in them is longer than any that is known. */
const LONGEST_TOKEN = 8_192

/**
 * Lines of output as they are logged: what is hidden in them made visible, secrets taken out. Of a line that comes in pieces, an end in which a
 * secret may begin waits for the next piece.
 */
export class RedactedLines {
  readonly #values: readonly string[]
  readonly #redact: (text: string) => string
  readonly #waitingCharacters: number
  /** Of the line that goes on. */
  #waitingText = ''

  /** @param variables see `createRedactor`, as `secrets` */
  constructor(
    variables: Readonly<Record<string, string | undefined>>,
    secrets: readonly string[] = [],
  ) {
    this.#values = secretValues(variables, secrets)
    this.#redact = createRedactor(variables, secrets)
    this.#waitingCharacters = Math.max(LONGEST_TOKEN, this.#values[0]?.length ?? 0)
  }

  /** The lines and pieces that can be logged now. */
  take(lines: readonly OutputLine[]): string[] {
    return lines.flatMap(({ text: raw, isCut }) => {
      const text = this.#waitingText + visibleText(raw)
      const cutAt = isCut ? this.#safeCut(text) : text.length
      this.#waitingText = text.slice(cutAt)
      return isCut && cutAt === 0 ? [] : [this.#redact(text.slice(0, cutAt))]
    })
  }

  /** What still waits: the output is at its end. */
  end(): string[] {
    const text = this.#waitingText
    this.#waitingText = ''
    return text === '' ? [] : [this.#redact(text)]
  }

  /** Where a text can be cut without cutting a secret, so far from its end that none begins before and is not whole yet. */
  #safeCut(text: string): number {
    const latest = Math.max(0, text.length - this.#waitingCharacters)
    // What goes on that long is no token, or would never be written.
    const earliest = latest - 2 * this.#waitingCharacters
    const spans = [
      ...this.#values.flatMap(value => spansOf(text, value)),
      ...secretForms.flatMap(form =>
        Array.from(text.matchAll(form), ({ index, 0: match }) => [index, index + match.length]),
      ),
    ].filter(([, end = 0]) => end > earliest)
    let cutAt = latest
    for (;;) {
      const crossing = spans.find(([start = 0, end = 0]) => start < cutAt && end > cutAt)
      const start = crossing?.[0] ?? cutAt
      if (start < earliest) return latest
      if (start === cutAt) return cutAt
      cutAt = start
    }
  }
}

/** Start and end of each value in a text, none within another, as `replaceAll` takes them. */
function spansOf(text: string, value: string): number[][] {
  const spans: number[][] = []
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length))
    spans.push([at, at + value.length])
  return spans
}
