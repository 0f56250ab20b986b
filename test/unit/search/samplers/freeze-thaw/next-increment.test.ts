import { describe, expect, it } from 'vitest'
import { createRandomStream } from '../../../../../src-main/math/random/stream.ts'
import {
  type Candidate,
  chooseNext,
} from '../../../../../src-main/search/samplers/freeze-thaw/next-increment.ts'

const ENDS = [2, 3, 5, 8, 12, 18, 27, 41, 51]
const point = new Float64Array(0)
/** Best of all reports: 0. */
const curves = [{ point, steps: [1], losses: [0] }]
/** Its next increment costs 9 steps, that of the other 2. */
const OLD: Candidate = { point, from: 18, curve: 0 }
const NEW: Candidate = { point, from: 0, curve: -1 }

/** What is chosen by 400 streams, where the forecasts are certain means with deviation 1. */
function choices(candidates: readonly Candidate[], means: readonly number[]) {
  const model = {
    scale: { toModel: (loss: number) => loss, toLoss: (value: number) => value },
    forecast: () => ({
      means: Float64Array.from(means),
      deviations: new Float64Array(means.length).fill(1),
    }),
  }
  return Array.from({ length: 400 }, (_, number) =>
    chooseNext(
      model,
      curves,
      candidates,
      ENDS,
      createRandomStream({ seed: 1, number, purpose: 'next increment' }),
    ),
  )
}

describe('the next increment of freeze-thaw', () => {
  it('weighs chances by the root of what the increment costs', () => {
    // Margins are up to 0.32. √(9/2) = 2.12: Φ(−1.81)/Φ(−2.01) = 1.58, Φ(−1.01)/Φ(−2.01) = 7.0, both higher by at most 0.8 at larger margins.
    const slightlyAhead = choices([OLD, NEW], [1.8, 2])
    const farAhead = choices([OLD, NEW], [1, 2])
    expect(new Set(slightlyAhead.map(({ candidateIndex }) => candidateIndex))).toEqual(new Set([1]))
    expect(new Set(farAhead.map(({ candidateIndex }) => candidateIndex))).toEqual(new Set([0]))
  })

  it('says the chance, whatever the increment costs', () => {
    for (const { chance, margin } of choices([OLD], [0])) {
      // Φ(−δ) to the first order.
      expect(chance).toBeCloseTo(0.5 - margin / Math.sqrt(2 * Math.PI), 2)
    }
  })

  it('looks one increment ahead as often as a logarithm says, at most as many as there are', () => {
    const horizons = choices([NEW], [0]).map(({ horizon }) => horizon)
    const share = (step: number): number =>
      horizons.filter(horizon => horizon === step).length / horizons.length
    // P(⌊9^v⌋ = h) = ln((h + 1)/h)/ln 9; four standard errors.
    expect(Math.abs(share(2) - Math.log(2) / Math.log(9))).toBeLessThan(0.093)
    expect(Math.abs(share(41) - Math.log(9 / 8) / Math.log(9))).toBeLessThan(0.046)
    expect(horizons.every(horizon => ENDS.includes(horizon))).toBe(true)
  })
})
