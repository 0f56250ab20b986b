import { describe, expect, it } from 'vitest'
import { mean } from '../../../../src-main/math/numbers.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { moderatedVariances } from '../../../../src-main/math/statistics/moderated-variances.ts'

const DEGREES = 2

/** Sample variances with two degrees of freedom of groups whose true variance is e^(spread·normal). */
function simulate(spread: number): { truth: number[]; variances: number[] } {
  const random = createRandomStream({ seed: 1, number: 0, purpose: 'test' })
  const truth = Array.from({ length: 400 }, () => Math.exp(spread * random.normal()))
  const variances = truth.map(
    variance => (variance * (random.normal() ** 2 + random.normal() ** 2)) / DEGREES,
  )
  return { truth, variances }
}

const errorOf = (estimates: readonly number[], truth: readonly number[]): number =>
  mean(estimates.map((estimate, at) => (Math.log(estimate) - Math.log(truth[at]!)) ** 2))

describe('moderated variances', () => {
  it('are all about the mean where only luck sets them apart', () => {
    const { variances } = simulate(0)
    const center = mean(variances)
    for (const variance of moderatedVariances(variances, DEGREES))
      expect(Math.abs(variance / center - 1)).toBeLessThan(0.5)
  })

  it('are nearer to the true ones than those of each group, and than the mean', () => {
    const { truth, variances } = simulate(1)
    const moderated = errorOf(moderatedVariances(variances, DEGREES), truth)
    expect(moderated).toBeLessThan(0.8 * errorOf(variances, truth))
    expect(moderated).toBeLessThan(
      errorOf(
        truth.map(() => mean(variances)),
        truth,
      ),
    )
  })

  it('are the mean where they differ less than luck would make them, and bear groups without any spread', () => {
    expect(moderatedVariances([1, 1.1, 0.9, 1], 10)).toEqual([1, 1, 1, 1])
    for (const variance of moderatedVariances([0, 1, 2, 0, 3], 2)) {
      expect(variance).toBeGreaterThan(0)
      expect(variance).toBeLessThan(3)
    }
  })
})
