import { studyCapabilities } from '../../search/study-capabilities.ts'
import process from 'node:process'
import { isFeasible } from '../../core/study/constraints.ts'
import { columnOf } from '../../core/trial/metric-value.ts'
import type { StudyRecord } from '../../core/study/study.ts'
import { type FinishedPace, timeLeftMs } from '../../core/study/time-left.ts'
import { repeatedTrainings, stepsOfTrainings } from '../../core/study/trainings.ts'
import { msg } from '../../core/errors/message.ts'
import { stepsOf } from '../../core/study/training-steps.ts'
import { inMetricWords } from '../../core/i18n/metric-label.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import type { RunnerListener } from '../../running/runner-events.ts'
import type { StudyRunner } from '../../running/loop/study-runner.ts'
import type { CliContext } from '../../features/command-line/context.ts'
import { formatFinishedTrial, formatProgressBlock } from './progress/format-progress.ts'
import type { FinishedTrial, ProgressState } from './progress/progress-state.ts'

interface FollowedTrial {
  readonly stepsTotal: number | null
  readonly startedAtMs: number
  /** From 0. */
  training: number
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
  #runner: StudyRunner | null = null
  #timer: NodeJS.Timeout | undefined
  #notice: string | null = null
  #finished: FinishedPace

  /** @param finished trials of earlier sessions */
  constructor(context: CliContext, study: StudyRecord, finished: FinishedPace) {
    this.#context = context
    this.#study = study
    this.#finished = finished
    this.#view = new ProgressView(
      process.stdout,
      inMetricWords(context.t, study.specification.objective),
    )
    const { specification } = study
    const capabilities = studyCapabilities(specification)
    this.listener = {
      trialStarted: ({ number, parameters, atMs }) => {
        const stepsTotal = stepsOf({ specification, capabilities }, { parameters })
        this.#running.set(number, {
          stepsTotal,
          startedAtMs: atMs,
          training: 0,
          stepsDone: null,
          value: null,
        })
        this.#update()
      },
      trainingStarted: (number, training) => {
        const trial = this.#running.get(number)
        if (trial === undefined) return
        Object.assign(trial, { training, stepsDone: null, value: null })
        this.#update()
      },
      metricsArrived: (number, columns) => {
        const trial = this.#running.get(number)
        const metric = specification.goals[0]?.metric
        const latest = metric === undefined ? undefined : columnOf(columns, metric).at(-1)
        if (trial === undefined || latest === undefined) return
        trial.stepsDone = latest.step
        trial.value = latest.value
        this.#update()
      },
      trialFinished: ({ number, state, reason, durationMs, ...trialValues }) => {
        this.#running.delete(number)
        const { count, totalMs } = this.#finished
        this.#finished = { count: count + 1, totalMs: totalMs + durationMs }
        const value = trialValues.values[0] ?? null
        const feasible = isFeasible(trialValues)
        this.#update({ number, state, value, feasible, durationMs, reason })
      },
      trialSuspended: number => {
        this.#running.delete(number)
        this.#update()
      },
      slotWaiting: reason => this.#view.print(context.t.format(reason)),
    }
  }

  start(runner: StudyRunner): void {
    this.#runner = runner
    this.#timer = setInterval(() => {
      this.#update()
    }, TICK_MS)
  }

  /** A line for the person, which also replaces the remaining time. */
  notice(text: string): void {
    if (this.#notice === text) return
    this.#notice = text
    // The block below the line must not say what was noticed before.
    this.#update()
    this.#view.print(text)
  }

  finish(): void {
    clearInterval(this.#timer)
    this.#view.finish()
  }

  #update(...finished: readonly FinishedTrial[]): void {
    const state = this.#state(finished)
    if (state !== null) this.#view.update(state)
  }

  #state(finished: readonly FinishedTrial[]): ProgressState | null {
    const { specification } = this.#study
    const runner = this.#runner
    const [goal] = specification.goals
    if (runner === null || goal === undefined) return null
    const { history, elapsedMs } = runner
    const best = history.best(goal)
    const nowMs = this.#context.now()
    const { stop, parallelTrials } = specification
    const pace = {
      stop,
      counts: { ...history.counts },
      elapsedMs,
    }
    const repeats = repeatedTrainings(specification)
    const trainings = repeats?.count ?? 1
    const running = [...this.#running.values()].map(
      ({ startedAtMs, training, stepsDone, stepsTotal: steps }) => {
        const done = { trainingsDone: training, lastStep: stepsDone }
        return { startedAtMs, ...stepsOfTrainings(done, { steps, trainings }) }
      },
    )
    return {
      ...pace,
      goal,
      timeLeftMs: timeLeftMs({ ...pace, parallelTrials, finished: this.#finished, running }, nowMs),
      best: best && { ...best, value: best.values[0] ?? Number.NaN },
      running: [...this.#running].map(([number, { startedAtMs, training, ...trial }]) => ({
        ...trial,
        number,
        elapsedMs: nowMs - startedAtMs,
        ...(repeats === null
          ? {}
          : {
              training: msg('trainings.running', {
                by: repeats.by,
                number: training + 1,
                count: repeats.count,
              }),
            }),
      })),
      finished,
      notice: this.#notice,
    }
  }
}

/** `process.stdout` fits; it is asked for its size at every redraw. */
type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows' | 'hasColors'> & {
  write(text: string): unknown
}

/** At most five redraws a second. */
const REDRAW_INTERVAL_MS = 200

const hideCursor = '\u001B[?25l'
const showCursor = '\u001B[?25h'
const eraseToEndOfLine = '\u001B[K'
const eraseBelow = '\u001B[J'

/**
 * Redraws one block in place on a terminal; elsewhere it prints one plain line per finished trial.
 *
 * It draws by overwriting: cursor up to the first line of the block, each line followed by "erase to end of line", one write
 * per redraw. Nothing is cleared first, so nothing flickers.
 */
export class ProgressView {
  readonly #stream: Terminal
  readonly #t: Translate
  readonly #now: () => number
  #isOpen = true
  #drawnLines = 0
  #drawnAtMs = Number.NEGATIVE_INFINITY
  #latest: ProgressState | null = null
  #timer: NodeJS.Timeout | undefined

  /** @param now monotonic milliseconds */
  constructor(stream: Terminal, t: Translate, now: () => number = () => performance.now()) {
    this.#stream = stream
    this.#t = t
    this.#now = now
  }

  /** Shows the state; redrawn at once or, if the last redraw is too recent, a little later. */
  update(state: ProgressState): void {
    if (!this.#stream.isTTY) {
      for (const trial of state.finished)
        this.print(formatFinishedTrial(trial, state.best, this.#t))
      return
    }
    if (!this.#isOpen) return
    this.#latest = state
    const waitMs = this.#drawnAtMs + REDRAW_INTERVAL_MS - this.#now()
    if (waitMs <= 0) this.#draw(state)
    else {
      this.#timer ??= setTimeout(() => {
        if (this.#latest !== null) this.#draw(this.#latest)
      }, waitMs).unref()
    }
  }

  /** Prints a line above the block, or just prints it. */
  print(line: string): void {
    if (!this.#isOpen) return
    if (this.#latest !== null) this.#draw(this.#latest, `${line}${eraseToEndOfLine}\n`)
    else this.#stream.write(`${line}\n`)
  }

  /** Removes the block, shows the cursor again and writes nothing more. Safe to call twice. */
  finish(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    clearTimeout(this.#timer)
    if (this.#drawnLines === 0) return
    this.#stream.write(`\u001B[${this.#drawnLines}A\r${eraseBelow}${showCursor}`)
  }

  #draw(state: ProgressState, above = ''): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    // A terminal that does not know its size says 0.
    const lines = formatProgressBlock(state, this.#t, {
      columns: this.#stream.columns || 80,
      rows: Math.max(4, (this.#stream.rows || 24) - 1),
      color: this.#stream.hasColors(),
    })
    const start = this.#drawnLines === 0 ? hideCursor : `\u001B[${this.#drawnLines}A\r`
    const block = lines.map(line => `${line}${eraseToEndOfLine}\n`).join('')
    this.#stream.write(`${start}${above}${block}${eraseBelow}`)
    this.#drawnLines = lines.length
    this.#drawnAtMs = this.#now()
  }
}
