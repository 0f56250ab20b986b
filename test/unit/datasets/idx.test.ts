import { describe, expect, it } from 'vitest'
import { parseIdx } from '../../../src-main/datasets/idx.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { idxBytes } from '../../helpers/idx-bytes.ts'

const images = idxBytes([2, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255])

describe('parseIdx', () => {
  it('gives shape and row-major values', () => {
    const parsed = parseIdx('images', images, [3])
    expect(parsed.shape).toEqual([2, 2, 3])
    expect([...parsed.data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255])
  })

  it('reads a view that does not begin at the start of its buffer', () => {
    const wide = new Uint8Array(images.length + 3)
    wide.set(images, 3)
    expect(parseIdx('images', wide.subarray(3), [3]).shape).toEqual([2, 2, 3])
  })

  const broken: [string, Uint8Array, string, unknown][] = [
    ['an empty file', new Uint8Array(0), 'size', 0],
    ['a text file', new TextEncoder().encode('P5 28 28 255 '), 'magic', '0x50352032'],
    ['an unknown type', withByte(images, 2, 0x0a), 'magic', '0x00000a03'],
    ['a type that is not bytes', withByte(images, 2, 0x0d), 'magic.type', 'float32'],
    ['a wrong number of dimensions', idxBytes([2], [1, 2]), 'magic.rank', 1],
    ['a header cut short', images.subarray(0, 11), 'size', 11],
    ['a dimension of zero', idxBytes([0, 2, 3], []), 'dimensions[0]', 0],
    ['missing values', images.subarray(0, images.length - 1), 'size', 27],
    ['values beyond the last', idxBytes([1, 1, 1], [1, 2]), 'size', 18],
    ['dimensions beyond any file', withByte(images, 4, 0xff), 'size', 28],
  ]
  it.each(broken)('refuses %s', async (_name, content, field, value) => {
    const error = await catchAppError(() => parseIdx('some/file', content, [3]))
    expect(error.code).toBe('data.invalid')
    expect(error.detail).toMatchObject({ path: 'some/file', field, value })
  })
})

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at] = value
  return copy
}
