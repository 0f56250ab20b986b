import type { DataId, Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type {
  FunctionRecorder,
  NotReplayable,
  Obstacle,
  RecordedCall,
  Replay,
} from '../../function-recorder.ts'
import type { WasmBackend } from '../wasm-backend.ts'
import { watchKernels, type KernelUse } from './kernel-watch.ts'
import { planReplay, type RecordedKernel, type Slot } from './plan.ts'
import { createReplay } from './replay.ts'

/**
 * Notes down which kernels a function calls on which data, so that they can be called again without the
 * function, without tensors, without copies that only change a shape, and without what depends on constants
 * alone. A function may do anything that engines allow; one that reads a tensor's value, uses tensors from outside
 * or draws random numbers itself is told apart and keeps being called.
 */
export function createWasmRecorder(backend: WasmBackend): FunctionRecorder {
  return {
    record({ fn, state, feeds, specifications }) {
      const notes = createNotes(backend, [...state, ...feeds])
      const result = (() => {
        try {
          return watchKernels(backend, notes, () => fn(state, feeds))
        } catch (error) {
          notes.discard()
          throw error
        }
      })()

      function finish(): Replay | NotReplayable {
        const slots = {
          state: result.state.map(tensor => notes.slotOf(tensor)),
          outputs: result.outputs.map(tensor => notes.slotOf(tensor)),
        }
        const { reason } = notes
        if (reason !== null) {
          notes.discard()
          return { reason }
        }
        // State that the function gives back as it is needs nothing.
        const changed = slots.state.filter((slot, index) => slot !== index)
        const { constants, kernels, slotCount } = notes
        const isPersistent = (slot: Slot) => slot < state.length || constants.has(slot)
        return createReplay({
          backend,
          kernels: planReplay(kernels, [...changed, ...slots.outputs], isPersistent),
          constants,
          slotCount,
          feeds: specifications,
          stateSlots: slots.state,
          stateShapes: result.state.map(({ shape, dtype }) => ({ shape, dtype })),
          outputSlots: slots.outputs,
        })
      }

      return { result, finish, discard: () => notes.discard() } satisfies RecordedCall
    },
  }
}

/** Kernels whose result is their input, perhaps in another shape: no work, only another view. */
const viewKernels = new Set(['Identity', 'Reshape', 'ExpandDims', 'Cast'])

function createNotes(backend: WasmBackend, sources: readonly Tensor[]) {
  const slots = new Map<DataId, Slot>(sources.map(({ dataId }, slot) => [dataId, slot]))
  const kernels: RecordedKernel[] = []
  const constants = new Map<Slot, DataId>()
  let slotCount = sources.length
  let reason: Obstacle | null = null

  function refused(obstacle: Obstacle): void {
    reason ??= obstacle
  }

  function add(dataId: DataId): Slot {
    slots.set(dataId, slotCount)
    return slotCount++
  }

  function addConstant(dataId: DataId): void {
    // One more owner, so that the end of the function does not free it.
    backend.incRef(dataId)
    constants.set(add(dataId), dataId)
  }

  function slotOf({ dataId }: TensorInfo): Slot {
    const slot = slots.get(dataId)
    if (slot !== undefined) return slot
    refused('foreignTensor')
    return 0
  }

  function called({ name, kernelFunc, inputs, attrs, outputs }: KernelUse): void {
    const uses = Object.entries(inputs).flatMap(([key, tensor]) =>
      tensor ? [{ key, slot: slotOf(tensor), shape: tensor.shape, dtype: tensor.dtype }] : [],
    )
    const [first] = uses
    const [output] = outputs
    const sameType = first !== undefined && output?.dtype === first.dtype
    if (viewKernels.has(name) && sameType) {
      slots.set(output.dataId, first.slot)
      return
    }
    const shared = outputs.filter(({ dataId }) => slots.has(dataId))
    if (shared.length === outputs.length) return
    if (shared.length > 0) refused('sharedResult')
    if (uses.every(({ slot }) => constants.has(slot))) {
      for (const { dataId } of outputs) addConstant(dataId)
      return
    }
    kernels.push({
      kernelFunc,
      inputs: uses,
      listed: Array.isArray(inputs),
      attrs: structuredClone(attrs),
      outputs: outputs.map(({ dataId }) => add(dataId)),
    })
  }

  return {
    called,
    written: addConstant,
    refused,
    slotOf,
    kernels,
    constants,
    get slotCount() {
      return slotCount
    },
    get reason() {
      return reason
    },
    discard() {
      for (const dataId of constants.values()) backend.disposeData(dataId)
      constants.clear()
    },
  }
}
