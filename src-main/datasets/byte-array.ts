import { AppError } from '../contract/errors.ts'
import { parseIdx, type IdxArray } from './idx.ts'
import { isNpy, parseNpy } from './npy.ts'

/**
 * Parses an array of whole numbers from 0 to 255: an IDX file of unsigned bytes, or an NPY file of any
 * type whose values are such numbers.
 * @param ranks numbers of dimensions that are allowed
 * @throws AppError `data.invalid` as {@link parseIdx} and {@link parseNpy}; for a value that is no byte
 */
export function parseByteArray(
  path: string,
  content: Uint8Array,
  ranks: readonly number[],
): IdxArray {
  if (!isNpy(content)) return parseIdx(path, content, ranks)
  const { shape, at } = parseNpy(path, content, ranks)
  const data = new Uint8Array(shape.reduce((product, side) => product * side, 1))
  for (let place = 0; place < data.length; place++) {
    const value = at(place)
    if (!Number.isInteger(value) || value < 0 || value > 255) {
      const rule = 'must be a whole number from 0 to 255'
      throw new AppError('data.invalid', {
        path,
        field: `npy[${place}]`,
        value: String(value),
        rule,
      })
    }
    data[place] = value
  }
  return { shape, data }
}
