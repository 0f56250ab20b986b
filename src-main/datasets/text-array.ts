import { fact } from '../contract/fact.ts'
import { invalidData } from '../contract/invalid-data.ts'
import type { ArrayFile } from './array-file.ts'
import type { DatasetDraft, NewArray } from './dataset-draft.ts'
import { TwinFinder } from './find-twins.ts'
import { Int32List } from './int32-list.ts'
import { SOURCE_FILE_LIMIT_BYTES } from './source-file.ts'

/** Texts one after the other as UTF-8 in a draft: `texts` (bytes) and `offsets` (int32, rows + 1). */
export class TextArray {
  readonly twins = new TwinFinder()
  readonly #encoder = new TextEncoder()
  readonly #offsets = new Int32List()
  readonly #file: ArrayFile<'uint8'>
  readonly #path: string

  /** @param path names the source in errors */
  constructor(path: string, draft: DatasetDraft) {
    this.#path = path
    this.#file = draft.array('texts', 'uint8')
    this.#offsets.push(0)
  }

  /** @throws AppError `data.invalid` if all texts together are too long */
  add(text: string): void {
    const bytes = this.#encoder.encode(text)
    const total = this.#file.length + bytes.length
    if (total > SOURCE_FILE_LIMIT_BYTES) {
      const rule = fact('rule.bytes.atMost', { limit: SOURCE_FILE_LIMIT_BYTES, of: 'text' })
      throw invalidData(this.#path, 'texts', total, rule)
    }
    this.#file.append(bytes)
    this.twins.add(bytes)
    this.#offsets.push(total)
  }

  arrays(): readonly NewArray[] {
    const offsets = this.#offsets.toArray()
    return [
      { file: this.#file, shape: [this.#file.length] },
      { name: 'offsets', data: offsets, shape: [offsets.length] },
    ]
  }
}
