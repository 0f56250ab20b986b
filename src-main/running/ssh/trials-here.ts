import { fact } from '../../core/errors/fact.ts'
import type { AttemptOutcome, StartMessage } from '../../core/processes/trainer-protocol.ts'
import { type Failure, HERE } from '../../core/trial/trial.ts'
import type { JobFollower } from '../detached-attempt.ts'
import type { AttemptListener, Executor, RunningAttempt } from '../executor.ts'
import { SlotGate, type SlotGateOptions } from '../resources/slot-gate.ts'
import type { StudyResources } from '../resources/study-resources.ts'
import type { PlacesHere } from './machine-places.ts'

/** Of this computer, for trials that run on it beside machines. */
export interface SharedHere extends Pick<SlotGateOptions, 'store' | 'studyId' | 'now' | 'onWait'> {
  readonly slots: number
  readonly resources: Pick<StudyResources, 'shortage' | 'place' | 'free'>
}

/** Those trials of a study over SSH that have a place on this computer: they want memory, GPUs and trainers as those of other studies do. */
export class TrialsHere implements PlacesHere {
  readonly slots: number
  readonly #executor: Pick<Executor, 'start'>
  readonly #resources: SharedHere['resources']
  readonly #gate: SlotGate

  constructor(
    { slots, ...shared }: SharedHere,
    executor: Pick<Executor, 'start' | 'reserve' | 'places'>,
    onRoom: () => void,
  ) {
    this.slots = slots
    this.#executor = executor
    this.#resources = shared.resources
    this.#gate = new SlotGate({ ...shared, executor, onRoom })
  }

  choose(free: readonly number[], running: number): number | null {
    return this.#gate.choose(free, running)
  }

  free(place: number): void {
    this.#resources.free(place)
  }

  begin(start: StartMessage, listener: AttemptListener, place: number): JobFollower {
    const { unjudged: _, ...judged } = start
    return new AttemptHere(
      this.#executor.start(
        // A person may have its steps judged later, and nobody could tell it then.
        judged,
        {
          ...listener,
          started: (engine, pid) => {
            listener.placed?.(HERE)
            listener.started(engine, pid)
            listener.taken?.()
          },
        },
        this.#resources.place(start.trialNumber, place),
      ),
    )
  }
}

/** Is followed as a job is, but ends with the session. */
class AttemptHere implements JobFollower {
  readonly #running: RunningAttempt

  constructor(running: RunningAttempt) {
    this.#running = running
  }

  async follow(): Promise<AttemptOutcome> {
    return this.#running.outcome
  }

  stop(): void {
    this.#running.cancel()
  }

  abort(): void {
    this.#running.abort(sessionEnded)
  }

  leave(): void {
    this.#running.abort(sessionEnded)
  }
}

/** Whoever aborts has told the reason already, and nobody hears this one. */
const sessionEnded: Failure = { class: 'killed', fact: fact('failure.sessionEnded') }
