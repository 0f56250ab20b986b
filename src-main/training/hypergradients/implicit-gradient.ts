import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { minimizeLbfgsAsync } from '../../math/optimize/l-bfgs.ts'
import type { TensorData, TensorSpecification } from '../compiled/compiled-function.ts'
import { conjugateGradients } from './conjugate-gradients.ts'
import { joinFlat, sizeOf, splitFlat } from './flat-weights.ts'
import type { HyperValues } from './hyper-values.ts'
import type { InnerBatch, InnerProblem } from './inner-problem.ts'
import {
  evaluateSplits,
  type InnerEvaluation,
  type InnerRequest,
  readEvaluation,
  rowCounts,
  splitEntries,
  type SplitTensors,
  vector,
} from './inner-rows.ts'
import { decayProducts, headProducts } from './reverse-mode.ts'
import { inner, sumOf } from './unrolled-run.ts'

/**
 * Implicit differentiation: at a minimum of L the weights are a function of the hyperparameters, and
 *
 *   dE/dλ = −(∂²L/∂λ∂w)ᵀ q   with   (H + damping) q = dE/dw
 *
 * by conjugate gradients, which need Hessian-vector products only. For what shapes the minimum (weight decay, label
 * smoothing, class weights), not for learning rates.
 *
 * F. Pedregosa: Hyperparameter optimization with approximate gradient. ICML 2016, arXiv:1602.02355; J. Lorraine,
 * P. Vicol, D. Duvenaud: Optimizing millions of hyperparameters by implicit differentiation. AISTATS 2020,
 * arXiv:1911.02590.
 */

interface FitOptions {
  readonly start?: Float32Array
  readonly tolerance?: number
  /** Weight of ½ ‖w − start‖² in the loss; 0. */
  readonly pull?: number
}

interface ImplicitGradient {
  /** `rates` and `momentum` are empty. */
  readonly gradient: HyperValues
  /** |(H + damping) q − dE/dw| / |dE/dw| at the end. */
  readonly residual: number
}

export interface CompiledImplicitGradient {
  /** Trains until no derivative is above `tolerance`. */
  fit(values: HyperValues, options?: FitOptions): Promise<{ readonly weights: Float32Array }>
  evaluate(weights: Float32Array): Promise<InnerEvaluation>
  gradient(
    values: HyperValues,
    weights: Float32Array,
    options?: { readonly tolerance?: number; readonly damping?: number },
  ): Promise<ImplicitGradient>
  dispose(): void
}

const MAX_PRODUCTS = 500
const MAX_FIT_ITERATIONS = 1000
const MAX_NEWTON_STEPS = 4
const NEWTON_TOLERANCE = 0.05

export function compileImplicitGradient(request: InnerRequest): CompiledImplicitGradient {
  const { engine, problem, seed } = request
  const shapes = problem.variables.map(({ shape }) => shape)
  const weightFeed = vector(shapes.reduce((sum, shape) => sum + sizeOf(shape), 0))
  const state = engine.createState(splitEntries(request))
  const key = `implicit ${problem.key} ${JSON.stringify({ rows: rowCounts(request) })}`
  const questions = questionsOf(problem, shapes)
  // Noise that changes from step to step leaves no minimum; here it is the same in all.
  const hyperFeeds: TensorSpecification[] = [
    ...[problem.decayCount, problem.headSize].map(vector),
    { shape: [2], dtype: 'int32' },
  ]
  const hyperData = ({ decay, head }: HyperValues): TensorData[] => {
    return [decay, head, Int32Array.of(seed | 0, 0)]
  }
  function compile(name: keyof typeof questions, ...feeds: readonly TensorSpecification[]) {
    const ask = (rows: readonly Tensor[], fed: readonly Tensor[]) => ({
      state: rows,
      outputs: questions[name](rows as unknown as SplitTensors, fed),
    })
    return engine.compile(`${key} ${name}`, ask, [weightFeed, ...feeds], state)
  }
  const functions = {
    loss: compile('loss', ...hyperFeeds),
    evaluate: compile('evaluate'),
    outer: compile('outer'),
    product: compile('product', weightFeed, ...hyperFeeds),
    mixed: compile('mixed', weightFeed, ...hyperFeeds),
  }
  function productAt(values: HyperValues, weights: Float32Array, damping: number) {
    return async (v: Float64Array): Promise<Float64Array> => {
      const direction = Float32Array.from(v)
      const [curved] = await functions.product.run([weights, direction, ...hyperData(values)])
      return Float64Array.from(curved as Float32Array, (c, at) => c + damping * (v[at] as number))
    }
  }
  return {
    async fit(values, options = {}) {
      const { start = joinArrays(problem.network.initialValues(seed)), pull = 0 } = options
      const lossAt = async (weights: Float32Array): Promise<LossAndGradient> => {
        const [loss, gradient] = await functions.loss.run([weights, ...hyperData(values)])
        return { loss: loss?.[0] as number, gradient: gradient as Float32Array }
      }
      const pulled = pull === 0 ? lossAt : withPull(lossAt, start, pull)
      const productsAt = (weights: Float32Array) => productAt(values, weights, pull)
      return { weights: await minimize(pulled, productsAt, start, options.tolerance ?? 1e-5) }
    },
    async evaluate(weights) {
      return readEvaluation(request, await functions.evaluate.run([weights])).evaluation
    },
    async gradient(values, weights, { tolerance = 1e-3, damping = 0 } = {}) {
      const [outer] = (await functions.outer.run([weights])) as [Float32Array]
      const product = productAt(values, weights, damping)
      const b = Float64Array.from(outer)
      const { solution, residual } = await conjugateGradients(product, b, tolerance, MAX_PRODUCTS)
      const q = Float32Array.from(solution)
      const mixed = await functions.mixed.run([weights, q, ...hyperData(values)])
      const [decay, head] = mixed as [Float32Array, Float32Array]
      const empty = new Float32Array(0)
      return { residual, gradient: { rates: empty, momentum: empty, decay, head } }
    },
    dispose() {
      for (const compiled of Object.values(functions)) compiled.dispose()
      state.dispose()
    },
  }
}

type Question = (rows: SplitTensors, fed: readonly Tensor[]) => readonly Tensor[]

/** What is compiled; each takes all weights as one vector. */
function questionsOf(
  problem: InnerProblem,
  shapes: readonly (readonly number[])[],
): Readonly<Record<'loss' | 'evaluate' | 'outer' | 'product' | 'mixed', Question>> {
  const split = (flat: Tensor | undefined): Tensor[] => splitFlat(flat as Tensor, shapes)
  const batchOf = ([inputs, targets]: SplitTensors, seed: Tensor): InnerBatch => {
    return { inputs, targets, seed }
  }
  return {
    /** Training loss and its gradient, of the very loss that is minimized. */
    loss(rows, fed) {
      const [flat, decay, head, seed] = fed as [Tensor, Tensor, Tensor, Tensor]
      const weights = split(flat)
      const { loss, gradient } = problem.lossAndGradient(weights, batchOf(rows, seed), head)
      const penalties: Tensor[] = []
      const whole = gradient.map((g, at) => {
        const lambda = problem.decayOf(decay, at)
        const w = weights[at] as Tensor
        if (lambda === null) return g
        const pull = tf.mul(lambda, w)
        penalties.push(tf.mul(inner(pull, w), 0.5))
        return tf.add(g, pull)
      })
      return [tf.add(tf.reshape(loss, [1]), sumOf(penalties)), joinFlat(whole)]
    },
    evaluate: (rows, [flat]) => evaluateSplits(problem, split(flat), rows),
    outer: (rows, [flat]) => [
      joinFlat(problem.evaluationGradient(split(flat), rows[2], rows[3]).gradient),
    ],
    /** H v, with the decay's part of the Hessian. */
    product(rows, fed) {
      const [flat, direction, decay, head, seed] = fed as [Tensor, Tensor, Tensor, Tensor, Tensor]
      const v = split(direction)
      const { tangent } = problem.lossGradientTangent(split(flat), batchOf(rows, seed), head, {
        weights: v,
      })
      const products = v.map((part, at) => {
        const curved = tangent[at] ?? tf.zerosLike(part)
        const lambda = problem.decayOf(decay, at)
        return lambda === null ? curved : tf.add(curved, tf.mul(lambda, part))
      })
      return [joinFlat(products)]
    },
    /** −(∂²L/∂λ∂w)ᵀ q: −⟨q, w⟩ for each decay, −⟨q, ∂∇loss/∂h⟩ for the head. */
    mixed(rows, fed) {
      const [flat, solution, , head, seed] = fed as [Tensor, Tensor, Tensor, Tensor, Tensor]
      const [weights, q] = [split(flat), split(solution)]
      return [
        tf.neg(decayProducts(problem, q, weights)),
        headProducts(problem, weights, batchOf(rows, seed), head, q, tf.zerosLike(head)),
      ]
    },
  }
}

interface LossAndGradient {
  readonly loss: number
  readonly gradient: Float32Array
}
type LossAt = (weights: Float32Array) => Promise<LossAndGradient>

/** The loss with ½ pull ‖w − start‖². */
function withPull(lossAt: LossAt, start: Float32Array, pull: number): LossAt {
  return async weights => {
    const { loss, gradient } = await lossAt(weights)
    const away = weights.map((w, at) => w - (start[at] as number))
    return {
      loss: loss + (pull / 2) * away.reduce((sum, a) => sum + a * a, 0),
      gradient: gradient.map((g, at) => g + pull * (away[at] as number)),
    }
  }
}

/** L-BFGS, then Newton steps, as long as they bring the gradient down. */
async function minimize(
  lossAt: LossAt,
  productsAt: (weights: Float32Array) => (v: Float64Array) => Promise<Float64Array>,
  start: Float32Array,
  tolerance: number,
): Promise<Float32Array> {
  const evaluate = async (x: Float64Array, gradient: Float64Array): Promise<number> => {
    const point = await lossAt(Float32Array.from(x))
    gradient.set(point.gradient)
    return point.loss
  }
  const result = await minimizeLbfgsAsync(evaluate, Float64Array.from(start), {
    lower: new Float64Array(start.length).fill(Number.NEGATIVE_INFINITY),
    upper: new Float64Array(start.length).fill(Number.POSITIVE_INFINITY),
    maxIterations: MAX_FIT_ITERATIONS,
    gradientTolerance: tolerance,
    // Below, losses of float32 tell nothing any more; gradients still do.
    valueTolerance: 1e-8,
    memory: 20,
  })
  let weights = Float32Array.from(result.x)
  let { gradient } = await lossAt(weights)
  for (let turn = 0; turn < MAX_NEWTON_STEPS && largest(gradient) > tolerance; turn++) {
    const b = Float64Array.from(gradient)
    const product = productsAt(weights)
    const { solution } = await conjugateGradients(product, b, NEWTON_TOLERANCE, MAX_PRODUCTS)
    const next = weights.map((w, at) => w - (solution[at] as number))
    const nextPoint = await lossAt(next)
    if (!(largest(nextPoint.gradient) < largest(gradient))) break
    weights = next
    gradient = nextPoint.gradient
  }
  return weights
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}

function joinArrays(arrays: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const array of arrays) {
    joined.set(array, offset)
    offset += array.length
  }
  return joined
}
