import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitMoments } from '../../../../src-main/training/data/moments.ts'
import { fitTargetScaling } from '../../../../src-main/training/data/target-scaling.ts'

describe('fitMoments', () => {
  it('gives mean and deviation', () => {
    // Deviations from 5: −3, −1, −1, −1, 0, 0, 2, 4; squares sum to 32.
    const { mean, deviation } = fitMoments(Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9))
    expect(mean).toBeCloseTo(5, 14)
    expect(deviation).toBeCloseTo(2, 14)
  })

  it.each([1e-300, 1e-160, 1, 1e160, 1.6e308])('scales with numbers of size %d', size => {
    const { mean, deviation } = fitMoments(Float64Array.of(-size, size, size, -size))
    expect(mean / size).toBeCloseTo(0, 14)
    expect(deviation / size).toBeCloseTo(1, 14)
  })

  it('sees small differences of large numbers', () => {
    // Nanoseconds since 1970, two milliseconds apart; multiples of 256, the distance of such numbers.
    const { mean, deviation } = fitMoments(Float64Array.of(1.7e18, 1.7e18 + 2 ** 21))
    expect(mean).toBe(1.7e18 + 2 ** 20)
    expect(deviation).toBe(2 ** 20)
  })

  it('gives no deviation to numbers that are equal but for rounding', () => {
    expect(fitMoments(Float64Array.of(0.1, 0.1, 0.1))).toEqual({ mean: 0.1, deviation: 0 })
    expect(fitMoments(Float64Array.of(0.3, 0.1 + 0.2)).deviation).toBe(0)
    expect(fitMoments(Float64Array.of(0, 0))).toEqual({ mean: 0, deviation: 0 })
    expect(fitMoments(Float64Array.of(0, 5e-324)).deviation).toBe(0)
    expect(fitMoments(Float64Array.of(-0, 3)).deviation).toBe(1.5)
  })

  it('never divides by nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        list => {
          const { mean, deviation } = fitMoments(Float64Array.from(list))
          expect(Number.isFinite(mean) && Number.isFinite(deviation) && deviation >= 0).toBe(true)
        },
      ),
      { seed: 4, numRuns: 500 },
    )
  })
})

describe('fitTargetScaling', () => {
  it('only shifts a target that is constant in training, also where its mean would be rounded', () => {
    const target = Float64Array.of(0.1, 0.1, 0.1, 0.5)
    expect(fitTargetScaling(target, Int32Array.of(0, 1, 2))).toEqual({ mean: 0.1, deviation: 1 })
  })
})
