import { philox4x32 } from '../src-main/math/random/stream.ts'

const REFERENCE_BLOCKS = 50_000
const MIN_REPEATS = 5
/** A quick operation is repeated for so long: on a busy machine none of a few tries may have the cache for itself. */
const MIN_DURATION_MS = 200

/**
 * What an operation costs in units of one Philox block, measured as processor time on this very
 * machine: a limit in this unit holds on slow and on busy machines alike. Best of five or more each.
 */
export function computingCost(operation: () => void): number {
  operation()
  const cost = bestCpuMicroseconds(operation)
  return (cost / bestCpuMicroseconds(referenceWork)) * REFERENCE_BLOCKS
}

function referenceWork(): void {
  const block = new Uint32Array(4)
  for (let index = 0; index < REFERENCE_BLOCKS; index++) philox4x32(index, 0, 0, 0, 1, 2, block)
}

function bestCpuMicroseconds(operation: () => void): number {
  let best = Number.POSITIVE_INFINITY
  const startMs = performance.now()
  for (
    let repeat = 0;
    repeat < MIN_REPEATS || performance.now() - startMs < MIN_DURATION_MS;
    repeat++
  ) {
    const before = process.cpuUsage()
    operation()
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, user + system)
  }
  return best
}
