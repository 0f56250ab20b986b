import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { formatPath } from '../../../../src-main/core/errors/problem.ts'
import {
  breaks,
  MAX_EXPLAINED,
  parseWithProblems,
} from '../../../../src-main/core/errors/schema-problems.ts'
import { messageLine } from '../../../helpers/message-line.ts'

function problemsOf(schema: z.ZodType, raw: unknown): string[] {
  const result = parseWithProblems(schema, raw, ['root'])
  return result.ok
    ? []
    : result.problems.map(({ path, rule }) => `${formatPath(path)}: ${messageLine(rule)}`)
}

describe('parseWithProblems', () => {
  it('gives the value with its defaults', () => {
    expect(parseWithProblems(z.strictObject({ a: z.int().default(3) }), {})).toEqual({
      ok: true,
      value: { a: 3 },
    })
  })

  it.each([
    [z.enum(['a', 'b']), 'c', 'root: rule.type expected=(kind.oneOf values=a,b)'],
    [z.literal('a'), undefined, 'root: rule.required expected=(kind.value value=a)'],
    [z.string().max(3), 'abcd', 'root: rule.characters.atMost count=3'],
    [z.string().min(2), 'a', 'root: rule.characters.atLeast count=2'],
    [z.array(z.int()).min(2), [1], 'root: rule.items.atLeast count=2'],
    [z.array(z.int()).max(1), [1, 2], 'root: rule.items.atMost count=1'],
    [z.number().lt(1), 1, 'root: rule.below limit=1'],
    [
      z.boolean().optional(),
      'x',
      'root: rule.type expected=(kind.or first=(kind.value value=true) second=(kind.value value=false))',
    ],
    [z.number().refine(n => n !== 1, breaks(msg('rule.whole'))), 1, 'root: rule.whole'],
    [
      z.union([z.literal('mnist'), z.strictObject({ f: z.string() })]),
      'x',
      'root: rule.type expected=(kind.or first=(kind.value value=mnist) second=(kind.mapping))',
    ],
    [
      z.union([z.literal('mnist'), z.strictObject({ f: z.string() })]),
      {},
      'root.f: rule.required expected=(kind.text)',
    ],
    [
      z.union([z.number().gt(0).lt(1), z.int().min(1)]),
      1.5,
      'root: rule.either first=(rule.below limit=1) second=(rule.type expected=(kind.whole))',
    ],
    [z.union([z.int().min(1), z.number().gt(0).lt(1)]), -3, 'root: rule.above limit=0'],
    [z.record(z.string(), z.int()), { a: 'x' }, 'root.a: rule.type expected=(kind.whole)'],
  ])('%# explains what a value must be', (schema, raw, expected) => {
    expect(problemsOf(schema, raw)).toEqual([expected])
  })

  it('follows the discriminator of a union', () => {
    const schema = z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('a'), size: z.int() }),
      z.strictObject({ kind: z.literal('b') }),
    ])
    expect(problemsOf(schema, { kind: 'c' })).toEqual([
      'root.kind: rule.type expected=(kind.oneOf values=a,b)',
    ])
    expect(problemsOf(schema, { kind: 'a', size: 'x', extra: 1 })).toEqual([
      'root.size: rule.type expected=(kind.whole)',
      'root.extra: rule.unknownName kind=key known=kind,size',
    ])
  })

  it('keeps the value as the file had it', () => {
    const result = parseWithProblems(z.strictObject({ a: z.int() }), { a: Number.NaN, b: [1] })
    expect(result).toMatchObject({
      ok: false,
      problems: [
        { path: ['a'], value: 'NaN' },
        { path: ['b'], value: [1] },
      ],
    })
  })

  it('explains a hundred and counts the others, however many there are', () => {
    const keys = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, 1]))
    const schema = z.strictObject({ list: z.array(z.int()).default([]) })
    const result = parseWithProblems(schema, { ...keys, list: Array(500).fill('x') }, ['root'])
    const problems = result.ok ? [] : result.problems
    expect(problems).toHaveLength(MAX_EXPLAINED + 1)
    const rest = 200_500 - MAX_EXPLAINED
    expect(problems.at(-1)).toEqual({
      path: ['root'],
      value: null,
      rule: msg('rule.moreProblems', { count: rest }),
    })
  })
})
