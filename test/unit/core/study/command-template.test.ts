import { describe, expect, it } from 'vitest'
import {
  fillIn,
  placeholdersIn,
  renamePlaceholders,
  switchFor,
  switchProblems,
  templateProblems,
} from '../../../../src-main/core/study/command-template.ts'
import { commandObjectiveSchema } from '../../../../src-main/core/study/user-code.ts'

describe('a switch of a command', () => {
  it.each([
    [true, '--nesterov'],
    [false, null],
    // Only true adds it: anything else is refused before, or not active in the trial.
    ['true', null],
    [1, null],
  ])('of %s is %s', (value, word) => {
    expect(fillIn('{nesterov?--nesterov}', { nesterov: value }, {})).toBe(word)
    expect(fillIn('-x{nesterov?y}z', { nesterov: value }, {})).toBe(word === null ? null : '-xyz')
  })

  it('is left out where its parameter is not active', () => {
    expect(fillIn('{nesterov?--nesterov}', {}, {})).toBeNull()
  })

  it.each(['a b', 'optimizer.nesterov', '`', '学习'])('names %s', name => {
    const text = switchFor(name, '--on')
    expect(placeholdersIn(text)).toEqual([name])
    expect(fillIn(text, { [name]: true }, {})).toBe('--on')
    expect(renamePlaceholders(text, new Map([[name, 'other']]))).toBe('{other?--on}')
    expect(renamePlaceholders('{other?--on}', new Map([['other', name]]))).toBe(text)
  })

  it('that nothing names stays as it is, and so do braces without a name', () => {
    expect(renamePlaceholders('{a?b}', new Map([['b', 'c']]))).toBe('{a?b}')
    expect(fillIn('{{a?b}} { a?b} {a?}', { a: true }, {})).toBe('{a?b} { a?b} {a?}')
  })

  it.each([
    [{ choice: [false, true] }, []],
    [{ ordinal: [true] }, []],
    [{ fixed: true }, []],
    [{ fixed: 'yes' }, ['rule.switchParameter']],
    [{ choice: [true, 'no'] }, ['rule.switchParameter']],
    [{ float: [0, 1] }, ['rule.switchParameter']],
  ] as const)('needs a parameter that is true or false: %j', (parameter, codes) => {
    const objective = commandObjectiveSchema.parse({
      command: ['train', '{a?--a}'],
      environment: { A: '{a?1}' },
    })
    const problems = switchProblems(objective, { a: parameter as never })
    expect([...new Set(problems.map(({ rule }) => rule.code))]).toEqual(codes)
    expect(problems.map(({ path }) => path.join('.'))).toEqual(
      codes.length === 0 ? [] : ['objective.command.1', 'objective.environment.A'],
    )
  })

  it('is no fact of a trial, and what is neither is said once', () => {
    const objective = commandObjectiveSchema.parse({ command: ['train', '{seed?--a}', '{no?--b}'] })
    expect(switchProblems(objective, {}).map(({ value }) => value)).toEqual(['{seed?--a}'])
    expect(templateProblems(objective, []).map(({ value }) => value)).toEqual(['{no?--b}'])
  })
})
