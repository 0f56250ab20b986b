import { describe, expect, it } from 'vitest'
import type { MetricPoints } from '../../../../../src-main/features/studies/common/rows.ts'
import { appendPoints, hasGrown } from '../../../../../src-renderer/features/study/growing-curve.ts'

const points = (steps: readonly number[], value: number, number = 1): MetricPoints => ({
  number,
  metric: 'loss',
  steps,
  values: steps.map(() => value),
})

describe('a curve that grows', () => {
  it('keeps what lies before the steps that arrive, and takes these for the rest', () => {
    const curve = points([1, 2, 3, 4], 9)
    expect(appendPoints(undefined, curve)).toBe(curve)
    expect(appendPoints(curve, points([5], 8))).toMatchObject({
      steps: [1, 2, 3, 4, 5],
      values: [9, 9, 9, 9, 8],
    })
    // An attempt that goes on from a checkpoint, one that begins anew, and a piece of another trial.
    expect(appendPoints(curve, points([3], 8))).toMatchObject({
      steps: [1, 2, 3],
      values: [9, 9, 8],
    })
    expect(appendPoints(curve, points([1], 8))).toMatchObject({ steps: [1], values: [8] })
    expect(appendPoints(curve, points([4, 5], 8, 2))).toMatchObject({
      number: 2,
      steps: [1, 2, 3, 4, 5],
    })
    expect(appendPoints(curve, points([], 8)).steps).toEqual([1, 2, 3, 4])
  })

  it('says more when it is a tenth longer, or has begun again', () => {
    const twenty = points(
      Array.from({ length: 20 }, (_, at) => at + 1),
      1,
    )
    expect(hasGrown(twenty, appendPoints(twenty, points([21], 1)))).toBe(false)
    expect(hasGrown(twenty, appendPoints(twenty, points([21, 22], 1)))).toBe(true)
    expect(hasGrown(twenty, appendPoints(twenty, points([1], 1)))).toBe(true)
  })
})
