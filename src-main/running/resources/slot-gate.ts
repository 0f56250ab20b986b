import type { EventRecord } from '../../core/study/events.ts'
import type { JsonObject } from '../../core/values/json.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { StudyStore } from '../../platform/storage/study-store.ts'
import type { Executor } from '../executors/executor.ts'
import type { Shortage, StudyResources } from './study-resources.ts'

export interface SlotGateOptions {
  readonly resources: Pick<StudyResources, 'shortage' | 'free'>
  readonly executor: Pick<Executor, 'reserve' | 'slots'>
  readonly store: Pick<StudyStore, 'recordEvent'>
  readonly studyId: number
  readonly now: () => number
  /** Told when a waiting begins. */
  readonly onWait: (event: Pick<EventRecord, 'kind' | 'detail'>) => void
  /** Called when there may be room again. */
  readonly onRoom: () => void
}

/**
 * Lets a trial into a free slot only where memory and one of the trainers of all studies are left for it; says once, when a waiting begins,
 * for what.
 */
export class SlotGate {
  readonly #options: SlotGateOptions
  #waiting = false
  /** Too few trainers for all slots is how a study goes on; memory comes and goes. */
  #hasReportedTrainers = false

  constructor(options: SlotGateOptions) {
    this.#options = options
  }

  /** The first free slot whose memory suffices; null if all have to wait. */
  choose(freeSlots: readonly number[], running: number): number | null {
    const { resources } = this.#options
    if (freeSlots.length === 0) return null
    const shortages: Shortage[] = []
    const fitting = freeSlots.find(slot => {
      const shortage = resources.shortage(slot, running === 0)
      if (shortage !== null) shortages.push(shortage)
      return shortage === null
    })
    if (fitting === undefined) return this.#wait(detailOf(shortages[0]))
    const { executor, onRoom } = this.#options
    if (executor.reserve?.(running + 1, onRoom) === false) {
      resources.free(fitting)
      const { limit = 0, taken = 0, openFiles = null } = executor.slots ?? {}
      return this.#wait({ trainers: taken, limit, ...(openFiles === null ? {} : { openFiles }) })
    }
    this.#waiting = false
    return fitting
  }

  #wait(detail: JsonObject): null {
    const { store, studyId, now, onWait } = this.#options
    const isKnown = this.#waiting || ('trainers' in detail && this.#hasReportedTrainers)
    this.#waiting = true
    if (!isKnown) {
      this.#hasReportedTrainers ||= 'trainers' in detail
      const event = { kind: 'slot.waiting', trialNumber: null, atMs: now(), detail } as const
      store.recordEvent(studyId, event)
      onWait(event)
    }
    return null
  }
}

function detailOf(shortage: Shortage | undefined): JsonObject {
  if (shortage === undefined || 'gpus' in shortage) return { ...shortage }
  return { ...shortage, expectedBytes: Math.round(shortage.expectedBytes) }
}

/** From 0. */
export function slotsOf({ parallelTrials }: Pick<StudySpecification, 'parallelTrials'>): number[] {
  return Array.from({ length: parallelTrials }, (_, slot) => slot)
}
