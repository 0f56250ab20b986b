import { describe, expect, it } from 'vitest'
import { createPermutation } from '../../../../src-main/math/random/permutation.ts'

const key = (seed: number) => ({ seed, number: 0, purpose: 'test' })

describe('createPermutation', () => {
  it.each([1, 2, 3, 7, 24, 97, 1000, 4099])('orders each of %i items once, and back', size => {
    const permutation = createPermutation(size, key(5))
    const order = Array.from({ length: size }, (_, position) => permutation.at(position))
    expect([...order].sort((a, b) => a - b)).toEqual([...order.keys()])
    expect(order.map(item => permutation.positionOf(item))).toEqual([...order.keys()])
  })

  it.each([10 ** 9, 2 ** 53 - 1])('works on %i items without storing them', size => {
    const permutation = createPermutation(size, key(6))
    const items = [0, 1, 2, size - 1].map(position => permutation.at(position))
    expect(items.every(item => Number.isSafeInteger(item) && item >= 0 && item < size)).toBe(true)
    expect(items.map(item => permutation.positionOf(item))).toEqual([0, 1, 2, size - 1])
  })

  it('puts every item first equally often over the seeds, and every order of three', () => {
    const first = new Array<number>(10).fill(0)
    const orders = new Map<string, number>()
    for (let seed = 0; seed < 6_000; seed++) {
      const item = createPermutation(10, key(seed)).at(0)
      first[item] = (first[item] as number) + 1
      const three = createPermutation(3, key(seed))
      const order = [three.at(0), three.at(1), three.at(2)].join('')
      orders.set(order, (orders.get(order) ?? 0) + 1)
    }
    const chiSquare = (counts: readonly number[]): number => {
      const expected = 6_000 / counts.length
      return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    }
    // p = 0.001 with 9 and 5 degrees of freedom.
    expect(chiSquare(first)).toBeLessThan(27.9)
    expect(orders.size).toBe(6)
    expect(chiSquare([...orders.values()])).toBeLessThan(20.5)
  })

  it('leaves no trace of the original order: successive items are uncorrelated', () => {
    const size = 10_007
    const permutation = createPermutation(size, key(8))
    let sum = 0
    for (let position = 0; position < size - 1; position++) {
      sum += (permutation.at(position) / size - 0.5) * (permutation.at(position + 1) / size - 0.5)
    }
    // Standard error of the correlation is 1/√size; 3.29 of them are p = 0.001.
    expect(Math.abs(sum / size / (1 / 12))).toBeLessThan(3.29 / Math.sqrt(size))
  })

  it('depends on its key and refuses what is not a position', () => {
    const order = (seed: number): number[] => {
      const permutation = createPermutation(100, key(seed))
      return Array.from({ length: 100 }, (_, position) => permutation.at(position))
    }
    expect(order(1)).toEqual(order(1))
    expect(order(1)).not.toEqual(order(2))
    expect(() => createPermutation(0, key(1))).toThrow('1…2⁵³−1')
    expect(() => createPermutation(5, key(1)).at(5)).toThrow('not in 0…4')
  })
})
