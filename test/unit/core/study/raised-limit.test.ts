import { expect, it } from 'vitest'
import { limitOf, raisedLimit } from '../../../../src-main/core/study/raised-limit.ts'

const variable = 'TUNEWRIGHT_MAX_THINGS'

it('a variable raises a limit, and never lowers it', () => {
  for (const [value, limit] of [
    [undefined, 100],
    ['', 100],
    ['99', 100],
    ['101', 101],
    ['2e3', 2_000],
  ] as const) {
    expect(raisedLimit(variable, 100, { [variable]: value })).toBe(limit)
  }
})

it.each(['many', '0', '-5', '1.5', '1 GB', 'Infinity', '1e300', ' ', 'toString'])(
  'refuses %j with its name, value and rule',
  value => {
    const detail = { variable, value, rule: { code: 'rule.positiveWhole' } }
    for (const read of [
      limitOf,
      (name: string, environment: object) => raisedLimit(name, 1, { ...environment }),
    ]) {
      expect(() => read(variable, { [variable]: value })).toThrow(
        expect.objectContaining({ code: 'variable.invalid', detail }),
      )
    }
  },
)
