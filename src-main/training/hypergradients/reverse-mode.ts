import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { InnerBatch, InnerProblem } from './inner-problem.ts'
import {
  decayed,
  disposeState,
  type HyperVector,
  inner,
  rateOf,
  sumOf,
  takeStep,
  type TrainingState,
  type UnrolledRun,
} from './unrolled-run.ts'

/**
 * Reverse mode: from the last weights back through the steps, for any number of hyperparameters at the cost of one
 * Hessian-vector product per step. Every step's state must be there again: it is kept every `every` steps, and the steps
 * between are taken once more (1: all are kept).
 *
 * D. Maclaurin, D. Duvenaud, R. Adams: Gradient-based hyperparameter optimization through reversible learning. ICML
 * 2015, arXiv:1502.03492, algorithm 2, with stored states; L. Franceschi et al.: Forward and reverse gradient-based
 * hyperparameter optimization. ICML 2017, arXiv:1703.01785. Truncation: A. Shaban et al.: Truncated
 * back-propagation for bilevel optimization. AISTATS 2019, arXiv:1810.10667. Checkpoints: T. Chen et al.,
 * arXiv:1604.06174.
 *
 * @param outerGradient gives dE/dw at the last weights, one tensor per variable
 * @param horizon steps from the end through which the gradient goes; all of them: `run.steps`
 */
export function reverseHypergradient<Last>(
  run: UnrolledRun,
  start: TrainingState,
  outerGradient: (weights: readonly Tensor[]) => {
    readonly gradient: readonly Tensor[]
    readonly last: Last
  },
  { horizon, every }: { readonly horizon: number; readonly every: number },
): { readonly gradient: HyperVector; readonly last: Last } {
  const { problem, steps } = run
  const from = Math.max(0, steps - horizon)
  const checkpoints = new Map<number, TrainingState>()
  let state = start
  for (let step = 0; step < steps; step++) {
    if (step >= from && (step - from) % every === 0) checkpoints.set(step, state)
    const next = takeStep(run, state, step)
    if (!checkpoints.has(step) && state !== start) disposeState(state)
    state = next
  }
  const { gradient, last } = outerGradient(state.weights)
  let sums: ReverseSums = {
    weights: gradient,
    velocities: gradient.map(g => tf.zerosLike(g)),
    rates: [],
    momentum: tf.zerosLike(run.momentum),
    decay: tf.zerosLike(run.decay),
    head: tf.zerosLike(run.head),
  }
  let segment: TrainingState[] = []
  for (let step = steps - 1; step >= from; step--) {
    const checkpoint = step - ((step - from) % every)
    if (segment.length === 0) {
      segment = [checkpoints.get(checkpoint) as TrainingState]
      for (let at = checkpoint; at < step; at++) {
        segment.push(takeStep(run, segment.at(-1) as TrainingState, at))
      }
    }
    const currentState = segment.pop() as TrainingState
    const before = sums
    sums = tf.tidy(() => stepBack(run, currentState, before, step) as never)
    if (currentState !== start) disposeState(currentState)
    disposeState(before)
  }
  const untouched = from === 0 ? [] : [tf.zeros([from * problem.groups])]
  const rates = tf.concat([...untouched, ...sums.rates.map(rate => tf.reshape(rate, [-1]))])
  return { gradient: { ...sums, rates }, last }
}

/** Derivatives of the outer loss by what stands after a step, and those of the hyperparameters so far. */
interface ReverseSums {
  /** dE/dw and dE/dv */
  readonly weights: readonly Tensor[]
  readonly velocities: readonly Tensor[]
  /** One tensor [groups] per step that was gone back through, in the order of the steps. */
  readonly rates: readonly Tensor[]
  readonly momentum: Tensor
  readonly decay: Tensor
  readonly head: Tensor
}

function stepBack(
  run: UnrolledRun,
  { weights, velocities }: TrainingState,
  sums: ReverseSums,
  step: number,
): ReverseSums {
  const { problem } = run
  const batch = run.batch(step)
  // w' = w + v': dE/dv' gains dE/dw'.
  const dv = sums.velocities.map((d, at) => tf.add(d, sums.weights[at] as Tensor))
  // v' = μ v − α G: the loss sees the gradient G through p = α dv.
  const p = dv.map((d, at) => tf.mul(rateOf(run, step, at), d))
  const { gradient, tangent } = problem.lossGradientTangent(weights, batch, run.head, {
    weights: p,
  })
  const whole = gradient.map((g, at) => decayed(run, weights, g, at))
  const byGroup = Array.from({ length: problem.groups }, (_, group) =>
    sumOf(
      whole.flatMap((g, at) =>
        problem.rateGroups[at] === group ? [inner(dv[at] as Tensor, g)] : [],
      ),
    ),
  )
  const lambda = weights.map((_, at) => problem.decayOf(run.decay, at))
  return {
    // dw −= H p + λ p
    weights: sums.weights.map((d, at) => {
      const curved = tangent[at] ?? null
      const bent = curved === null ? d : tf.sub(d, curved)
      const decay = lambda[at] ?? null
      return decay === null ? bent : tf.sub(bent, tf.mul(decay, p[at] as Tensor))
    }),
    velocities: dv.map(d => tf.mul(run.momentum, d)),
    // dE/dα = −⟨dv, G⟩, per layer
    rates: [tf.neg(tf.concat(byGroup)), ...sums.rates],
    // dE/dμ += ⟨dv, v⟩
    momentum: tf.add(sums.momentum, sumOf(dv.map((d, at) => inner(d, velocities[at] as Tensor)))),
    // dE/dλ −= ⟨p, w⟩
    decay: tf.sub(sums.decay, decayProducts(problem, p, weights)),
    // dE/dh −= ⟨p, ∂G/∂h⟩
    head: headProducts(problem, weights, batch, run.head, p, sums.head),
  }
}

/** ⟨p, w⟩ over the weights that each decay belongs to: [decayCount]. */
export function decayProducts(
  { decays }: InnerProblem,
  p: readonly Tensor[],
  weights: readonly Tensor[],
): Tensor {
  return tf.concat(
    decays.flatMap((slice, at) => {
      if (slice === null) return []
      const [vector, weight] = [p[at] as Tensor, weights[at] as Tensor]
      return [slice.count === 1 ? inner(vector, weight) : tf.sum(tf.mul(vector, weight), -1)]
    }),
  )
}

/** `sum` − ⟨p, ∂∇loss/∂h⟩ for each hyperparameter h of the head that the loss has. */
export function headProducts(
  problem: InnerProblem,
  weights: readonly Tensor[],
  batch: InnerBatch,
  head: Tensor,
  p: readonly Tensor[],
  sum: Tensor,
): Tensor {
  let result = sum
  for (const position of headPositions(problem)) {
    const unit = unitVector(problem.headSize, position)
    const { tangent } = problem.lossGradientTangent(weights, batch, head, { head: unit })
    const products = tangent.flatMap((t, at) => (t === null ? [] : [inner(p[at] as Tensor, t)]))
    if (products.length > 0) result = tf.sub(result, tf.mul(unit, sumOf(products)))
  }
  return result
}

function headPositions({ settings, headSize }: InnerProblem): number[] {
  return settings.head.flatMap(name => {
    if (name === 'labelSmoothing') return [0]
    if (name === 'inputNoise') return [1]
    return Array.from({ length: headSize - 2 }, (_, at) => at + 2)
  })
}

function unitVector(size: number, position: number): Tensor {
  return tf.tensor1d(Array.from({ length: size }, (_, at) => (at === position ? 1 : 0)))
}
