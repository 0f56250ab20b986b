import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { RowSource } from '../data/row-source.ts'
import type { Engine, StateEntry } from '../programs/program.ts'
import type { InnerBatch, InnerProblem } from './inner-problem.ts'
import { drawBatches, rowEntries } from './run-rows.ts'
import { inner, sumOf } from './unrolled-run.ts'

/**
 * A training whose learning rate follows its own hypergradient while it goes on: with w_t = w_{t−1} − α u_{t−1}, the loss
 * at w_t changes with the rate that led there by
 *
 *   dL/dα = −⟨∇L(w_t), u_{t−1}⟩
 *
 * so the next step's ordinary gradient is all that is needed: one inner product.
 *
 * - levels 0: α' = α + κ ⟨∇L, u⟩. A. G. Baydin et al.: Online learning rate adaptation with hypergradient descent.
 *   ICLR 2018, arXiv:1703.04782, algorithms 4 to 6 (u the gradient, the velocity, or Adam's direction).
 * - levels 1 and more: log α descends with rate κ₁, log κ₁ with rate κ₂, and so on, each by its own derivative. The more
 *   levels, the less the first values matter. K. Chandra et al.: Gradient descent: the ultimate optimizer.
 *   NeurIPS 2022, arXiv:1909.13371, section 3, with logarithms at every level.
 */
export const onlineDirections = ['sgd', 'momentum', 'adam'] as const
export type OnlineDirection = (typeof onlineDirections)[number]

export interface OnlineRequest {
  readonly engine: Engine
  readonly problem: InnerProblem
  readonly training: RowSource
  readonly validation: RowSource
  readonly holdout: RowSource | null
  readonly batchSize: number
  readonly direction: OnlineDirection
  /** 0: additive; 1 … 3: a tower of logarithms. */
  readonly levels: number
  readonly seed: number
}

export interface OnlineSettings {
  /** The first rate. */
  readonly learningRate: number
  readonly momentum: number
  /** One decay for all weights. */
  readonly l2: number
  /** κ: what the rate itself moves by. */
  readonly hyperRate: number
}

interface OnlineStep {
  /** Before the step. */
  readonly loss: number
  /** That the step took. */
  readonly learningRate: number
  /** dL/dα of the rate before; 0 at the first step. */
  readonly derivative: number
}

interface OnlineEvaluation {
  readonly trainLoss: number
  readonly validationLoss: number
  readonly validationOutputs: Float32Array
  readonly holdoutLoss: number | null
  readonly holdoutOutputs: Float32Array | null
}

export interface OnlineTraining {
  step(): Promise<OnlineStep>
  evaluate(): Promise<OnlineEvaluation>
  weights(): Promise<Float32Array[]>
  dispose(): void
}

/** Adam's constants; the rate is what is learned. */
const [BETA_1, BETA_2, EPSILON] = [0.9, 0.999, 1e-8]
/** Batches are drawn so many at a time. */
const DRAWN_STEPS = 64
/** No level moves by more than this factor's logarithm in a step: one bad batch must not end a training. */
const LARGEST_LOG_STEP = 0.5

export function createOnlineTraining(
  request: OnlineRequest,
  settings: OnlineSettings,
): OnlineTraining {
  const { engine, problem, training, validation, holdout, direction, levels } = request
  const { variables, network } = problem
  const count = variables.length
  const initial = network.initialValues(request.seed)
  const whole = request.batchSize >= training.rows
  const batchSize = whole ? training.rows : request.batchSize
  const moments = (name: string): StateEntry[] =>
    variables.map((variable, at) => ({
      ...{ name: `${variable.name}.${name}`, shape: variable.shape, dtype: 'float32' },
      data: new Float32Array((initial[at] as Float32Array).length),
    }))
  const scalars = (name: string, data: readonly number[]): StateEntry => ({
    ...{ name, shape: [data.length], dtype: 'float32', data: Float32Array.from(data) },
  })
  const { inputShape } = problem.settings.network
  const tower = [
    settings.learningRate,
    ...new Array<number>(Math.max(levels, 1)).fill(settings.hyperRate),
  ]
  const state = engine.createState([
    ...variables.map(({ name, shape }, at) => ({
      ...{ name, shape, dtype: 'float32' as const, data: initial[at] as Float32Array },
    })),
    ...moments('direction'),
    ...moments('first'),
    ...moments('second'),
    // α, κ₁, κ₂ …; then dL/d log of each but the last, at the step before; then the number of steps.
    scalars('rates', tower),
    scalars('derivatives', new Array<number>(tower.length).fill(0)),
    scalars('steps', [0]),
    ...rowEntries('training', training, inputShape),
    ...rowEntries('validation', validation, inputShape),
    ...(holdout === null ? [] : rowEntries('holdout', holdout, inputShape)),
  ])
  const key = `online ${problem.key} ${JSON.stringify({ direction, levels, batchSize, whole, rows: [training.rows, validation.rows, holdout?.rows ?? 0] })}`
  const float = { shape: [2], dtype: 'float32' as const }

  const stepProgram = engine.compile(
    `${key} step`,
    (tensors, [hyper, rows]) => {
      const part = (index: number): readonly Tensor[] =>
        tensors.slice(index * count, (index + 1) * count)
      const [weights, directions, firsts, seconds] = [0, 1, 2, 3].map(part) as [
        readonly Tensor[],
        readonly Tensor[],
        readonly Tensor[],
        readonly Tensor[],
      ]
      const [rates, derivatives, steps, inputs, targets, ...others] = tensors.slice(4 * count) as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        ...Tensor[],
      ]
      const pick = (all: Tensor): Tensor => (rows === undefined ? all : tf.gather(all, rows))
      const batch: InnerBatch = { inputs: pick(inputs), targets: pick(targets), seed: null }
      const momentum = tf.slice(hyper as Tensor, [0], [1])
      const decay = tf.slice(hyper as Tensor, [1], [1])
      const head = tf.ones([problem.headSize])
      const { loss, gradient } = problem.lossAndGradient(weights, batch, head)
      const pull = gradient.map((g, at) =>
        variables[at]?.role === 'weight' ? tf.add(g, tf.mul(decay, weights[at] as Tensor)) : g,
      )
      const slope = tf.neg(sumOf(pull.map((g, at) => inner(g, directions[at] as Tensor))))
      const level = (vector: Tensor, at: number): Tensor => tf.slice(vector, [at], [1])
      const next = climb(rates, derivatives, slope, level)
      const count1 = tf.add(steps, 1)
      const moved = pull.map((g, at) =>
        directionOf(g, firsts[at] as Tensor, seconds[at] as Tensor, momentum, count1),
      )
      const alpha = level(next.rates, 0)
      return {
        state: [
          ...weights.map((w, at) => tf.sub(w, tf.mul(alpha, (moved[at] as Moved).direction))),
          ...moved.map(one => one.direction),
          ...moved.map(one => one.first),
          ...moved.map(one => one.second),
          next.rates,
          next.derivatives,
          count1,
          ...[inputs, targets, ...others],
        ],
        outputs: [tf.reshape(loss, [1]), tf.clone(alpha), slope],
      }
    },
    [float, ...(whole ? [] : [{ shape: [batchSize], dtype: 'int32' as const }])],
    state,
  )

  interface Moved {
    readonly direction: Tensor
    readonly first: Tensor
    readonly second: Tensor
  }

  function directionOf(
    g: Tensor,
    first: Tensor,
    second: Tensor,
    momentum: Tensor,
    steps: Tensor,
  ): Moved {
    switch (direction) {
      case 'sgd':
        return { direction: tf.clone(g), first, second }
      case 'momentum': {
        const velocity = tf.add(tf.mul(momentum, first), g)
        return { direction: tf.clone(velocity), first: velocity, second }
      }
      case 'adam': {
        const m = tf.add(tf.mul(first, BETA_1), tf.mul(g, 1 - BETA_1))
        const v = tf.add(tf.mul(second, BETA_2), tf.mul(tf.square(g), 1 - BETA_2))
        const [corrected1, corrected2] = [BETA_1, BETA_2].map(beta =>
          tf.sub(1, tf.pow(tf.tensor1d([beta]), steps)),
        ) as [Tensor, Tensor]
        const root = tf.add(tf.sqrt(tf.div(v, corrected2)), EPSILON)
        return { direction: tf.div(tf.div(m, corrected1), root), first: m, second: v }
      }
    }
  }

  /** The rates after a step at which the loss changes with α by `slope`. */
  function climb(
    rates: Tensor,
    derivatives: Tensor,
    slope: Tensor,
    level: (vector: Tensor, at: number) => Tensor,
  ): { rates: Tensor; derivatives: Tensor } {
    if (levels === 0) {
      const alpha = tf.sub(level(rates, 0), tf.mul(level(rates, 1), slope))
      const kept = tf.maximum(alpha, 0)
      return { rates: tf.concat([kept, level(rates, 1)]), derivatives: tf.clone(derivatives) }
    }
    // d₀ = dL/d log α = α dL/dα; d_{i+1} = dL/d log κ_{i+1} = −κ_{i+1} dᵢ dᵢ(before)
    const now: Tensor[] = [tf.mul(level(rates, 0), slope)]
    for (let at = 1; at <= levels; at++) {
      const below = tf.mul(now[at - 1] as Tensor, level(derivatives, at - 1))
      now.push(tf.neg(tf.mul(level(rates, at), below)))
    }
    const moved: Tensor[] = [level(rates, levels)]
    for (let at = levels - 1; at >= 0; at--) {
      const step = tf.mul(moved[0] as Tensor, now[at] as Tensor)
      const limited = tf.minimum(tf.maximum(step, -LARGEST_LOG_STEP), LARGEST_LOG_STEP)
      moved.unshift(tf.mul(level(rates, at), tf.exp(tf.neg(limited))))
    }
    return { rates: tf.concat(moved), derivatives: tf.concat(now) }
  }

  const evaluateProgram = engine.compile(
    `${key} evaluate`,
    tensors => {
      const rows = tensors.slice(4 * count + 3)
      const outputs = Array.from({ length: rows.length / 2 }, (_, split) => {
        const [inputs, targets] = rows.slice(2 * split) as [Tensor, Tensor]
        const { loss, outputs } = problem.evaluate(tensors.slice(0, count), inputs, targets)
        return [loss, outputs]
      }).flat()
      return { state: tensors, outputs }
    },
    [],
    state,
  )

  let taken = 0
  let drawn = new Int32Array(0)
  const hyper = Float32Array.of(settings.momentum, settings.l2)

  return {
    async step() {
      const place = taken % DRAWN_STEPS
      if (!whole && place === 0) {
        const seed = (request.seed + Math.floor(taken / DRAWN_STEPS)) >>> 0
        drawn = drawBatches(training.rows, batchSize, DRAWN_STEPS, seed) as Int32Array<ArrayBuffer>
      }
      taken++
      const rows = whole ? [] : [drawn.slice(place * batchSize, (place + 1) * batchSize)]
      const [loss, rate, slope] = await stepProgram.run([hyper, ...rows])
      return {
        loss: (loss as Float32Array)[0] as number,
        learningRate: (rate as Float32Array)[0] as number,
        derivative: (slope as Float32Array)[0] as number,
      }
    },
    async evaluate() {
      const outputs = await evaluateProgram.run([])
      const loss = (split: number): number => (outputs[2 * split] as Float32Array)[0] as number
      return {
        trainLoss: loss(0),
        validationLoss: loss(1),
        validationOutputs: outputs[3] as Float32Array,
        holdoutLoss: holdout === null ? null : loss(2),
        holdoutOutputs: holdout === null ? null : (outputs[5] as Float32Array),
      }
    },
    weights: async () => (await state.read()).slice(0, count) as Float32Array[],
    dispose() {
      stepProgram.dispose()
      evaluateProgram.dispose()
      state.dispose()
    },
  }
}
