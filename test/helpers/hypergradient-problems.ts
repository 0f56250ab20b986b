import { createRandomStream } from '../../src-main/math/random/stream.ts'
import type { RowSource } from '../../src-main/training/data/row-source.ts'
import { createClassSource } from '../../src-main/training/data/table-source.ts'
import {
  hyperFields,
  type HyperValues,
} from '../../src-main/training/hypergradients/hyper-values.ts'
import type {
  HeadHyperparameter,
  InnerProblem,
} from '../../src-main/training/hypergradients/inner-problem.ts'
import type { NetworkDefinition } from '../../src-main/training/models/network-definition.ts'

/** Smooth networks and a problem that they can learn but not perfectly, for tests on any engine. */

export const classes = 3
const tanh = { kind: 'activation', activation: 'tanh' } as const

const images = (second: 'convolution' | 'separableConvolution'): NetworkDefinition => ({
  inputShape: [6, 6, 1],
  layers: [
    { kind: 'convolution', filters: 2, kernelSize: 3, stride: 1, padding: 'same' },
    { kind: 'activation', activation: 'gelu' },
    { kind: 'pool', pooling: 'average', size: 2 },
    { kind: second, filters: 3, kernelSize: 2, stride: 1, padding: 'valid' },
    { kind: 'activation', activation: 'sigmoid' },
    { kind: 'flatten' },
    { kind: 'dense', units: classes },
  ],
})

export const networks: Readonly<
  Record<'logistic regression' | 'MLP' | 'CNN' | 'separable CNN', NetworkDefinition>
> = {
  'logistic regression': { inputShape: [8], layers: [{ kind: 'dense', units: classes }] },
  MLP: {
    inputShape: [8],
    layers: [{ kind: 'dense', units: 12 }, tanh, { kind: 'dense', units: classes }],
  },
  CNN: images('convolution'),
  'separable CNN': images('separableConvolution'),
}

/** Normal inputs; the class is where a noisy linear function is largest. */
export function rowsFor(
  { inputShape }: NetworkDefinition,
  count: number,
  number: number,
): RowSource {
  const width = inputShape.reduce((product, length) => product * length, 1)
  const random = createRandomStream({ seed: 11, number, purpose: 'hypergradient rows' })
  const features = Float32Array.from({ length: count * width }, () => random.normal())
  const labels = Int32Array.from({ length: count }, (_, row) => {
    const scores = Array.from(
      { length: classes },
      (_, k) => (features[row * width + k] as number) * (k + 1) + random.normal(),
    )
    return scores.indexOf(Math.max(...scores))
  })
  return createClassSource(features, width, labels, classes)
}

/** Usual hyperparameters: rates that fall, and what the head has. */
export function usualValues(problem: InnerProblem, steps: number): HyperValues {
  const head = new Float32Array(problem.headSize).fill(1)
  head.set([0.1, 0.3])
  const rate = (at: number): number => 0.3 / (1 + Math.floor(at / problem.groups) / 20)
  return {
    rates: Float32Array.from({ length: steps * problem.groups }, (_, at) => rate(at)),
    momentum: Float32Array.of(0.6),
    decay: new Float32Array(problem.decayCount).fill(0.02),
    head,
  }
}

/** A direction that moves every hyperparameter by a share of itself. */
export function relativeDirection(values: HyperValues, number: number): HyperValues {
  const random = createRandomStream({ seed: 5, number, purpose: 'hypergradient direction' })
  const share = (array: Float32Array): Float32Array =>
    array.map(value => value * (0.3 + random.uniform()))
  return {
    rates: share(values.rates),
    momentum: share(values.momentum),
    decay: share(values.decay),
    head: share(values.head),
  }
}

export const wholeHead: readonly HeadHyperparameter[] = [
  'labelSmoothing',
  'inputNoise',
  'classWeights',
]

/** Σ over all entries. */
export function innerProduct(first: HyperValues, other: HyperValues): number {
  let sum = 0
  for (const field of hyperFields) {
    first[field].forEach((value, at) => (sum += value * (other[field][at] as number)))
  }
  return sum
}
