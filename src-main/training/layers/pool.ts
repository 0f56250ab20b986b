import type { Size } from '../models/network-definition.ts'
import { sidesOf } from '../models/sides-of.ts'
import { runKernel } from '../ops/run-kernel.ts'
import type { Layer } from './layer.ts'

export interface PoolOptions {
  readonly outputShape: readonly [number, number, number]
  readonly pooling: 'max' | 'average'
  /** Sides of the window and the steps from one window to the next. */
  readonly size: Size
}

/** Pooling over windows that do not overlap; what does not fill a window at the edge is left out. */
export function createPool({ outputShape, pooling, size }: PoolOptions): Layer {
  const sides = [...sidesOf(size)]
  const geometry = { filterSize: sides, strides: sides, pad: 'valid' }
  const name = pooling === 'max' ? 'MaxPool' : 'AvgPool'
  return {
    kind: 'pool',
    outputShape,
    variables: [],
    infer: x => runKernel(name, { x }, geometry),
    train(x) {
      const outputs = runKernel(name, { x }, geometry)
      return {
        outputs,
        backward(dy, wantInputs) {
          if (!wantInputs) return { inputs: null, variables: [] }
          const inputs =
            pooling === 'max'
              ? runKernel('MaxPoolGrad', { dy, input: x, output: outputs }, geometry)
              : runKernel('AvgPoolGrad', { dy, input: x }, geometry)
          return { inputs, variables: [] }
        },
      }
    },
  }
}
