import { ownValue } from '../../../core/values/named-values.ts'
import * as tf from '@tensorflow/tfjs-core'
import type { DataId, Tensor } from '@tensorflow/tfjs-core'
import { matrixProduct, sumToLastAxis } from '../../../training/ops/matrix-product.ts'
import { flattenSteps } from '../../../training/ops/recurrent/recurrent-pass.ts'
import { intAttribute, typeAttribute } from '../attributes.ts'
import { dataTypes } from '../library/data-types.ts'
import type { TensorflowBackend } from './kernel-backend.ts'

type Inputs = Readonly<Record<string, Tensor>>

/** The results of a step that its way back needs, as numbers of the binding. */
interface Step {
  readonly reset: number
  readonly update: number
  readonly candidate: number
  readonly before: number
}

/** Steps of a pass in a traced graph, by its hidden states: their nodes are freed with the graph. */
const tracedSteps = new WeakMap<DataId, readonly Step[]>()

const floatType = typeAttribute('T', dataTypes.float)
const weightNames = ['gateWeight', 'candidateWeight', 'gateBias', 'candidateBias'] as const

/**
 * GRU over a whole sequence, one GRUBlockCell per step. Between the steps there are numbers of the binding, not tensors of
 * TensorFlow.js: these would be half of what tracing such a sequence costs.
 * @returns hidden states; where operations run at once, also what the way back needs
 */
export function gruForward(inputs: Inputs, backend: TensorflowBackend): Tensor[] {
  const { binding } = backend
  const [length, batch] = (inputs['x'] as Tensor).shape as [number, number, number]
  const units = (inputs['candidateBias'] as Tensor).shape[0]
  const weights = numbersOf(backend, inputs, weightNames)
  const xs = unstack(backend, inputs['x'] as Tensor)
  const steps: Step[] = []
  const hidden: number[] = []
  let before = binding.createTensor(
    [batch, units],
    dataTypes.float,
    new Float32Array(batch * units),
  )
  for (const x of xs) {
    const results = binding.run('GRUBlockCell', [floatType], [x, before, ...weights], 4)
    const [reset, update, candidate, after] = results as [number, number, number, number]
    steps.push({ reset, update, candidate, before })
    hidden.push(after)
    before = after
  }
  const stacked = stack(backend, hidden)
  if (binding.isTracing()) {
    tracedSteps.set(stacked.dataId, steps)
    return [stacked]
  }
  for (const id of [...xs, ...hidden.slice(length - 1)]) binding.deleteTensor(id)
  const asTensor = (id: number): Tensor =>
    backend.createOutputTensor({ id, shape: [batch, units], dtype: dataTypes.float })
  return [
    stacked,
    ...steps.flatMap(step => [step.reset, step.update, step.candidate, step.before].map(asTensor)),
  ]
}

/** @param onlyLast the gradient is zero but for the last step */
export function gruBackward(
  inputs: Inputs,
  backend: TensorflowBackend,
  { wantInputs, onlyLast }: { readonly wantInputs: boolean; readonly onlyLast: boolean },
): Tensor[] {
  const { binding } = backend
  const x = inputs['x'] as Tensor
  const [length, batch] = x.shape as [number, number, number]
  const units = (inputs['candidateBias'] as Tensor).shape[0]
  const stacked = inputs['saved0'] as Tensor
  const steps = tracedSteps.get(stacked.dataId) ?? savedSteps(backend, inputs, length)
  const weights = numbersOf(backend, inputs, weightNames)
  const xs = unstack(backend, x)
  const dys = onlyLast ? [] : unstack(backend, inputs['dy'] as Tensor)
  const last = onlyLast ? lastOf(inputs['dy'] as Tensor) : null
  const temporaryIds: number[] = [...xs, ...dys]
  const dx: number[] = []
  const candidates: number[] = []
  const gates: number[] = []
  let carried: number | null = null
  for (let at = length - 1; at >= 0; at--) {
    const { reset, update, candidate, before } = steps[at] as Step
    let total: number
    if (last !== null) total = carried ?? (backend.getInputTensorIds([last])[0] as number)
    else if (carried === null) total = dys[at] as number
    else {
      total = binding.run('AddV2', [floatType], [dys[at] as number, carried], 1)[0] as number
      temporaryIds.push(total)
    }
    const results = binding.run(
      'GRUBlockCellGrad',
      [floatType],
      [xs[at] as number, before, ...weights, reset, update, candidate, total],
      4,
    )
    temporaryIds.push(...results)
    const [dInput, dBefore, dCandidate, dGates] = results as [number, number, number, number]
    carried = dBefore
    dx.unshift(dInput)
    candidates.unshift(dCandidate)
    gates.unshift(dGates)
  }

  const rows = (ids: readonly number[]): Tensor => flattenSteps(stack(backend, ids))
  const flat = flattenSteps(x)
  // Before the first step the hidden state is 0 and adds nothing to the gradient of what it is multiplied by.
  const later = (length - 1) * batch
  const hidden = tf.slice(flattenSteps(stacked), [0, 0], [later, units])
  const weightGradient = (hiddenSide: Tensor, inner: Tensor): Tensor => {
    const columns = inner.shape[1] as number
    const innerLater = tf.slice(inner, [batch, 0], [later, columns])
    const fromInput = matrixProduct(flat, inner, true)
    const fromHidden =
      later === 0 ? tf.zeros([units, columns]) : matrixProduct(hiddenSide, innerLater, true)
    return tf.concat([fromInput, fromHidden], 0)
  }
  const allGates = rows(gates)
  const allCandidates = rows(candidates)
  const resetStates =
    later === 0 ? hidden : tf.mul(rows(steps.slice(1).map(({ reset }) => reset)), hidden)
  const gradients = [
    weightGradient(hidden, allGates),
    sumToLastAxis(allGates),
    weightGradient(resetStates, allCandidates),
    sumToLastAxis(allCandidates),
    ...(wantInputs ? [stack(backend, dx)] : []),
  ]
  for (const id of temporaryIds) binding.deleteTensor(id)
  return gradients
}

/** The steps among the results of {@link gruForward}. */
function savedSteps(backend: TensorflowBackend, inputs: Inputs, length: number): Step[] {
  const names = Array.from({ length: 4 * length }, (_, index) => `saved${1 + index}`)
  const ids = numbersOf(backend, inputs, names)
  return Array.from({ length }, (_, step) => {
    const stepIds = ids.slice(4 * step, 4 * step + 4) as [number, number, number, number]
    return { reset: stepIds[0], update: stepIds[1], candidate: stepIds[2], before: stepIds[3] }
  })
}

function numbersOf(backend: TensorflowBackend, inputs: Inputs, names: readonly string[]): number[] {
  return backend.getInputTensorIds(names.map(name => ownValue(inputs, name) as Tensor))
}

/** The blocks of a tensor along its first axis. */
function unstack(backend: TensorflowBackend, tensor: Tensor): number[] {
  const length = tensor.shape[0]
  const attributes = [intAttribute('num', length), floatType, intAttribute('axis', 0)]
  return backend.binding.run('Unpack', attributes, backend.getInputTensorIds([tensor]), length)
}

function stack(backend: TensorflowBackend, ids: readonly number[]): Tensor {
  const attributes = [intAttribute('N', ids.length), floatType, intAttribute('axis', 0)]
  const [result] = backend.binding.executeOp('Pack', attributes, ids, 1)
  return backend.createOutputTensor(result as NonNullable<typeof result>)
}

/** The last block of a tensor: [steps, batch, units] to [batch, units]. */
function lastOf(tensor: Tensor): Tensor {
  const [steps, batch, units] = tensor.shape as [number, number, number]
  return tf.reshape(tf.slice(tensor, [steps - 1, 0, 0], [1, batch, units]), [batch, units])
}
