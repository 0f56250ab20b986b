import { setTimeout as sleep } from 'node:timers/promises'
import type { SavedCheckpoint } from '../../core/trial/checkpoint.ts'
import { isAppError } from '../../core/errors/errors.ts'
import { diskFullError } from '../../core/errors/unwritable.ts'
import type {
  PrepareMessage,
  StartMessage,
  UserTrial,
} from '../../core/processes/trainer-protocol.ts'
import { type CommandObjective, commandObjectiveSchema } from '../../core/study/user-code.ts'
import type { ObjectiveHost, ObjectiveResult } from '../../training/objectives/objective-host.ts'
import {
  type AttemptFiles,
  attemptFiles,
  servedLine,
  writeStopFile,
} from '../../platform/user-code/attempt-files.ts'
import { AttemptState } from '../../platform/user-code/attempt-state.ts'
import {
  fillCommand,
  fillServing,
  localEnvironment,
  localLaunch,
} from '../../platform/user-code/command-environment.ts'
import { CodeGuard } from '../../platform/user-code/code-guard.ts'
import {
  type SelfContainedScript,
  selfContainedScript,
  withCopiedScript,
} from '../../platform/user-code/copy-script.ts'
import { CommandOutput } from '../../platform/user-code/command-output.ts'
import { logSources } from '../../platform/user-code/log-sources.ts'
import { MetricLogs } from '../../platform/metric-logs/metric-logs.ts'
import { killLeftOver } from '../../platform/user-code/kill-left-over.ts'
import type { ReportedRow } from '../../platform/user-code/report-track.ts'
import { earlierReports, LastStep } from '../../platform/user-code/last-step.ts'
import { checkEnd } from '../../platform/user-code/program-end.ts'
import { ProgramServer, type RunningProgram } from '../../platform/user-code/program-server.ts'
import {
  noTestSplit,
  requireTrusted,
  userTrialOf,
} from '../../platform/user-code/require-trusted.ts'
import {
  type ProgramLaunch,
  SupervisedProgram,
} from '../../platform/user-code/supervised-program.ts'
import type { PreparedObjective } from './prepared-objective.ts'
import { runFromState } from './run-from-state.ts'

/** A command of the user; its files are looked at again before every attempt. */
export async function prepareCommand(message: PrepareMessage): Promise<PreparedObjective> {
  const objective = commandObjectiveSchema.parse(message.objective)
  const { directory } = await requireTrusted(objective, message)
  const server = objective.serves ? new ProgramServer() : null
  return {
    engine: null,
    keepsOwnState: true,
    train: async (start, host) => {
      const code = await requireTrusted(objective, message)
      const trial = userTrialOf(start)
      const script = selfContainedScript(objective, code)
      const guard = new CodeGuard({
        code: { fingerprint: code.fingerprint, copied: script !== null },
        note: attemptCode => host.code?.(attemptCode),
        isLoaded: server?.isServing === true,
        requireUnchanged: async () => requireTrusted(objective, message),
      })
      return runCommand({ objective, directory, start, trial, host, server, script, guard })
    },
    test: () => {
      throw noTestSplit('command')
    },
  }
}

/**
 * A program whose trial is to be pruned runs on for so long, or until it reports its goal again: if it ends by itself meanwhile, that report
 * was its last, and its trial is complete.
 */
const LAST_REPORT_MS = 1_000
/** Between two looks at the logs of a program. */
const READ_LOGS_EVERY_MS = 400

interface CommandRunOptions {
  readonly objective: CommandObjective
  /** Absolute. */
  readonly directory: string
  readonly start: StartMessage
  readonly trial: UserTrial
  readonly host: ObjectiveHost
  /** Null: each attempt has a process of its own. */
  readonly server: ProgramServer | null
  /** Runs from a copy; null: everything runs where it lies. */
  readonly script: SelfContainedScript | null
  readonly guard: CodeGuard
}

/**
 * One attempt of a command on this machine, from its folders to its last process.
 * @throws AppError `command.*`, `training.invalid`; `file.notFound`, `data.invalid` where it cannot go on from another trial
 */
async function runCommand(options: CommandRunOptions): Promise<ObjectiveResult> {
  const { start, trial } = options
  const files = attemptFiles(trial.directory, trial.attempt)
  const state = AttemptState.of(files, start)
  try {
    killLeftOver(files.trialDirectory)
    return await runFromState(options, files, state, async () =>
      new CommandRun(options, files, state).run(),
    )
  } catch (error) {
    throw diskFullError(error, files.trialDirectory) ?? error
  } finally {
    killLeftOver(files.trialDirectory)
  }
}

class CommandRun {
  readonly #options: CommandRunOptions
  readonly #files: AttemptFiles
  readonly #output: CommandOutput
  /** Null: metrics come from elsewhere. */
  readonly #logs: MetricLogs | null
  /** Null for a program that does not go on by itself. */
  readonly #state: AttemptState | null
  readonly #lastStep: LastStep
  #program: RunningProgram | null = null
  #stopped: 'prune' | 'cancel' | 'suspend' | null = null
  /** Runs from the judgment that prunes to the end of the program, or to the signal. */
  #pruneTimer: NodeJS.Timeout | null = null
  /** Reported since that judgment, of other metrics than the goal's. */
  readonly #unreported: ReportedRow[] = []
  #hasEnded = false
  /** It ended by itself, before a judgment to prune it could end it. */
  #isSpared = false

  constructor(options: CommandRunOptions, files: AttemptFiles, state: AttemptState | null) {
    const { objective, directory, start, trial } = options
    this.#options = options
    const sources = logSources(objective, directory, start, trial, files)
    this.#logs = sources === null ? null : new MetricLogs(sources)
    this.#files = files
    this.#state = state
    this.#lastStep = new LastStep(state === null ? undefined : start.untilStep)
    this.#output = new CommandOutput({
      objective,
      directory,
      goals: start.goals,
      files,
      attempt: trial.attempt,
      earlier: earlierReports(start),
      report: async row => {
        await options.guard.begun()
        return this.#report(row)
      },
    })
  }

  async #report(row: ReportedRow): Promise<'continue' | 'stop'> {
    const { host, start } = this.#options
    const { step, metrics } = row
    this.#lastStep.check(step)
    if (this.#pruneTimer !== null) {
      const goal = start.goals[0]?.metric ?? ''
      if (!Object.hasOwn(metrics, goal)) {
        this.#unreported.push(row)
        return 'continue'
      }
      this.#stop('prune')
      return 'stop'
    }
    const answer = await host.report(step, metrics)
    // It ends there by itself, and what it says until it has saved still counts.
    if (this.#lastStep.isReached || this.#stopped === 'suspend') return 'continue'
    if (answer !== 'stop') return 'continue'
    // Nothing is left to save by pruning it.
    if (this.#hasEnded) this.#isSpared = true
    else if (this.#stopped === null)
      this.#pruneTimer = setTimeout(() => this.#stop('prune'), LAST_REPORT_MS)
    return this.#stopped === null ? 'continue' : 'stop'
  }

  /** Its process is gone. */
  async #exited(isWell: boolean): Promise<void> {
    this.#hasEnded = true
    if (this.#pruneTimer === null) return
    clearTimeout(this.#pruneTimer)
    this.#pruneTimer = null
    if (!isWell) {
      // What it does after that judgment counts no more, a failure included.
      this.#stopped = 'prune'
      this.#output.stop()
      return
    }
    this.#isSpared = true
    for (const { step, metrics } of this.#unreported) await this.#options.host.report(step, metrics)
  }

  /** @returns `nothingToDo` if it went on from what an earlier attempt left, and had nothing to say */
  async run(): Promise<ObjectiveResult | 'nothingToDo'> {
    const { host } = this.#options
    const running = this.#start()
    this.#program = running
    host.steered?.(what =>
      this.#stop(what === 'suspend' && this.#state !== null ? 'suspend' : 'cancel'),
    )
    let endedWell = false
    try {
      const followed = this.#followLogs(running)
      followed.catch(() => undefined)
      const end = await running.ended.finally(async () => this.#options.guard.ended())
      await followed
      await this.#exited(end.exitCode === 0)
      await this.#readLogs(end.exitCode === 0)
      await this.#output.finish()
      endedWell = end.exitCode === 0
      if (this.#isDone) {
        checkEnd(end, this.#output.tail)
        if (await this.#hasNothingToDo()) return 'nothingToDo'
        await this.#output.conclude()
      }
    } catch (error) {
      // After it was told to end, nothing is a failure but untrusted code.
      if (this.#isDone || isAppError(error, 'userCode.changed') || diskFullError(error) !== null)
        throw error
    } finally {
      clearTimeout(this.#pruneTimer ?? undefined)
      this.#output.close()
    }
    const { best, last } = this.#output.track
    const checkpoint = endedWell ? await this.#keepState() : null
    return {
      finished: this.#isDone,
      best,
      last,
      ...(this.#isDone && this.#isSpared ? { endedUnstopped: true as const } : {}),
      ...(checkpoint === null ? {} : { checkpoint }),
    }
  }

  /** While the program runs. A problem ends it, and is thrown once it has ended. */
  async #followLogs(running: RunningProgram): Promise<void> {
    const logs = this.#logs
    if (logs === null) return
    const over = new AbortController()
    const end = (): void => over.abort()
    running.ended.then(end, end)
    while (!over.signal.aborted) {
      await sleep(READ_LOGS_EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined)
      if (over.signal.aborted) return
      try {
        await this.#output.takeLogged(logs.read())
      } catch (error) {
        running.stop('SIGKILL', 0)
        await running.ended.catch(() => undefined)
        throw error
      }
    }
  }

  /** What stands in the logs once the program has ended. */
  async #readLogs(endedWell: boolean): Promise<void> {
    for (let hasMore = this.#logs !== null; hasMore;) {
      const values = this.#logs?.read(endedWell)
      if (values === undefined) return
      await this.#output.takeLogged(values)
      ;({ hasMore } = values)
    }
  }

  #start(): RunningProgram {
    const { objective, directory, start, trial, host, server, script } = this.#options
    const inPlace =
      server === null
        ? fillCommand(objective, start, trial, this.#files)
        : fillServing(objective, trial.studyName)
    const filled =
      script === null ? inPlace : withCopiedScript(inPlace, script, this.#files.trialDirectory)
    const launch: ProgramLaunch = {
      ...localLaunch(objective, filled, directory),
      directory,
      limits: objective.limits,
      environment: localEnvironment(filled.added),
      onOutput: (stream, chunk) => this.#output.take(stream, chunk),
    }
    if (server === null) return new SupervisedProgram(launch)
    const attempt = `${start.trialNumber}/${trial.attempt}`
    return server.run(
      launch,
      { attempt, taken: () => host.taken?.() },
      servedLine(this.#files, start, trial),
    )
  }

  /** It was not stopped, or only after it had reported its last step. */
  get #isDone(): boolean {
    return this.#stopped === null || (this.#stopped === 'suspend' && this.#lastStep.isReached)
  }

  async #hasNothingToDo(): Promise<boolean> {
    if (this.#state?.isLeftOver !== true) return false
    await this.#output.readResults()
    return this.#output.track.last === null
  }

  async #keepState(): Promise<SavedCheckpoint | null> {
    const { last } = this.#output.track
    if (this.#state === null || last === null) return null
    if (!this.#isDone && this.#stopped !== 'prune') return null
    return this.#state.keep(Math.max(last.step, this.#output.seenStep ?? 0), !this.#isDone)
  }

  #stop(why: 'prune' | 'cancel' | 'suspend'): void {
    if (this.#stopped !== null) return
    this.#stopped = why
    clearTimeout(this.#pruneTimer ?? undefined)
    this.#pruneTimer = null
    // A trial that is to go on later reports what it still does; otherwise its curve had a hole.
    if (why !== 'suspend') this.#output.stop()
    const { stopSignal, graceSeconds } = this.#options.objective
    try {
      writeStopFile(this.#files, why === 'prune' ? 'prune' : 'cancel')
    } finally {
      this.#program?.stop(stopSignal, graceSeconds * 1_000)
    }
  }
}
