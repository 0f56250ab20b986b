import { msg } from '../../../../core/errors/message.ts'
import type { AttemptOutcome, StartMessage } from '../../../../core/processes/trainer-protocol.ts'
import { type Failure, LOCAL_MACHINE } from '../../../../core/trial/trial.ts'
import type { JobFollower } from '../../detached-attempt.ts'
import type { AttemptListener, Executor, RunningAttempt } from '../../executor.ts'
import { SlotGate, type SlotGateOptions } from '../../../resources/slot-gate.ts'
import type { StudyResources } from '../../../resources/study-resources.ts'
import type { LocalSlots } from './machine-slots.ts'

/** Of this computer, for trials that run on it beside machines. */
export interface MixedLocal extends Pick<SlotGateOptions, 'store' | 'studyId' | 'now' | 'onWait'> {
  readonly slots: number
  readonly resources: Pick<StudyResources, 'shortage' | 'place' | 'free'>
}

/** Those trials of a study over SSH that have a slot on this computer: they want memory, GPUs and trainers as those of other studies do. */
export class LocalTrials implements LocalSlots {
  readonly slots: number
  readonly #executor: Pick<Executor, 'start'>
  readonly #resources: MixedLocal['resources']
  readonly #gate: SlotGate

  constructor(
    { slots, ...shared }: MixedLocal,
    executor: Pick<Executor, 'start' | 'reserve' | 'slots'>,
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

  free(slot: number): void {
    this.#resources.free(slot)
  }

  begin(start: StartMessage, listener: AttemptListener, slot: number): JobFollower {
    const { unjudged: _, ...judged } = start
    return new LocalAttempt(
      this.#executor.start(
        // A person may have its steps judged later, and nobody could tell it then.
        judged,
        {
          ...listener,
          started: (engine, pid) => {
            listener.assigned?.(LOCAL_MACHINE)
            listener.started(engine, pid)
            listener.taken?.()
          },
        },
        this.#resources.place(start.trialNumber, slot),
      ),
    )
  }
}

/** Is followed as a job is, but ends with the session. */
class LocalAttempt implements JobFollower {
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
const sessionEnded: Failure = { class: 'killed', reason: msg('failure.sessionEnded') }
