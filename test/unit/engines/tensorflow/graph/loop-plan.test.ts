import { describe, expect, it } from 'vitest'
import { planLoop } from '../../../../../src-main/engines/tensorflow/graph/loop-plan.ts'

const [float, int32] = [1, 3]

describe('planLoop', () => {
  it('lets a new state come back in the place of the old one', () => {
    const inputs = [
      { type: float, next: 1 },
      { type: float, next: 0 },
      { type: int32, next: null },
    ]
    expect(planLoop(inputs, [float, float])).toEqual({ fillers: [], carried: [1, 0, null] })
  })

  it('lets other results take places of their type, and adds what is missing', () => {
    const inputs = [
      { type: float, next: null },
      { type: int32, next: null },
      { type: float, next: 0 },
    ]
    expect(planLoop(inputs, [float, float, float, int32, int32])).toEqual({
      fillers: [float, int32],
      carried: [1, 3, 0, 2, 4],
    })
  })

  it('has places for results of a function that takes nothing', () => {
    expect(planLoop([], [float])).toEqual({ fillers: [float], carried: [0] })
    expect(planLoop([], [])).toEqual({ fillers: [], carried: [] })
  })
})
