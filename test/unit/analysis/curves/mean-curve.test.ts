import { expect, it } from 'vitest'
import { meanCurve } from '../../../../src-main/analysis/curves/mean-curve.ts'

it('is the mean at the steps that all curves have, up to the end of the shortest', () => {
  const curves = [
    { steps: [1, 2, 3, 4], values: [8, 6, 4, 2] },
    { steps: [1, 3], values: [10, 8] },
  ]
  expect(meanCurve(curves)).toEqual({ steps: [1, 3], values: [9, 6] })
})

it('has a gap where one of them is no number', () => {
  const curves = [
    { steps: [1, 2], values: [1, Number.NaN] },
    { steps: [1, 2], values: [3, 4] },
  ]
  expect(meanCurve(curves).values).toEqual([2, Number.NaN])
})

it('is empty for a single curve', () => {
  expect(meanCurve([{ steps: [1], values: [1] }])).toEqual({ steps: [], values: [] })
})
