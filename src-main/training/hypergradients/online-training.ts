import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { InnerBatch } from './inner-problem.ts'
import {
  drawBatches,
  evaluateSplits,
  floatEntry,
  type InnerEvaluation,
  type InnerRequest,
  readEvaluation,
  rowCounts,
  splitEntries,
  type SplitTensors,
  vector,
  weightEntries,
} from './inner-rows.ts'
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

export interface OnlineRequest extends InnerRequest {
  readonly batchSize: number
  readonly direction: OnlineDirection
  /** 0: additive; 1 … 3: a tower of logarithms. */
  readonly levels: number
}

export interface OnlineSettings {
  /** The first rate. */
  readonly learningRate: number
  readonly momentum: number
  /** One decay for all weights. */
  readonly l2: number
  /** κ: the step of the rate itself. */
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

export interface OnlineTraining {
  step(): Promise<OnlineStep>
  evaluate(): Promise<InnerEvaluation>
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
  const { engine, problem, training, direction, levels } = request
  const count = problem.variables.length
  const isWhole = request.batchSize >= training.rows
  const batchSize = isWhole ? training.rows : request.batchSize
  const state = engine.createState(stateEntries(request, settings))
  const shape = { direction, levels, batchSize, isWhole, rows: rowCounts(request) }
  const key = `online ${problem.key} ${JSON.stringify(shape)}`
  const rowFeeds = isWhole ? [] : [{ shape: [batchSize], dtype: 'int32' as const }]
  const step = (tensors: readonly Tensor[], fed: readonly Tensor[]) =>
    takeStep(request, openState(tensors, count), fed)
  const compiledStep = engine.compile(`${key} step`, step, [vector(2), ...rowFeeds], state)
  const evaluate = (tensors: readonly Tensor[]) => {
    const { weights, rows } = openState(tensors, count)
    return { state: tensors, outputs: evaluateSplits(problem, weights, rows) }
  }
  const compiledEvaluation = engine.compile(`${key} evaluate`, evaluate, [], state)
  let stepsTaken = 0
  let drawn = new Int32Array(0)
  const hyper = Float32Array.of(settings.momentum, settings.l2)
  return {
    async step() {
      const drawIndex = stepsTaken % DRAWN_STEPS
      if (!isWhole && drawIndex === 0) {
        const seed = (request.seed + Math.floor(stepsTaken / DRAWN_STEPS)) >>> 0
        drawn = drawBatches(training.rows, batchSize, DRAWN_STEPS, seed) as Int32Array<ArrayBuffer>
      }
      stepsTaken++
      const rows = isWhole ? [] : [drawn.slice(drawIndex * batchSize, (drawIndex + 1) * batchSize)]
      const outputs = await compiledStep.run([hyper, ...rows])
      const [loss, learningRate, derivative] = outputs.map(([value]) => value as number)
      return { loss, learningRate, derivative } as OnlineStep
    },
    evaluate: async () => readEvaluation(request, await compiledEvaluation.run([])).evaluation,
    weights: async () => (await state.read()).slice(0, count) as Float32Array[],
    dispose() {
      compiledStep.dispose()
      compiledEvaluation.dispose()
      state.dispose()
    },
  }
}

function stateEntries(request: OnlineRequest, { learningRate, hyperRate }: OnlineSettings) {
  const { problem, levels } = request
  const initial = problem.network.initialValues(request.seed)
  const tower = [learningRate, ...new Array<number>(Math.max(levels, 1)).fill(hyperRate)]
  const numbers = (name: string, values: readonly number[]) =>
    floatEntry(name, [values.length], Float32Array.from(values))
  const zeros = initial.map(({ length }) => new Float32Array(length))
  return [
    ...weightEntries(problem, initial),
    ...['.direction', '.first', '.second'].flatMap(name => weightEntries(problem, zeros, name)),
    // α, κ₁, κ₂ …; then dL/d log of each but the last, at the step before; then the number of steps.
    numbers('rates', tower),
    numbers(
      'derivatives',
      tower.map(() => 0),
    ),
    numbers('steps', [0]),
    ...splitEntries(request),
  ]
}

function openState(tensors: readonly Tensor[], count: number) {
  const [weights, directions, firsts, seconds] = [0, 1, 2, 3].map(index =>
    tensors.slice(index * count, (index + 1) * count),
  ) as [Tensor[], Tensor[], Tensor[], Tensor[]]
  const others = tensors.slice(4 * count) as unknown as [Tensor, Tensor, Tensor, ...SplitTensors]
  const [rates, derivatives, steps, ...rows] = others
  return { weights, directions, firsts, seconds, rates, derivatives, steps, rows }
}

function takeStep(
  { problem, direction, levels }: OnlineRequest,
  { weights, directions, firsts, seconds, ...state }: ReturnType<typeof openState>,
  [hyper, chosen]: readonly Tensor[],
) {
  const pick = (all: Tensor): Tensor => (chosen === undefined ? all : tf.gather(all, chosen))
  const [inputs, targets] = state.rows
  const batch: InnerBatch = { inputs: pick(inputs), targets: pick(targets), seed: null }
  const [momentum, decay] = [levelOf(hyper as Tensor, 0), levelOf(hyper as Tensor, 1)]
  const head = tf.ones([problem.headSize])
  const { loss, gradient } = problem.lossAndGradient(weights, batch, head)
  const pull = gradient.map((g, at) =>
    problem.variables[at]?.role === 'weight' ? tf.add(g, tf.mul(decay, weights[at] as Tensor)) : g,
  )
  const slope = tf.neg(sumOf(pull.map((g, at) => inner(g, directions[at] as Tensor))))
  const next = climb(levels, state.rates, state.derivatives, slope)
  const steps = tf.add(state.steps, 1)
  const moved = pull.map((g, at) =>
    directionOf(direction, g, firsts[at] as Tensor, seconds[at] as Tensor, momentum, steps),
  )
  const alpha = levelOf(next.rates, 0)
  return {
    state: [
      ...moved.map((update, at) => tf.sub(weights[at] as Tensor, tf.mul(alpha, update.direction))),
      ...moved.map(update => update.direction),
      ...moved.map(update => update.first),
      ...moved.map(update => update.second),
      next.rates,
      next.derivatives,
      steps,
      ...state.rows,
    ],
    outputs: [tf.reshape(loss, [1]), tf.clone(alpha), slope],
  }
}

function directionOf(
  kind: OnlineDirection,
  g: Tensor,
  first: Tensor,
  second: Tensor,
  momentum: Tensor,
  steps: Tensor,
): { readonly direction: Tensor; readonly first: Tensor; readonly second: Tensor } {
  switch (kind) {
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

function levelOf(vector: Tensor, at: number): Tensor {
  return tf.slice(vector, [at], [1])
}

/** The rates after a step at which the loss changes with α by `slope`. */
function climb(
  levels: number,
  rates: Tensor,
  derivatives: Tensor,
  slope: Tensor,
): { rates: Tensor; derivatives: Tensor } {
  if (levels === 0) {
    const alpha = tf.sub(levelOf(rates, 0), tf.mul(levelOf(rates, 1), slope))
    const nonNegative = tf.maximum(alpha, 0)
    return {
      rates: tf.concat([nonNegative, levelOf(rates, 1)]),
      derivatives: tf.clone(derivatives),
    }
  }
  // d₀ = dL/d log α = α dL/dα; d_{i+1} = dL/d log κ_{i+1} = −κ_{i+1} dᵢ dᵢ(before)
  const now: Tensor[] = [tf.mul(levelOf(rates, 0), slope)]
  for (let at = 1; at <= levels; at++) {
    const below = tf.mul(now[at - 1] as Tensor, levelOf(derivatives, at - 1))
    now.push(tf.neg(tf.mul(levelOf(rates, at), below)))
  }
  const moved: Tensor[] = [levelOf(rates, levels)]
  for (let at = levels - 1; at >= 0; at--) {
    const step = tf.mul(moved[0] as Tensor, now[at] as Tensor)
    const limited = tf.minimum(tf.maximum(step, -LARGEST_LOG_STEP), LARGEST_LOG_STEP)
    moved.unshift(tf.mul(levelOf(rates, at), tf.exp(tf.neg(limited))))
  }
  return { rates: tf.concat(moved), derivatives: tf.concat(now) }
}
