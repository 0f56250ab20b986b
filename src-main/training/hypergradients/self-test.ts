import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { AppError } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import { runKernelMany } from '../ops/run-kernel.ts'
import type { Engine, TensorSpecification } from '../compiled/compiled-function.ts'
import type { CompiledInnerRun } from './compile-inner-run.ts'
import { type HyperValues, moved } from './hyper-values.ts'
import type { InnerProblem } from './inner-problem.ts'
import { weightEntries } from './inner-rows.ts'
import type { KernelCall } from './tangents/tangent-rules.ts'

/** How far a tangent may be from a finite difference of its kernel, relative to both. */
const KERNEL_TOLERANCE = 0.05
/** The same for a hypergradient through a whole run. */
const RUN_TOLERANCE = 0.02
/** Change of the largest entry of what a kernel is given. */
const KERNEL_STEP = 1e-2
/** Change of the hyperparameters, relative. */
const RUN_STEP = 0.02
/** Rounding of a whole run in float32, relative to its loss. */
const RUN_NOISE = 1e-6

export interface KernelError {
  readonly kernel: string
  /** Of the network, e.g. `layers.2.dense`, or the one that came before. */
  readonly layer: string
  readonly error: number
}

type KernelCallName = Omit<KernelError, 'error'>

/** Kernel calls of each compiled function: an engine that has captured one before does not call its function again. */
const knownCalls = new WeakMap<Engine, Map<string, readonly KernelCallName[]>>()

function callsOf(engine: Engine): Map<string, readonly KernelCallName[]> {
  const callsByKey = knownCalls.get(engine) ?? new Map<string, readonly KernelCallName[]>()
  knownCalls.set(engine, callsByKey)
  return callsByKey
}

/**
 * Runs one Hessian-vector product of the actual network on this engine and compares, kernel by kernel, the tangent
 * with a central difference of the kernel itself.
 * @returns one entry per kernel call, in order
 */
export async function testKernels(
  engine: Engine,
  problem: InnerProblem,
  rows: { readonly inputs: Float32Array; readonly targets: Float32Array; readonly count: number },
  weights: readonly Float32Array[],
): Promise<KernelError[]> {
  const { inputShape } = problem.settings.network
  const outputs = problem.network.outputShape[0] as number
  const random = createRandomStream({ seed: 0, number: 0, purpose: 'hypergradient self-test' })
  const directions = weights.map(array => array.map(() => random.normal()))
  const state = engine.createState([
    ...weightEntries(problem, weights),
    ...weightEntries(problem, directions, '.direction'),
  ])
  const key = `hypergradient self-test ${problem.key} ${rows.count}`
  const feeds: TensorSpecification[] = [
    ...[[rows.count, ...inputShape], [rows.count, outputs], [problem.headSize]].map(shape => ({
      shape,
      dtype: 'float32' as const,
    })),
    { shape: [2], dtype: 'int32' },
  ]
  const head = new Float32Array(problem.headSize).fill(1)
  head.set([0.1, 0.1])
  const compiled = engine.compile(
    key,
    (tensors, fed) => {
      const calls: KernelCallName[] = []
      const errors: Tensor[] = []
      const [weightTensors, moving] = [
        tensors.slice(0, weights.length),
        tensors.slice(weights.length),
      ]
      let layer = 'inputs'
      const observe = (call: KernelCall, tangents: readonly (Tensor | null)[]): void => {
        const at = weightTensors.findIndex(weight => Object.values(call.inputs).includes(weight))
        if (at >= 0) layer = (problem.variables[at]?.name ?? '').split('.').slice(0, 3).join('.')
        calls.push({ kernel: call.name, layer })
        errors.push(tf.keep(tf.tidy(() => kernelError(call, tangents))))
      }
      const [inputs, targets, headTensor, seed] = fed as [Tensor, Tensor, Tensor, Tensor]
      problem.lossGradientTangent(
        weightTensors,
        { inputs, targets, seed },
        headTensor,
        { weights: moving, head: tf.onesLike(headTensor) },
        observe,
      )
      callsOf(engine).set(key, calls)
      const all = tf.concat(errors)
      for (const error of errors) error.dispose()
      return { state: tensors, outputs: [all] }
    },
    feeds,
    state,
  )
  try {
    const [errors] = await compiled.run([rows.inputs, rows.targets, head, new Int32Array(2)])
    return (callsOf(engine).get(key) ?? []).map((call, at) => ({
      ...call,
      error: (errors as Float32Array)[at] as number,
    }))
  } finally {
    compiled.dispose()
    state.dispose()
  }
}

/** Σ |difference − tangent| over half of Σ |difference| + Σ |tangent|, over all outputs: [1]. */
function kernelError(
  { name, inputs, attributes, tangents, outputs }: KernelCall,
  results: readonly (Tensor | null)[],
): Tensor {
  const largest = Object.values(tangents).map(t => tf.max(tf.abs(t as Tensor)))
  const most = largest.reduce((a, b) => tf.maximum(a, b))
  const step = tf.div(KERNEL_STEP, tf.add(most, 1e-12))
  const at = (side: number): Tensor[] => {
    const moved = Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => {
        const tangent = tangents[key]
        return [
          key,
          tangent === undefined ? value : tf.add(value, tf.mul(tangent, tf.mul(step, side))),
        ]
      }),
    )
    return [runKernelMany(name, moved, attributes)].flat()
  }
  const [above, below] = [at(1), at(-1)]
  let wrong: Tensor = tf.scalar(0)
  let whole: Tensor = tf.scalar(1e-12)
  outputs.forEach((_, index) => {
    const difference = tf.div(
      tf.sub(above[index] as Tensor, below[index] as Tensor),
      tf.mul(step, 2),
    )
    const tangent = results[index] ?? tf.zerosLike(difference)
    wrong = tf.add(wrong, tf.sum(tf.abs(tf.sub(difference, tangent))))
    whole = tf.add(whole, tf.add(tf.sum(tf.abs(difference)), tf.sum(tf.abs(tangent))))
  })
  return tf.reshape(tf.div(wrong, tf.mul(whole, 0.5)), [1])
}

/**
 * Refuses a network where any kernel's derivative is wrong on this engine.
 * @throws AppError `training.gradientWrong` naming the first such operation and its layer
 */
export function requireRightKernels(errors: readonly KernelError[]): number {
  const wrong = errors.find(({ error }) => !(error <= KERNEL_TOLERANCE))
  if (wrong !== undefined) {
    const { kernel, layer, error } = wrong
    throw new AppError('training.gradientWrong', { operation: kernel, layer, error })
  }
  return Math.max(0, ...errors.map(({ error }) => error))
}

/**
 * Compares a derivative of the validation loss with central differences of four whole runs.
 * @param direction of the hyperparameters, of about their own size: they are moved by two percent of it
 * @returns |difference − derivative|, relative to the larger one and to what float32 can tell
 */
export function testRun(
  compiled: Pick<CompiledInnerRun, 'value'>,
  values: HyperValues,
  direction: HyperValues,
  derivative: number,
): Promise<number> {
  const lossAt = async (side: number): Promise<number> =>
    (await compiled.value(moved(values, direction, side))).validationLoss
  return testDifferences(lossAt, derivative)
}

/**
 * The same for any loss along a line.
 * @param lossAt the loss so far along, 0 at the place of the derivative
 * @param scales how far to go, and what rounding leaves of a loss, relative to it
 */
export async function testDifferences(
  lossAt: (side: number) => Promise<number>,
  derivative: number,
  { step, noise }: { readonly step: number; readonly noise: number } = {
    step: RUN_STEP,
    noise: RUN_NOISE,
  },
): Promise<number> {
  const [far, near] = [await lossAt(step), await lossAt(step / 2)]
  // Two widths, whose largest error cancels (Richardson).
  const whole = (far - (await lossAt(-step))) / (2 * step)
  const half = (near - (await lossAt(-step / 2))) / step
  const difference = (4 * half - whole) / 3
  const size = Math.max(Math.abs(difference), Math.abs(derivative))
  // A derivative below what rounding makes of the difference cannot be judged.
  const doubt = (noise * Math.abs(near)) / step
  return Math.abs(difference - derivative) / Math.max(size, doubt / RUN_TOLERANCE)
}

/** @throws AppError `training.gradientWrong` */
export function requireRightRun(error: number): void {
  if (error <= RUN_TOLERANCE) return
  const [operation, layer] = [msg('failure.wholeRun'), msg('failure.allLayers')]
  throw new AppError('training.gradientWrong', { operation, layer, error })
}
