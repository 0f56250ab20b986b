import type { TensorInfo } from '@tensorflow/tfjs-core'
import { gruKernels } from '../../../training/ops/recurrent/gru.ts'
import { ownKernel } from '../own-kernel.ts'
import { addSums, createRecurrentBuffers } from '../recurrent-buffers.ts'
import { fillTanh } from './tanh.ts'

interface Weights {
  readonly x: TensorInfo
  readonly gateWeight: TensorInfo
  readonly gateBias: TensorInfo
  readonly candidateWeight: TensorInfo
  readonly candidateBias: TensorInfo
}

/** Hidden states, gates [steps, batch, 2 · units], candidates, and reset ∘ previous hidden state. */
type Saved = Readonly<Record<'saved0' | 'saved1' | 'saved2' | 'saved3' | 'dy', TensorInfo>>

function sizes({ x, candidateBias }: Weights) {
  const [steps, batch, features] = x.shape as [number, number, number]
  return { steps, batch, features, units: candidateBias.shape[0] as number }
}

/** A whole GRU in one kernel, for the reason of the LSTM's. */
export const gruSequenceKernel = ownKernel<Weights>(gruKernels.forward, ({ inputs, backend }) => {
  const { steps, batch, features, units } = sizes(inputs)
  const { gateWeight, candidateWeight } = inputs
  const buffers = createRecurrentBuffers(backend, steps)
  const { view, part } = buffers
  const [hidden, gates, candidates, resetStates] = [units, 2 * units, units, units].map(columns =>
    buffers.makeSequence(batch, columns),
  ) as [TensorInfo, TensorInfo, TensorInfo, TensorInfo]
  const flat = buffers.flat(inputs.x)
  const gatesFromInput = buffers.product(flat, buffers.rows(gateWeight, 0, features))
  const candidatesFromInput = buffers.product(flat, buffers.rows(candidateWeight, 0, features))
  const gateHidden = buffers.rows(gateWeight, features)
  const candidateHidden = buffers.rows(candidateWeight, features)
  // Products read whole tensors, so what they take from a step is copied to one.
  const state = buffers.make(batch, units)
  view(state).fill(0)
  const stateAfterReset = buffers.make(batch, units)
  // σ(x) = ½ + ½·tanh(x/2)
  const halves = new Float32Array(2 * units).fill(0.5)
  const ones = new Float32Array(units).fill(1)
  for (let step = 0; step < steps; step++) {
    const gateSums = buffers.product(state, gateHidden)
    const ownGates = part(gates, step)
    const gateInput = part(gatesFromInput, step)
    addSums(ownGates, gateInput, view(gateSums), view(inputs.gateBias), halves)
    fillTanh(ownGates, ownGates)
    resetState(ownGates, view(state), part(resetStates, step), units)
    buffers.free(gateSums)
    view(stateAfterReset).set(part(resetStates, step))
    const candidateSums = buffers.product(stateAfterReset, candidateHidden)
    const ownCandidates = part(candidates, step)
    const fromInput = part(candidatesFromInput, step)
    addSums(ownCandidates, fromInput, view(candidateSums), view(inputs.candidateBias), ones)
    fillTanh(ownCandidates, ownCandidates)
    buffers.free(candidateSums)
    const ownHidden = part(hidden, step)
    mix(part(gates, step), view(state), ownCandidates, ownHidden, units)
    view(state).set(ownHidden)
  }
  buffers.freeAll()
  return [hidden, gates, candidates, resetStates]
})

/** Finishes the sigmoids; kept = r∘h. */
function resetState(
  gates: Float32Array,
  state: Float32Array,
  resetValues: Float32Array,
  units: number,
): void {
  for (let at = 0, row = 0; at < resetValues.length; row += 2 * units) {
    for (let unit = row; unit < row + units; unit++, at++) {
      const r = 0.5 + 0.5 * (gates[unit] as number)
      gates[unit] = r
      gates[unit + units] = 0.5 + 0.5 * (gates[unit + units] as number)
      resetValues[at] = r * (state[at] as number)
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

export const gruSequenceGradKernel = ownKernel<Weights & Saved, { wantInputs: boolean }>(
  gruKernels.backward,
  ({ inputs, backend, attrs }) => {
    const { steps, batch, features, units } = sizes(inputs)
    const { x, gateWeight, candidateWeight, dy } = inputs
    const { saved0: hidden, saved1: gates, saved2: candidates, saved3: resetStates } = inputs
    const buffers = createRecurrentBuffers(backend, steps)
    const { view, part, product } = buffers
    const turnedRows = (weight: TensorInfo, from: number, to?: number) =>
      buffers.turned(buffers.rows(weight, from, to))
    const gateHidden = turnedRows(gateWeight, features)
    const candidateHidden = turnedRows(candidateWeight, features)
    const before = buffers.statesBefore(hidden)
    const dGates = buffers.make(steps * batch, 2 * units)
    const dCandidates = buffers.make(steps * batch, units)
    const ownGates = buffers.make(batch, 2 * units)
    const ownCandidates = buffers.make(batch, units)
    const carried = new Float32Array(batch * units)
    for (let step = steps - 1; step >= 0; step--) {
      addTo(carried, part(dy, step))
      const stepValues = () => ({
        gates: part(gates, step),
        candidates: part(candidates, step),
        total: carried,
        units,
      })
      candidateGradients(stepValues(), view(ownCandidates))
      const dResetState = product(ownCandidates, candidateHidden)
      const stateValues = { before: part(before, step), dResetState: view(dResetState) }
      gateGradients({ ...stepValues(), ...stateValues }, view(ownGates))
      buffers.free(dResetState)
      part(dGates, step).set(view(ownGates))
      part(dCandidates, step).set(view(ownCandidates))
      const throughGates = product(ownGates, gateHidden)
      addTo(carried, view(throughGates))
      buffers.free(throughGates)
    }
    const xTurned = buffers.turned(buffers.flat(x))
    const results = [
      buffers.weightGradient(gateWeight, xTurned, before, dGates),
      buffers.biasGradient(dGates),
      buffers.weightGradient(candidateWeight, xTurned, buffers.flat(resetStates), dCandidates),
      buffers.biasGradient(dCandidates),
    ]
    if (attrs.wantInputs) {
      const throughGates = product(dGates, turnedRows(gateWeight, 0, features))
      const throughCandidates = product(dCandidates, turnedRows(candidateWeight, 0, features))
      addTo(view(throughGates), view(throughCandidates))
      results.push(buffers.joined(x.shape, [throughGates]))
    }
    buffers.freeAll()
    return results
  },
)

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
  step: StepBack & { readonly before: Float32Array; readonly dResetState: Float32Array },
  inner: Float32Array,
): void {
  const { gates, candidates, before, dResetState, total, units } = step
  for (let at = 0, row = 0; at < total.length; row += 2 * units) {
    for (let unit = row; unit < row + units; unit++, at++) {
      const r = gates[unit] as number
      const u = gates[unit + units] as number
      const h = before[at] as number
      const d = total[at] as number
      const dk = dResetState[at] as number
      inner[unit] = dk * h * r * (1 - r)
      inner[unit + units] = d * (h - (candidates[at] as number)) * u * (1 - u)
      total[at] = d * u + dk * r
    }
  }
}
