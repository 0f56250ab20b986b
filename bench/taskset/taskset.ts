import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { median } from '../../src-main/math/statistics/quantile.ts'

/** A task of TaskSet: validation loss of 1,000 settings of Adam over 51 steps. */
export interface CurveTask {
  readonly name: string
  readonly configs: number
  readonly steps: number
  /** The 8 parameters of each setting in the unit cube, on the logarithm where they were drawn on it. */
  readonly points: readonly Float64Array[]
  /** Validation loss, setting × step; diverged ones are huge. */
  readonly losses: Float64Array
}

const DIVERGED = 1e9

export function loadTaskSet(folder: string): CurveTask[] {
  const index = JSON.parse(readFileSync(path.join(folder, 'index.json'), 'utf8')) as {
    log: boolean[]
    tasks: { task: string; configs: number; steps: number }[]
  }
  const points = loadPoints(path.join(folder, 'configs.f64'), index.log)
  return index.tasks
    .filter(({ task }) => existsSync(path.join(folder, `${task}.f32`)))
    .map(({ task: name, configs, steps }) => {
      const bytes = readFileSync(path.join(folder, `${name}.f32`))
      const losses = Float64Array.from({ length: configs * steps }, (_, at) => {
        const row = 3 * Math.floor(at / steps) + 1
        const value = bytes.readFloatLE(4 * (row * steps + (at % steps)))
        return Number.isFinite(value) ? value : DIVERGED
      })
      return { name, configs, steps, points, losses }
    })
}

function loadPoints(file: string, log: readonly boolean[]): Float64Array[] {
  const bytes = readFileSync(file)
  const width = log.length
  const rows = Array.from({ length: bytes.length / 8 / width }, (_, row) =>
    Float64Array.from(log, (isLog, d) => {
      const value = bytes.readDoubleLE(8 * (row * width + d))
      return isLog ? Math.log(value) : value
    }),
  )
  const minima = log.map((_, d) => Math.min(...rows.map(row => row[d] as number)))
  const maxima = log.map((_, d) => Math.max(...rows.map(row => row[d] as number)))
  return rows.map(row =>
    row.map((value, d) => (value - minima[d]!) / ((maxima[d] as number) - minima[d]!)),
  )
}

/** Loss of a setting after a step, from 1. */
export function lossAt({ steps, losses }: CurveTask, setting: number, step: number): number {
  return losses[setting * steps + step - 1]!
}

/**
 * Regret at some costs, in full trainings: final loss of the best setting that was trained to the end, until then of the one that was
 * best at the last step reached; 0 is the best of the table, 1 its median.
 */
export class RegretLog {
  readonly regrets: number[] = []
  readonly #task: CurveTask
  readonly #costs: readonly number[]
  readonly #best: number
  readonly #middle: number
  #spent = 0
  #bestFinal = Number.POSITIVE_INFINITY
  #unfinished = { loss: Number.POSITIVE_INFINITY, step: 0, setting: -1 }

  constructor(task: CurveTask, costs: readonly number[]) {
    const finals = Array.from({ length: task.configs }, (_, setting) =>
      lossAt(task, setting, task.steps),
    )
    this.#task = task
    this.#costs = costs
    this.#best = Math.min(...finals)
    this.#middle = median(finals)
  }

  get isFull(): boolean {
    return this.regrets.length === this.#costs.length
  }

  /** A setting was trained this step. */
  trained(setting: number, step: number): void {
    const loss = lossAt(this.#task, setting, step)
    this.#spent++
    if (!this.isFull && this.#spent === this.#costs[this.regrets.length]! * this.#task.steps) {
      this.regrets.push(this.#regret())
    }
    const before = this.#unfinished
    if (step > before.step || (step === before.step && loss < before.loss)) {
      this.#unfinished = { loss, step, setting }
    }
    if (step === this.#task.steps) this.#bestFinal = Math.min(this.#bestFinal, loss)
  }

  #regret(): number {
    const { setting } = this.#unfinished
    const bestLoss =
      this.#bestFinal < Number.POSITIVE_INFINITY || setting < 0
        ? this.#bestFinal
        : lossAt(this.#task, setting, this.#task.steps)
    return (bestLoss - this.#best) / (this.#middle - this.#best)
  }
}
