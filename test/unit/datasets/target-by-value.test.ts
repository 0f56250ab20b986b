import { describe, expect, it } from 'vitest'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { TargetMoments } from '../../../src-main/datasets/target-by-value.ts'

function momentsOf(rows: Iterable<readonly [string, string | number]>): TargetMoments {
  const moments = new TargetMoments()
  for (const [value, target] of rows) moments.add(value, target)
  return moments
}

const stream = createRandomStream({ seed: 5, number: 0, purpose: 'target by value' })
/** About normal, variance 1. */
const noise = () => Math.sqrt(12 / 4) * ([1, 2, 3, 4].reduce(sum => sum + stream.uniform(), 0) - 2)

describe('TargetMoments', () => {
  it('gives the intraclass correlation of a published table', () => {
    // Shrout and Fleiss: Intraclass correlations. Psychological Bulletin 86, 1979, tables 2 and 4: ICC(1,1) = 0.17.
    const ratings = [
      [9, 2, 5, 8],
      [6, 1, 3, 2],
      [8, 4, 6, 8],
      [7, 1, 2, 6],
      [10, 5, 6, 9],
      [6, 2, 4, 7],
    ]
    const moments = momentsOf(
      ratings.flatMap((row, target) => row.map(rating => [`${target}`, rating] as const)),
    )
    expect(moments.summary(null).alike).toBeCloseTo(0.166, 3)
  })

  it('finds names rough and quantities smooth', () => {
    const effects = Array.from({ length: 50 }, noise)
    const rows = Array.from({ length: 1_000 }, (_, row) => row % 50)
    const names = momentsOf(rows.map(value => [`${value}`, (effects[value] ?? 0) + noise()]))
    const curve = momentsOf(rows.map(value => [`${value}`, 2 * Math.sin(value / 12) + noise()]))
    expect(names.summary(Number)).toMatchObject({ isSure: true })
    expect(curve.summary(Number)).toMatchObject({ isSure: true })
    expect(names.summary(Number).roughness).toBeGreaterThan(0.6)
    expect(curve.summary(Number).roughness).toBeLessThan(0.2)
    expect(names.summary(null).roughness).toBeNull()
  })

  it('takes classes as targets of 0 and 1, and is not sure of chance', () => {
    const rows = Array.from({ length: 900 }, (_, row) => row % 30)
    const same = momentsOf(rows.map(value => [`${value}`, value % 3 === 0 ? 'a' : 'b']))
    expect(same.summary(null)).toMatchObject({ alike: 1, isSure: true })
    const chance = momentsOf(rows.map(value => [`${value}`, noise() > 0 ? 'a' : 'b']))
    expect(chance.summary(null).isSure).toBe(false)
    expect(momentsOf([['a', 1]]).summary(null)).toMatchObject({ isSure: false })
  })
})
