import type { MetricColumns } from '../contract/trainer-protocol.ts'

const NOTHING: Readonly<Record<string, number>> = {}

/** What a training reported at its latest step; the metrics of a step arrive before its judgement is asked for. */
export class LatestStep {
  #step = Number.NaN
  #values: Record<string, number> = {}

  take({ names, steps, values }: MetricColumns): void {
    const last = steps.length - 1
    if (last < 0) return
    if (steps[last] !== this.#step) this.#values = {}
    this.#step = steps[last] as number
    names.forEach((name, column) => {
      this.#values[name] = values[last * names.length + column] as number
    })
  }

  /** By name of the metric; nothing if this is not the latest step. */
  at(step: number): Readonly<Record<string, number>> {
    return step === this.#step ? this.#values : NOTHING
  }
}
