import { msg } from '../../core/errors/message.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { Failure } from '../../core/trial/trial.ts'
import { chosenExecutor } from '../executors/chosen-executor.ts'
import { afterRunTime, isHalted } from '../../platform/processes/run-time.ts'
import { isCommand } from '../../core/objectives/command/command.ts'

/** A process that serves many trials may take so long to start before its first one begins. */
const START_MS = 120_000

interface AttemptLimitOptions {
  readonly specification: Pick<StudySpecification, 'objective' | 'timeout' | 'executor'>
  readonly abort: (failure: Failure) => void
  /** Time does not count while this process is stopped. */
  readonly pid: () => number | undefined
}

/** Ends an attempt that takes too long. */
export class AttemptLimit {
  readonly #options: AttemptLimitOptions
  #clear: () => void = () => undefined

  constructor(options: AttemptLimitOptions) {
    this.#options = options
    const { objective, executor } = options.specification
    // It waits for a machine as long as it takes.
    if (chosenExecutor({ executor }).definition.reportsStart) return
    this.#begin(isCommand(objective) && objective.serves ? START_MS : 0)
  }

  /** A program that serves many trials, or another machine, has begun this one: time counts from now on. */
  taken(): void {
    this.#begin(0)
  }

  #begin(startMs: number): void {
    const { specification, abort, pid } = this.#options
    const { trialMinutes } = specification.timeout
    if (trialMinutes === undefined) return
    const limitMs = trialMinutes * 60_000
    this.clear()
    this.#clear = afterRunTime(
      limitMs + startMs,
      () => abort({ class: 'timeout', reason: msg('failure.trialTimeLimit', { limitMs }) }),
      () => {
        const runningPid = pid()
        return runningPid !== undefined && isHalted(runningPid)
      },
    )
  }

  clear(): void {
    this.#clear()
  }
}
