import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canHold,
  parseRelation,
  type Relation,
  relationHolds,
} from '../../../../src-main/core/study/relation.ts'
import { checkRelations } from '../../../../src-main/core/study/relation-rules.ts'
import { messageLine } from '../../../helpers/message-line.ts'

const names = ['a', 'b', 'low-end', '学习率', 'x.y'] as const

function parse(text: string): Relation {
  const parsed = parseRelation(text, names)
  if (!parsed.ok) throw new Error(messageLine(parsed.rule))
  return parsed.relation
}

const holds = (text: string, assignment: Record<string, number>): boolean =>
  relationHolds(parse(text), assignment)

describe('a relation', () => {
  it.each([
    ['a < b', { a: 1, b: 2 }, true],
    ['a < b', { a: 2, b: 2 }, false],
    ['a <= b', { a: 2, b: 2 }, true],
    ['a ≤ b', { a: 2.1, b: 2 }, false],
    ['a > b', { a: 3, b: 2 }, true],
    ['a>=b', { a: 2, b: 2 }, true],
    ['2*a + b <= 12', { a: 4, b: 4 }, true],
    ['a * 2 + b <= 12', { a: 4.5, b: 4 }, false],
    ['a - b < 1', { a: 3, b: 2 }, false],
    ['- a + 3 < b', { a: 1.5, b: 2 }, true],
    ['low-end < 1e-3', { 'low-end': 5e-4 }, true],
    ['学习率 < -2', { 学习率: -3 }, true],
    ['a + a < 1 + b', { a: 1, b: 1 }, false],
  ] as const)('%s at %j: %s', (text, assignment, expected) => {
    expect(holds(text, assignment)).toBe(expected)
  })

  it('holds while one of its parameters is inactive', () => {
    expect(holds('a < b', { a: 5 })).toBe(true)
    expect(holds('a < b', {})).toBe(true)
  })

  it.each([
    ['a', 'rule.exactlyOneOf names=<,<=,>,>='],
    ['a < b < 1', 'rule.exactlyOneOf names=<,<=,>,>='],
    ['a == b', 'rule.exactlyOneOf names=<,<=,>,>='],
    ['1 < 2', 'rule.relationParameter'],
    ['a < ', 'rule.relationSum'],
    ['a b < 1', 'rule.relationSum'],
    ['a * b < 1', 'rule.relationSum'],
    ['2 * 3 < a', 'rule.relationSum'],
    ['a + < 1', 'rule.relationSum'],
    ['(a) < 1', 'rule.relationSum'],
    ['a / 2 < 1', 'rule.relationSum'],
    ['units < 1', 'rule.relationName name=units known=a,b,low-end,学习率,x.y'],
    ['a-b < 1', 'rule.relationMinus'],
    ['low-and < 1', 'hint=(rule.didYouMean name=low-end)'],
  ])('is refused: %s', (text, rule) => {
    const parsed = parseRelation(text, names)
    expect(parsed.ok ? '' : messageLine(parsed.rule)).toContain(rule)
  })

  it('is read as it was written, whatever the spaces', () => {
    const number = fc.integer({ min: -9, max: 9 })
    const term = fc.tuple(fc.constantFrom('a', 'b'), number)
    const side = fc.tuple(number, fc.array(term, { maxLength: 3 }))
    const values = fc.record({ a: number, b: number })
    const write = ([constant, terms]: [number, [string, number][]], gap: string): string =>
      [String(constant), ...terms.map(([name, factor]) => `${factor}${gap}*${gap}${name}`)].join(
        ' + ',
      )
    const sum = ([constant, terms]: [number, [string, number][]], at: Record<string, number>) =>
      terms.reduce((total, [name, factor]) => total + factor * (at[name] as number), constant)
    fc.assert(
      fc.property(side, side, values, fc.boolean(), (left, right, at, tight) => {
        fc.pre(left[1].length + right[1].length > 0)
        const gap = tight ? '' : ' '
        const text = (operator: string) =>
          `${write(left, gap)}${gap}${operator}${gap}${write(right, gap)}`
        expect(holds(text('<'), at)).toBe(sum(left, at) < sum(right, at))
        expect(holds(text('<='), at)).toBe(sum(left, at) <= sum(right, at))
        expect(holds(text('>'), at)).toBe(sum(left, at) > sum(right, at))
        expect(holds(text('>='), at)).toBe(sum(left, at) >= sum(right, at))
      }),
      { seed: 4, numRuns: 300 },
    )
  })

  it('knows whether it can hold within bounds', () => {
    const bounds = () => [0, 1] as const
    expect(canHold(parse('a < b'), bounds)).toBe(true)
    expect(canHold(parse('a + b > 2'), bounds)).toBe(false)
    expect(canHold(parse('a + b >= 2'), bounds)).toBe(true)
    expect(canHold(parse('a < a'), bounds)).toBe(false)
    expect(canHold(parse('2 * a - a < -0.1'), bounds)).toBe(false)
  })
})

describe('relations of a study', () => {
  it('are checked against its space', () => {
    const problems = checkRelations(['a < b', 'b < c', 'd > 9', 'e < 3', 'f < 1e-5', 7], {
      a: { int: [1, 4] },
      b: { ordinal: [2, 8] },
      c: { choice: ['x', 1] },
      d: { choice: [1, 9] },
      e: { fixed: 3 },
      f: { logNormal: [0, 1] },
    })
    expect(problems.map(({ path, rule }) => [path[1], messageLine(rule)])).toEqual([
      [1, 'rule.relationName name=c known=a,b,d,e,f'],
      [2, 'rule.relationImpossible'],
      [3, 'rule.relationImpossible'],
      [4, 'rule.relationImpossible'],
    ])
  })
})
