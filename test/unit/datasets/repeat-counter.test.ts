import { describe, expect, it } from 'vitest'
import { RepeatCounter } from '../../../src-main/datasets/repeat-counter.ts'

describe('RepeatCounter', () => {
  it('counts the rows of each value, and runs of the same one', () => {
    const counter = new RepeatCounter(10)
    for (const text of ['a', 'a', 'b', 'a', 'c', 'c']) counter.add(text)
    expect(counter.values).toEqual({ distinct: 3, sizes: [3, 1, 2], runs: 4 })
  })

  it('keeps some of too many values, with all of their rows', () => {
    const counter = new RepeatCounter(512)
    for (let row = 0; row < 100_000; row++) counter.add(`P${row % 10_000}`)
    const { distinct, sizes } = counter.values!
    expect(sizes.length).toBeLessThanOrEqual(512)
    expect(new Set(sizes)).toEqual(new Set([10]))
    expect(Math.abs(distinct - 10_000)).toBeLessThan(2_000)
  })

  it('gives up on long texts, and where it is told to', () => {
    const long = new RepeatCounter(10)
    long.add('a'.repeat(101))
    long.add('a')
    expect(long.values).toBeNull()
    const closed = new RepeatCounter(10)
    closed.add('1')
    closed.close()
    closed.add('2')
    expect(closed.values).toBeNull()
  })
})
