import { describe, expect, it } from 'vitest'
import { median } from '../../../../../src-main/math/statistics/quantile.ts'
import {
  CurveModel,
  type CurvePoint,
  fitCurveKernel,
} from '../../../../../src-main/search/samplers/freeze-thaw/curve-model.ts'
import { lossScaleOf } from '../../../../../src-main/search/samplers/freeze-thaw/loss-scale.ts'
import { chooseObservations } from '../../../../../src-main/search/samplers/freeze-thaw/observations.ts'
import {
  incrementEnds,
  type TrainingCurve,
} from '../../../../../src-main/search/samplers/freeze-thaw/training-curve.ts'

const WHOLE = 27
const setting = { kinds: { numeric: 1, categorical: 0 }, wholeSteps: WHOLE }

/** A curve that falls to an end which the point decides, and a little what it does not say. */
function lossOf(x: number, step: number, luck: number): number {
  return (x - 0.3) ** 2 + luck + 1 / (1 + step)
}

function curve(x: number, steps: number, luck = 0): TrainingCurve {
  const upTo = Array.from({ length: steps }, (_, at) => at + 1)
  return {
    point: Float64Array.of(x),
    steps: upTo,
    losses: upTo.map(step => lossOf(x, step, luck)),
  }
}

const curves = Array.from({ length: 16 }, (_, index) =>
  curve((index + 0.5) / 16, [2, 5, 9, WHOLE][index % 4] as number, 0.02 * ((index % 3) - 1)),
)
const kernel = fitCurveKernel(curves, setting)
const model = new CurveModel(curves, setting, kernel)

/** Mean and deviation as losses. */
function expected(curvePoint: CurvePoint, by = model) {
  const { means, deviations } = by.forecast([curvePoint])
  return { loss: by.scale.toLoss(means[0] as number), deviation: deviations[0] as number }
}

describe('the model of curves', () => {
  it('forecasts where trainings that wait will end', () => {
    const errors = curves.flatMap(({ point, steps }, index) => {
      if (steps.length === WHOLE) return []
      const luck = 0.02 * ((index % 3) - 1)
      const { loss } = expected({ point, step: WHOLE, curve: index })
      return [Math.abs(loss - lossOf(point[0] as number, WHOLE, luck))]
    })
    // The ends differ by up to 0.5, and the last reports are off by up to 0.3.
    expect(Math.max(...errors)).toBeLessThan(0.1)
  })

  it('expects trainings that are ahead when young to stay ahead, though all fall', () => {
    // All fall alike, most of it early; two of them have been trained to the half.
    const young = Array.from({ length: 24 }, (_, index): TrainingCurve => {
      const upTo = Array.from({ length: index % 12 === 5 ? 13 : 2 }, (_step, at) => at + 1)
      const level = 0.3 * Math.sin(7 * index)
      const losses = upTo.map(step => level + 4 / step)
      return { point: Float64Array.of((index * 0.618) % 1), steps: upTo, losses }
    })
    const fitted = new CurveModel(young, setting, fitCurveKernel(young, setting))
    const ends = young.map(
      ({ point }, curve) => expected({ point, step: WHOLE, curve }, fitted).loss,
    )
    const levels = young.map(({ losses, steps }) => (losses.at(-1) as number) - 4 / steps.length)
    const lead = (values: readonly number[], index: number): number =>
      median(values) - (values[index] as number)
    const first = levels.indexOf(Math.min(...levels))
    expect(young[first]?.steps).toHaveLength(2)
    expect(lead(ends, first)).toBeGreaterThan(0.5 * lead(levels, first))
  })

  it('is surer of a training that it has seen than of a new one at the same point', () => {
    const point = (curves[2] as TrainingCurve).point
    const seen = expected({ point, step: WHOLE, curve: 2 })
    const fresh = expected({ point, step: WHOLE, curve: -1 })
    expect(seen.deviation).toBeLessThan(fresh.deviation)
  })

  it('expects nothing anew from a training under way', () => {
    const point = Float64Array.of(0.31)
    const curvePoint = { point, step: WHOLE, curve: -1 }
    const believing = new CurveModel(curves, setting, kernel, [curvePoint])
    const before = expected(curvePoint)
    const after = expected(curvePoint, believing)
    expect(after.loss).toBeCloseTo(before.loss, 3)
    expect(after.deviation).toBeLessThan(0.3 * before.deviation)
  })
})

describe('the scale of losses', () => {
  it('is 0 at the median of the latest, -1 at the best, and forgets how bad the bad ones are', () => {
    const scale = lossScaleOf([curve(0.3, 9), curve(0.8, 9), curve(0, 9)])
    const latest = [0.3, 0.8, 0].map(x => lossOf(x, 9, 0)).sort((a, b) => a - b)
    expect(scale.toModel(latest[1] as number)).toBe(0)
    expect(scale.toModel(latest[0] as number)).toBe(-1)
    expect(scale.toModel(1e30)).toBe(1)
    expect(scale.toModel(Number.POSITIVE_INFINITY)).toBe(1)
    expect(scale.toModel(Number.NEGATIVE_INFINITY)).toBe(-1)
  })

  it('leads back', () => {
    const scale = lossScaleOf([curve(0.3, 9), curve(0.8, 9), curve(0, 9)])
    for (const loss of [0.12, 0.19, 0.2, 0.25]) {
      expect(scale.toLoss(scale.toModel(loss))).toBeCloseTo(loss, 12)
    }
  })
})

it('takes the latest report of every training before earlier ones of any', () => {
  const three = [curve(0.1, 9), curve(0.3, 4), curve(0.9, 1)]
  const observations = chooseObservations(three, 5)
  expect(observations.map(({ curve: curveIndex, at }) => [curveIndex, at])).toEqual([
    [0, 8],
    [1, 3],
    [2, 0],
    [0, 5],
    [1, 2],
  ])
})

it('ends increments at steps that grow, up to the whole', () => {
  expect(incrementEnds(1, 1.5, 27)).toEqual([1, 2, 3, 5, 8, 12, 18, 27])
  expect(incrementEnds(2, 1.5, 51)).toEqual([2, 3, 5, 8, 12, 18, 27, 41, 51])
  expect(incrementEnds(4, 3, 10)).toEqual([4, 10])
})
