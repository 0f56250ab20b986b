import { describe, expect, it } from 'vitest'
import { createHalton } from '../../../../src-main/math/quasi-random/halton.ts'
import {
  createSobol,
  SOBOL_MAX_DIMENSION,
  type SobolScramble,
} from '../../../../src-main/math/quasi-random/sobol.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { centeredDiscrepancy } from '../../../helpers/discrepancy.ts'

type Sequence = { coordinate(index: number, dimension: number): number }

function points(sequence: Sequence, count: number, dimension: number, first = 0): number[][] {
  return Array.from({ length: count }, (_, index) =>
    Array.from({ length: dimension }, (__, axis) => sequence.coordinate(first + index, axis)),
  )
}

function randomPoints(count: number, dimension: number, seed: number): number[][] {
  const stream = createRandomStream({ seed, number: 0, purpose: 'test' })
  return Array.from({ length: count }, () =>
    Array.from({ length: dimension }, () => stream.uniform()),
  )
}

describe("Sobol's sequence", () => {
  // scipy.stats.qmc.Sobol(scramble=False, bits=32), SciPy 1.17.1; all values are exact binary fractions.
  it('equals SciPy in all its dimensions', () => {
    const sequence = createSobol(SOBOL_MAX_DIMENSION, 'none', 0)
    expect(points(sequence, 1, 12, 13)[0]).toEqual([
      0.8125, 0.6875, 0.8125, 0.0625, 0.4375, 0.9375, 0.5625, 0.5625, 0.5625, 0.4375, 0.8125,
      0.9375,
    ])
    const late = [0, 1, 99, 160, 161, 200, 336].map(axis => sequence.coordinate(1000, axis))
    expect(late).toEqual([
      0.2197265625, 0.0966796875, 0.1865234375, 0.8583984375, 0.3466796875, 0.7529296875,
      0.8193359375,
    ])
    let squares = 0
    let weighted = 0
    for (const point of points(sequence, 1024, 337)) {
      point.forEach((value, axis) => {
        squares += value * value
        weighted += value * (axis + 1)
      })
    }
    expect(squares).toBe(114860.88818359375)
    expect(weighted).toBe(29131459.5)
  })

  it.each<SobolScramble>(['none', 'shift', 'owen'])(
    'keeps every aligned block of 2ᵏ points balanced: %s',
    scramble => {
      const sequence = createSobol(40, scramble, 77)
      for (const [first, count] of [
        [0, 64],
        [64, 64],
        [1024, 256],
        [4_294_967_040, 256],
      ] as const) {
        const block = points(sequence, count, 40, first)
        for (let axis = 0; axis < 40; axis++) {
          const cells = block.map(point => Math.floor((point[axis] as number) * count))
          expect(new Set(cells).size).toBe(count)
        }
      }
    },
  )

  it.each<SobolScramble>(['shift', 'owen'])(
    'is uniform at every point over seeds: %s',
    scramble => {
      const values = Array.from({ length: 4000 }, (_, seed) =>
        createSobol(3, scramble, seed).coordinate(5, 2),
      )
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
      // Standard errors are 0.0046 and 0.0012.
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.02)
      expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.005)
      expect(values.every(value => value > 0 && value < 1)).toBe(true)
    },
  )

  it('scrambles the digits of a dimension independently of the other dimensions', () => {
    const sequence = createSobol(2, 'owen', 1)
    const plain = createSobol(2, 'none', 1)
    const flips = (axis: number): number[] =>
      points(sequence, 64, 2).map(
        (point, index) =>
          Math.floor((point[axis] as number) * 64) ^ Math.floor(plain.coordinate(index, axis) * 64),
      )
    // A digital shift flips all points alike; nested scrambling does not.
    expect(new Set(flips(0)).size).toBeGreaterThan(8)
    expect(flips(0)).not.toEqual(flips(1))
  })
})

describe("Halton's sequence", () => {
  // scipy.stats.qmc.Halton(scramble=False), SciPy 1.17.1; the sums round differently, so 1e-15.
  it('equals SciPy', () => {
    const [seventh, last] = [7, 100].map(index => points(createHalton(6, false, 0), 1, 6, index)[0])
    const expected = [
      [
        0.875, 0.5555555555555556, 0.44, 0.02040816326530612, 0.6363636363636364,
        0.5384615384615385,
      ],
      [
        0.1484375, 0.4115226337448559, 0.032, 0.29154518950437314, 0.1652892561983471,
        0.7337278106508875,
      ],
    ]
    ;[seventh, last].forEach((point, row) =>
      point?.forEach((value, axis) => {
        expect(Math.abs(value - (expected[row]?.[axis] as number))).toBeLessThan(1e-15)
      }),
    )
  })

  it.each([false, true])('has each digit equally often, scrambled: %s', scramble => {
    const sequence = createHalton(6, scramble, 9)
    ;[2, 3, 5, 7, 11, 13].forEach((base, axis) => {
      const cells = points(sequence, base * base, 6).map(point =>
        Math.floor((point[axis] as number) * base * base + 1e-9),
      )
      expect(new Set(cells).size).toBe(base * base)
    })
  })

  it('loses the stripes of large bases by scrambling', () => {
    const correlation = (scramble: boolean): number => {
      const pairs = points(createHalton(20, scramble, 3), 60, 20).map(point => point.slice(18))
      const centered = pairs.map(pair => pair.map(value => value - 0.5)) as [number, number][]
      const sum = (term: (pair: [number, number]) => number): number =>
        centered.reduce((total, pair) => total + term(pair), 0)
      return sum(([a, b]) => a * b) / Math.sqrt(sum(([a]) => a * a) * sum(([, b]) => b * b))
    }
    expect(correlation(false)).toBeGreaterThan(0.7)
    expect(Math.abs(correlation(true))).toBeLessThan(0.35)
  })
})

describe('discrepancy', () => {
  // scipy.stats.qmc.discrepancy(method='CD'), SciPy 1.17.1, relative 1e-10.
  it('is measured as SciPy measures it', () => {
    const three = [
      [0.1, 0.9],
      [0.5, 0.25],
      [0.75, 0.6],
    ]
    expect(centeredDiscrepancy(three)).toBeCloseTo(0.04453194444444475, 12)
    expect(centeredDiscrepancy(points(createSobol(4, 'none', 0), 64, 4))).toBeCloseTo(
      0.0012377966129335505,
      12,
    )
    expect(centeredDiscrepancy(points(createHalton(4, false, 0), 64, 4))).toBeCloseTo(
      0.004271764823749136,
      12,
    )
  })

  it.each([
    [4, 64, 0.2],
    [8, 128, 0.5],
  ])('is far below that of random points: %i dimensions, %i points', (dimension, count, share) => {
    const mean = (make: (seed: number) => number[][]): number =>
      [1, 2, 3, 4, 5].reduce((sum, seed) => sum + centeredDiscrepancy(make(seed)), 0) / 5
    const random = mean(seed => randomPoints(count, dimension, seed))
    for (const scramble of ['shift', 'owen'] as const) {
      const sobol = mean(seed => points(createSobol(dimension, scramble, seed), count, dimension))
      expect(sobol).toBeLessThan(share * random)
    }
    const halton = mean(seed => points(createHalton(dimension, true, seed), count, dimension))
    expect(halton).toBeLessThan(share * 1.5 * random)
  })
})
