import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AppError, errorMessage } from '../../../../src-main/core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../../../src-main/core/errors/message.ts'
import { problemLine, problemValue } from '../../../../src-main/core/errors/problem.ts'
import { breaks, parseWithProblems } from '../../../../src-main/core/errors/schema-problems.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'

const en = createTranslate('en')
const zh = createTranslate('zh-CN')

describe('problemLine', () => {
  const line = (value: unknown, rule: MessageDescriptor, t = en) =>
    problemLine({ path: ['stop', 'trials'], value: problemValue(value), rule }, 'a.yaml', t)

  it('names place, path, rule and value in both languages', () => {
    const problem = { path: ['stop', 'trials'], value: 0, rule: msg('rule.atLeast', { limit: 1 }) }
    const placed = { ...problem, line: 3, column: 9 }
    expect(problemLine(placed, 'a.yaml', en)).toBe('a.yaml:3:9 stop.trials: must be ≥ 1 (got 0)')
    expect(problemLine(placed, 'a.yaml', zh)).toBe('a.yaml:3:9 stop.trials：必须 ≥ 1（实际为 0）')
  })

  it('shows null only where a value was judged', () => {
    const expected = msg('kind.mapping')
    expect(line(null, msg('rule.type', { expected }))).toContain('must be a mapping (got null)')
    expect(line(null, msg('rule.required', { expected }))).toBe(
      'a.yaml stop.trials: is required: a mapping',
    )
  })

  it('shortens long values and disarms control characters', () => {
    expect(line('x'.repeat(5_000), msg('rule.notEmpty')).length).toBeLessThan(200)
    expect(line('a\u009b31m\u202e', msg('rule.notEmpty'))).toContain('(got "a\\x9b31m<U+202E>")')
  })
})

describe('an error of problems', () => {
  const problems = [
    { path: ['x0'], value: 33, rule: msg('rule.atMost', { limit: 5 }) },
    { path: [], value: null, rule: msg('rule.utf8') },
  ]
  const refused = (file?: string) =>
    errorMessage(new AppError('specification.invalid', { problems, ...(file && { file }) }))

  it('names each with its value where no file does', () => {
    expect(en.format(refused())).toBe(
      '2 problems: x0: must be ≤ 5 (got 33); not text in UTF-8; save the file with this encoding.',
    )
    expect(zh.format(refused())).toMatch(/^有 2 个问题：x0：必须 ≤ 5（实际为 33）；.*。$/)
  })

  it('counts those of a file, which are listed below it', () => {
    expect(en.format(refused('a.yaml'))).toBe('2 problems in a.yaml. Nothing was created.')
  })
})

it('a program that reported nothing is told so in either language', () => {
  const silent = errorMessage(new AppError('command.noValue', { metric: 'loss', reported: [] }))
  expect(en.format(silent)).toMatch(/; it reported nothing\.$/)
  expect(zh.format(silent)).toMatch(/；它没有报告任何值。$/)
})

describe('what a schema says', () => {
  const either = z.union([
    z.literal('mnist'),
    z.strictObject({ file: z.string() }),
    z.strictObject({ folder: z.string() }),
  ])
  const choice = z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('a') }),
    z.strictObject({ kind: z.literal('b') }),
  ])

  it.each<[code: string, schema: z.ZodType, raw: unknown, english: string, chinese: string]>([
    ['invalid_type', z.int(), 'x', 'must be a whole number', '必须是整数'],
    ['invalid_type', z.boolean(), 1, 'must be true or false', '必须是“true”或“false”'],
    ['invalid_type', z.string(), undefined, 'is required: text', '必填：文本'],
    ['invalid_type', z.date(), 1, 'is no allowed value', '不是允许的值'],
    [
      'invalid_value',
      z.enum(['tpe', 'random']),
      'tp',
      'must be one of tpe, random; did you mean "tpe"?',
      '必须是以下之一：tpe、random；是否指“tpe”？',
    ],
    ['too_small', z.number().min(1), 0, 'must be ≥ 1', '必须 ≥ 1'],
    ['too_small', z.number().gt(1), 0, 'must be > 1', '必须 > 1'],
    ['too_small', z.string().min(1), '', 'must not be empty', '不能为空'],
    ['too_small', z.array(z.int()).min(2), [], 'must have at least 2 items', '至少要有 2 项'],
    ['too_big', z.number().lt(1), 1, 'must be < 1', '必须 < 1'],
    ['too_big', z.string().max(1), 'ab', 'must have at most 1 character', '最多 1 个字符'],
    ['too_big', z.tuple([z.int()]), [1, 2], 'must have exactly 1 item', '必须恰好有 1 项'],
    ['not_multiple_of', z.number().multipleOf(5), 3, 'must be a multiple of 5', '必须是 5 的倍数'],
    [
      'invalid_format',
      z.string().regex(/^a+$/),
      'b',
      'must match the pattern /^a+$/',
      '必须符合模式 /^a+$/',
    ],
    [
      'unrecognized_keys',
      z.strictObject({ seed: z.int().optional() }),
      { sed: 1 },
      'unknown key; did you mean "seed"? known: seed',
      '未知的键；是否指“seed”？已知：seed',
    ],
    [
      'invalid_union',
      z.union([z.literal('mnist'), z.strictObject({ file: z.string() })]),
      5,
      'must be mnist or a mapping',
      '必须是“mnist”或映射',
    ],
    [
      'invalid_union',
      either,
      {},
      'must have exactly one of file, folder',
      '必须且只能有以下之一：file、folder',
    ],
    ['invalid_union', choice, { kind: 'c' }, 'must be one of a, b', '必须是以下之一：a、b'],
    [
      'invalid_key',
      z.record(z.string().max(1), z.int()),
      { ab: 1 },
      'must have at most 1 character',
      '最多 1 个字符',
    ],
    [
      'custom',
      z.string().refine(() => false, breaks(msg('rule.unique'))),
      'a',
      'must not occur twice',
      '不能重复出现',
    ],
    ['custom', z.string().refine(() => false), 'a', 'is no allowed value', '不是允许的值'],
  ])('is worded for %s (%#)', (code, schema, raw, english, chinese) => {
    expect(schema.safeParse(raw).error?.issues[0]?.code).toBe(code)
    const parsed = parseWithProblems(schema, raw)
    const rules = parsed.ok ? [] : parsed.problems.map(({ rule }) => rule)
    expect(rules.map(rule => en.format(rule))).toEqual([english])
    expect(rules.map(rule => zh.format(rule))).toEqual([chinese])
  })
})
