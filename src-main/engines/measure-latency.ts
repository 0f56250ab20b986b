import process from 'node:process'
import { median } from '../math/statistics/quantile.ts'
import { mean } from '../math/numbers.ts'
import type { Costs } from '../core/trial/cost-metrics.ts'

/** Predicts as many rows as it was made for. */
interface Predictor {
  readonly predict: () => Promise<void>
  readonly dispose: () => void
}

const WARM_UP_RUNS = 20
/** Slow predictions warm up in fewer. */
const WARM_UP_MS = 300
const RUNS = 5
/** One run takes at least so long, so that the clock's own grain is nothing. */
const RUN_MS = 30
const MIN_REPEATS = 3
const LARGE_BATCH = 32

/**
 * Times the predictions of a model, warm, on the one thread that engines compute on: the median of five runs, each the median of its own
 * predictions, so that what interrupts one of them does not count. Where other programs hold the processor all along, the processor time
 * of the run counts instead.
 * @param predictor makes a prediction for so many rows ready
 * @param isComputedHere false for a device beside the processor, whose time is none of this process
 * @returns milliseconds; the deviation is that of the five runs for one row
 */
export async function measureLatency(
  predictor: (rows: number) => Predictor,
  isComputedInProcess = true,
): Promise<Required<Pick<Costs, 'latencyMs' | 'latencyBatch32Ms' | 'latencyDeviationMs'>>> {
  const single = await timeRuns(predictor(1), isComputedInProcess)
  const large = await timeRuns(predictor(LARGE_BATCH), isComputedInProcess)
  return {
    latencyMs: median(single),
    latencyBatch32Ms: median(large),
    latencyDeviationMs: deviationOf(single),
  }
}

function deviationOf(values: readonly number[]): number {
  const center = mean(values)
  return Math.sqrt(mean(values.map(value => (value - center) ** 2)))
}

async function timeRuns(
  { predict, dispose }: Predictor,
  isComputedInProcess: boolean,
): Promise<number[]> {
  try {
    const warmMs = performance.now()
    for (let run = 0; run < WARM_UP_RUNS; run++) {
      await predict()
      if (run > 0 && performance.now() - warmMs > WARM_UP_MS) break
    }
    const runs: number[] = []
    for (let run = 0; run < RUNS; run++) {
      const times: number[] = []
      const startMs = performance.now()
      const usage = process.cpuUsage()
      while (times.length < MIN_REPEATS || performance.now() - startMs < RUN_MS) {
        const beforeMs = performance.now()
        await predict()
        times.push(performance.now() - beforeMs)
      }
      const { user, system } = process.cpuUsage(usage)
      const computedMs = (user + system) / 1_000 / times.length
      runs.push(isComputedInProcess ? Math.min(median(times), computedMs) : median(times))
    }
    return runs
  } finally {
    dispose()
  }
}
