import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import {
  cliffsDelta,
  effectMagnitude,
  varghaDelaney,
} from '../../../../src-main/math/statistics/effect-size.ts'
import { mannWhitney } from '../../../../src-main/math/statistics/mann-whitney.ts'
import { signPermutation } from '../../../../src-main/math/statistics/sign-permutation.ts'

const grid = (count: number, value: (k: number) => number): number[] =>
  Array.from({ length: count }, (_, k) => value(k))

describe('rank-sum test', () => {
  // scipy.stats.mannwhitneyu, SciPy 1.17.1 (exact, then asymptotic); with ties and few values permutation_test over all
  // divisions. Tolerance 1e-12 absolute.
  it.each([
    {
      name: 'few values',
      a: [1.5, 2.25, 0.3, 4.1, 3.7],
      b: [2, 5.5, 6.1, 0.9],
      method: 'exact',
      u: 7,
      p: [0.2777777777777778, 0.7936507936507936, 0.5555555555555556],
    },
    {
      name: '47 values',
      a: grid(25, k => ((k * 37) % 101) / 101),
      b: grid(22, k => ((k * 53) % 97) / 97 + 0.12),
      method: 'exact',
      u: 217,
      p: [0.11126098403364484, 0.8927483539893719, 0.2225219680672897],
    },
    {
      name: 'few values with ties',
      a: [1, 2, 2, 3, 5],
      b: [2, 3, 3, 6],
      method: 'exact',
      u: 6,
      p: [0.20634920634920634, 0.8888888888888888, 0.4126984126984127],
    },
    {
      name: '105 values',
      a: grid(60, k => ((k * 37) % 101) / 101),
      b: grid(45, k => ((k * 53) % 97) / 97 + 0.08),
      method: 'normal',
      u: 1212,
      p: [0.18664023222074289, 0.8150926765423676, 0.37328046444148577],
    },
    {
      name: '75 values with ties',
      a: grid(40, k => (k * 7) % 5),
      b: grid(35, k => ((k * 3) % 5) + (k % 3)),
      method: 'normal',
      u: 468,
      p: [0.006203995317246515, 0.99398263167018, 0.01240799063449303],
    },
  ])('gives what SciPy gives: $name', ({ a, b, method, u, p }) => {
    const result = mannWhitney(a, b)
    expect(result.method).toBe(method)
    expect(result.u).toBe(u)
    const values = [result.less, result.greater, result.twoSided]
    values.forEach((value, index) => {
      expect(Math.abs(value - (p[index] as number))).toBeLessThan(1e-12)
    })
  })

  it('changes sides with its samples', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 }),
        (a, b) => {
          const forward = mannWhitney(a, b)
          const back = mannWhitney(b, a)
          expect(forward.less).toBeCloseTo(back.greater, 12)
          expect(forward.twoSided).toBeCloseTo(back.twoSided, 12)
          expect(forward.u + back.u).toBe(a.length * b.length)
          expect(varghaDelaney(a, b)).toBeCloseTo(forward.u / (a.length * b.length), 12)
        },
      ),
      { seed: 5, numRuns: 100 },
    )
  })

  it('sees no difference among equal values', () => {
    expect(mannWhitney([1, 1], [1, 1, 1])).toMatchObject({ less: 1, greater: 1, twoSided: 1 })
    expect(
      mannWhitney(
        grid(40, () => 1),
        grid(40, () => 1),
      ),
    ).toMatchObject({ twoSided: 1 })
  })
})

describe('effect size', () => {
  it('counts pairs, equal ones half', () => {
    // Pairs of [1, 2, 3] and [2, 4]: larger 1, equal 1, smaller 4.
    expect(varghaDelaney([1, 2, 3], [2, 4])).toBeCloseTo(1.5 / 6, 14)
    expect(cliffsDelta([1, 2, 3], [2, 4])).toBeCloseTo((1 - 4) / 6, 14)
    expect(cliffsDelta([5, 6], [1, 2])).toBe(1)
    expect(cliffsDelta([1, 2], [1, 2])).toBe(0)
  })

  it('has words for sizes', () => {
    expect([0.05, -0.2, 0.3, -0.9].map(effectMagnitude)).toEqual([
      'negligible',
      'small',
      'medium',
      'large',
    ])
  })
})

describe('paired permutation test', () => {
  const random = () => createRandomStream({ seed: 1, number: 0, purpose: 'sign test' })

  it('counts all signs of a few differences', () => {
    // scipy.stats.permutation_test(permutation_type='samples'), all 2⁷ signs.
    const differences = [0.3, 0.1, -0.2, 0.4, 0.25, -0.05, 0.6]
    expect(signPermutation(differences, random())).toBeCloseTo(0.109375, 14)
    expect(signPermutation([...differences, 0, 0], random())).toBeCloseTo(0.109375, 14)
    expect(signPermutation([], random())).toBe(1)
    expect(signPermutation([0, 0], random())).toBe(1)
  })

  it('draws signs of many', () => {
    // SciPy with 99,999 draws: 0.0034; the error of 9,999 draws is 0.0006.
    const differences = grid(40, k => 0.3 + ((k * 37) % 101) / 50 - 1)
    const p = signPermutation(differences, random())
    expect(Math.abs(p - 0.0034)).toBeLessThan(0.0018)
    expect(
      signPermutation(
        differences.map(d => d + 10),
        random(),
      ),
    ).toBe(1e-4)
  })
})
