import { fillOneHot, type RowSource } from './row-source.ts'

/**
 * Rows of features with class labels as one-hot targets.
 * @param features rows × width
 * @param labels one class per row
 */
export function createClassSource(
  features: Float32Array,
  width: number,
  labels: Int32Array,
  classes: number,
): RowSource {
  return createSource(features, width, labels.length, classes, (row, targets, offset) => {
    fillOneHot(targets, offset, classes, labels[row] as number)
  })
}

/**
 * Rows of features with one number as target.
 * @param features rows × width
 * @param values one target per row, standardized
 */
export function createValueSource(
  features: Float32Array,
  width: number,
  values: Float64Array,
): RowSource {
  return createSource(features, width, values.length, 1, (row, targets, offset) => {
    targets[offset] = values[row] as number
  })
}

function createSource(
  features: Float32Array,
  width: number,
  rows: number,
  targetSize: number,
  fillTarget: (row: number, targets: Float32Array, offset: number) => void,
): RowSource {
  return {
    rows,
    inputSize: width,
    targetSize,
    fill(order, start, count, inputs, targets) {
      for (let index = 0; index < count; index++) {
        const row = order === null ? start + index : (order[start + index] as number)
        inputs.set(features.subarray(row * width, (row + 1) * width), index * width)
        fillTarget(row, targets, index * targetSize)
      }
    },
  }
}
