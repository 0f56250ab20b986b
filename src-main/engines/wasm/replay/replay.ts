import * as tf from '@tensorflow/tfjs-core'
import type { DataId, KernelFunc, Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type {
  TensorData,
  TensorSpecification,
} from '../../../training/compiled/compiled-function.ts'
import { shapeSize } from '../../check-data.ts'
import type { Replay } from '../../function-recorder.ts'
import type { WasmBackend } from '../wasm-backend.ts'
import type { PlannedKernel, Slot } from './plan.ts'

export interface ReplayParts {
  readonly backend: WasmBackend
  readonly kernels: readonly PlannedKernel[]
  readonly constants: ReadonlyMap<Slot, DataId>
  readonly slotCount: number
  readonly feeds: readonly TensorSpecification[]
  /** Slot of every new state tensor; its own number if it stays as it is. State comes first, then feeds. */
  readonly stateSlots: readonly Slot[]
  readonly stateShapes: readonly Pick<TensorInfo, 'shape' | 'dtype'>[]
  readonly outputSlots: readonly Slot[]
}

/** A call with its arguments laid out; only the data behind the inputs changes from run to run. */
interface Step {
  readonly kernelFunc: KernelFunc
  readonly argument: Parameters<KernelFunc>[0]
  readonly inputs: readonly { dataId: DataId }[]
  readonly inputSlots: readonly Slot[]
  readonly outputs: readonly Slot[]
  readonly lastUses: readonly Slot[]
}

/**
 * Calls the kernels of a recording. They allocate and free as they always do: every result has a number of its
 * own in the native library, which keeps packed copies of matrices under those numbers, so none can be stale.
 */
export function createReplay(parts: ReplayParts): Replay {
  const { backend, constants, feeds, stateSlots, outputSlots } = parts
  const stateCount = stateSlots.length
  const steps = parts.kernels.map(kernel => layOut(backend, kernel))
  const usedFeeds = feeds.flatMap((_, index) => {
    const slot = stateCount + index
    const isRead = steps.some(step => step.inputSlots.includes(slot))
    return isRead || outputSlots.includes(slot) || stateSlots.includes(slot) ? [index] : []
  })
  const computed = new Set(steps.flatMap(step => step.outputs))
  const ownedByRun = [...computed, ...usedFeeds.map(index => stateCount + index)]
  let disposed = false

  function runSteps(dataIds: (DataId | null)[]): void {
    for (const { kernelFunc, argument, inputs, inputSlots, outputs, lastUses } of steps) {
      for (let at = 0; at < inputs.length; at++) {
        ;(inputs[at] as { dataId: DataId }).dataId = dataIds[inputSlots[at] as Slot] as DataId
      }
      const result = kernelFunc(argument)
      if (Array.isArray(result)) {
        for (let at = 0; at < outputs.length; at++) {
          dataIds[outputs[at] as Slot] = (result[at] as TensorInfo).dataId
        }
      } else dataIds[outputs[0] as Slot] = result.dataId
      for (const slot of lastUses) free(dataIds, slot)
    }
  }

  function free(dataIds: (DataId | null)[], slot: Slot): void {
    const dataId = dataIds[slot]
    if (dataId === null || dataId === undefined) return
    dataIds[slot] = null
    backend.disposeData(dataId)
  }

  /** The new tensor at a place of the state, with data that no other tensor has. */
  function takeState(dataIds: readonly (DataId | null)[], index: number): Tensor | null {
    const slot = stateSlots[index] as Slot
    if (slot === index) return null
    const shape = parts.stateShapes[index] as Pick<TensorInfo, 'shape' | 'dtype'>
    const dataId = dataIds[slot] as DataId
    if (computed.has(slot) && stateSlots.indexOf(slot) === index) {
      backend.incRef(dataId)
      return tf.engine().makeTensorFromTensorInfo({ dataId, ...shape })
    }
    return tf.tensor(backend.readSync(dataId), shape.shape, shape.dtype)
  }

  return {
    run(state, data) {
      const dataIds = new Array<DataId | null>(parts.slotCount).fill(null)
      state.forEach(({ dataId }, index) => (dataIds[index] = dataId))
      for (const [slot, dataId] of constants) dataIds[slot] = dataId
      try {
        for (const index of usedFeeds) {
          const { shape, dtype } = feeds[index] as TensorSpecification
          const values = data[index] as TensorData
          dataIds[stateCount + index] = backend.write(values, [...shape], dtype)
        }
        runSteps(dataIds)
        return {
          outputs: outputSlots.map(
            slot => backend.readSync(dataIds[slot] as DataId) as Float32Array,
          ),
          state: stateSlots.map((_, index) => takeState(dataIds, index)),
        }
      } finally {
        for (const slot of ownedByRun) free(dataIds, slot)
      }
    },
    tensors: constants.size,
    bytes: [...constants.values()].reduce((sum, dataId) => sum + byteLength(backend, dataId), 0),
    dispose() {
      if (disposed) return
      disposed = true
      for (const dataId of constants.values()) backend.disposeData(dataId)
    },
  }
}

function byteLength(backend: WasmBackend, dataId: DataId): number {
  const { shape, dtype } = backend.dataIdMap.get(dataId)
  return shapeSize(shape) * tf.util.bytesPerElement(dtype)
}

function layOut(backend: WasmBackend, kernel: PlannedKernel): Step {
  const infos = kernel.inputs.map(({ shape, dtype }) => ({ dataId: {}, shape, dtype }))
  const named = Object.fromEntries(kernel.inputs.map(({ key }, index) => [key, infos[index]]))
  const call = { inputs: kernel.listed ? infos : named, attrs: kernel.attrs, backend }
  return {
    kernelFunc: kernel.kernelFunc,
    argument: call as unknown as Parameters<KernelFunc>[0],
    inputs: infos,
    inputSlots: kernel.inputs.map(({ slot }) => slot),
    outputs: kernel.outputs,
    lastUses: kernel.lastUses,
  }
}
