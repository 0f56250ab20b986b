import type { TensorInfo } from '@tensorflow/tfjs-core'
import { lstmKernels } from '../../../training/ops/recurrent/lstm.ts'
import { asKernelFunc, type OwnKernel } from '../own-kernel.ts'
import { addSums, createRecurrentBuffers, sumRowsInto } from '../recurrent-buffers.ts'
import type { WasmBackend } from '../wasm-backend.ts'
import { fillTanh } from './tanh.ts'

interface Weights {
  readonly x: TensorInfo
  readonly weight: TensorInfo
  readonly bias: TensorInfo
}

/** Hidden states, activated gates [steps, batch, 4 · units], cells. */
interface Saved {
  readonly saved0: TensorInfo
  readonly saved1: TensorInfo
  readonly saved2: TensorInfo
}

/**
 * A whole LSTM in one kernel: operation by operation, a step of a small cell costs many times its
 * arithmetic. One product for all inputs, one per step for the hidden state, the rest in one pass.
 */
export const lstmSequenceKernel: OwnKernel = {
  name: lstmKernels.forward,
  create: () => asKernelFunc<Weights, object>(({ inputs, backend }) => forward(inputs, backend)),
}

export const lstmSequenceGradKernel: OwnKernel = {
  name: lstmKernels.backward,
  create: () =>
    asKernelFunc<Weights & Saved & { dy: TensorInfo }, { wantInputs: boolean }>(
      ({ inputs, backend, attrs }) => backward(inputs, backend, attrs.wantInputs),
    ),
}

function sizes({ x, bias }: Weights) {
  const [steps, batch, features] = x.shape as [number, number, number]
  const units = (bias.shape[0] as number) / 4
  return { steps, batch, features, units, block: batch * units }
}

function forward(inputs: Weights, backend: WasmBackend): TensorInfo[] {
  const { steps, batch, features, units, block } = sizes(inputs)
  const buffers = createRecurrentBuffers(backend)
  const { view } = buffers
  const [hidden, gates, cells] = [units, 4 * units, units].map(columns =>
    backend.makeOutput([steps, batch, columns], 'float32'),
  ) as [TensorInfo, TensorInfo, TensorInfo]
  const wInput = buffers.rows(inputs.weight, 0, features)
  const wHidden = buffers.rows(inputs.weight, features, features + units)
  const fromInput = buffers.product(buffers.flat(inputs.x), wInput)
  const state = buffers.make(batch, units)
  view(state).fill(0)
  // σ(x) = ½ + ½·tanh(x/2); the candidates have no sigmoid.
  const factors = new Float32Array(4 * units).fill(0.5).fill(1, 2 * units, 3 * units)
  for (let step = 0; step < steps; step++) {
    const fromHidden = buffers.product(state, wHidden)
    const part = (tensor: TensorInfo, size: number) =>
      view(tensor).subarray(step * size, (step + 1) * size)
    const ownGates = part(gates, 4 * block)
    const inputPart = part(fromInput, 4 * block)
    addSums(ownGates, inputPart, view(fromHidden), view(inputs.bias), factors)
    fillTanh(ownGates, ownGates)
    const before = step === 0 ? null : view(cells).subarray((step - 1) * block, step * block)
    const ownCells = part(cells, block)
    updateCells(ownGates, before, ownCells, units)
    const ownHidden = part(hidden, block)
    fillTanh(ownCells, ownHidden)
    openGate(ownGates, ownHidden, units)
    view(state).set(ownHidden)
    buffers.free(fromHidden)
  }
  buffers.freeAll()
  return [hidden, gates, cells]
}

/** Finishes the sigmoids; c ← f∘c + i∘g. */
function updateCells(
  gates: Float32Array,
  before: Float32Array | null,
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
      const kept = before === null ? 0 : f * (before[at] as number)
      cells[at] = kept + i * (gates[unit + 2 * units] as number)
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

function backward(
  inputs: Weights & Saved & { readonly dy: TensorInfo },
  backend: WasmBackend,
  wantInputs: boolean,
): TensorInfo[] {
  const { steps, batch, features, units, block } = sizes(inputs)
  const { x, weight, dy, saved0: hidden, saved1: gates, saved2: cells } = inputs
  const buffers = createRecurrentBuffers(backend)
  const { view } = buffers
  const dWeight = backend.makeOutput(weight.shape, 'float32')
  const dBias = backend.makeOutput([4 * units], 'float32')
  const wHiddenTransposed = buffers.transposed(buffers.rows(weight, features, features + units))
  const inner = buffers.make(steps * batch, 4 * units)
  const own = buffers.make(batch, 4 * units)
  const dCells = new Float32Array(block)
  const tanhCells = new Float32Array(block)
  let carried: TensorInfo | null = null
  for (let step = steps - 1; step >= 0; step--) {
    const part = (tensor: TensorInfo, size: number) =>
      view(tensor).subarray(step * size, (step + 1) * size)
    fillTanh(part(cells, block), tanhCells)
    innerGradients({
      gates: part(gates, 4 * block),
      before: step === 0 ? null : view(cells).subarray((step - 1) * block, step * block),
      tanhCells,
      dy: part(dy, block),
      carried: carried === null ? null : view(carried),
      dCells,
      inner: view(own),
      units,
    })
    part(inner, 4 * block).set(view(own))
    if (carried !== null) buffers.free(carried)
    carried = step === 0 ? null : buffers.product(own, wHiddenTransposed)
  }
  const before = buffers.make(steps * batch, units)
  view(before).fill(0, 0, block)
  view(before).set(view(hidden).subarray(0, (steps - 1) * block), block)
  const dInput = buffers.product(buffers.transposed(buffers.flat(x)), inner)
  const dHidden = buffers.product(buffers.transposed(before), inner)
  view(dWeight).set(view(dInput))
  view(dWeight).set(view(dHidden), features * 4 * units)
  sumRowsInto(view(dBias), view(inner))
  const results = [dWeight, dBias]
  if (wantInputs) {
    const dx = backend.makeOutput(x.shape, 'float32')
    const wInputTransposed = buffers.transposed(buffers.rows(weight, 0, features))
    const product = buffers.product(inner, wInputTransposed)
    view(dx).set(view(product))
    results.push(dx)
  }
  buffers.freeAll()
  return results
}

interface StepBack {
  readonly gates: Float32Array
  readonly before: Float32Array | null
  readonly tanhCells: Float32Array
  readonly dy: Float32Array
  readonly carried: Float32Array | null
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
      const total = (dy[at] as number) + (carried === null ? 0 : (carried[at] as number))
      const dCell = (dCells[at] as number) + total * o * (1 - tanhCell * tanhCell)
      const previous = before === null ? 0 : (before[at] as number)
      inner[unit] = dCell * g * i * (1 - i)
      inner[unit + units] = dCell * previous * f * (1 - f)
      inner[unit + 2 * units] = dCell * i * (1 - g * g)
      inner[unit + 3 * units] = total * tanhCell * o * (1 - o)
      dCells[at] = dCell * f
    }
  }
}
