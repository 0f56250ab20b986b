/**
 * Adds rows that have the same segment id, into `result` [segments, rowSize]; ids outside 0…segments − 1
 * add nothing. The gradient of a gather, on every backend that runs in this process.
 */
export function segmentSum(
  rows: Float32Array,
  segmentIds: Int32Array,
  rowSize: number,
  result: Float32Array,
): void {
  result.fill(0)
  const segments = result.length / rowSize
  for (let row = 0; row < segmentIds.length; row++) {
    const id = segmentIds[row] as number
    if (id < 0 || id >= segments) continue
    const from = row * rowSize
    const to = id * rowSize
    for (let at = 0; at < rowSize; at++) {
      result[to + at] = (result[to + at] as number) + (rows[from + at] as number)
    }
  }
}
