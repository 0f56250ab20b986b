import { savesCheckpoints } from '../../../core/objectives/checkpoint-support.ts'
import { AppError, isAppError } from '../../../core/errors/errors.ts'
import {
  atEase,
  decideRunConditions,
  inTurn,
  isUnsure,
  type RunConditionCause,
  runConditionMessage,
  type RunConditions,
  type RunConditionReadings,
  type RunConditionState,
  noRunConditions,
  type QueuedStudy,
  stateAfter,
} from '../common/run-conditions.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import {
  type StoredRunConditions,
  RunConditionsFile,
  requireStartable,
} from './run-conditions-file.ts'
import type { RunConditionSensors } from './run-condition-sensors.ts'
import type { StudyHost } from '../../studies/node/study-host.ts'

const LOOK_EVERY_MS = 5_000

export interface RunConditionsServiceOptions {
  readonly store: Pick<StudyStore, 'studyById'>
  readonly host: Pick<
    StudyHost,
    'sessions' | 'begun' | 'hold' | 'isHeldBack' | 'takeUpHeld' | 'letGo' | 'start' | 'isRunning'
  >
  readonly file: string
  /** Whether what the last session held goes on here. */
  readonly takesUpHeld: boolean
  /** Whether studies of the queue start here. */
  readonly startsQueued: boolean
  readonly sensors: Pick<RunConditionSensors, 'read'>
  readonly log: (method: string, bug: unknown) => void
}

/** Holds studies back where the machine is wanted for something else, lets them go on after, and starts those of the queue one after the other. */
export class RunConditionsService {
  readonly #options: RunConditionsServiceOptions
  readonly #file: RunConditionsFile
  readonly #timer: NodeJS.Timeout | null
  #state: RunConditionState = atEase
  #runConditions = noRunConditions
  #isDamaged = false
  #hasReported = false

  /** @param everyMs null: another process writes, which holds and starts; this one decides only what it shows */
  constructor(options: RunConditionsServiceOptions, everyMs: number | null = LOOK_EVERY_MS) {
    this.#options = options
    this.#file = new RunConditionsFile(options.file)
    if (options.takesUpHeld) this.#state = stateAfter(options.host.takeUpHeld())
    this.#timer = everyMs === null ? null : setInterval(() => this.#guarded(), everyMs).unref()
  }

  get state(): RunConditionState {
    return this.#state
  }

  /** @throws AppError `file.unreadable` for a file that is damaged */
  get runConditions(): RunConditions {
    return this.#file.read().runConditions
  }

  set(runConditions: RunConditions): void {
    this.#file.change(() => ({ runConditions }))
    this.look()
  }

  /** In the order in which they start. */
  get studyQueue(): readonly QueuedStudy[] {
    return inTurn(this.#file.read().studyQueue)
  }

  /** At its end, also one that stood elsewhere. @throws AppError `study.notFound`, `study.external`, `study.running`, `study.finished` */
  enqueue(entry: QueuedStudy): void {
    const { store, host } = this.#options
    const study = store.studyById(entry.study)
    if (host.isRunning(entry.study)) throw new AppError('study.running', { study: study.name })
    requireStartable(study)
    this.#file.enqueue(entry)
    host.begun.delete(entry.study)
    this.look()
  }

  dequeue(studyId: number): void {
    this.#file.dequeue(studyId)
  }

  move(studyId: number, position: number): void {
    this.#file.move(studyId, position)
  }

  /** Now, and every few seconds. */
  look(newReadings?: RunConditionReadings): void {
    const { host, sensors } = this.#options
    const contents = this.#readOrLast()
    const readings = newReadings ?? sensors.read(contents.runConditions)
    this.#state = decideRunConditions(contents.runConditions, readings, this.#state)
    if (this.#timer === null) return
    const pending = this.#withoutBegun(contents)
    const { cause } = this.#state
    if (cause !== null) {
      for (const id of host.sessions) {
        if (!host.isHeldBack(id) && this.#gains(id, cause))
          host.hold(id, runConditionMessage(cause))
      }
      return
    }
    host.letGo(heldCause => isUnsure(heldCause, contents.runConditions, readings))
    if (this.#options.startsQueued && host.sessions.length === 0) this.#startNext(pending)
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  /** Trainings that save nothing would be lost by a pause; they sleep with the machine and go on when it wakes. */
  #gains(studyId: number, cause: RunConditionCause): boolean {
    if (cause !== 'sleep') return true
    const { objective, checkpoint } = this.#options.store.studyById(studyId).specification
    return savesCheckpoints(objective) && checkpoint !== 'none'
  }

  /** One that cannot start, such as one whose code is trusted no more, makes room for the next. */
  #startNext(contents: StoredRunConditions): void {
    const [next] = inTurn(contents.studyQueue)
    if (next === undefined) return
    this.#file.dequeue(next.study)
    try {
      this.#options.host.start(next.study)
    } catch (error) {
      this.#options.log('queue', error)
    }
  }

  /** One that a person has begun, or deleted, has left the queue: it is not begun again after. */
  #withoutBegun(contents: StoredRunConditions): StoredRunConditions {
    const { begun } = this.#options.host
    const isLeft = ({ study }: QueuedStudy): boolean => !begun.has(study) && this.#isThere(study)
    const remaining = contents.studyQueue.every(isLeft)
      ? contents
      : this.#file.change(({ studyQueue }) => ({ studyQueue: studyQueue.filter(isLeft) }))
    begun.clear()
    return remaining
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
      this.#hasReported = false
    } catch (error) {
      if (!this.#hasReported) this.#options.log('runConditions', error)
      this.#hasReported = true
    }
  }

  /** Where the file is damaged, run conditions stay as they were and nothing starts: what is held does not wait until somebody mends it. */
  #readOrLast(): StoredRunConditions {
    try {
      const contents = this.#file.read()
      this.#runConditions = contents.runConditions
      this.#isDamaged = false
      return contents
    } catch (error) {
      if (!this.#isDamaged) this.#options.log('runConditions', error)
      this.#isDamaged = true
      return { runConditions: this.#runConditions, studyQueue: [] }
    }
  }
}
