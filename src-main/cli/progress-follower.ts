import process from 'node:process'
import { isFeasible } from '../contract/constraints.ts'
import { columnOf } from '../contract/metric-columns.ts'
import type { StudyRecord } from '../contract/study.ts'
import { trialStates, type Assignment, type TrialState } from '../contract/trial.ts'
import type { RunnerListener } from '../running/runner-events.ts'
import type { StudyRunner } from '../running/study-runner.ts'
import { bestTrial } from '../contract/ranking.ts'
import type { CliContext } from './context.ts'
import type { FinishedTrial, ProgressState, RunningTrial } from './progress/progress-state.ts'
import { createProgressView, type ProgressView } from './progress/progress-view.ts'

interface FollowedTrial {
  readonly slot: number
  readonly parameters: Assignment
  readonly startedAtMs: number
  stepsDone: number | null
  value: number | null
}

/** Elapsed times move on the screen even when nothing is reported. */
const TICK_MS = 1_000

/** Turns what a runner tells into what the terminal shows. */
export class ProgressFollower {
  readonly listener: RunnerListener
  readonly #context: CliContext
  readonly #study: StudyRecord
  readonly #view: ProgressView
  readonly #running = new Map<number, FollowedTrial>()
  readonly #sessionStartMs: number
  #runner: StudyRunner | null = null
  #timer: NodeJS.Timeout | null = null
  #notice: string | null = null
  #durations = { count: 0, sumMs: 0 }

  constructor(context: CliContext, study: StudyRecord) {
    this.#context = context
    this.#study = study
    this.#sessionStartMs = context.now()
    const { stdout } = process
    this.#view = createProgressView({
      stream: stdout,
      isTerminal: stdout.isTTY,
      columns: () => stdout.columns,
      rows: () => stdout.rows,
      color: stdout.isTTY && stdout.hasColors(),
      language: context.language,
    })
    this.listener = {
      trialStarted: ({ number, slot, parameters, atMs }) => {
        this.#running.set(number, {
          slot,
          parameters,
          startedAtMs: atMs,
          stepsDone: null,
          value: null,
        })
        this.#update([])
      },
      metricsArrived: (number, columns) => {
        const trial = this.#running.get(number)
        const metric = study.specification.goals[0]?.metric
        const latest = metric === undefined ? undefined : columnOf(columns, metric).at(-1)
        if (trial === undefined || latest === undefined) return
        trial.stepsDone = latest.step
        trial.value = latest.value
        this.#update([])
      },
      trialFinished: ({ number, state, reason, durationMs, ...trialValues }) => {
        this.#running.delete(number)
        this.#durations = {
          count: this.#durations.count + 1,
          sumMs: this.#durations.sumMs + durationMs,
        }
        const value = trialValues.values[0] ?? null
        const feasible = isFeasible(trialValues)
        this.#update([{ number, state, value, feasible, durationMs, reason }])
      },
      trialSuspended: number => {
        this.#running.delete(number)
        this.#update([])
      },
    }
  }

  start(runner: StudyRunner): void {
    this.#runner = runner
    this.#timer = setInterval(() => {
      this.#update([])
    }, TICK_MS)
  }

  /** A line for the person, which also replaces the remaining time. */
  notice(text: string): void {
    if (this.#notice === text) return
    this.#notice = text
    this.#view.print(text)
    this.#update([])
  }

  finish(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#view.finish()
  }

  #update(finished: readonly FinishedTrial[]): void {
    const state = this.#state(finished)
    if (state !== null) this.#view.update(state)
  }

  #state(finished: readonly FinishedTrial[]): ProgressState | null {
    const { specification, name, elapsedMs } = this.#study
    const trials = this.#runner?.history.trials
    const [goal] = specification.goals
    if (trials === undefined || goal === undefined) return null
    const counts = Object.fromEntries(trialStates.map(state => [state, 0])) as Record<
      TrialState,
      number
    >
    for (const trial of trials) counts[trial.state]++
    const best = bestTrial(trials, goal)
    return {
      studyName: name,
      goal,
      stop: specification.stop,
      slots: specification.slots,
      counts,
      elapsedMs: elapsedMs + this.#context.now() - this.#sessionStartMs,
      meanTrialMs:
        this.#durations.count === 0 ? null : this.#durations.sumMs / this.#durations.count,
      best:
        best === null
          ? null
          : {
              number: best.number,
              value: best.values[0] ?? Number.NaN,
              parameters: best.parameters,
            },
      running: [...this.#running].map(([number, trial]) => this.#runningTrial(number, trial)),
      finished,
      notice: this.#notice,
    }
  }

  #runningTrial(number: number, trial: FollowedTrial): RunningTrial {
    const { slot, parameters, startedAtMs, stepsDone, value } = trial
    const { objective } = this.#study.specification
    const total = 'function' in objective ? objective.steps : parameters.epochs
    return {
      number,
      slot,
      stepsDone,
      stepsTotal: typeof total === 'number' ? total : null,
      value,
      elapsedMs: this.#context.now() - startedAtMs,
    }
  }
}
