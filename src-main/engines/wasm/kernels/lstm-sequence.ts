import type { TensorInfo } from '@tensorflow/tfjs-core'
import { lstmKernels } from '../../../training/ops/recurrent/lstm.ts'
import { ownKernel } from '../own-kernel.ts'
import { addSums, createRecurrentBuffers } from '../recurrent-buffers.ts'
import { fillTanh } from './tanh.ts'

interface Weights {
  readonly x: TensorInfo
  readonly weight: TensorInfo
  readonly bias: TensorInfo
}

/** Hidden states, activated gates [steps, batch, 4 · units], cells. */
type Saved = Readonly<Record<'saved0' | 'saved1' | 'saved2' | 'dy', TensorInfo>>

function sizes({ x, bias }: Weights) {
  const [steps, batch, features] = x.shape as [number, number, number]
  return { steps, batch, features, units: (bias.shape[0] as number) / 4 }
}

/**
 * A whole LSTM in one kernel: operation by operation, a step of a small cell costs many times its
 * arithmetic. One product for all inputs, one per step for the hidden state, the rest in one pass.
 */
export const lstmSequenceKernel = ownKernel<Weights>(lstmKernels.forward, ({ inputs, backend }) => {
  const { steps, batch, features, units } = sizes(inputs)
  const buffers = createRecurrentBuffers(backend, steps)
  const { view, part } = buffers
  const hidden = buffers.makeSequence(batch, units)
  const gates = buffers.makeSequence(batch, 4 * units)
  const cells = buffers.makeSequence(batch, units)
  const wInput = buffers.rows(inputs.weight, 0, features)
  const wHidden = buffers.rows(inputs.weight, features)
  const fromInput = buffers.product(buffers.flat(inputs.x), wInput)
  const state = buffers.make(batch, units)
  view(state).fill(0)
  const zeros = new Float32Array(batch * units)
  // σ(x) = ½ + ½·tanh(x/2); the candidates have no sigmoid.
  const factors = new Float32Array(4 * units).fill(0.5).fill(1, 2 * units, 3 * units)
  for (let step = 0; step < steps; step++) {
    const fromHidden = buffers.product(state, wHidden)
    const ownGates = part(gates, step)
    addSums(ownGates, part(fromInput, step), view(fromHidden), view(inputs.bias), factors)
    fillTanh(ownGates, ownGates)
    const ownCells = part(cells, step)
    updateCells(ownGates, step === 0 ? zeros : part(cells, step - 1), ownCells, units)
    const ownHidden = part(hidden, step)
    fillTanh(ownCells, ownHidden)
    openGate(ownGates, ownHidden, units)
    view(state).set(ownHidden)
    buffers.free(fromHidden)
  }
  buffers.freeAll()
  return [hidden, gates, cells]
})

/** Finishes the sigmoids; c ← f∘c + i∘g. */
function updateCells(
  gates: Float32Array,
  before: Float32Array,
  cells: Float32Array,
  units: number,
): void {
  for (let at = 0, row = 0; at < cells.length; row += 4 * units) {
    for (let unit = row; unit < row + units; unit++, at++) {
      const i = 0.5 + 0.5 * (gates[unit] as number)
      const f = 0.5 + 0.5 * (gates[unit + units] as number)
      gates[unit] = i
      gates[unit + units] = f
      gates[unit + 3 * units] = 0.5 + 0.5 * (gates[unit + 3 * units] as number)
      cells[at] = f * (before[at] as number) + i * (gates[unit + 2 * units] as number)
    }
  }
}

/** h ← o∘h, h being tanh(c). */
function openGate(gates: Float32Array, hidden: Float32Array, units: number): void {
  for (let at = 0, row = 3 * units; at < hidden.length; row += 4 * units) {
    for (let unit = row; unit < row + units; unit++, at++) {
      hidden[at] = (hidden[at] as number) * (gates[unit] as number)
    }
  }
}

export const lstmSequenceGradKernel = ownKernel<Weights & Saved, { wantInputs: boolean }>(
  lstmKernels.backward,
  ({ inputs, backend, attrs }) => {
    const { steps, batch, features, units } = sizes(inputs)
    const { x, weight, dy, saved0: hidden, saved1: gates, saved2: cells } = inputs
    const buffers = createRecurrentBuffers(backend, steps)
    const { view, part } = buffers
    const wHiddenTurned = buffers.turned(buffers.rows(weight, features))
    const inner = buffers.make(steps * batch, 4 * units)
    const stepInner = buffers.make(batch, 4 * units)
    const [dCells, tanhCells, zeros] = [0, 1, 2].map(() => new Float32Array(batch * units)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ]
    let carried: TensorInfo | null = null
    for (let step = steps - 1; step >= 0; step--) {
      fillTanh(part(cells, step), tanhCells)
      innerGradients({
        gates: part(gates, step),
        before: step === 0 ? zeros : part(cells, step - 1),
        tanhCells,
        dy: part(dy, step),
        carried: carried === null ? zeros : view(carried),
        dCells,
        inner: view(stepInner),
        units,
      })
      part(inner, step).set(view(stepInner))
      if (carried !== null) buffers.free(carried)
      carried = step === 0 ? null : buffers.product(stepInner, wHiddenTurned)
    }
    const xTurned = buffers.turned(buffers.flat(x))
    const results = [
      buffers.weightGradient(weight, xTurned, buffers.statesBefore(hidden), inner),
      buffers.biasGradient(inner),
    ]
    if (attrs.wantInputs) {
      const wInputTurned = buffers.turned(buffers.rows(weight, 0, features))
      results.push(buffers.joined(x.shape, [buffers.product(inner, wInputTurned)]))
    }
    buffers.freeAll()
    return results
  },
)

interface StepBack {
  readonly gates: Float32Array
  readonly before: Float32Array
  readonly tanhCells: Float32Array
  readonly dy: Float32Array
  readonly carried: Float32Array
  /** Of the next step; becomes that of this one. */
  readonly dCells: Float32Array
  readonly inner: Float32Array
  readonly units: number
}

function innerGradients(step: StepBack): void {
  const { gates, before, tanhCells, dy, carried, dCells, inner, units } = step
  for (let at = 0, row = 0; at < dCells.length; row += 4 * units) {
    for (let unit = row; unit < row + units; unit++, at++) {
      const i = gates[unit] as number
      const f = gates[unit + units] as number
      const g = gates[unit + 2 * units] as number
      const o = gates[unit + 3 * units] as number
      const tanhCell = tanhCells[at] as number
      const total = (dy[at] as number) + (carried[at] as number)
      const dCell = (dCells[at] as number) + total * o * (1 - tanhCell * tanhCell)
      inner[unit] = dCell * g * i * (1 - i)
      inner[unit + units] = dCell * (before[at] as number) * f * (1 - f)
      inner[unit + 2 * units] = dCell * i * (1 - g * g)
      inner[unit + 3 * units] = total * tanhCell * o * (1 - o)
      dCells[at] = dCell * f
    }
  }
}
