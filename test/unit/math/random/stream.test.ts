import { describe, expect, it } from 'vitest'
import { createRandomStream, deriveSeed } from '../../../../src-main/math/random/stream.ts'

const SAMPLES = 20_000

function draw(key: Parameters<typeof createRandomStream>[0], count = SAMPLES): number[] {
  const stream = createRandomStream(key)
  return Array.from({ length: count }, () => stream.uniform())
}

/** Kolmogorov–Smirnov statistic √n·D against a distribution function; 1.95 is p ≈ 0.001. */
function kolmogorovSmirnov(values: readonly number[], cdf: (x: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b)
  let largest = 0
  sorted.forEach((value, index) => {
    const expected = cdf(value)
    largest = Math.max(
      largest,
      Math.abs((index + 1) / sorted.length - expected),
      Math.abs(expected - index / sorted.length),
    )
  })
  return Math.sqrt(sorted.length) * largest
}

function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const meanA = a.reduce((sum, x) => sum + x, 0) / a.length
  const meanB = b.reduce((sum, x) => sum + x, 0) / b.length
  let ab = 0
  let aa = 0
  let bb = 0
  a.forEach((x, index) => {
    const dx = x - meanA
    const dy = (b[index] as number) - meanB
    ab += dx * dy
    aa += dx * dx
    bb += dy * dy
  })
  return ab / Math.sqrt(aa * bb)
}

/** Normal distribution function by the series of Marsaglia 2004; good to 1e-14 for |x| < 7. */
function normalCdf(x: number): number {
  let sum = x
  let term = x
  for (let k = 3; k < 200; k += 2) {
    term *= (x * x) / k
    sum += term
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.9189385332046728)
}

describe('createRandomStream', () => {
  it('gives the same numbers for the same key and others for any other key', () => {
    const key = { seed: 7, number: 3, purpose: 'proposal' }
    const first = draw(key, 5)
    expect(draw({ ...key }, 5)).toEqual(first)
    for (const other of [
      { ...key, seed: 8 },
      { ...key, number: 4 },
      { ...key, purpose: 'proposals' },
    ]) {
      const numbers = draw(other, 5)
      expect(numbers.filter(value => first.includes(value))).toEqual([])
    }
  })

  it('keeps its numbers from version to version', () => {
    const stream = createRandomStream({ seed: 7, number: 3, purpose: 'proposal' })
    expect([stream.uniform(), stream.integer(1000), stream.normal()]).toMatchInlineSnapshot(`
      [
        0.5705273762383627,
        354,
        -0.1451124429602095,
      ]
    `)
  })

  it.each([0, 1, 12_345])('is uniform (seed %i)', seed => {
    const values = draw({ seed, number: 0, purpose: 'test' })
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...values)).toBeLessThan(1)
    expect(kolmogorovSmirnov(values, x => x)).toBeLessThan(1.95)
  })

  it('is uniform in pairs of consecutive numbers', () => {
    const values = draw({ seed: 5, number: 0, purpose: 'pairs' }, 40_000)
    const counts = new Array<number>(100).fill(0)
    for (let index = 0; index < values.length; index += 2) {
      const cell =
        Math.floor((values[index] as number) * 10) * 10 +
        Math.floor((values[index + 1] as number) * 10)
      counts[cell] = (counts[cell] as number) + 1
    }
    // 99 degrees of freedom: 148.2 is p = 0.001.
    expect(chiSquare(counts)).toBeLessThan(148.2)
  })

  it('is independent between neighboring trial numbers, seeds and purposes', () => {
    const base = { seed: 41, number: 10, purpose: 'proposal' }
    const values = draw(base)
    for (const neighbor of [
      { ...base, number: 11 },
      { ...base, seed: 42 },
      { ...base, purpose: 'proposam' },
    ]) {
      // 3.29 standard errors: p = 0.001.
      expect(Math.abs(correlation(values, draw(neighbor)))).toBeLessThan(3.29 / Math.sqrt(SAMPLES))
    }
  })

  it('is uniform across streams: the first number of each trial', () => {
    const values = Array.from(
      { length: SAMPLES },
      (_, number) => draw({ seed: 1, number, purpose: 'proposal' }, 1)[0] as number,
    )
    expect(kolmogorovSmirnov(values, x => x)).toBeLessThan(1.95)
  })

  it('draws integers without bias, also for counts that do not divide 2³²', () => {
    const stream = createRandomStream({ seed: 2, number: 0, purpose: 'integers' })
    const counts = new Array<number>(7).fill(0)
    for (let index = 0; index < SAMPLES; index++) {
      const value = stream.integer(7)
      counts[value] = (counts[value] as number) + 1
    }
    expect(counts).toHaveLength(7)
    // 6 degrees of freedom: 22.5 is p = 0.001.
    expect(chiSquare(counts)).toBeLessThan(22.5)
    // With 3·2³⁰ a modulo of whole words would give the lowest third twice as often.
    const thirds = [0, 0, 0]
    for (let index = 0; index < SAMPLES; index++) {
      const third = Math.floor(stream.integer(3 * 2 ** 30) / 2 ** 30)
      thirds[third] = (thirds[third] as number) + 1
    }
    // 2 degrees of freedom: 13.8 is p = 0.001.
    expect(chiSquare(thirds)).toBeLessThan(13.8)
    expect(stream.integer(1)).toBe(0)
  })

  it.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('refuses integer(%d)', count => {
    const stream = createRandomStream({ seed: 0, number: 0, purpose: 'x' })
    expect(() => stream.integer(count)).toThrow('count must be in 1…2³²')
  })

  it('draws standard normal numbers', () => {
    const stream = createRandomStream({ seed: 3, number: 0, purpose: 'normal' })
    const values = Array.from({ length: SAMPLES }, () => stream.normal())
    expect(kolmogorovSmirnov(values, normalCdf)).toBeLessThan(1.95)
  })

  it('shuffles into every order equally often and leaves its input alone', () => {
    const stream = createRandomStream({ seed: 4, number: 0, purpose: 'shuffle' })
    const items = Object.freeze(['a', 'b', 'c', 'd'])
    const counts = new Map<string, number>()
    for (let index = 0; index < 24_000; index++) {
      const order = stream.shuffled(items).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    // 23 degrees of freedom: 49.7 is p = 0.001.
    expect(chiSquare([...counts.values()])).toBeLessThan(49.7)
  })

  it.each([-1, 0.5, 2 ** 32, Number.NaN])('refuses the seed %d', seed => {
    expect(() => createRandomStream({ seed, number: 0, purpose: 'x' })).toThrow('seed')
    expect(() => createRandomStream({ seed: 0, number: seed, purpose: 'x' })).toThrow('number')
  })
})

describe('deriveSeed', () => {
  it('gives different 32-bit integers to different trials', () => {
    const seeds = Array.from({ length: 2_000 }, (_, number) =>
      deriveSeed({ seed: 9, number, purpose: 'trial' }),
    )
    expect(seeds.every(seed => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true)
    expect(new Set(seeds).size).toBe(seeds.length)
    expect(
      kolmogorovSmirnov(
        seeds.map(seed => seed / 2 ** 32),
        x => x,
      ),
    ).toBeLessThan(1.95)
  })
})
