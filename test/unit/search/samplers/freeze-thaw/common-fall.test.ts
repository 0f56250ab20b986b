import { describe, expect, it } from 'vitest'
import { commonFall } from '../../../../../src-main/search/samplers/freeze-thaw/common-fall.ts'
import type { TrainingCurve } from '../../../../../src-main/search/samplers/freeze-thaw/training-curve.ts'

function curve(losses: readonly number[], steps = losses.map((_, at) => at + 1)): TrainingCurve {
  return { point: new Float64Array(0), steps, losses }
}

const fallOf = (curves: readonly TrainingCurve[]) => commonFall(curves, loss => loss)

describe('what all trainings fall by', () => {
  it('is the middle of their changes and of one that stays, added up, whatever their levels', () => {
    const fall = fallOf([curve([9, 8, 7]), curve([5, 4, 3.5]), curve([1, -3, -4])])
    // Changes at step 2: 0, -1, -1, -4; at step 3: 0, -0.5, -1, -1.
    expect([1, 2, 3].map(fall)).toEqual([0, -1, -1.75])
  })

  it('does not fall because only good trainings come far', () => {
    const bad = Array.from({ length: 9 }, () => curve([5, 5]))
    const fall = fallOf([...bad, curve([1, 1, 1, 1])])
    expect([2, 3, 4].map(step => fall(step) + 0)).toEqual([0, 0, 0])
  })

  it('is level behind the last report and before the second', () => {
    const fall = fallOf([curve([4, 2, 1]), curve([4, 2, 1]), curve([4, 2, 1])])
    expect([0, 1].map(fall)).toEqual([0, 0])
    expect(fall(50)).toBe(fall(3))
  })

  it('takes steps as they are reported', () => {
    const fall = fallOf([curve([4, 2], [5, 10]), curve([6, 4], [5, 10])])
    expect([5, 9, 10, 12].map(fall)).toEqual([0, 0, -2, -2])
  })

  it('is nothing for trainings of one report', () => {
    expect(fallOf([curve([4]), curve([2])])(7)).toBe(0)
  })
})
