import { savesCheckpoints } from '../contract/checkpoint.ts'
import { AppError, isAppError } from '../contract/errors.ts'
import { fact } from '../contract/fact.ts'
import {
  atEase,
  decideManners,
  inTurn,
  type MannerCause,
  mannerFact,
  mannerFileSchema,
  type Manners,
  type MannerReadings,
  type MannerState,
  noManners,
  type QueuedStudy,
} from '../contract/manners.ts'
import { objectiveKind } from '../contract/study-specification.ts'
import { PrivateJsonFile } from '../files/private-json.ts'
import type { StudyStore } from '../storage/study-store.ts'
import type { MannerSensors } from './manner-sensors.ts'
import type { StudyHost } from './study-host.ts'

const LOOK_EVERY_MS = 5_000

export interface MannersDeskOptions {
  readonly store: Pick<StudyStore, 'studyById'>
  readonly host: Pick<
    StudyHost,
    'sessions' | 'begun' | 'hold' | 'isHeldBack' | 'letGo' | 'start' | 'isRunning'
  >
  readonly file: string
  readonly sensors: Pick<MannerSensors, 'read'>
  readonly log: (method: string, bug: unknown) => void
}

interface Kept {
  readonly manners: Manners
  readonly queue: readonly QueuedStudy[]
}

/** Holds studies back where the machine is wanted for something else, lets them go on after, and starts those of the queue one after the other. */
export class MannersDesk {
  readonly #options: MannersDeskOptions
  readonly #file: PrivateJsonFile<typeof mannerFileSchema>
  readonly #timer: NodeJS.Timeout | null
  #state: MannerState = atEase
  #manners = noManners
  #isDamaged = false
  #hasTold = false

  /** @param everyMs null: another process writes, which holds and starts; this one decides only what it shows */
  constructor(options: MannersDeskOptions, everyMs: number | null = LOOK_EVERY_MS) {
    this.#options = options
    this.#file = new PrivateJsonFile(options.file, mannerFileSchema)
    this.#timer = everyMs === null ? null : setInterval(() => this.#guarded(), everyMs).unref()
  }

  get state(): MannerState {
    return this.#state
  }

  /** @throws AppError `file.unreadable` for a file that is damaged */
  get manners(): Manners {
    return this.#read().manners
  }

  set(manners: Manners): void {
    this.#write({ ...this.#read(), manners })
    this.look()
  }

  /** In the order in which they start. */
  get queue(): readonly QueuedStudy[] {
    return inTurn(this.#read().queue)
  }

  /** At its end, also one that stood elsewhere. @throws AppError `study.notFound`, `study.external`, `study.running`, `study.finished` */
  enqueue(entry: QueuedStudy): void {
    const { store, host } = this.#options
    const { name, state, specification } = store.studyById(entry.study)
    if (objectiveKind(specification.objective) === 'external') {
      throw new AppError('study.external', { study: name })
    }
    if (host.isRunning(entry.study)) throw new AppError('study.running', { study: name })
    if (state === 'finished') throw new AppError('study.finished', { study: name, state })
    const kept = this.#read()
    const others = kept.queue.filter(({ study }) => study !== entry.study)
    this.#write({ ...kept, queue: [...others, entry] })
    host.begun.delete(entry.study)
    this.look()
  }

  dequeue(studyId: number): void {
    const kept = this.#read()
    this.#write({ ...kept, queue: kept.queue.filter(({ study }) => study !== studyId) })
  }

  /** @param place from 0, among all @throws AppError `usage.invalid` for one that is not in the queue */
  move(studyId: number, place: number): void {
    const kept = this.#read()
    const queue = inTurn(kept.queue)
    const entry = queue.find(({ study }) => study === studyId)
    if (entry === undefined) {
      throw new AppError('usage.invalid', { reason: fact('rule.notQueued', { study: studyId }) })
    }
    const others = queue.filter(one => one !== entry)
    const neighbour = others[Math.min(place, others.length - 1)]
    // Beside others of another priority it has theirs.
    const priority = neighbour?.priority ?? entry.priority
    this.#write({ ...kept, queue: others.toSpliced(place, 0, { ...entry, priority }) })
  }

  /** Now, and every few seconds. */
  look(found?: MannerReadings): void {
    const { host, sensors } = this.#options
    const known = this.#readOrLast()
    const readings = found ?? sensors.read(known.manners)
    this.#state = decideManners(known.manners, readings, this.#state)
    if (this.#timer === null) return
    const kept = this.#withoutBegun(known)
    const { cause } = this.#state
    if (cause !== null) {
      for (const id of host.sessions) {
        if (!host.isHeldBack(id) && this.#gains(id, cause)) host.hold(id, mannerFact(cause))
      }
      return
    }
    host.letGo()
    if (host.sessions.length === 0) this.#startNext(kept)
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  /** Trainings that save nothing would be lost by a pause; they sleep with the machine and go on when it wakes. */
  #gains(studyId: number, cause: MannerCause): boolean {
    if (cause !== 'sleep') return true
    const { objective, checkpoint } = this.#options.store.studyById(studyId).specification
    return savesCheckpoints(objective) && checkpoint !== 'none'
  }

  /** One that cannot start, such as one whose code is trusted no more, makes room for the next. */
  #startNext(kept: Kept): void {
    const [next] = inTurn(kept.queue)
    if (next === undefined) return
    this.#write({ ...kept, queue: kept.queue.filter(({ study }) => study !== next.study) })
    try {
      this.#options.host.start(next.study)
    } catch (error) {
      this.#options.log('queue', error)
    }
  }

  /** One that a person has begun, or deleted, has left the queue: it is not begun again after. */
  #withoutBegun(kept: Kept): Kept {
    const { begun } = this.#options.host
    const queue = kept.queue.filter(({ study }) => !begun.has(study) && this.#isThere(study))
    const left = { ...kept, queue }
    if (queue.length < kept.queue.length) this.#write(left)
    begun.clear()
    return left
  }

  #isThere(studyId: number): boolean {
    try {
      this.#options.store.studyById(studyId)
      return true
    } catch (error) {
      if (isAppError(error, 'study.notFound')) return false
      throw error
    }
  }

  #guarded(): void {
    try {
      this.look()
      this.#hasTold = false
    } catch (error) {
      if (!this.#hasTold) this.#options.log('manners', error)
      this.#hasTold = true
    }
  }

  #read(): Kept {
    return this.#file.read() ?? { manners: noManners, queue: [] }
  }

  /** Where the file is damaged, manners stay as they were and nothing starts: what is held does not wait until somebody mends it. */
  #readOrLast(): Kept {
    try {
      const kept = this.#read()
      this.#manners = kept.manners
      this.#isDamaged = false
      return kept
    } catch (error) {
      if (!this.#isDamaged) this.#options.log('manners', error)
      this.#isDamaged = true
      return { manners: this.#manners, queue: [] }
    }
  }

  #write({ manners, queue }: Kept): void {
    this.#file.write({ version: 1, manners, queue: [...queue] })
  }
}
