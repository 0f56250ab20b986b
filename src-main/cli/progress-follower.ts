import process from 'node:process'
import { isFeasible } from '../contract/constraints.ts'
import { columnOf } from '../contract/metric-value.ts'
import { bestTrial } from '../contract/ranking.ts'
import type { StudyRecord } from '../contract/study.ts'
import { trialStates, type Assignment, type TrialState } from '../contract/trial.ts'
import type { Language } from '../i18n/language.ts'
import type { RunnerListener } from '../running/runner-events.ts'
import type { StudyRunner } from '../running/study-runner.ts'
import type { CliContext } from './context.ts'
import { formatFinishedTrial, formatProgressBlock } from './progress/format-progress.ts'
import type { FinishedTrial, ProgressState, RunningTrial } from './progress/progress-state.ts'

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

/** Where the view writes; `process.stderr` and `process.stdout` fit. */
interface ProgressStream {
  write(text: string): unknown
}

interface ProgressViewOptions {
  readonly stream: ProgressStream
  /** Redraws one block in place; otherwise one plain line per finished trial. */
  readonly isTerminal: boolean
  /** Columns now; asked again at every redraw. A number for a width that does not change. */
  readonly columns: number | (() => number)
  /** Rows now, so that the block never outgrows the window; 24 by default. */
  readonly rows?: number | (() => number)
  readonly color: boolean
  readonly language: Language
  /** Monotonic milliseconds, for tests; `performance.now` by default. */
  readonly now?: () => number
}

interface ProgressView {
  /** Shows the state; redrawn at once or, if the last redraw is too recent, a little later. */
  update(state: ProgressState): void
  /** Prints a line above the block, or just prints it. */
  print(line: string): void
  /** Removes the block, shows the cursor again and writes nothing more. Safe to call twice. */
  finish(): void
}

/** At most five redraws a second. */
const REDRAW_INTERVAL_MS = 200

const hideCursor = '\u001B[?25l'
const showCursor = '\u001B[?25h'
const eraseToEndOfLine = '\u001B[K'
const eraseBelow = '\u001B[J'

export function createProgressView(options: ProgressViewOptions): ProgressView {
  return options.isTerminal ? createLiveView(options) : createPlainView(options)
}

function createPlainView({ stream, language }: ProgressViewOptions): ProgressView {
  let open = true
  return {
    update(state) {
      if (!open) return
      for (const trial of state.finished) {
        stream.write(`${formatFinishedTrial(trial, state.best, language)}\n`)
      }
    },
    print(line) {
      if (open) stream.write(`${line}\n`)
    },
    finish() {
      open = false
    },
  }
}

/**
 * Draws by overwriting: cursor up to the first line of the block, each line followed by "erase to
 * end of line", one write per redraw. Nothing is cleared first, so nothing flickers.
 */
function createLiveView(options: ProgressViewOptions): ProgressView {
  const { stream, language, color } = options
  const now = options.now ?? (() => performance.now())
  let open = true
  let drawnLines = 0
  let drawnAtMs = Number.NEGATIVE_INFINITY
  let pending: ProgressState | null = null
  let latest: ProgressState | null = null
  let timer: ReturnType<typeof setTimeout> | null = null

  function draw(state: ProgressState, above = ''): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    pending = null
    const lines = formatProgressBlock(state, {
      language,
      color,
      columns: sizeNow(options.columns, 80),
      rows: Math.max(4, sizeNow(options.rows ?? 24, 24) - 1),
    })
    const start = drawnLines === 0 ? hideCursor : `\u001B[${drawnLines}A\r`
    const block = lines.map(line => `${line}${eraseToEndOfLine}\n`).join('')
    stream.write(`${start}${above}${block}${eraseBelow}`)
    drawnLines = lines.length
    drawnAtMs = now()
  }

  return {
    update(state) {
      if (!open) return
      latest = state
      const waitMs = drawnAtMs + REDRAW_INTERVAL_MS - now()
      if (waitMs <= 0) {
        draw(state)
        return
      }
      pending = state
      timer ??= setTimeout(() => {
        timer = null
        if (pending !== null) draw(pending)
      }, waitMs)
      timer.unref?.()
    },
    print(line) {
      if (!open) return
      const above = `${line}${eraseToEndOfLine}\n`
      if (latest === null) stream.write(above)
      else draw(latest, above)
    },
    finish() {
      if (!open) return
      open = false
      if (timer !== null) clearTimeout(timer)
      timer = null
      if (drawnLines > 0) stream.write(`\u001B[${drawnLines}A\r${eraseBelow}${showCursor}`)
    },
  }
}

function sizeNow(size: number | (() => number), fallback: number): number {
  const value = typeof size === 'number' ? size : size()
  return Number.isFinite(value) && value > 0 ? Math.floor(value) : fallback
}
