import type { AppEvent, AppEventBody } from '../contract/api/app-event.ts'

/** Events that a face which was away for a moment can still get. */
const KEPT_EVENTS = 500

/**
 * Hands every event to every face, numbered. A face that comes back says what it saw last and gets the
 * rest, or `reset` if some of that is gone.
 */
export class EventHub {
  readonly #listeners = new Set<(event: AppEvent) => void>()
  #recent: AppEvent[] = []
  #sequence = 0

  /** Number of the last event; 0 before the first. */
  get sequence(): number {
    return this.#sequence
  }

  emit(body: AppEventBody): void {
    const event: AppEvent = { sequence: ++this.#sequence, ...body }
    this.#recent.push(event)
    // Cut rarely, and then by half: shifting a long array with every event would cost more.
    if (this.#recent.length > 2 * KEPT_EVENTS) this.#recent = this.#recent.slice(-KEPT_EVENTS)
    for (const listener of this.#listeners) listener(event)
  }

  /** @returns what ends the subscription */
  subscribe(listener: (event: AppEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Everything after `sequence`, or one `reset` when it cannot be had whole. */
  since(sequence: number): readonly AppEvent[] {
    if (sequence === this.#sequence) return []
    const first = this.#recent[0]?.sequence ?? Number.POSITIVE_INFINITY
    if (sequence > this.#sequence || sequence + 1 < first) {
      return [{ sequence: this.#sequence, type: 'reset' }]
    }
    return this.#recent.filter(event => event.sequence > sequence)
  }
}
