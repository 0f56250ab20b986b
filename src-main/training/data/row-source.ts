/** Rows of one split, ready to be fed; nothing is copied until `fill`. */
export interface RowSource {
  readonly rows: number
  /** Numbers per row. */
  readonly inputSize: number
  readonly targetSize: number
  /**
   * Writes `count` rows one after the other into the buffers.
   * @param order row numbers within this source; null for their natural order
   * @param start position in `order` of the first row
   */
  fill(
    order: ArrayLike<number> | null,
    start: number,
    count: number,
    inputs: Float32Array,
    targets: Float32Array,
  ): void
}

/** Writes label rows of zeros and a single one. */
export function fillOneHot(
  targets: Float32Array,
  offset: number,
  classes: number,
  label: number,
): void {
  targets.fill(0, offset, offset + classes)
  targets[offset + label] = 1
}
