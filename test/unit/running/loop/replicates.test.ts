import { describe, expect, it } from 'vitest'
import { replicateSeed } from '../../../../src-main/running/loop/replicates.ts'

describe('replicateSeed', () => {
  const trials = [
    { number: 0, seed: 11 },
    { number: 1, seed: 22 },
  ] as const
  const seedsOf = (seeds: 'own' | 'shared') =>
    trials.map(trial =>
      [0, 1, 2].map(replicate =>
        replicateSeed(replicate, trial, {
          seed: 7,
          replicates: { count: 3, value: 'mean', seeds },
        }),
      ),
    )

  it('gives every trial seeds of its own, the first being the trial’s', () => {
    const [a = [], b = []] = seedsOf('own')
    expect([a[0], b[0]]).toEqual([11, 22])
    expect(new Set([...a, ...b]).size).toBe(6)
  })

  it('shares training k among trials, and none with a trial', () => {
    const [a = [], b = []] = seedsOf('shared')
    expect(a).toEqual(b)
    expect(new Set([...a, 11, 22]).size).toBe(5)
  })
})
