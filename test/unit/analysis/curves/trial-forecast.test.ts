import { describe, expect, it } from 'vitest'
import {
  type TrialForecastSetting,
  type TrialForecast,
  forecastTrial,
} from '../../../../src-main/analysis/curves/trial-forecast.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import type { Curve } from '../../../../src-main/core/trial/trial.ts'

const steps = Array.from({ length: 20 }, (_, at) => at + 1)
const falling = (step: number): number => 0.1 + 0.9 * step ** -0.5
const curve: Curve = { steps, values: steps.map(falling) }

function forecastOf(
  best: number | null,
  of = curve,
  changes: Partial<TrialForecastSetting> = {},
): TrialForecast {
  const setting: TrialForecastSetting = { best, direction: 'minimize', counts: 'last', ...changes }
  const trialForecast = forecastTrial(of, 80, setting)
  if (trialForecast === null) throw new Error('no trialForecast')
  return trialForecast
}

describe('where a trial is going', () => {
  it('goes from the last value that was seen to the forecast of the end', () => {
    const { path, value, low, high, step } = forecastOf(null)
    expect(step).toBe(80)
    expect(path[0]).toEqual({ step: 20, value: falling(20), low: falling(20), high: falling(20) })
    expect(path.at(-1)).toEqual({ step: 80, value, low, high })
    // What is left to come is 0.1; a fifth of it may be missed.
    expect(Math.abs(value - falling(80))).toBeLessThan(0.2 * (falling(20) - falling(80)))
    const widths = path.map(point => point.high - point.low)
    expect(widths).toEqual(widths.toSorted((a, b) => a - b))
  })

  it('says when it will be ahead of the best, and how likely that is', () => {
    const soon = forecastOf(falling(40))
    expect(soon.chance).toBeGreaterThan(0.9)
    expect(soon.aheadFrom).toBeGreaterThan(20)
    expect(Math.abs((soon.aheadFrom as number) - 40)).toBeLessThanOrEqual(6)
    const never = forecastOf(0.05)
    expect(never.chance).toBeLessThan(0.1)
    expect(never.aheadFrom).toBeNull()
    expect(forecastOf(null)).toMatchObject({ chance: null, aheadFrom: null })
  })

  it('turns round with the direction', () => {
    const rising = { steps, values: curve.values.map(value => -value) }
    const [down, up] = [forecastOf(0.21), forecastOf(-0.21, rising, { direction: 'maximize' })]
    expect(up.chance).toBeCloseTo(down.chance as number, 10)
    expect(up.aheadFrom).toBe(down.aheadFrom)
  })

  it('is ahead for good where the best report counts and one is better', () => {
    const overfits = { steps, values: steps.map(step => 0.5 - 0.3 * Math.exp(-step / 4)) }
    const counted = forecastOf(0.32, overfits, { counts: 'best' })
    expect(counted).toMatchObject({ chance: 1, isAhead: true, aheadFrom: null })
    const last = forecastOf(0.32, overfits, { counts: 'last' })
    expect(last.isAhead).toBe(false)
    expect(last.chance).toBeLessThan(0.1)
  })

  it('has chances that hold: of noisy curves as many end better as it says', () => {
    let expected = 0
    let better = 0
    for (let seed = 0; seed < 60; seed++) {
      const random = createRandomStream({ seed, number: 0, purpose: 'trialForecast' })
      const end = 0.1 + 0.05 * random.normal()
      const noisy = steps.map(step => end + 0.9 * step ** -0.5 + 0.01 * random.normal())
      const { chance } = forecastOf(falling(80), { steps, values: noisy })
      expected += chance as number
      if (end + 0.9 * 80 ** -0.5 < falling(80)) better++
    }
    // About four standard deviations of a count of 60.
    expect(Math.abs(expected - better)).toBeLessThan(16)
  })

  it('says nothing where the curve says too little, or is at its end', () => {
    const four = { steps: [1, 2, 3, 4], values: [4, 3, 2, 1] }
    expect(
      forecastTrial(four, 80, { best: null, direction: 'minimize', counts: 'last' }),
    ).toBeNull()
    expect(
      forecastTrial(curve, 20, { best: null, direction: 'minimize', counts: 'last' }),
    ).toBeNull()
  })

  it('says nothing where the band is wider than all that was seen', () => {
    // Ten steps of an accuracy that has hardly moved: nine chances in ten would reach from 0.34 to 1.39.
    const values = [0.846, 0.858, 0.856, 0.866, 0.866, 0.844, 0.86, 0.86, 0.872, 0.862]
    const short = { steps: steps.slice(0, 10), values }
    const setting = { best: 0.894, direction: 'maximize', counts: 'best' } as const
    expect(forecastTrial(short, 60, setting)).toBeNull()
  })

  it('looks at thirty points of a long curve, and says nearly the same', () => {
    const many = Array.from({ length: 600 }, (_, at) => at + 1)
    const long = { steps: many, values: many.map(falling) }
    const trialForecast = forecastTrial(long, 2_400, {
      best: null,
      direction: 'minimize',
      counts: 'last',
    })
    expect(trialForecast?.value).toBeCloseTo(falling(2_400), 2)
  })
})
