import { fact } from '../contract/fact.ts'
import { invalidData } from '../contract/invalid-data.ts'
import { SOURCE_FILE_LIMIT_BYTES } from './source-file.ts'

/** Texts one after the other as UTF-8. */
export class TextStore {
  readonly #encoder = new TextEncoder()
  readonly #chunks: Uint8Array[] = []
  readonly #offsets = [0]
  readonly #path: string
  #total = 0

  constructor(path: string) {
    this.#path = path
  }

  add(text: string): void {
    const bytes = this.#encoder.encode(text)
    this.#total += bytes.length
    if (this.#total > SOURCE_FILE_LIMIT_BYTES) {
      const rule = fact('rule.bytes.atMost', { limit: SOURCE_FILE_LIMIT_BYTES, of: 'text' })
      throw invalidData(this.#path, 'texts', this.#total, rule)
    }
    this.#chunks.push(bytes)
    this.#offsets.push(this.#total)
  }

  joined(): { readonly bytes: Uint8Array; readonly offsets: Int32Array } {
    const bytes = new Uint8Array(this.#total)
    for (const [row, chunk] of this.#chunks.entries()) bytes.set(chunk, this.#offsets[row])
    return { bytes, offsets: Int32Array.from(this.#offsets) }
  }
}
