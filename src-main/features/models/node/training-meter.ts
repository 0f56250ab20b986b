import type { ModelProgress } from '../../../core/models/built-model.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'

/** A trial that is about to be trained once more. */
export interface PlannedTraining {
  readonly trialNumber: number
  /** Steps that it will take; null where its trial reported none. */
  readonly steps: number | null
  /** How long it took when it was a trial: what one training costs beside the others. */
  readonly durationMs: number
}

const REPORT_EVERY_MS = 200

/** @param untilStep where it will end; null: where the trial ended */
export function planTraining(trial: TrialRecord, untilStep: number | null): PlannedTraining {
  const last = Object.values(trial.metrics).reduce(
    (latest, { steps }) => Math.max(latest, steps.at(-1) ?? 0),
    0,
  )
  const wholeMs = Math.max(1, (trial.finishedAtMs ?? trial.startedAtMs) - trial.startedAtMs)
  const steps = untilStep ?? last
  return {
    trialNumber: trial.number,
    steps: steps > 0 ? steps : null,
    durationMs: last > 0 && steps > 0 ? wholeMs * Math.min(1, steps / last) : wholeMs,
  }
}

/** Follows trainings one after the other, and reports their progress, at most five times a second. */
export class TrainingMeter {
  readonly #now: () => number
  readonly #onProgress: (progress: ModelProgress) => void
  #planned: readonly PlannedTraining[] = []
  #current = -1
  #startedAtMs = 0
  #reportedAtMs = Number.NEGATIVE_INFINITY

  constructor(now: () => number, onProgress: (progress: ModelProgress) => void = () => undefined) {
    this.#now = now
    this.#onProgress = onProgress
    onProgress({ phase: 'preparing' })
  }

  plan(trainings: readonly PlannedTraining[]): void {
    this.#planned = trainings
  }

  /** The next of the plan begins. */
  next(): void {
    if (this.#current < 0) this.#startedAtMs = this.#now()
    this.#current++
    this.#show(0)
  }

  step(step: number): void {
    if (this.#now() - this.#reportedAtMs >= REPORT_EVERY_MS) this.#show(step)
  }

  /** Everything is trained, and measured on the test split. */
  measuring(): void {
    this.#onProgress({ phase: 'measuring' })
  }

  #show(step: number): void {
    const training = this.#planned[this.#current]
    if (training === undefined) return
    const { trialNumber, steps } = training
    const reached = steps === null ? 0 : Math.min(1, step / steps)
    const share = this.#shareDone(reached)
    this.#reportedAtMs = this.#now()
    const elapsedMs = this.#reportedAtMs - this.#startedAtMs
    this.#onProgress({
      phase: 'training',
      trialNumber,
      step,
      steps,
      share,
      member: this.#current + 1,
      members: this.#planned.length,
      remainingMs: share > 0 ? (elapsedMs * (1 - share)) / share : null,
    })
  }

  /** Of all trainings, each counted by the time that it took as a trial. */
  #shareDone(reached: number): number {
    let done = 0
    let whole = 0
    for (const [index, { durationMs }] of this.#planned.entries()) {
      whole += durationMs
      done += durationMs * (index < this.#current ? 1 : index === this.#current ? reached : 0)
    }
    return done / whole
  }
}
