import { describe, expect, it } from 'vitest'
import { curveOverTime, resourceCharts } from '../../../src-main/charts/resource-charts.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import type { ResourceSample } from '../../../src-main/core/trial/resources.ts'

const t = createTranslate('en')
const sample = (second: number, step?: number): ResourceSample => ({
  atMs: 10_000 + second * 1_000,
  cpus: second,
  memoryBytes: 100,
  gpu: null,
  ...(step === undefined ? {} : { step }),
})
const use = {
  startedAtMs: 10_000,
  finishedAtMs: 16_000,
  samples: [sample(1), sample(2, 2), sample(4, 4)],
  isFirst: true,
}

describe('a curve over the time of its attempt', () => {
  it('spreads steps over the time between samples, and ends with the attempt', () => {
    const curve = { steps: [0, 1, 2, 3, 4, 5], values: [9, 8, 7, 6, 5, 4] }
    expect(curveOverTime(curve, use)).toEqual({
      steps: [0, 1_000, 2_000, 3_000, 4_000, 6_000],
      values: [9, 8, 7, 6, 5, 4],
    })
  })

  it('leaves out what an earlier attempt had reported, and what still lies ahead', () => {
    const curve = { steps: [1, 2, 3, 9], values: [8, 7, 6, 5] }
    const running = { ...use, isFirst: false, finishedAtMs: null }
    expect(curveOverTime(curve, running)).toEqual({ steps: [2_000, 3_000], values: [7, 6] })
  })

  it('is empty where samples know no steps', () => {
    const unknown = { ...use, samples: [sample(1), sample(2)] }
    expect(curveOverTime({ steps: [1], values: [1] }, unknown)).toEqual({ steps: [], values: [] })
  })
})

describe('charts of what an attempt used', () => {
  const curve = { steps: [1, 2, 3, 4], values: [4, 3, 2, 1] }

  it('stand below the learning curve on one axis of time', () => {
    const charts = resourceCharts(use, { metric: 'loss', curve }, t)
    expect(charts.map(({ name }) => name)).toEqual([
      'loss',
      t('trialCosts.cpu'),
      t('machine.memory'),
    ])
    for (const { model } of charts)
      expect(model.x).toMatchObject({ unit: 'durationMs', range: { low: 0, high: 6_000 } })
    expect(charts[1]).toMatchObject({ last: 4, most: 4 })
  })

  it('are none of an attempt that was looked at once', () => {
    expect(
      resourceCharts({ ...use, samples: [sample(1, 1)] }, { metric: 'loss', curve }, t),
    ).toEqual([])
  })
})
