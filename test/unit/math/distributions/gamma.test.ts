import { describe, expect, it } from 'vitest'
import {
  digamma,
  inverseTrigamma,
  trigamma,
} from '../../../../src-main/math/distributions/gamma.ts'

/** Euler's constant. */
const GAMMA = 0.577_215_664_901_532_9

describe('derivatives of the logarithm of gamma', () => {
  it('have their known values', () => {
    expect(digamma(1)).toBeCloseTo(-GAMMA, 11)
    expect(digamma(0.5)).toBeCloseTo(-GAMMA - 2 * Math.LN2, 11)
    expect(digamma(10)).toBeCloseTo(2.251_752_589_066_721, 11)
    expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 11)
    expect(trigamma(0.5)).toBeCloseTo(Math.PI ** 2 / 2, 11)
    expect(trigamma(2)).toBeCloseTo(Math.PI ** 2 / 6 - 1, 11)
  })

  it('are inverted', () => {
    for (const x of [1e-3, 0.2, 0.5, 1, 3, 50, 1e4])
      expect(inverseTrigamma(trigamma(x)) / x).toBeCloseTo(1, 8)
  })
})
