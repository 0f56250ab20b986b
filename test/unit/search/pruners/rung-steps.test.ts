import { describe, expect, it } from 'vitest'
import { rungLadder } from '../../../../src-main/search/pruners/shared/rungs.ts'
import { rungSteps } from '../../../../src-main/search/pruners/rung-steps.ts'

describe('rungs', () => {
  it('stand at powers of the factor, below the end', () => {
    expect(rungLadder(2, 3, 54)).toEqual([2, 6, 18])
    expect(rungLadder(5, 2, 5)).toEqual([])
  })

  it('are those of every halving pruner, up to the longest step, included', () => {
    const ladder = { minResource: 1, reductionFactor: 3 }
    const promotion = { name: 'promotion', ...ladder, maxResource: 27 }
    expect(rungSteps(promotion, 9, null)).toEqual([1, 3, 9])
    expect(rungSteps({ name: 'asha', ...ladder, earlyStoppingRate: 1 }, 9, null)).toEqual([3, 9])
    const wrapped = { name: 'asha', ...ladder }
    expect(rungSteps({ name: 'patient', patience: 2, wrapped }, 8, null)).toEqual([1, 3])
  })

  it('that are laid out by the first complete trial are unknown before it', () => {
    const halving = { name: 'successiveHalving', minResource: 'auto', reductionFactor: 4 } as const
    expect(rungSteps(halving, 900, null)).toEqual([])
    expect(rungSteps(halving, 900, 500)).toEqual([5, 20, 80, 320])
  })

  it('are none for a pruner that compares at every step', () => {
    expect(rungSteps({ name: 'median' }, 100, 100)).toEqual([])
  })
})
