import type { TensorInfo } from '@tensorflow/tfjs-core'
import { softmaxCrossEntropyKernel as name } from '../../../training/ops/softmax-cross-entropy.ts'
import { ownKernel } from '../own-kernel.ts'
import { floatView } from '../wasm-backend.ts'

/** Softmax cross-entropy of every row and its gradient in one kernel; sums in double precision. */
export const softmaxCrossEntropyKernel = ownKernel<{ features: TensorInfo; labels: TensorInfo }>(
  name,
  ({ inputs, backend }) => {
    const [rows, classes] = inputs.features.shape as [number, number]
    const losses = backend.makeOutput([rows], 'float32')
    const gradient = backend.makeOutput([rows, classes], 'float32')
    const logits = floatView(backend, inputs.features)
    const labels = floatView(backend, inputs.labels)
    const lossValues = floatView(backend, losses)
    const gradientValues = floatView(backend, gradient)
    for (let row = 0; row < rows; row++) {
      const start = row * classes
      const end = start + classes
      let largest = -Infinity
      for (let at = start; at < end; at++) largest = Math.max(largest, logits[at] as number)
      let sum = 0
      for (let at = start; at < end; at++) {
        const exponential = Math.exp((logits[at] as number) - largest)
        gradientValues[at] = exponential
        sum += exponential
      }
      const logSum = largest + Math.log(sum)
      let loss = 0
      for (let at = start; at < end; at++) {
        const label = labels[at] as number
        loss += label * (logSum - (logits[at] as number))
        gradientValues[at] = (gradientValues[at] as number) / sum - label
      }
      lossValues[row] = loss
    }
    return [losses, gradient]
  },
)
