import { describe, expect, it } from 'vitest'
import { duels } from '../../../../bench/search/bbob-duel.ts'
import { bbobNames, isBbob, loadBbob } from '../../../../bench/search/problems/bbob.ts'

describe('duels', () => {
  it('compares medians over instances and seeds, function by function, and counts pairs of the same instance', () => {
    const ours = {
      bbob_f01_d2_i1: [1, 3],
      bbob_f01_d2_i2: [2],
      bbob_f02_d2_i1: [5],
      bbob_f05_d2_i1: [0],
      bbob_f01_d5_i1: [4],
      bbob_f09_d5_i1: [1],
    }
    const peer = {
      bbob_f01_d2_i1: [2],
      bbob_f01_d2_i2: [8, 9],
      bbob_f02_d2_i1: [1],
      // Below what a value's digits tell.
      bbob_f05_d2_i1: [1e-12],
      bbob_f01_d5_i1: [4],
    }
    const [two, five] = duels(ours, peer)
    expect(two).toMatchObject({ dimension: 2, functions: [1, 1, 1] })
    // f1: 1 < 2 and 2 < 8, 2 < 9 are won, 3 > 2 is not; f2 is lost; f5 is equal.
    expect(two!.pairsWon).toBeCloseTo(3.5 / 6, 12)
    expect(five).toMatchObject({ dimension: 5, functions: [0, 1, 0], pairsWon: 0.5 })
  })
})

describe('the problems of BBOB', () => {
  it('are 24 functions in 2 and 5 dimensions and 3 instances, and others by their names', () => {
    expect(new Set(bbobNames).size).toBe(144)
    expect(bbobNames.every(isBbob)).toBe(true)
    expect(isBbob('bbob_f24_d10_i15')).toBe(true)
    expect(isBbob('branin2')).toBe(false)
  })

  it('are searched within ±5', () => {
    const before = process.env['TUNEWRIGHT_PEER_PYTHON']
    process.env['TUNEWRIGHT_PEER_PYTHON'] = '/nowhere/python'
    const space = loadBbob('bbob_f03_d2_i1')!.space
    if (before === undefined) delete process.env['TUNEWRIGHT_PEER_PYTHON']
    else process.env['TUNEWRIGHT_PEER_PYTHON'] = before
    expect(space).toEqual({ x0: { float: [-5, 5] }, x1: { float: [-5, 5] } })
  })
})
