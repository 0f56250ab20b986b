import { philox4x32 } from '../../src-main/math/random/stream.ts'

const REFERENCE_BLOCKS = 50_000
const REPEATS = 5

/**
 * What an operation costs in units of one Philox block, measured as processor time on this very
 * machine: a limit in this unit holds on slow and on busy machines alike. Best of five each.
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
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const before = process.cpuUsage()
    operation()
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, user + system)
  }
  return best
}
