import { msg } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import {
  bracketOf,
  countBrackets,
  sharesOf,
  crc32,
  optunaBracketCount,
  optunaBracketOf,
  roundedLog,
} from '../../../../../src-main/search/pruners/shared/brackets.ts'
import {
  createPruner,
  curve,
  problemsOf,
  stoppingSteps,
} from '../../../../helpers/stopping-steps.ts'

describe('brackets', () => {
  // Recorded from Optuna with study name "abc": shares, and the brackets of trials 0 to 11.
  it.each([
    [1, 27, 3, [27, 12, 6, 4], [0, 1, 0, 0, 0, 1, 2, 1, 0, 1, 0, 1]],
    [1, 100, 3, [81, 34, 15, 8, 5], [0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 3]],
    [1, 81, 4, [64, 22, 8, 4], [0, 1, 1, 0, 0, 0, 2, 0, 1, 0, 0, 1]],
  ])('of %i…%i with factor %i are those of Optuna', (minimum, maximum, factor, shares, ids) => {
    const count = optunaBracketCount(minimum, maximum, factor)
    expect(sharesOf(count, factor)).toEqual(shares)
    expect(ids.map((_, number) => optunaBracketOf('abc', number, shares))).toEqual(ids)
  })

  it('are counted with whole numbers, or as floating point errs in Optuna', () => {
    // 3⁵ = 243, 10³ = 1,000, 5³ = 125: the exact counts are 6, 4 and 4.
    expect(countBrackets(1, 243, 3)).toBe(6)
    expect(optunaBracketCount(1, 243, 3)).toBe(5)
    expect(countBrackets(1, 1_000, 10)).toBe(4)
    expect(optunaBracketCount(1, 1_000, 10)).toBe(3)
    expect(countBrackets(1, 125, 5)).toBe(4)
    expect(optunaBracketCount(1, 125, 5)).toBe(4)
    expect(countBrackets(2, 53, 3)).toBe(3)
    expect(countBrackets(2, 54, 3)).toBe(4)
    expect(countBrackets(5, 4, 3)).toBe(1)
  })

  it('take the logarithm that the C library gives', () => {
    // Printed by Python.
    expect(roundedLog(243)).toBe(5.493061443340548)
    expect(roundedLog(3)).toBe(1.0986122886681098)
    expect(roundedLog(1)).toBe(0)
    expect(roundedLog(0.5)).toBe(-Math.LN2)
    expect(roundedLog(10)).toBe(Math.LN10)
  })

  it('check sums like everybody', () => {
    // The check value of the standard, and two by Python's binascii.
    expect(crc32('123456789')).toBe(0xcbf43926)
    expect(crc32('')).toBe(0)
    expect(crc32('研究 ß🙂_3')).toBe(1_726_709_287)
  })

  it('keep their shares among any trials in a row', () => {
    const shares = sharesOf(4, 3)
    const total = 49
    for (const [start, length] of [
      [0, 10],
      [0, 49],
      [37, 100],
      [1_000, 490],
    ] as const) {
      const counts = [0, 0, 0, 0]
      for (let number = start; number < start + length; number++) {
        const bracket = bracketOf(number, shares)
        counts[bracket] = (counts[bracket] ?? 0) + 1
      }
      for (const [bracket, share] of shares.entries()) {
        const expected = (share / total) * length
        expect(Math.abs((counts[bracket] ?? 0) - expected)).toBeLessThanOrEqual(2)
      }
    }
    expect(bracketOf(0, shares)).toBe(0)
  })
})

describe('hyperband', () => {
  const curves = Array.from({ length: 80 }, (_, number) => {
    const level = ((number * 37) % 101) / 101
    return curve(...Array.from({ length: 27 }, (_unused, index) => level + 1 / (index + 1)))
  })

  it('compares trials within their bracket, which halves from its own first rung on', () => {
    const stops = stoppingSteps(createPruner({ name: 'hyperband', maxResource: 27 }), curves)
    const shares = sharesOf(4, 3)
    const stepsOf = (bracket: number): (number | null)[] =>
      stops.filter((_, number) => bracketOf(number, shares) === bracket)
    expect(new Set(stepsOf(0))).toEqual(new Set([1, 3, 9, null]))
    expect(new Set(stepsOf(1))).toEqual(new Set([3, 9, null]))
    expect(new Set(stepsOf(2))).toEqual(new Set([9, null]))
    // The last bracket runs in full.
    expect(new Set(stepsOf(3))).toEqual(new Set([null]))
  })

  it('learns maxResource from the longest complete trial', () => {
    const explicit = stoppingSteps(createPruner({ name: 'hyperband', maxResource: 27 }), curves)
    const auto = stoppingSteps(createPruner({ name: 'hyperband' }), curves)
    expect(auto).toEqual(explicit)
  })

  it('names the bracket in its reason', () => {
    const pruner = createPruner({ name: 'hyperband', maxResource: 27 })
    // Trials 0 and 2 are in bracket 0.
    const others = [0, 1].map(number => ({
      number,
      state: 'complete' as const,
      parameters: {},
      values: [],
      reports: curve(0.1),
    }))
    const trial = { number: 2, state: 'running' as const, parameters: {}, values: [] }
    expect(pruner.judge({ trial: { ...trial, reports: curve(0.5) }, others })).toMatchObject({
      reason: msg('pruning.inBracket', {
        bracket: 0,
        brackets: 4,
        reason: msg('pruning.behindAtRung', {
          value: 0.5,
          rank: 2,
          count: 2,
          rung: 0,
          step: 1,
          allowed: 1,
        }),
      }),
      detail: { bracket: 0, brackets: 4, trials: 2 },
    })
  })

  it('refuses crossed resources', () => {
    expect(problemsOf({ name: 'hyperband', minResource: 9, maxResource: 3 })).toEqual([
      {
        path: ['pruner', 'maxResource'],
        value: 3,
        rule: msg('rule.atLeastOption', { option: 'minResource', limit: 9 }),
      },
    ])
  })
})
