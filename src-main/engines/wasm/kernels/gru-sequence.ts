import type { TensorInfo } from '@tensorflow/tfjs-core'
import { gruKernels } from '../../../training/ops/recurrent/gru.ts'
import { asKernelFunc, type OwnKernel } from '../own-kernel.ts'
import {
  addSums,
  createRecurrentBuffers,
  sumRowsInto,
  type RecurrentBuffers,
} from '../recurrent-buffers.ts'
import type { WasmBackend } from '../wasm-backend.ts'
import { fillTanh } from './tanh.ts'

interface Weights {
  readonly x: TensorInfo
  readonly gateWeight: TensorInfo
  readonly gateBias: TensorInfo
  readonly candidateWeight: TensorInfo
  readonly candidateBias: TensorInfo
}

/** Hidden states, gates [steps, batch, 2 · units], candidates, and reset ∘ previous hidden state. */
interface Saved {
  readonly saved0: TensorInfo
  readonly saved1: TensorInfo
  readonly saved2: TensorInfo
  readonly saved3: TensorInfo
}

/** A whole GRU in one kernel, for the reason of the LSTM's. */
export const gruSequenceKernel: OwnKernel = {
  name: gruKernels.forward,
  create: () => asKernelFunc<Weights, object>(({ inputs, backend }) => forward(inputs, backend)),
}

export const gruSequenceGradKernel: OwnKernel = {
  name: gruKernels.backward,
  create: () =>
    asKernelFunc<Weights & Saved & { dy: TensorInfo }, { wantInputs: boolean }>(
      ({ inputs, backend, attrs }) => backward(inputs, backend, attrs.wantInputs),
    ),
}

function sizes({ x, candidateBias }: Weights) {
  const [steps, batch, features] = x.shape as [number, number, number]
  const units = candidateBias.shape[0] as number
  return { steps, batch, features, units, block: batch * units }
}

function forward(inputs: Weights, backend: WasmBackend): TensorInfo[] {
  const { steps, batch, features, units, block } = sizes(inputs)
  const { gateWeight, candidateWeight } = inputs
  const buffers = createRecurrentBuffers(backend)
  const { view } = buffers
  const outputs = [units, 2 * units, units, units].map(columns =>
    backend.makeOutput([steps, batch, columns], 'float32'),
  ) as [TensorInfo, TensorInfo, TensorInfo, TensorInfo]
  const [hidden, gates, candidates, kept] = outputs
  const flat = buffers.flat(inputs.x)
  const gatesFromInput = buffers.product(flat, buffers.rows(gateWeight, 0, features))
  const candidatesFromInput = buffers.product(flat, buffers.rows(candidateWeight, 0, features))
  const gateHidden = buffers.rows(gateWeight, features, features + units)
  const candidateHidden = buffers.rows(candidateWeight, features, features + units)
  // Products read whole tensors, so what they take from a step is copied to one.
  const state = buffers.make(batch, units)
  view(state).fill(0)
  const keptState = buffers.make(batch, units)
  // σ(x) = ½ + ½·tanh(x/2)
  const halves = new Float32Array(2 * units).fill(0.5)
  const ones = new Float32Array(units).fill(1)
  for (let step = 0; step < steps; step++) {
    const part = (tensor: TensorInfo, size: number) =>
      view(tensor).subarray(step * size, (step + 1) * size)
    const gateSums = buffers.product(state, gateHidden)
    const ownGates = part(gates, 2 * block)
    addSums(
      ownGates,
      part(gatesFromInput, 2 * block),
      view(gateSums),
      view(inputs.gateBias),
      halves,
    )
    fillTanh(ownGates, ownGates)
    resetState(ownGates, view(state), part(kept, block), units)
    buffers.free(gateSums)
    view(keptState).set(part(kept, block))
    const candidateSums = buffers.product(keptState, candidateHidden)
    const ownCandidates = part(candidates, block)
    const fromInput = part(candidatesFromInput, block)
    addSums(ownCandidates, fromInput, view(candidateSums), view(inputs.candidateBias), ones)
    fillTanh(ownCandidates, ownCandidates)
    buffers.free(candidateSums)
    const ownHidden = part(hidden, block)
    mix(part(gates, 2 * block), view(state), ownCandidates, ownHidden, units)
    view(state).set(ownHidden)
  }
  buffers.freeAll()
  return outputs
}

/** Finishes the sigmoids; kept = r∘h. */
function resetState(
  gates: Float32Array,
  state: Float32Array,
  kept: Float32Array,
  units: number,
): void {
  for (let at = 0, row = 0; at < kept.length; row += 2 * units) {
    for (let unit = row; unit < row + units; unit++, at++) {
      const r = 0.5 + 0.5 * (gates[unit] as number)
      gates[unit] = r
      gates[unit + units] = 0.5 + 0.5 * (gates[unit + units] as number)
      kept[at] = r * (state[at] as number)
    }
  }
}

/** h ← u∘h + (1 − u)∘c */
function mix(
  gates: Float32Array,
  state: Float32Array,
  candidates: Float32Array,
  hidden: Float32Array,
  units: number,
): void {
  for (let at = 0, row = units; at < hidden.length; row += 2 * units) {
    for (let unit = row; unit < row + units; unit++, at++) {
      const u = gates[unit] as number
      hidden[at] = u * (state[at] as number) + (1 - u) * (candidates[at] as number)
    }
  }
}

function backward(
  inputs: Weights & Saved & { readonly dy: TensorInfo },
  backend: WasmBackend,
  wantInputs: boolean,
): TensorInfo[] {
  const { steps, batch, features, units, block } = sizes(inputs)
  const { x, gateWeight, candidateWeight, dy } = inputs
  const { saved0: hidden, saved1: gates, saved2: candidates, saved3: kept } = inputs
  const buffers = createRecurrentBuffers(backend)
  const { view } = buffers
  const hiddenRows = (weight: TensorInfo) =>
    buffers.transposed(buffers.rows(weight, features, features + units))
  const gateHidden = hiddenRows(gateWeight)
  const candidateHidden = hiddenRows(candidateWeight)
  const before = buffers.make(steps * batch, units)
  view(before).fill(0, 0, block)
  view(before).set(view(hidden).subarray(0, (steps - 1) * block), block)
  const dGates = buffers.make(steps * batch, 2 * units)
  const dCandidates = buffers.make(steps * batch, units)
  const ownGates = buffers.make(batch, 2 * units)
  const ownCandidates = buffers.make(batch, units)
  const carried = new Float32Array(block)
  for (let step = steps - 1; step >= 0; step--) {
    const part = (tensor: TensorInfo, size: number) =>
      view(tensor).subarray(step * size, (step + 1) * size)
    addTo(carried, part(dy, block))
    candidateGradients(
      { gates: part(gates, 2 * block), candidates: part(candidates, block), total: carried, units },
      view(ownCandidates),
    )
    const dKept = buffers.product(ownCandidates, candidateHidden)
    gateGradients(
      {
        gates: part(gates, 2 * block),
        candidates: part(candidates, block),
        before: part(before, block),
        dKept: view(dKept),
        total: carried,
        units,
      },
      view(ownGates),
    )
    buffers.free(dKept)
    part(dGates, 2 * block).set(view(ownGates))
    part(dCandidates, block).set(view(ownCandidates))
    const throughGates = buffers.product(ownGates, gateHidden)
    addTo(carried, view(throughGates))
    buffers.free(throughGates)
  }
  const xTransposed = buffers.transposed(buffers.flat(x))
  const weightGradient = (weight: TensorInfo, hiddenSide: TensorInfo, inner: TensorInfo) => {
    const dInput = buffers.product(xTransposed, inner)
    const dHidden = buffers.product(buffers.transposed(hiddenSide), inner)
    return joined(backend, buffers, weight.shape, [dInput, dHidden])
  }
  const biasGradient = (inner: TensorInfo) => {
    const dBias = backend.makeOutput([inner.shape[1] as number], 'float32')
    sumRowsInto(view(dBias), view(inner))
    return dBias
  }
  const results = [
    weightGradient(gateWeight, before, dGates),
    biasGradient(dGates),
    weightGradient(candidateWeight, buffers.flat(kept), dCandidates),
    biasGradient(dCandidates),
  ]
  if (wantInputs) {
    const inputRows = (weight: TensorInfo) => buffers.transposed(buffers.rows(weight, 0, features))
    const throughGates = buffers.product(dGates, inputRows(gateWeight))
    const throughCandidates = buffers.product(dCandidates, inputRows(candidateWeight))
    addTo(view(throughGates), view(throughCandidates))
    results.push(joined(backend, buffers, x.shape, [throughGates]))
  }
  buffers.freeAll()
  return results
}

/** A new tensor with the values of all parts, one behind the other. */
function joined(
  backend: WasmBackend,
  { view }: RecurrentBuffers,
  shape: number[],
  parts: readonly TensorInfo[],
): TensorInfo {
  const out = backend.makeOutput(shape, 'float32')
  let at = 0
  for (const part of parts) {
    view(out).set(view(part), at)
    at += view(part).length
  }
  return out
}

function addTo(target: Float32Array, other: Float32Array): void {
  for (let at = 0; at < target.length; at++) {
    target[at] = (target[at] as number) + (other[at] as number)
  }
}

interface StepBack {
  readonly gates: Float32Array
  readonly candidates: Float32Array
  /** Gradient of the step's hidden state. */
  readonly total: Float32Array
  readonly units: number
}

/** Gradient of the sums inside the candidates. */
function candidateGradients(step: StepBack, inner: Float32Array): void {
  const { gates, candidates, total, units } = step
  for (let at = 0, row = units; at < inner.length; row += 2 * units) {
    for (let unit = row; unit < row + units; unit++, at++) {
      const c = candidates[at] as number
      inner[at] = (total[at] as number) * (1 - (gates[unit] as number)) * (1 - c * c)
    }
  }
}

/**
 * Gradient of the sums inside the gates; `total` becomes the part of the previous state's gradient that
 * does not pass through the gates.
 */
function gateGradients(
  step: StepBack & { readonly before: Float32Array; readonly dKept: Float32Array },
  inner: Float32Array,
): void {
  const { gates, candidates, before, dKept, total, units } = step
  for (let at = 0, row = 0; at < total.length; row += 2 * units) {
    for (let unit = row; unit < row + units; unit++, at++) {
      const r = gates[unit] as number
      const u = gates[unit + units] as number
      const h = before[at] as number
      const d = total[at] as number
      const dk = dKept[at] as number
      inner[unit] = dk * h * r * (1 - r)
      inner[unit + units] = d * (h - (candidates[at] as number)) * u * (1 - u)
      total[at] = d * u + dk * r
    }
  }
}
