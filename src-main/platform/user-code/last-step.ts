import { AppError } from '../../core/errors/errors.ts'
import type { StartMessage } from '../../core/processes/trainer-protocol.ts'
import { startStepOf } from './attempt-state.ts'
import type { EarlierReports } from './report-track.ts'

/** The step at which code of the user was told to end; it ends there by itself, so that it has saved. */
export class LastStep {
  readonly #untilStep: number | undefined
  #reached: number | null = null

  /** @param untilStep undefined: it decides itself */
  constructor(untilStep: number | undefined) {
    this.#untilStep = untilStep
  }

  get isReached(): boolean {
    return this.#reached !== null
  }

  /**
   * The first step at or beyond the end is the last: not every program reports every step.
   * @throws AppError `command.overran` for a step after the last
   */
  check(step: number): void {
    const untilStep = this.#untilStep
    if (untilStep === undefined) return
    if (this.#reached === null) {
      if (step >= untilStep) this.#reached = step
    } else if (step > this.#reached) {
      throw new AppError('command.overran', { untilStep, step })
    }
  }
}

/** Null for code that does not go on by itself. */
export function earlierReports(start: StartMessage): EarlierReports | null {
  const continuation = start.userTrial?.continuation
  return continuation === undefined
    ? null
    : { startStep: startStepOf(start), columns: continuation.earlier }
}
