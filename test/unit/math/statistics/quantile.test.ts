import { describe, expect, it } from 'vitest'
import { median, mediansWithoutEach } from '../../../../src-main/math/statistics/quantile.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'

describe('medians without each value', () => {
  const random = createRandomStream({ seed: 5, number: 0, purpose: 'test' })
  const draws = (count: number, of: () => number): number[] => Array.from({ length: count }, of)

  it.each([
    ['an odd number of values', draws(9, () => random.normal())],
    ['an even number of values', draws(10, () => random.normal())],
    ['many equal values', draws(31, () => random.integer(4))],
    ['two values', [3, 1]],
    ['values that are not finite', [Number.POSITIVE_INFINITY, 1, 2, Number.NEGATIVE_INFINITY, 5]],
    ['one value', [7]],
    ['none', []],
  ])('are those of the others, of %s', (_, values) => {
    expect(mediansWithoutEach(values)).toEqual(
      values.map((_value, index) => median(values.toSpliced(index, 1))),
    )
  })
})
