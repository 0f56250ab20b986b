import fc from 'fast-check'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import {
  fillIn,
  parameterVariable,
  placeholderOf,
  placeholdersIn,
  templateProblems,
} from '../../../../src-main/core/study/command-template.ts'
import { ownValue, setOwnValue } from '../../../../src-main/core/values/named-values.ts'
import {
  brokenNameRule,
  MAX_NAME_LENGTH,
  quoteName,
  unquotedName,
  usableName,
} from '../../../../src-main/core/study/parameter-name.ts'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import { parseRelation, relationHolds } from '../../../../src-main/core/study/relation.ts'
import { commandObjectiveSchema } from '../../../../src-main/core/study/user-code.ts'
import { withChange } from '../../../../src-main/core/study/study-change.ts'
import { parameterName, parameterNames } from '../../../helpers/parameter-names.ts'

const study = {
  name: 'test',
  objective: { function: 'branin' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  stop: { trials: 5 },
}

describe('a parameter name', () => {
  it.each([
    'optimizer.lr',
    'model/depth',
    'learning rate',
    '学习率',
    'a`b"c\'d',
    '{x}',
    '=1+1',
    '__proto__',
    'constructor',
    '-',
    '1e-3',
    'é'.repeat(MAX_NAME_LENGTH),
  ])('can be %s', name => {
    expect(brokenNameRule(name)).toBeNull()
    expect(usableName(name)).toBe(name)
  })

  it.each([
    ['', msg('rule.nameLength', { limit: 200 })],
    ['x'.repeat(MAX_NAME_LENGTH + 1), msg('rule.nameLength', { limit: 200 })],
    ['a\nb', msg('rule.nameInvisible')],
    ['a\u202Eb', msg('rule.nameInvisible')],
    ['a\u200Bb', msg('rule.nameInvisible')],
    ['a\u00A0b', msg('rule.nameInvisible')],
    ['\uD800', msg('rule.nameInvisible')],
    ['\u3164', msg('rule.nameInvisible')],
    ['"', msg('rule.nameQuote')],
    [' a', msg('rule.nameSpace')],
    ['e\u0301', msg('rule.nameForm', { name: 'é' })],
  ])('cannot be %j', (name, rule) => {
    expect(brokenNameRule(name)).toEqual(rule)
    expect(parseSpecification({ ...study, space: { [name]: { float: [0, 1] } } })).toEqual({
      ok: false,
      problems: [{ path: ['space', name], value: name, rule }],
    })
  })

  it('becomes one that can be used, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
        expect(brokenNameRule(usableName(text))).toBeNull()
      }),
    )
  })

  it('is read back from its quotes', () => {
    fc.assert(
      fc.property(parameterName, name => {
        const written = quoteName(name)
        expect(unquotedName(written) ?? written).toBe(name)
      }),
    )
  })
})

describe('values by name', () => {
  it('keep every name', () => {
    fc.assert(
      fc.property(parameterNames, names => {
        const values: Record<string, number> = {}
        names.forEach((name, index) => {
          expect(ownValue(values, name)).toBeUndefined()
          setOwnValue(values, name, index)
        })
        expect(names.map(name => ownValue(values, name))).toEqual(names.map((_, index) => index))
        expect(Object.getPrototypeOf(values)).toBe(Object.prototype)
      }),
    )
  })
})

describe('a study', () => {
  it('holds parameters of every name, with conditions, fixed values and queued points', () => {
    fc.assert(
      fc.property(parameterNames, names => {
        const [parent = 'a', child = 'b', ...otherNames] = names
        const space = Object.fromEntries<unknown>([
          [parent, { int: [1, 3] }],
          [child, { float: [0, 1], when: Object.fromEntries([[parent, [1, 2]]]) }],
          ...otherNames.map(name => [name, { choice: ['x', 'y'] }] as const),
        ])
        const fix = Object.fromEntries([[parent, 2]])
        const enqueue = [Object.fromEntries([[child, 0.5]])]
        const parsed = parseSpecification({ ...study, space, fix, enqueue })
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
        const { specification } = parsed
        expect(Object.keys(specification.space).sort()).toEqual([...names].sort())
        expect(Object.keys(ownValue(specification.space, child)?.when ?? {})).toEqual([parent])
        expect(Object.entries(specification.fix)).toEqual([[parent, 2]])
        expect(Object.entries(specification.enqueue[0] ?? {})).toEqual([[child, 0.5]])
        const changed = withChange(specification, {
          space: Object.fromEntries([[parent, { int: [1, 4] as [number, number] }]]),
        })
        expect(ownValue(changed.space, parent)).toEqual({ int: [1, 4] })
      }),
    )
  })
})

describe('a relation', () => {
  it('takes every name, quoted where it must be', () => {
    fc.assert(
      fc.property(parameterNames, ([a = 'a', b = 'b', ...otherNames]) => {
        const text = `2 * ${quoteName(a)} - ${quoteName(b)}*0.5 <= 3`
        const parsed = parseRelation(text, [a, b, ...otherNames])
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.rule))
        expect(parsed.relation.names).toEqual([a, b])
        const holds = (first: number, second: number): boolean =>
          relationHolds(
            parsed.relation,
            Object.fromEntries([
              [a, first],
              [b, second],
            ]),
          )
        expect(holds(1, 0)).toBe(true)
        expect(holds(2, 1)).toBe(false)
        expect(holds(2, 2)).toBe(true)
        expect(relationHolds(parsed.relation, {})).toBe(true)
      }),
    )
  })

  it('reads a name that looks like a number as one in backticks only', () => {
    const parsed = parseRelation('`1e-3` < 1e-3', ['1e-3'])
    expect(parsed).toMatchObject({ ok: true, relation: { names: ['1e-3'] } })
  })
})

describe('a command', () => {
  it('is filled in with parameters of every name', () => {
    fc.assert(
      fc.property(parameterName, fc.string(), fc.string(), (name, before, after) => {
        const plain = (text: string): string => text.replaceAll('{', '{{').replaceAll('}', '}}')
        const template = `${plain(before)}${placeholderOf(name)}${plain(after)}`
        expect(placeholdersIn(template)).toEqual([name])
        const parameters = Object.fromEntries([[name, 5]])
        expect(fillIn(template, parameters, {})).toBe(`${before}5${after}`)
        expect(fillIn(template, {}, {})).toBeNull()
      }),
    )
  })

  const objective = commandObjectiveSchema.parse({ command: ['python', 'train.py'] })

  it('gets every parameter in a variable of its own', () => {
    expect(parameterVariable('optimizer.lr')).toBe('TUNEWRIGHT_PARAM_optimizer_lr')
    expect(parameterVariable('é')).toBe('TUNEWRIGHT_PARAM_uE9')
    expect(templateProblems(objective, ['学习率', '批大小', 'a'])).toEqual([])
    expect(templateProblems(objective, ['a.b', 'c', 'a_b'])).toEqual([
      {
        path: ['space', 'a_b'],
        value: 'a_b',
        rule: msg('rule.sharedVariable', { variable: 'TUNEWRIGHT_PARAM_a_b', owner: 'a.b' }),
      },
    ])
  })

  it('has variables that every shell takes, and refuses names that share one', () => {
    fc.assert(
      fc.property(parameterNames, names => {
        const variables = names.map(parameterVariable)
        for (const variable of variables) expect(variable).toMatch(/^[A-Z_]+\w*$/)
        const shared = names.length - new Set(variables).size
        expect(templateProblems(objective, names)).toHaveLength(shared)
      }),
    )
  })
})
