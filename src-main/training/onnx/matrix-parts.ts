/** Some columns of a matrix, row-major. */
export function columns(
  data: Float32Array,
  width: number,
  first: number,
  count: number,
): Float32Array {
  const height = data.length / width
  const part = new Float32Array(height * count)
  for (let row = 0; row < height; row++) {
    part.set(data.subarray(row * width + first, row * width + first + count), row * count)
  }
  return part
}

/** Some rows of a matrix, transposed. */
export function rows(
  data: Float32Array,
  width: number,
  first: number,
  count: number,
): Float32Array {
  const part = new Float32Array(count * width)
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < width; column++) {
      part[column * count + row] = data[(first + row) * width + column] as number
    }
  }
  return part
}
