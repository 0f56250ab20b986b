import type { AppEvent, AppEventBody } from '../common/app-event.ts'
import { encodeWire } from '../../../core/processes/wire.ts'

/** Events that a face which was away for a moment can still get, as far as they are small. */
const MAX_STORED_EVENTS = 500
/** Of their texts together: events of a large study can be large. */
const MAX_STORED_CHARACTERS = 8 * 1024 * 1024

/**
 * Hands every event to every face, numbered. A face that comes back says what it saw last and gets the
 * rest, or `reset` if some of that is gone.
 */
export class EventHub {
  readonly #listeners = new Set<(event: AppEvent) => void>()
  readonly #texts = new WeakMap<AppEvent, string>()
  #recent: AppEvent[] = []
  /** Of the texts of those that are kept. */
  #characters = 0
  #sequence = 0

  /** Number of the last event; 0 before the first. */
  get sequence(): number {
    return this.#sequence
  }

  emit(body: AppEventBody): void {
    const event: AppEvent = { sequence: ++this.#sequence, ...body }
    this.#recent.push(event)
    this.#characters += this.textOf(event).length
    this.#forget()
    for (const listener of this.#listeners) listener(event)
  }

  /** @returns what ends the subscription */
  subscribe(listener: (event: AppEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** The event as wire text, which all faces share. */
  textOf(event: AppEvent): string {
    const cachedText = this.#texts.get(event)
    if (cachedText !== undefined) return cachedText
    const text = encodeWire(event)
    this.#texts.set(event, text)
    return text
  }

  /** Everything after `sequence`, or one `reset` when it cannot be had whole. */
  since(sequence: number): readonly AppEvent[] {
    if (sequence === this.#sequence) return []
    const first = this.#recent[0]?.sequence ?? Number.POSITIVE_INFINITY
    if (sequence > this.#sequence || sequence + 1 < first) {
      return [{ sequence: this.#sequence, type: 'reset' }]
    }
    return this.#recent.slice(sequence + 1 - first)
  }

  /** Cuts rarely, and then by half: shifting a long array with every event would cost more. */
  #forget(): void {
    if (
      this.#recent.length <= 2 * MAX_STORED_EVENTS &&
      this.#characters <= 2 * MAX_STORED_CHARACTERS
    )
      return
    let from = this.#recent.length
    let characters = 0
    while (from > Math.max(0, this.#recent.length - MAX_STORED_EVENTS)) {
      const length = this.textOf(this.#recent[from - 1] as AppEvent).length
      if (characters + length > MAX_STORED_CHARACTERS) break
      characters += length
      from--
    }
    this.#recent = this.#recent.slice(from)
    this.#characters = characters
  }
}
