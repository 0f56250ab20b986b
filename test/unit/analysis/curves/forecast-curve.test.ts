import { describe, expect, it } from 'vitest'
import {
  type CurveForecast,
  forecastCurve,
} from '../../../../src-main/analysis/curves/forecast-curve.ts'
import { median } from '../../../../src-main/math/statistics/quantile.ts'
import type { Curve } from '../../../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'

function curveOf(count: number, value: (epoch: number) => number): Curve {
  const steps = Array.from({ length: count }, (_, index) => index + 1)
  return { steps, values: steps.map(value) }
}

function forecast(curve: Curve, target: number): Extract<CurveForecast, { ok: true }> {
  const result = forecastCurve(curve, target)
  if (!result.ok) throw new Error(result.reason)
  return result
}

const shapes: readonly (readonly [string, (epoch: number) => number])[] = [
  ['power', epoch => 0.1 + 0.9 * epoch ** -0.5],
  ['exponential', epoch => 0.2 + 0.7 * Math.exp(-epoch / 8)],
  ['logarithmic', epoch => 0.3 + 0.5 / Math.log2(epoch + 1)],
]

describe('forecast of a learning curve', () => {
  it.each(shapes)('recognizes a clean curve: %s', (name, shape) => {
    const { value, shares } = forecast(curveOf(15, shape), 50)
    const remainingFall = Math.abs(shape(15) - shape(50))
    expect(Math.abs(value - shape(50))).toBeLessThan(0.2 * remainingFall)
    expect(shares[name as keyof typeof shares]).toBeGreaterThan(0.5)
    expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
  })

  it.each(shapes)('is better than the last value where there is noise: %s', (_, shape) => {
    const errors: number[] = []
    const lastErrors: number[] = []
    let covered = 0
    for (let seed = 0; seed < 40; seed++) {
      const random = createRandomStream({ seed, number: 0, purpose: 'noisy curve' })
      const noisy = (epoch: number): number => shape(epoch) + 0.01 * random.normal()
      const curve = curveOf(15, noisy)
      const { value, low, high } = forecast(curve, 50)
      errors.push(Math.abs(value - shape(50)))
      lastErrors.push(Math.abs((curve.values[14] as number) - shape(50)))
      if (low <= shape(50) && shape(50) <= high) covered++
    }
    expect(median(errors)).toBeLessThan(0.7 * median(lastErrors))
    // Nominal 90 %.
    expect(covered).toBeGreaterThanOrEqual(30)
  })

  it('stays where a curve is flat', () => {
    const { value, low, high } = forecast(
      curveOf(20, () => 0.693),
      100,
    )
    for (const bound of [value, low, high]) expect(bound).toBeCloseTo(0.693, 12)
    const noisy = forecast(
      curveOf(20, epoch => 0.693 + 0.001 * (-1) ** epoch),
      100,
    )
    expect(Math.abs(noisy.value - 0.693)).toBeLessThan(0.001)
    // Twenty points widen the interval by 1 + 25/20.
    expect(noisy.high - noisy.low).toBeLessThan(0.03 * 2.25)
  })

  it('goes up as well as down, on any scale', () => {
    const loss = curveOf(12, shapes[0]?.[1] ?? (() => 0))
    const accuracy = { ...loss, values: loss.values.map(value => 90 - 40 * value) }
    const down = forecast(loss, 60)
    const up = forecast(accuracy, 60)
    expect(up.value).toBeCloseTo(90 - 40 * down.value, 8)
    expect(up.low).toBeCloseTo(90 - 40 * down.high, 8)
  })

  it('does not mind spikes, gaps and diverged values', () => {
    const shape = shapes[0]?.[1] ?? (() => 0)
    const clean = forecast(curveOf(20, shape), 60).value
    const spiky = curveOf(20, epoch => (epoch === 9 ? 5 : shape(epoch)))
    const holes = curveOf(20, epoch => (epoch % 6 === 0 ? Number.NaN : shape(epoch)))
    expect(Math.abs(forecast(spiky, 60).value - clean)).toBeLessThan(0.04)
    expect(Math.abs(forecast(holes, 60).value - clean)).toBeLessThan(0.02)
  })

  it('is less sure of what is further away', () => {
    const curve = curveOf(15, epoch => epoch ** -0.5 + 0.01 * Math.sin(9 * epoch))
    const widths = [20, 40, 80].map(target => {
      const { low, high } = forecast(curve, target)
      return high - low
    })
    expect(widths).toEqual([...widths].sort((a, b) => a - b))
  })

  it('refuses what it cannot know', () => {
    const four = curveOf(9, epoch => (epoch < 5 ? epoch : Number.NaN))
    expect(forecastCurve(four, 20)).toEqual({
      ok: false,
      reason: 'tooFewPoints',
      points: 4,
      needed: 5,
    })
    expect(
      forecastCurve(
        curveOf(9, epoch => epoch),
        9,
      ),
    ).toEqual({ ok: false, reason: 'reached' })
  })
})
