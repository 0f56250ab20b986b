import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { jsonErrorOffset } from '../../../../src-main/interop/study-file/json-error-offset.ts'
import { readStudyText } from '../../../../src-main/interop/study-file/read-study-text.ts'

const yaml = `# a comment
name: test
space:
  x: { float: [0, 1],
       when: { y: a } }
  y:
    choice:
      - a
      - b
goals: []
`

describe('readStudyText', () => {
  it('gives the plain value of YAML 1.2', () => {
    const { raw, syntax, keys } = readStudyText('a: yes\nb: 1.0e-4\nc: 010\nd: .inf\n', 'yaml')
    expect({ raw, syntax, keys }).toEqual({
      raw: { a: 'yes', b: 1e-4, c: 10, d: Number.POSITIVE_INFINITY },
      syntax: [],
      keys: [],
    })
  })

  it.each([
    [['name'], 'value', 2, 7],
    [['name'], 'key', 2, 1],
    [['space', 'x', 'float'], 'value', 4, 15],
    [['space', 'x', 'float', 1], 'value', 4, 19],
    [['space', 'x', 'when', 'y'], 'value', 5, 19],
    [['space', 'x', 'when', 'y'], 'key', 5, 16],
    [['space', 'y', 'choice', 1], 'value', 9, 9],
    // Block collections begin on a later line: their key is the better place.
    [['space', 'y'], 'value', 6, 3],
    [['goals'], 'value', 10, 8],
    // Not in the text: the nearest place above.
    [['space', 'y', 'when'], 'value', 6, 3],
    [['stop'], 'value', 2, 1],
    [[], 'value', 2, 1],
  ] as const)('finds %o (%s) at %i:%i', (path, part, line, column) => {
    expect(readStudyText(yaml, 'yaml').locate([...path], part)).toEqual({ line, column })
  })

  it('finds places in JSON, tabs and all', () => {
    const text = '{\n\t"name": "test",\n\t"goals": [ {"metric": "a"} ]\n}'
    const { locate } = readStudyText(text, 'json')
    expect(locate(['goals', 0, 'metric'], 'value')).toEqual({ line: 3, column: 24 })
    expect(locate(['name'], 'key')).toEqual({ line: 2, column: 2 })
  })

  it.each([
    ['yaml', 'a: [1, 2\nb: 3', 2],
    ['yaml', 'a: 1\n  b: 2\n', 1],
    ['yaml', 'a: "open\nb: 1', 2],
    ['yaml', 'a: !custom 1', 1],
    ['yaml', 'a: 1\n---\nb: 2', 2],
    ['yaml', 'a: *nobody', 1],
    ['json', '{"a": 1,\n}', 2],
    ['json', "{'a': 1}", 1],
    ['json', '{"a": 1', 1],
    ['json', '', 1],
    ['json', 'a: 1', 1],
  ] as const)('%s %j is a syntax error in line %i', (format, text, line) => {
    const { syntax } = readStudyText(text, format)
    expect(syntax.length).toBeGreaterThan(0)
    expect(syntax[0]?.line).toBe(line)
    expect(syntax[0]?.rule.code).toMatch(
      format === 'yaml' ? /^rule\.(notYaml|oneDocument)$/ : /^rule\.(notJson|jsonEndsEarly)$/,
    )
  })

  it.each([
    `goals: [{ a, ${'{'.repeat(60)}b: c }]`,
    `goals: [${'{'.repeat(60)}b: c${'}'.repeat(60)}]`,
    'space: { [a, b]: 1 }',
    'name: &key a\n*key : 2',
  ])('refuses a key that is no word: %j', text => {
    const { raw, syntax, keys, locate } = readStudyText(text, 'yaml')
    expect(syntax.map(({ rule }) => rule)).toEqual([msg('rule.compoundKey')])
    expect([raw, keys]).toEqual([null, []])
    expect(locate(['goals', 0, 'b'], 'key').line).toBe(1)
  })

  it.each(['[', '{a: ', '- '])('says once that %j in itself is nested too deeply', mark => {
    const { syntax } = readStudyText(mark.repeat(20_000), 'yaml')
    expect(syntax.map(({ rule }) => rule)).toEqual([msg('rule.tooDeep')])
  })

  it('says in plain words that a second document begins', () => {
    expect(readStudyText('a: 1\n---\nb: 2', 'yaml').syntax[0]?.rule).toEqual(
      msg('rule.oneDocument'),
    )
  })

  it('merges what << names, as most YAML files expect', () => {
    const text = 'x: &x { float: [0, 1] }\ny: { <<: *x, step: 0.5 }\n'
    expect(readStudyText(text, 'yaml').raw).toMatchObject({ y: { float: [0, 1], step: 0.5 } })
  })

  // That each key is not compared with each: `npm run bench:cost-limits -- file`.
  it('finds problems in a wide mapping', () => {
    const names = Array.from({ length: 30_000 }, (_, index) => `x${index}`)
    const text = `${names.map(name => `${name}: 1\n`).join('')}x7: 2\n`
    const { keys, locate } = readStudyText(text, 'yaml')
    for (const name of names) locate([name], 'value')
    expect(keys).toEqual([
      { path: ['x7'], value: null, rule: msg('rule.duplicateKey'), line: 30_001, column: 1 },
    ])
    expect(locate(['x29999'], 'value')).toEqual({ line: 30_000, column: 9 })
  })

  it('stops a text that expands without end', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level < 12; level++) {
      const alias = `*a${level - 1}`
      lines.push(`a${level}: &a${level} [${new Array(10).fill(alias).join(', ')}]`)
    }
    expect(readStudyText(lines.join('\n'), 'yaml').syntax).toHaveLength(1)
  })

  it.each(['yaml', 'json'] as const)(
    'reports keys that occur twice or are reserved in %s',
    format => {
      const text = '{ "a": { "b": 1,\n "b": 2 },\n "__proto__": { "c": 3 } }'
      const { syntax, keys } = readStudyText(text, format)
      expect(syntax).toEqual([])
      expect(keys).toEqual([
        { path: ['a', 'b'], value: null, rule: msg('rule.duplicateKey'), line: 2, column: 2 },
        { path: ['__proto__'], value: null, rule: msg('rule.reservedName'), line: 3, column: 2 },
      ])
    },
  )
})

describe('jsonErrorOffset', () => {
  const parses = (text: string): boolean => {
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  }

  it('agrees with JSON.parse on valid and on damaged texts', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom('', ',', ':', '}', ']', '{', '[', '"', '1', 'x', ' ', '\\', '\n', '-', '.'),
        fc.nat(2),
        (json, offset, insert, removed) => {
          const at = offset % (json.length + 1)
          const text = json.slice(0, at) + insert + json.slice(at + removed)
          expect(jsonErrorOffset(text) === null).toBe(parses(text))
        },
      ),
      { seed: 5, numRuns: 2_000 },
    )
  })

  it.each([
    ['', 0],
    ['{"a": }', 6],
    ['[1, 2', 5],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['{a: 1}', 1],
    ['[01]', 2],
    ['"a\nb"', 0],
    ['1 2', 2],
    ['[1,]', 3],
  ])('%j breaks at %i', (text, offset) => {
    expect(jsonErrorOffset(text)).toBe(offset)
  })
})
