import { AppError } from '../contract/errors.ts'
import { fact } from '../contract/fact.ts'
import {
  atEase,
  decideManners,
  inTurn,
  mannerFact,
  mannerFileSchema,
  type Manners,
  type MannerReadings,
  type MannerState,
  noManners,
  type QueuedStudy,
} from '../contract/manners.ts'
import { PrivateJsonFile } from '../files/private-json.ts'
import type { StudyStore } from '../storage/study-store.ts'
import type { MannerSensors } from './manner-sensors.ts'
import type { StudyHost } from './study-host.ts'

const LOOK_EVERY_MS = 5_000

export interface MannersDeskOptions {
  readonly store: Pick<StudyStore, 'studyById'>
  readonly host: Pick<
    StudyHost,
    'sessions' | 'hold' | 'isHeldBack' | 'letGo' | 'start' | 'isRunning'
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
  #hasTold = false

  /** @param everyMs null: never by itself */
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

  /** At its end, or where it stands with another priority. @throws AppError `study.notFound`, `study.running`, `study.finished` */
  enqueue(entry: QueuedStudy): void {
    const { store, host } = this.#options
    const { name, state } = store.studyById(entry.study)
    if (host.isRunning(entry.study)) throw new AppError('study.running', { study: name })
    if (state === 'finished') throw new AppError('study.finished', { study: name, state })
    const kept = this.#read()
    const others = kept.queue.filter(({ study }) => study !== entry.study)
    this.#write({ ...kept, queue: [...others, entry] })
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
  look(readings: MannerReadings = this.#options.sensors.read()): void {
    const { host } = this.#options
    const kept = this.#read()
    this.#state = decideManners(kept.manners, readings, this.#state)
    const { cause } = this.#state
    if (cause !== null) {
      for (const id of host.sessions) if (!host.isHeldBack(id)) host.hold(id, mannerFact(cause))
      return
    }
    host.letGo()
    if (host.sessions.length === 0) this.#startNext(kept)
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
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

  #write({ manners, queue }: Kept): void {
    this.#file.write({ version: 1, manners, queue: [...queue] })
  }
}
