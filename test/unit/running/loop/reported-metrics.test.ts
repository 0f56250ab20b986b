import { expect, it } from 'vitest'
import { metricRow } from '../../../../src-main/core/trial/metric-value.ts'
import { ConstraintTrack } from '../../../../src-main/running/loop/reported-metrics.ts'

it('knows the constraints at every step, NaN where a metric was not reported', () => {
  const track = new ConstraintTrack(['size', { metric: 'score', atLeast: 1 }])
  track.take(metricRow(1, { loss: 4, size: -2, score: 0.5 }))
  track.take(metricRow(2, { loss: 3, size: 5 }))
  track.take({
    names: ['score'],
    steps: Int32Array.of(2, 3),
    values: Float64Array.of(3, 1),
  })
  expect(track.at(1)).toEqual([-2, 0.5])
  expect(track.at(2)).toEqual([5, -2])
  expect(track.at(3)).toEqual([Number.NaN, 0])
  expect(track.at(4)).toEqual([Number.NaN, Number.NaN])
})
