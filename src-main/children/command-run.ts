import { writeFileSync } from 'node:fs'
import { AppError, isAppError } from '../contract/errors.ts'
import type { StartMessage, UserTrial } from '../contract/trainer-protocol.ts'
import type { CommandObjective } from '../contract/user-code.ts'
import type { ObjectiveHost, ObjectiveResult } from '../training/objectives/objective-host.ts'
import { type AttemptFiles, attemptFiles, prepareAttempt } from '../user-code/attempt-files.ts'
import { fillCommand, localEnvironment } from '../user-code/command-environment.ts'
import { CommandOutput } from '../user-code/command-output.ts'
import { killLeftOver } from '../user-code/kill-left-over.ts'
import { checkEnd } from '../user-code/program-end.ts'
import { SupervisedProgram } from '../user-code/supervised-program.ts'

export interface CommandRunOptions {
  readonly objective: CommandObjective
  /** Absolute. */
  readonly directory: string
  readonly start: StartMessage
  readonly trial: UserTrial
  readonly host: ObjectiveHost
}

/**
 * One attempt of a command on this machine, from its folders to its last process.
 * @throws AppError `command.*`, `training.invalid`
 */
export async function runCommand(options: CommandRunOptions): Promise<ObjectiveResult> {
  const files = attemptFiles(options.trial.directory, options.trial.attempt)
  try {
    killLeftOver(files.trialDirectory)
    prepareAttempt(files, options.start.parameters)
    return await new CommandRun(options, files).run()
  } catch (error) {
    if (!isDiskFull(error)) throw error
    throw new AppError('command.diskFull', { reason: error.message }, error)
  } finally {
    killLeftOver(files.trialDirectory)
  }
}

class CommandRun {
  readonly #options: CommandRunOptions
  readonly #files: AttemptFiles
  readonly #output: CommandOutput
  #program: SupervisedProgram | null = null
  #stopped = false

  constructor(options: CommandRunOptions, files: AttemptFiles) {
    const { objective, start, trial, host } = options
    this.#options = options
    this.#files = files
    this.#output = new CommandOutput({
      objective,
      goals: start.goals,
      files,
      attempt: trial.attempt,
      report: async ({ step, metrics }) => {
        const answer = await host.report(step, metrics)
        if (answer === 'stop') this.#stop('prune')
        return answer
      },
    })
  }

  async run(): Promise<ObjectiveResult> {
    const { objective, directory, start, trial, host } = this.#options
    const { program, parameters, added } = fillCommand(objective, start, trial, this.#files)
    const running = new SupervisedProgram({
      program,
      parameters,
      directory,
      environment: localEnvironment(added),
      limits: objective.limits,
      onOutput: (stream, chunk) => this.#output.take(stream, chunk),
    })
    this.#program = running
    host.steered?.(what => {
      if (what === 'pause') running.pause()
      else if (what === 'continue') running.continue()
      else this.#stop('cancel')
    })
    try {
      const end = await running.ended
      await this.#output.finish()
      if (!this.#stopped) checkEnd(end, this.#output.tail)
      if (!this.#stopped) await this.#output.conclude()
    } catch (error) {
      // What it still did after it was told to end is no failure.
      if (!this.#stopped || isDiskFull(error)) throw error
    } finally {
      this.#output.close()
    }
    const { best, last } = this.#output.track
    return { finished: !this.#stopped, best, last }
  }

  #stop(why: 'prune' | 'cancel'): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#output.stop()
    const { stopSignal, graceSeconds } = this.#options.objective
    try {
      writeFileSync(this.#files.stop, why)
    } finally {
      this.#program?.stop(stopSignal, graceSeconds * 1_000)
    }
  }
}

function isDiskFull(error: unknown): error is Error {
  if (isAppError(error)) return false
  const code = (error as NodeJS.ErrnoException | null)?.code
  return code === 'ENOSPC' || code === 'EDQUOT'
}
