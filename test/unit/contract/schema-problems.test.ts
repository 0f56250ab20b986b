import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { formatPath } from '../../../src-main/contract/problem.ts'
import { parseWithProblems } from '../../../src-main/contract/schema-problems.ts'

function problemsOf(schema: z.ZodType, raw: unknown): string[] {
  const result = parseWithProblems(schema, raw, ['root'])
  return result.ok ? [] : result.problems.map(({ path, rule }) => `${formatPath(path)}: ${rule}`)
}

describe('parseWithProblems', () => {
  it('gives the value with its defaults', () => {
    expect(parseWithProblems(z.strictObject({ a: z.int().default(3) }), {})).toEqual({
      ok: true,
      value: { a: 3 },
    })
  })

  it.each([
    [z.enum(['a', 'b']), 'c', 'root: must be one of a, b'],
    [z.literal('a'), undefined, 'root: is required: a'],
    [z.string().max(3), 'abcd', 'root: must have at most 3 characters'],
    [z.string().min(2), 'a', 'root: must have at least 2 characters'],
    [z.array(z.int()).min(2), [1], 'root: must have at least 2 items'],
    [z.array(z.int()).max(1), [1, 2], 'root: must have at most 1 item'],
    [z.number().lt(1), 1, 'root: must be < 1'],
    [z.boolean().optional(), 'x', 'root: must be true or false'],
    [z.number().refine(n => n !== 1, { error: 'must not be one' }), 1, 'root: must not be one'],
    [
      z.union([z.literal('mnist'), z.strictObject({ f: z.string() })]),
      'x',
      'root: must be mnist or a mapping',
    ],
    [
      z.union([z.literal('mnist'), z.strictObject({ f: z.string() })]),
      {},
      'root.f: is required: text',
    ],
    [z.union([z.number().gt(0).lt(1), z.int().min(1)]), 1.5, 'root: must be < 1 or a whole number'],
    [z.record(z.string(), z.int()), { a: 'x' }, 'root.a: must be a whole number'],
  ])('%# explains what a value must be', (schema, raw, expected) => {
    expect(problemsOf(schema, raw)).toEqual([expected])
  })

  it('follows the discriminator of a union', () => {
    const schema = z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('a'), size: z.int() }),
      z.strictObject({ kind: z.literal('b') }),
    ])
    expect(problemsOf(schema, { kind: 'c' })).toEqual(['root.kind: must be one of a, b'])
    expect(problemsOf(schema, { kind: 'a', size: 'x', extra: 1 })).toEqual([
      'root.size: must be a whole number',
      'root.extra: unknown key; known keys: kind, size',
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
})
