import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { OptimizerName } from '../../../training/models/network-definition.ts'
import {
  ADAGRAD_EPSILON,
  ADAM_BETA1,
  ADAM_BETA2,
  ADAM_EPSILON,
  LION_BETA1,
  LION_BETA2,
  RMSPROP_DECAY,
  RMSPROP_EPSILON,
} from '../../../training/optimizers/constants.ts'
import { optimizerStepKernel as name } from '../../../training/optimizers/create-optimizer.ts'
import { type ScalarName, scalarIndices } from '../../../training/optimizers/optimizer.ts'
import { ownKernel } from '../own-kernel.ts'
import { floatView, integerView } from '../wasm-backend.ts'

interface Inputs {
  readonly parameter: TensorInfo
  readonly gradient: TensorInfo
  readonly slot0?: TensorInfo
  readonly slot1?: TensorInfo
  readonly scalars: TensorInfo
  readonly step: TensorInfo
}

interface Attributes {
  readonly optimizer: OptimizerName
  readonly regularized: boolean
}

interface Buffers {
  readonly parameter: Float32Array
  readonly gradient: Float32Array
  readonly slots: readonly Float32Array[]
  readonly nextParameter: Float32Array
  readonly nextSlots: readonly Float32Array[]
  readonly learningRate: number
  readonly momentum: number
  /** 0 for variables that are not regularized. */
  readonly l2: number
  /** Share by which the variable shrinks beside its gradient; 0 for variables that are not regularized. */
  readonly shrinkage: number
  /** Counts from 1. */
  readonly time: number
}

/** One optimizer step of one variable in a single pass; op by op it is ten passes. */
export const optimizerStepKernel = ownKernel<Inputs, Attributes>(
  name,
  ({ inputs, backend, attrs }) => {
    const { parameter, gradient, slot0, slot1, scalars, step } = inputs
    const slots = [slot0, slot1].filter(slot => slot !== undefined)
    const next = [parameter, ...slots].map(tensor => backend.makeOutput(tensor.shape, 'float32'))
    const [nextParameter, ...nextSlots] = next.map(tensor => floatView(backend, tensor))
    const fed = floatView(backend, scalars)
    const scalar = (name: ScalarName): number => fed[scalarIndices[name]] as number
    updates[attrs.optimizer]({
      parameter: floatView(backend, parameter),
      gradient: floatView(backend, gradient),
      slots: slots.map(slot => floatView(backend, slot)),
      nextParameter: nextParameter as Float32Array,
      nextSlots,
      learningRate: scalar('learningRate'),
      momentum: scalar('momentum'),
      l2: attrs.regularized ? scalar('l2') : 0,
      shrinkage: attrs.regularized ? scalar('learningRate') * scalar('weightDecay') : 0,
      time: (integerView(backend, step)[0] as number) + 1,
    })
    return next
  },
)

const updates: Readonly<Record<OptimizerName, (buffers: Buffers) => void>> = {
  sgd,
  momentum: buffers => {
    momentum(buffers, false)
  },
  nesterov: buffers => {
    momentum(buffers, true)
  },
  rmsprop,
  adagrad,
  adam: buffers => {
    adam({ ...buffers, shrinkage: 0 })
  },
  adamw: adam,
  lion,
}

// Arithmetic is in double precision and is rounded when stored: rounding every operation to float32
// would take twice the time in JavaScript.

function sgd({ parameter, gradient, nextParameter, learningRate, l2 }: Buffers): void {
  for (let index = 0; index < parameter.length; index++) {
    const w = parameter[index] as number
    const g = (gradient[index] as number) + l2 * w
    nextParameter[index] = w - learningRate * g
  }
}

function momentum(buffers: Buffers, looksAhead: boolean): void {
  const { parameter, gradient, slots, nextParameter, nextSlots } = buffers
  const { learningRate, momentum: share, l2 } = buffers
  const velocity = slots[0] as Float32Array
  const nextVelocity = nextSlots[0] as Float32Array
  for (let index = 0; index < parameter.length; index++) {
    const w = parameter[index] as number
    const g = (gradient[index] as number) + l2 * w
    const v = share * (velocity[index] as number) + g
    nextVelocity[index] = v
    nextParameter[index] = w - learningRate * (looksAhead ? g + share * v : v)
  }
}

function rmsprop({
  parameter,
  gradient,
  slots,
  nextParameter,
  nextSlots,
  ...settings
}: Buffers): void {
  const meanSquare = slots[0] as Float32Array
  const nextMeanSquare = nextSlots[0] as Float32Array
  const { learningRate, l2 } = settings
  for (let index = 0; index < parameter.length; index++) {
    const w = parameter[index] as number
    const g = (gradient[index] as number) + l2 * w
    const s = RMSPROP_DECAY * (meanSquare[index] as number) + (1 - RMSPROP_DECAY) * g * g
    nextMeanSquare[index] = s
    nextParameter[index] = w - (learningRate * g) / (Math.sqrt(s) + RMSPROP_EPSILON)
  }
}

function adagrad({
  parameter,
  gradient,
  slots,
  nextParameter,
  nextSlots,
  ...settings
}: Buffers): void {
  const squareSum = slots[0] as Float32Array
  const nextSquareSum = nextSlots[0] as Float32Array
  const { learningRate, l2 } = settings
  for (let index = 0; index < parameter.length; index++) {
    const w = parameter[index] as number
    const g = (gradient[index] as number) + l2 * w
    const s = (squareSum[index] as number) + g * g
    nextSquareSum[index] = s
    nextParameter[index] = w - (learningRate * g) / (Math.sqrt(s) + ADAGRAD_EPSILON)
  }
}

function lion({
  parameter,
  gradient,
  slots,
  nextParameter,
  nextSlots,
  ...settings
}: Buffers): void {
  const first = slots[0] as Float32Array
  const nextFirst = nextSlots[0] as Float32Array
  const { learningRate, l2, shrinkage } = settings
  for (let index = 0; index < parameter.length; index++) {
    const w = parameter[index] as number
    const g = (gradient[index] as number) + l2 * w
    const m = first[index] as number
    const direction = Math.sign(LION_BETA1 * m + (1 - LION_BETA1) * g)
    nextFirst[index] = LION_BETA2 * m + (1 - LION_BETA2) * g
    nextParameter[index] = w - learningRate * direction - shrinkage * w
  }
}

function adam({
  parameter,
  gradient,
  slots,
  nextParameter,
  nextSlots,
  ...settings
}: Buffers): void {
  const [first, second] = slots as [Float32Array, Float32Array]
  const [nextFirst, nextSecond] = nextSlots as [Float32Array, Float32Array]
  const { learningRate, l2, shrinkage, time } = settings
  const correction1 = 1 - ADAM_BETA1 ** time
  const rootCorrection2 = Math.sqrt(1 - ADAM_BETA2 ** time)
  // lr·(m/c1) / (√(v/c2) + ε) = (lr·√c2/c1)·m / (√v + ε·√c2)
  const rate = (learningRate * rootCorrection2) / correction1
  const epsilon = ADAM_EPSILON * rootCorrection2
  for (let index = 0; index < parameter.length; index++) {
    const w = parameter[index] as number
    const g = (gradient[index] as number) + l2 * w
    const m = ADAM_BETA1 * (first[index] as number) + (1 - ADAM_BETA1) * g
    const v = ADAM_BETA2 * (second[index] as number) + (1 - ADAM_BETA2) * g * g
    nextFirst[index] = m
    nextSecond[index] = v
    nextParameter[index] = w - (rate * m) / (Math.sqrt(v) + epsilon) - shrinkage * w
  }
}
