import { describe, expect, it } from 'vitest'
import { studentCdf } from '../../../../src-main/math/distributions/student.ts'

/** scipy.stats.t.cdf of SciPy 1.17 */
const golden: readonly (readonly [freedom: number, t: number, probability: number])[] = [
  [1, -6, 0.05256845671125344],
  [1, 0.8, 0.7147767125227227],
  [2, -1.5, 0.13619656244550055],
  [2, 2.5, 0.9351941398892446],
  [3, -6, 0.004636357446142333],
  [3, -0.1, 0.46332617440040297],
  [4, -6, 0.0019412685234802554],
  [4, 2.5, 0.966616727594006],
  [7, -6, 0.00027112917100140525],
  [7, 0.8, 0.7749986502650865],
  [18, -6, 5.6349855530039275e-6],
  [18, -1.5, 0.07547522609213368],
  [18, 2.5, 0.9888459898839889],
]

describe("Student's distribution function", () => {
  it.each(golden)('agrees with SciPy to 1e-13 for %d degrees at %d', (freedom, t, probability) => {
    expect(Math.abs(studentCdf(t, freedom) - probability)).toBeLessThan(1e-13)
  })

  it('knows its ends', () => {
    expect(studentCdf(0, 5)).toBe(0.5)
    expect(studentCdf(Number.POSITIVE_INFINITY, 5)).toBe(1)
    expect(studentCdf(Number.NEGATIVE_INFINITY, 4)).toBe(0)
    expect(studentCdf(Number.NaN, 4)).toBeNaN()
  })
})
