/** Bytes of an IDX file of unsigned bytes. */
export function idxBytes(shape: readonly number[], values: readonly number[]): Uint8Array {
  const header = [0, 0, 0x08, shape.length]
  for (const length of shape) {
    header.push(length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff)
  }
  return Uint8Array.from([...header, ...values])
}
