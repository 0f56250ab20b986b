import type { Session } from './session.ts'

/**
 * How TensorFlow is told to run a captured function.
 *
 * `optimized`: as an operation of its own name. Its graph goes through placement, partitioning and oneDNN's
 * rewriting, which looks up every node among all kernels: some 0.1 ms each, half of a first step.
 *
 * `direct`: as the body of a `StatelessWhile` of one turn, whose kernel prepares the function for its own device
 * without any of that. It is also the only kernel that runs a function on the thread that calls it: every other way
 * hands the graph to a thread of TensorFlow, and an idle core takes some 50 µs to wake, twice a run.
 */
type CallKind = 'optimized' | 'direct'

/**
 * Operations that oneDNN's rewriting makes two to three times as fast. Dense networks, LSTM and GRU are measured to run as fast
 * without it; attention and batch normalization without a convolution are not measured.
 */
const rewritten = /^_?(Fused)?(Conv|Depthwise)/

/**
 * TensorFlow never forgets a function that was prepared directly (some hundred kilobytes), so there is an end to
 * them. A trial has some ten, in a process of its own.
 */
const MAX_DIRECT = 128

/** Chooses by the kinds of a function's operations. */
export type ChooseCall = (operations: ReadonlySet<string>) => CallKind

/** For one function after the other of a session. */
export function createCallChooser(session: Session): ChooseCall {
  let direct = 0
  return operations => {
    // Other devices need placement: some of their kernels take numbers from the memory of the processor.
    if (session.gpus.length > 0 || direct === MAX_DIRECT) return 'optimized'
    if ([...operations].some(name => rewritten.test(name))) return 'optimized'
    direct++
    return 'direct'
  }
}
