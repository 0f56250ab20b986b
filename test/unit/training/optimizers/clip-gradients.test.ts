import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { activateBackend } from '../../../../src-main/engines/activate-backend.ts'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import { clipByGlobalNorm } from '../../../../src-main/training/optimizers/clip-gradients.ts'

describe.each(['cpu', 'wasm'] as const)('clipByGlobalNorm on %s', engine => {
  beforeAll(async () => {
    await loadEngine(engine)
  })

  /** Norm 13. */
  const gradients = [[3, 0], [-4], [0, 0, 12]]

  function clip(limit: number, values: number[][] = gradients): number[][] {
    activateBackend(engine)
    tf.engine().startScope()
    try {
      const clipped = clipByGlobalNorm(
        values.map(value => tf.tensor1d(value)),
        tf.tensor1d([limit]),
      )
      return clipped.map(tensor => Array.from(tensor.dataSync()))
    } finally {
      tf.engine().endScope()
    }
  }

  it('shortens a long gradient to the limit and keeps its direction', () => {
    const clipped = clip(6.5).flat()
    gradients.flat().forEach((value, at) => expect(clipped[at]).toBeCloseTo(value / 2, 6))
  })

  it.each([13, 14, Number.POSITIVE_INFINITY])('leaves it as it is under a limit of %d', limit => {
    expect(clip(limit)).toEqual(gradients)
  })

  it('leaves zeros and does not hide what is not finite', () => {
    expect(clip(1, [[0, 0], [0]])).toEqual([[0, 0], [0]])
    const infinite = clip(1, [[Number.POSITIVE_INFINITY, 1]]).flat()
    expect(infinite.some(value => !Number.isFinite(value))).toBe(true)
    expect(
      clip(1, [[Number.NaN, 1]])
        .flat()
        .some(Number.isNaN),
    ).toBe(true)
  })
})
