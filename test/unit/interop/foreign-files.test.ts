import { describe, expect, it } from 'vitest'
import { fromCsv } from '../../../src-main/interop/csv/from-csv.ts'
import { measurableColumns } from '../../../src-main/interop/csv/columns.ts'
import { ForeignFileError } from '../../../src-main/interop/foreign-study-file.ts'
import { readHyperoptSpace } from '../../../src-main/interop/hyperopt/read-hyperopt-space.ts'
import { readSweep } from '../../../src-main/interop/wandb/read-sweep.ts'
import { writeForeignFile } from '../../../src-main/interop/write-foreign-file.ts'

function faultOf(read: () => unknown): ForeignFileError {
  try {
    read()
  } catch (error) {
    if (error instanceof ForeignFileError) return error
    throw error
  }
  throw new Error('the file was not refused')
}

describe('readHyperoptSpace', () => {
  it('reads a space without running anything', () => {
    const read = readHyperoptSpace(`
from hyperopt import hp
low, note = 1, "not a space"   # tuples are passed over
base = 2 ** -3
space = dict(a=hp.uniform("a", -base, base), b=hp.choice('b', [None, {'k': 'x', 'c': hp.randint('c', 3)}]))
`)
    expect(read).toMatchObject({
      space: {
        a: { float: [-0.125, 0.125] },
        b: { choice: ['None', 'x'] },
        c: { int: [0, 2], when: { b: 'x' } },
      },
    })
  })

  it('takes the last expression with hp where nothing is called space', () => {
    expect(readHyperoptSpace("x = hp.uniform('x', 0, 1)")).toMatchObject({
      space: { x: { float: [0, 1] } },
    })
  })

  it.each([
    ['nothing in it', 'import os\n', undefined, 'rule.import.noSpace'],
    [
      'a number that only Python knows',
      "space = hp.uniform('x', 0, f())",
      1,
      'rule.import.unknownCall',
    ],
    ['an unknown name', "space = [\n hp.uniform('x', 0, n)]", 2, 'rule.import.unknownName'],
    ['no label', 'space = hp.uniform(0, 1)', 1, 'rule.import.label'],
    [
      'one label twice',
      "space = [hp.uniform('x', 0, 1), hp.uniform('x', 0, 2)]",
      1,
      'rule.import.labelTwice',
    ],
    ['an unknown distribution', "space = hp.triangular('x', 0, 1)", 1, 'rule.import.distribution'],
    [
      'a bracket without an end',
      "space = [hp.uniform('x', 0, 1)",
      undefined,
      'rule.import.openBracket',
    ],
    ['a text without an end', "space = hp.uniform('x, 0, 1)", 1, 'rule.import.openText'],
    ['a q of 0', "space = hp.quniform('x', 0, 1, 0)", 1, 'rule.of'],
    ['deep nesting', `space = ${'['.repeat(80)}hp${']'.repeat(80)}`, 1, 'rule.tooDeep'],
    ['a list without commas', "space = [hp.uniform('x', 0, 1) 2]", 1, 'rule.import.sign'],
    [
      'two parents',
      "s = hp.uniform('s', 0, 1)\nspace = [hp.choice('a', [s, 1]), hp.choice('b', [s, 2])]",
      1,
      'rule.import.twoParents',
    ],
  ])('refuses %s', (_name, source, line, code) => {
    const fault = faultOf(() => readHyperoptSpace(source))
    expect(fault.line).toBe(line)
    expect(fault.rule.code).toBe(code)
  })

  const doubled = (form: (name: string) => string, times: number): string =>
    Array.from({ length: times }, (_, at) => `a${at + 1} = ${form(`a${at}`)}`).join('\n')

  it.each([
    [
      'lists that are doubled',
      `a0 = [hp.uniform('x', 0, 1)]\n${doubled(name => `[${name}, ${name}]`, 60)}\nspace = a60`,
      'rule.items.atMost',
    ],
    [
      'lists that are added to themselves',
      `a0 = [1, 2]\n${doubled(name => `${name} + ${name}`, 60)}\nspace = [hp.choice('x', a60)]`,
      'rule.items.atMost',
    ],
    [
      'dictionaries and choices that are doubled',
      `a0 = 1\n${doubled(name => `hp.choice('c', [{'l': ${name}, 'r': ${name}}, 2])`, 60)}\nspace = a60`,
      'rule.items.atMost',
    ],
    [
      'lists in lists, one a line',
      `a0 = [hp.uniform('x', 0, 1)]\n${doubled(name => `[${name}]`, 5_000)}\nspace = a5000`,
      'rule.tooDeep',
    ],
    [
      'many copies of a long list',
      `a = list(range(9999))\n${'b = a + [1]\n'.repeat(5_000)}space = [hp.choice('x', b)]`,
      'rule.items.atMost',
    ],
    ['signs before signs', `space = hp.uniform('x', ${'-'.repeat(100_000)}1, 2)`, 'rule.tooDeep'],
  ])('refuses %s before it walks through them', (_name, source, code) => {
    expect(faultOf(() => readHyperoptSpace(source)).rule.code).toBe(code)
  })

  it('reads a choice of thousands of options, and what several lines share', () => {
    const options = Array.from({ length: 5_000 }, (_, at) => `['o${at}', 'shared']`)
    const shared = "lr = hp.uniform('lr', 0, 1)"
    const kinds = "hp.choice('kind', [['a', lr], ['b', lr], 'c'])"
    const read = readHyperoptSpace(
      `${shared}\nspace = [hp.choice('x', [${options.join(', ')}]), ${kinds}]`,
    )
    expect(Object.keys(read.space)).toEqual(['x', 'kind', 'lr'])
    expect(read.space['x']).toMatchObject({ choice: options.map((_, at) => `o${at}`) })
    expect(read.space['lr']).toMatchObject({ when: { kind: ['a', 'b'] } })
  })
})

describe('readSweep', () => {
  it('reads goals, method and end', () => {
    const read = readSweep(
      'method: grid\nmetric: { name: loss }\nrun_cap: 9\nearly_terminate: { type: hyperband, min_iter: 2 }\nparameters: { x: { values: [1, 2, [3]] } }',
    )
    expect(read).toMatchObject({
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { x: { choice: [1, 2, '[3]'] } },
      sections: {
        sampler: { name: 'grid' },
        stop: { trials: 9 },
        pruner: { name: 'asha', minResource: 2, reductionFactor: 3 },
      },
      notes: [{ code: 'valueAsText', field: 'parameters.x', text: '[3]' }],
    })
  })

  it.each([
    ['no parameters', 'method: random', 'parameters'],
    ['an unknown method', 'method: swarm\nparameters: { x: { value: 1 } }', 'method'],
    [
      'a parameter without a range',
      'method: random\nparameters: { x: { min: 1 } }',
      'parameters.x',
    ],
    [
      'a bound that is a text',
      'method: random\nparameters: { x: { min: a, max: 2, distribution: uniform } }',
      'parameters.x.min',
    ],
    [
      'an unknown distribution',
      'method: random\nparameters: { x: { distribution: cauchy } }',
      'parameters.x.distribution',
    ],
    [
      'a direction that is none',
      'method: random\nmetric: { name: a, goal: up }\nparameters: { x: { value: 1 } }',
      'metric.goal',
    ],
    [
      'a distribution that only Hyperopt writes like this',
      'method: random\nparameters: { x: { distribution: quniform, min: 0, max: 1 } }',
      'parameters.x.distribution',
    ],
    ['broken YAML', 'method: [', 'file'],
  ])('refuses %s', (_name, text, field) => {
    expect(faultOf(() => readSweep(text))).toMatchObject({ field })
  })
})

it('writes what is missing as comments of the study file', () => {
  const read = readHyperoptSpace("space = hp.uniform('x', 0, 1)")
  const { text, notes } = writeForeignFile(read, 'mine', 'en')
  expect(text).toContain('# From a file of Hyperopt.\n# objective is missing')
  expect(notes).toEqual([
    { code: 'objectiveMissing' },
    { code: 'goalGuessed' },
    { code: 'endMissing', trials: 100 },
  ])
  expect(text).toContain('name: mine')
  expect(text).toContain('x: { float: [ 0, 1 ] }')
  const chinese = writeForeignFile(read, 'mine', 'zh-CN')
  expect(chinese.text).toContain('# 由 Hyperopt 的文件生成。\n# 缺少 objective')
  expect(chinese.notes).toEqual(notes)
  // Only the comments differ.
  const withoutComments = (file: string): string => file.replace(/^#.*\n/gm, '')
  expect(withoutComments(chinese.text)).toBe(withoutComments(text))
})

describe('fromCsv', () => {
  const goals = [{ metric: 'loss', direction: 'minimize' }] as const
  const base = { goals, space: null, atMs: 5 }

  it('reads parameters of every kind, failures and conditions', () => {
    const rows = [
      ['id', 'rate', 'layers', 'optimizer', 'momentum', 'fast', 'loss', 'state'],
      ['a', '0.001', '2', 'sgd', '0.9', 'true', '0.5', 'finished'],
      ['b', '0.5', '3', 'adam', '', 'false', '0.4', 'finished'],
      ['c', '0.01', '4', 'sgd', '0.5', 'true', '', 'crashed'],
      ['d', '0.02', '4', 'sgd', '0.1', 'true', 'nan', ''],
    ]
    const read = fromCsv({ ...base, rows })
    expect(read).toMatchObject({
      space: {
        rate: { float: [0.001, 0.5], log: true },
        layers: { int: [2, 4] },
        optimizer: { choice: ['sgd', 'adam'] },
        momentum: { float: [0.1, 0.9], when: { optimizer: 'sgd' } },
        fast: { choice: [true, false] },
      },
      trials: [
        { number: 0, state: 'complete', values: [0.5], parameters: { rate: 0.001, fast: true } },
        { number: 1, state: 'complete', parameters: { optimizer: 'adam' } },
        { number: 2, state: 'failed', values: [] },
        { number: 3, state: 'failed', values: [] },
      ],
    })
    expect(read.notes).toEqual([
      { code: 'columnsLeftOut', columns: ['id'] },
      { code: 'rangesOfTable' },
    ])
    expect(read.trials[1]?.parameters).not.toHaveProperty('momentum')
  })

  it.each([
    ['Optuna', ['number', 'value', 'params_x', 'state'], ['0', '1', '2', 'COMPLETE'], 'value'],
    ['this program', ['number', 'parameter.x', 'value.loss', 'seed'], ['0', '2', '1', '9'], 'loss'],
    [
      'optuna-dashboard',
      ['Number', 'State', 'Value', 'Param x'],
      ['0', 'Complete', '1', '2'],
      'Value',
    ],
  ])('reads the table of %s', (_name, header, row, metric) => {
    const read = fromCsv({
      rows: [header, row],
      goals: [{ metric, direction: 'minimize' }],
      space: null,
      atMs: 0,
    })
    expect(read).toMatchObject({
      space: { x: { int: [2, 2] } },
      trials: [{ values: [1], parameters: { x: 2 } }],
    })
  })

  it('reads values as a study file means them', () => {
    const space = { size: { choice: ['8', '16'] }, on: { choice: [true, false] } }
    const rows = [
      ['size', 'on', 'other', 'loss'],
      ['8', 'True', '3', '1'],
    ]
    const read = fromCsv({ ...base, rows, space })
    expect(read).toMatchObject({ trials: [{ parameters: { size: '8', on: true } }] })
    expect(read).toMatchObject({ notes: [{ code: 'columnsUnknown', columns: ['other'] }] })
  })

  it.each([
    ['no runs', [['x', 'loss']], 'rows'],
    [
      'no such goal',
      [
        ['x', 'y'],
        ['1', '2'],
      ],
      'goals',
    ],
    [
      'no parameter',
      [
        ['id', 'loss'],
        ['1', '2'],
      ],
      'header',
    ],
    [
      'a column twice',
      [
        ['x', 'x', 'loss'],
        ['1', '2', '3'],
      ],
      'header',
    ],
  ])('refuses %s', (_name, rows, field) => {
    expect(faultOf(() => fromCsv({ ...base, rows }))).toMatchObject({ field })
  })

  it('offers columns of numbers as goals', () => {
    const header = ['id', 'params_x', 'x', 'name', 'loss', 'text', 'value']
    const row = ['1', '2', '3', 'a', 'nan', 'b', '5']
    expect(measurableColumns(header, [row])).toEqual(['value', 'x', 'loss'])
  })
})
