import { ownValue } from '../../core/values/named-values.ts'
import type { MetricColumns } from '../../core/processes/trainer-protocol.ts'

/** Rows wait for others no longer than this. */
const MAX_WAIT_MS = 20
const MAX_ROWS = 1_000

/**
 * Reports that travel together. A message per step costs more than a light step itself; rows that come slower than
 * twenty milliseconds go at once.
 */
export class RowBatch {
  readonly #send: (columns: MetricColumns) => void
  #names: readonly string[] = []
  #steps: number[] = []
  #values: number[] = []
  #sentAtMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | null = null

  constructor(send: (columns: MetricColumns) => void) {
    this.#send = send
  }

  add(step: number, metrics: Readonly<Record<string, number>>): void {
    const names = Object.keys(metrics)
    if (names.length === 0) return
    const isAlike =
      names.length === this.#names.length && names.every((name, at) => name === this.#names[at])
    if (!isAlike || step <= (this.#steps.at(-1) ?? -1)) this.flush()
    this.#names = names
    this.#steps.push(step)
    for (const name of names) this.#values.push(ownValue(metrics, name) as number)
    const waitedMs = performance.now() - this.#sentAtMs
    if (this.#steps.length >= MAX_ROWS || waitedMs >= MAX_WAIT_MS) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), MAX_WAIT_MS)
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#sentAtMs = performance.now()
    if (this.#steps.length === 0) return
    this.#send({
      names: this.#names,
      steps: Int32Array.from(this.#steps),
      values: Float64Array.from(this.#values),
    })
    this.#steps = []
    this.#values = []
  }
}
