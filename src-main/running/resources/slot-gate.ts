import type { StudySpecification } from '../../contract/study-specification.ts'
import type { StudyStore } from '../../storage/study-store.ts'
import type { StudyResources } from './study-resources.ts'

export interface SlotGateOptions {
  readonly resources: StudyResources
  readonly store: Pick<StudyStore, 'recordEvent'>
  readonly studyId: number
  readonly now: () => number
}

/** Lets a trial into a free slot only where memory for it is left; says once, when a waiting begins, for what. */
export class SlotGate {
  readonly #options: SlotGateOptions
  #waiting = false

  constructor(options: SlotGateOptions) {
    this.#options = options
  }

  /** The first free slot whose memory suffices; null if all have to wait. */
  choose(freeSlots: readonly number[], running: number): number | null {
    const { resources } = this.#options
    const [first] = freeSlots
    if (running === 0) return first ?? null
    const fitting = freeSlots.find(slot => resources.shortage(slot) === null)
    if (fitting !== undefined || first === undefined) {
      this.#waiting = false
      return fitting ?? null
    }
    if (!this.#waiting) this.#say(first)
    return null
  }

  #say(slot: number): void {
    this.#waiting = true
    const shortage = this.#options.resources.shortage(slot)
    if (shortage === null) return
    const { memory, freeBytes, expectedBytes } = shortage
    this.#options.store.recordEvent(this.#options.studyId, {
      kind: 'slot.waiting',
      trialNumber: null,
      detail: { memory, freeBytes, expectedBytes: Math.round(expectedBytes) },
      atMs: this.#options.now(),
    })
  }
}

/** From 0. */
export function slotsOf({ slots }: Pick<StudySpecification, 'slots'>): number[] {
  return Array.from({ length: slots }, (_, slot) => slot)
}
