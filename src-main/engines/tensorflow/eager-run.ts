import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type {
  TrainingFunction,
  TensorData,
  TensorSpecification,
} from '../../training/compiled/compiled-function.ts'
import type { FunctionChecks } from '../function-checks.ts'
import type { TensorflowKernels } from './kernels/tensorflow-kernels.ts'
import type { Pointer } from './library/c-functions.ts'
import { dataTypeOf } from './library/data-types.ts'
import type { TensorflowState } from './tensorflow-state.ts'

export interface EagerRun {
  readonly kernels: TensorflowKernels
  readonly fn: TrainingFunction
  readonly state: TensorflowState
  readonly feeds: readonly TensorSpecification[]
  readonly data: readonly TensorData[]
  readonly checks: FunctionChecks
}

/** Runs a compiled function that cannot be captured, operation by operation. */
export function runEagerly(run: EagerRun): Float32Array[] {
  const { kernels, fn, state, feeds, data, checks } = run
  const { session, backend, eager } = kernels
  const { entries } = state.handle
  const outputs: Float32Array[] = []
  const changed = new Map<number, Pointer>()
  tf.tidy(() => {
    const current = state.handles().map((handle, index) => {
      const { shape, dtype } = entries[index] as TensorSpecification
      const metadata = { shape: [...shape], type: dataTypeOf(dtype) }
      const id = eager.adopt(session.share(handle), metadata)
      return backend.createOutputTensor({ id, shape: [...shape], dtype: metadata.type })
    })
    const fed = feeds.map((feed, index) =>
      tf.tensor((data[index] as TensorData).slice(), [...feed.shape], feed.dtype),
    )
    const result = fn(current, fed)
    checks.nextState(result.state)
    for (const output of result.outputs) {
      checks.output(output)
      outputs.push(output.dataSync() as Float32Array)
    }
    result.state.forEach((tensor: Tensor, index) => {
      if (tensor === current[index]) return
      const [id] = backend.getInputTensorIds([tensor])
      changed.set(index, session.share(eager.handleOf(id as number)))
    })
  })
  for (const [index, handle] of changed) state.replace(index, handle)
  return outputs
}
