import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { minimizeLbfgsAsync } from '../../math/optimize/l-bfgs.ts'
import type { RowSource } from '../data/row-source.ts'
import type { Engine, Program, TensorData, TensorSpecification } from '../programs/program.ts'
import { conjugateGradients } from './conjugate-gradients.ts'
import { joinFlat, sizeOf, splitFlat } from './flat-weights.ts'
import type { HyperValues } from './hyper-values.ts'
import type { InnerBatch, InnerProblem } from './inner-problem.ts'
import { decayProducts, headProducts } from './reverse-mode.ts'
import { rowEntries } from './run-rows.ts'
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
export interface ImplicitRequest {
  readonly engine: Engine
  readonly problem: InnerProblem
  readonly training: RowSource
  readonly validation: RowSource
  readonly holdout: RowSource | null
  readonly seed: number
}

interface Fit {
  readonly weights: Float32Array
  /** Training loss with its decay part. */
  readonly loss: number
  /** Gradients computed. */
  readonly evaluations: number
  readonly iterations: number
}

interface ImplicitEvaluation {
  readonly trainLoss: number
  readonly validationLoss: number
  readonly validationOutputs: Float32Array
  readonly holdoutLoss: number | null
  readonly holdoutOutputs: Float32Array | null
}

interface ImplicitGradient {
  /** `rates` and `momentum` are empty. */
  readonly gradient: HyperValues
  /** Hessian-vector products that it took. */
  readonly products: number
  /** |(H + damping) q − dE/dw| / |dE/dw| at the end. */
  readonly residual: number
  /** The solution, a good start for the next one. */
  readonly solution: Float64Array
}

export interface ImplicitPrograms {
  readonly initialWeights: Float32Array
  /** Trains until no derivative is above `tolerance`. */
  fit(
    values: HyperValues,
    options?: {
      readonly start?: Float32Array
      readonly tolerance?: number
      readonly iterations?: number
      /** Weight of ½ ‖w − start‖² in the loss; 0. */
      readonly pull?: number
    },
  ): Promise<Fit>
  evaluate(weights: Float32Array): Promise<ImplicitEvaluation>
  gradient(
    values: HyperValues,
    weights: Float32Array,
    options?: {
      readonly tolerance?: number
      readonly damping?: number
      readonly products?: number
      readonly start?: Float64Array
    },
  ): Promise<ImplicitGradient>
  dispose(): void
}

const MAX_PRODUCTS = 500
const MAX_NEWTON_STEPS = 4
const NEWTON_TOLERANCE = 0.05

export function createImplicitPrograms(request: ImplicitRequest): ImplicitPrograms {
  const { engine, problem, training, validation, holdout } = request
  const { network, settings } = problem
  const { inputShape } = settings.network
  const shapes = network.variables.map(({ shape }) => shape)
  const size = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0)
  const initialWeights = joinArrays(network.initialValues(request.seed))
  const state = engine.createState([
    ...rowEntries('training', training, inputShape),
    ...rowEntries('validation', validation, inputShape),
    ...(holdout === null ? [] : rowEntries('holdout', holdout, inputShape)),
  ])
  const float = (length: number): TensorSpecification => ({ shape: [length], dtype: 'float32' })
  const hyper = [float(problem.decayCount), float(problem.headSize)]
  // Noise that changes from step to step leaves no minimum; here it is the same in all.
  const seedData = Int32Array.of(request.seed | 0, 0)
  const seedFeed: TensorSpecification = { shape: [2], dtype: 'int32' }
  const key = `implicit ${problem.key} ${JSON.stringify({ rows: [training.rows, validation.rows, holdout?.rows ?? 0] })}`

  function compile(
    name: string,
    feeds: readonly TensorSpecification[],
    fn: (rows: readonly Tensor[], fed: readonly Tensor[]) => readonly Tensor[],
  ): Program {
    const run = (rows: readonly Tensor[], fed: readonly Tensor[]) => ({
      state: rows,
      outputs: fn(rows, fed),
    })
    return engine.compile(`${key} ${name}`, run, feeds, state)
  }

  function batchOf(rows: readonly Tensor[], seed: Tensor | undefined): InnerBatch {
    return { inputs: rows[0] as Tensor, targets: rows[1] as Tensor, seed: seed ?? null }
  }

  /** Training loss and its gradient, of the very loss that is minimised. */
  const lossProgram = compile('loss', [float(size), ...hyper, seedFeed], (rows, fed) => {
    const [flat, decay, head, seed] = fed as [Tensor, Tensor, Tensor, Tensor]
    const weights = splitFlat(flat, shapes)
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
  })

  const evaluateProgram = compile('evaluate', [float(size)], (rows, [flat]) => {
    const weights = splitFlat(flat as Tensor, shapes)
    return Array.from({ length: rows.length / 2 }, (_, split) => {
      const [inputs, targets] = rows.slice(2 * split) as [Tensor, Tensor]
      const { loss, outputs } = problem.evaluate(weights, inputs, targets)
      return [loss, outputs]
    }).flat()
  })

  const outerProgram = compile('outer gradient', [float(size)], (rows, [flat]) => {
    const weights = splitFlat(flat as Tensor, shapes)
    return [
      joinFlat(problem.evaluationGradient(weights, rows[2] as Tensor, rows[3] as Tensor).gradient),
    ]
  })

  /** H v, with the decay's part of the Hessian. */
  const productProgram = compile(
    'product',
    [float(size), float(size), ...hyper, seedFeed],
    (rows, fed) => {
      const [flat, direction, decay, head, seed] = fed as [Tensor, Tensor, Tensor, Tensor, Tensor]
      const weights = splitFlat(flat, shapes)
      const v = splitFlat(direction, shapes)
      const { tangent } = problem.lossGradientTangent(weights, batchOf(rows, seed), head, {
        weights: v,
      })
      return [
        joinFlat(
          v.map((part, at) => {
            const curved = tangent[at] ?? tf.zerosLike(part)
            const lambda = problem.decayOf(decay, at)
            return lambda === null ? curved : tf.add(curved, tf.mul(lambda, part))
          }),
        ),
      ]
    },
  )

  /** −(∂²L/∂λ∂w)ᵀ q: −⟨q, w⟩ for each decay, −⟨q, ∂∇loss/∂h⟩ for the head. */
  const mixedProgram = compile(
    'mixed',
    [float(size), float(size), ...hyper, seedFeed],
    (rows, fed) => {
      const [flat, solution, , head, seed] = fed as [Tensor, Tensor, Tensor, Tensor, Tensor]
      const weights = splitFlat(flat, shapes)
      const q = splitFlat(solution, shapes)
      const batch = batchOf(rows, seed)
      return [
        tf.neg(decayProducts(problem, q, weights)),
        headProducts(problem, weights, batch, head, q, tf.zerosLike(head)),
      ]
    },
  )

  const hyperData = ({ decay, head }: HyperValues): TensorData[] => [decay, head, seedData]

  function productAt(values: HyperValues, weights: Float32Array, damping: number) {
    return async (v: Float64Array): Promise<Float64Array> => {
      const direction = Float32Array.from(v)
      const [curved] = await productProgram.run([weights, direction, ...hyperData(values)])
      return Float64Array.from(curved as Float32Array, (c, at) => c + damping * (v[at] as number))
    }
  }

  return {
    initialWeights,
    async fit(values, options = {}) {
      const { start = initialWeights, tolerance = 1e-5, iterations = 1000, pull = 0 } = options
      let evaluations = 0
      const lossAt = async (x: Float32Array): Promise<{ loss: number; gradient: Float32Array }> => {
        evaluations++
        const [losses, gradient] = await lossProgram.run([x, ...hyperData(values)])
        const loss = (losses as Float32Array)[0] as number
        if (pull === 0) return { loss, gradient: gradient as Float32Array }
        const away = x.map((w, at) => w - (start[at] as number))
        return {
          loss: loss + (pull / 2) * away.reduce((sum, a) => sum + a * a, 0),
          gradient: (gradient as Float32Array).map((g, at) => g + pull * (away[at] as number)),
        }
      }
      const evaluate = async (x: Float64Array, gradient: Float64Array): Promise<number> => {
        const here = await lossAt(Float32Array.from(x))
        gradient.set(here.gradient)
        return here.loss
      }
      const result = await minimizeLbfgsAsync(evaluate, Float64Array.from(start), {
        lower: new Float64Array(size).fill(Number.NEGATIVE_INFINITY),
        upper: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
        maxIterations: iterations,
        gradientTolerance: tolerance,
        // Below, losses of float32 tell nothing any more; gradients still do.
        valueTolerance: 1e-8,
        memory: 20,
      })
      let weights = Float32Array.from(result.x)
      let here = await lossAt(weights)
      // Newton steps, as long as they bring the gradient down.
      for (let turn = 0; turn < MAX_NEWTON_STEPS && largest(here.gradient) > tolerance; turn++) {
        const b = Float64Array.from(here.gradient)
        const { solution } = await conjugateGradients(
          productAt(values, weights, pull),
          b,
          NEWTON_TOLERANCE,
          MAX_PRODUCTS,
        )
        const next = weights.map((w, at) => w - (solution[at] as number))
        const there = await lossAt(next)
        if (!(largest(there.gradient) < largest(here.gradient))) break
        weights = next
        here = there
      }
      return { weights, loss: here.loss, evaluations, iterations: result.iterations }
    },
    async evaluate(weights) {
      const outputs = await evaluateProgram.run([weights])
      const loss = (split: number): number => (outputs[2 * split] as Float32Array)[0] as number
      return {
        trainLoss: loss(0),
        validationLoss: loss(1),
        validationOutputs: outputs[3] as Float32Array,
        holdoutLoss: holdout === null ? null : loss(2),
        holdoutOutputs: holdout === null ? null : (outputs[5] as Float32Array),
      }
    },
    async gradient(values, weights, options = {}) {
      const { tolerance = 1e-3, damping = 0, products: most = MAX_PRODUCTS, start } = options
      const [outer] = (await outerProgram.run([weights])) as [Float32Array]
      const product = productAt(values, weights, damping)
      const solved = await conjugateGradients(
        product,
        Float64Array.from(outer),
        tolerance,
        most,
        start,
      )
      const q = Float32Array.from(solved.solution)
      const [decay, head] = (await mixedProgram.run([weights, q, ...hyperData(values)])) as [
        Float32Array,
        Float32Array,
      ]
      const empty = new Float32Array(0)
      return { ...solved, gradient: { rates: empty, momentum: empty, decay, head } }
    },
    dispose() {
      for (const program of [
        lossProgram,
        evaluateProgram,
        outerProgram,
        productProgram,
        mixedProgram,
      ]) {
        program.dispose()
      }
      state.dispose()
    },
  }
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
