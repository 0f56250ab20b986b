import * as tf from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { callKernel, ownKernel, type OwnKernel } from '../own-kernel.ts'
import { floatView, type WasmBackend } from '../wasm-backend.ts'

interface Attributes {
  readonly axis: number | number[]
  readonly keepDims: boolean
}

/**
 * Sum over axes, in double precision: the stock kernel adds in float32, which stops growing after 2²⁴
 * equal terms, and transposes the whole tensor to reach leading axes.
 */
export const sumKernel = reduction('Sum', () => 1)

/** Mean over axes; the sum of {@link sumKernel} divided by the count. */
export const meanKernel = reduction('Mean', lengths => tf.util.sizeFromShape(lengths))

/** @param divisorOf of the sum, from the lengths of the axes that it runs over */
function reduction(name: string, divisorOf: (lengths: number[]) => number): OwnKernel {
  return ownKernel<{ x: TensorInfo }, Attributes>(name, ({ inputs, backend, attrs }, stock) => {
    const { x } = inputs
    if (x.dtype !== 'float32') return callKernel(stock, backend, inputs, attrs)
    const axes = tf.util.parseAxisParam(attrs.axis, x.shape).sort((a, b) => a - b)
    const divisor = divisorOf(axes.map(axis => x.shape[axis] as number))
    return reduce(backend, x, axes, attrs.keepDims, divisor)
  })
}

/** @param axes rising */
function reduce(
  backend: WasmBackend,
  x: TensorInfo,
  axes: readonly number[],
  keepDims: boolean,
  divisor: number,
): TensorInfo {
  const rank = x.shape.length
  const remainingAxes = x.shape.map((_, index) => index).filter(index => !axes.includes(index))
  const outShape = keepDims
    ? x.shape.map((length, index) => (axes.includes(index) ? 1 : length))
    : remainingAxes.map(index => x.shape[index] as number)
  const leading = axes.every((value, index) => value === index)
  const trailing = axes.every((value, index) => value === rank - axes.length + index)
  if (!leading && !trailing) {
    const perm = [...remainingAxes, ...axes]
    const transposed = callKernel('Transpose', backend, { x }, { perm })
    const out = backend.makeOutput(outShape, 'float32')
    sumRows(floatView(backend, transposed), floatView(backend, out), divisor)
    backend.disposeData(transposed.dataId)
    return out
  }
  const out = backend.makeOutput(outShape, 'float32')
  const source = floatView(backend, x)
  const target = floatView(backend, out)
  if (trailing) sumRows(source, target, divisor)
  else sumColumns(source, target, divisor)
  return out
}

/** target[i] = Σ over the i-th of target.length equal runs of the source. */
function sumRows(source: Float32Array, target: Float32Array, divisor: number): void {
  const length = target.length === 0 ? 0 : source.length / target.length
  for (let row = 0, at = 0; row < target.length; row++) {
    let sum = 0
    for (const end = at + length; at < end; at++) sum += source[at] as number
    target[row] = sum / divisor
  }
}

/** Values that are summed while they are in the processor's nearest memory. */
const BLOCK_SIZE = 4_096

/** target[i] = Σ of the source at i, i + n, i + 2n … with n = target.length. */
function sumColumns(source: Float32Array, target: Float32Array, divisor: number): void {
  const columns = target.length
  const sums = new Float64Array(columns)
  const step = Math.max(1, Math.floor(BLOCK_SIZE / columns)) * columns
  for (let start = 0; start < source.length; start += step) {
    addColumns(source, start, Math.min(start + step, source.length), sums)
  }
  for (let column = 0; column < columns; column++) {
    target[column] = (sums[column] as number) / divisor
  }
}

/** Adds whole rows to the sums of their columns. Four at once: one sum alone waits for its last addition. */
function addColumns(source: Float32Array, start: number, end: number, sums: Float64Array): void {
  const columns = sums.length
  const whole = columns - (columns % 4)
  for (let column = 0; column < whole; column += 4) {
    let a = sums[column] as number
    let b = sums[column + 1] as number
    let c = sums[column + 2] as number
    let d = sums[column + 3] as number
    for (let at = start + column; at < end; at += columns) {
      a += source[at] as number
      b += source[at + 1] as number
      c += source[at + 2] as number
      d += source[at + 3] as number
    }
    sums[column] = a
    sums[column + 1] = b
    sums[column + 2] = c
    sums[column + 3] = d
  }
  for (let column = whole; column < columns; column++) {
    for (let at = start + column; at < end; at += columns) {
      sums[column] = (sums[column] as number) + (source[at] as number)
    }
  }
}
