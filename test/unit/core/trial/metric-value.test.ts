import { describe, expect, it } from 'vitest'
import {
  gradientModeOf,
  gradientsIn,
  hasDescentLosses,
  isGradientMetric,
} from '../../../../src-main/core/trial/metric-value.ts'

describe('metrics of gradients', () => {
  it('are told from others', () => {
    const names = ['gradient.l2', 'gradientNorm', 'gradientMode', 'selfTestError', 'holdoutLoss']
    expect(names.filter(isGradientMetric)).toEqual(names.slice(0, 4))
    expect(gradientModeOf(2)).toBe('reverse')
    expect(gradientModeOf(9)).toBeNull()
    expect(gradientModeOf(Number.NaN)).toBeNull()
  })

  it('two losses are drawn where a gradient and both are reported', () => {
    expect(hasDescentLosses(['validationLoss', 'holdoutLoss', 'gradientMode'])).toBe(true)
    expect(hasDescentLosses(['validationLoss', 'gradientMode'])).toBe(false)
    expect(hasDescentLosses(['validationLoss', 'holdoutLoss'])).toBe(false)
  })

  it('are gathered by step', () => {
    const columns = {
      names: ['loss', 'gradient.a', 'gradient.b'],
      steps: Int32Array.of(3, 4),
      values: Float64Array.of(1, 2, 3, 4, 5, 6),
    }
    expect([...gradientsIn(columns as never)]).toEqual([
      [3, { a: 2, b: 3 }],
      [4, { a: 5, b: 6 }],
    ])
  })
})
