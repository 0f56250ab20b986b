import { describe, expect, it } from 'vitest'
import { studySpecificationSchema } from '../../../src-main/contract/study-specification.ts'
import { parseSpecification } from '../../../src-main/contract/parse-specification.ts'
import { formatPath } from '../../../src-main/contract/problem.ts'

const study = {
  name: 'test',
  objective: { function: 'branin' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x: { float: [0, 1] } },
  stop: { trials: 5 },
}

/** `path: rule` of every problem. */
function problemsOf(raw: unknown): string[] {
  const parsed = parseSpecification(raw)
  return parsed.ok ? [] : parsed.problems.map(({ path, rule }) => `${formatPath(path)}: ${rule}`)
}

function spaceProblems(space: unknown): string[] {
  return problemsOf({ ...study, space })
}

describe('parseSpecification', () => {
  it('fills in the defaults', () => {
    const parsed = parseSpecification(study)
    expect(parsed).toMatchObject({
      ok: true,
      specification: {
        sampler: { name: 'random' },
        pruner: { name: 'none' },
        slots: 1,
        seed: 0,
        engine: 'auto',
        stop: { trials: 5, failures: 5 },
        retry: { device: 2, killed: 2, code: 0 },
        timeout: {},
      },
    })
  })

  it('gives path, value and rule', () => {
    expect(parseSpecification({ ...study, slots: 65 })).toEqual({
      ok: false,
      problems: [{ path: ['slots'], value: 65, rule: 'must be ≤ 64' }],
    })
  })

  it('reports every problem at once and none twice', () => {
    expect(
      problemsOf({
        name: '',
        objective: {},
        goals: [
          { metric: 'a', direction: 'up' },
          { metric: 'a', direction: 'minimize', weight: 1 },
        ],
        space: { x: { float: [2, 1], log: 'yes' }, y: { choice: [] }, z: 5 },
        stop: {},
        seed: 0.5,
        speed: 'fast',
      }),
    ).toEqual([
      'name: must not be empty',
      'objective: must have exactly one of task, function, command, module, external',
      'goals[0].direction: must be one of minimize, maximize',
      'goals[1].weight: unknown key; known keys: metric, direction',
      'space.x.log: must be true or false',
      'space.y.choice: must not be empty',
      'space.z: must be a mapping with exactly one of float, int, normal, logNormal, choice, ordinal, fixed',
      'seed: must be a whole number',
      expect.stringMatching(
        /^speed: unknown key; did you mean "seed"\? known keys: name, objective, /,
      ),
      'goals[1].metric: is already a goal',
      'space.x.float: the low bound must be ≤ the high',
      'stop: needs at least one of trials, minutes, target, stagnation, epochs, regretBound, emmr; only the grid sampler ends by itself',
    ])
  })

  it('takes metrics that must stay ≤ 0, or within a bound', () => {
    const constraints = ['c', { metric: 'size', atMost: 1e6 }, { metric: 'score', atLeast: 0.5 }]
    expect(parseSpecification({ ...study, constraints })).toMatchObject({
      ok: true,
      specification: { constraints },
    })
    expect(
      problemsOf({
        ...study,
        constraints: ['c', { metric: 'c', atMost: 1 }, 'value', { metric: 'd' }, 5],
      }),
    ).toEqual([
      'constraints[3]: must have exactly one of atMost, atLeast',
      'constraints[4]: must be text or a mapping',
      'constraints[1].metric: is already a constraint',
      'constraints[2]: is a goal; a metric is either a goal or a constraint',
    ])
  })

  it('checks normal distributions and weights', () => {
    expect(
      spaceProblems({
        a: { normal: [0, 0] },
        b: { logNormal: [0, 200] },
        c: { normal: [0, 1], bounds: [7, 9] },
        d: { normal: [0, 1], bounds: [2, 1], step: -1 },
        e: { normal: [0, 1], bounds: [0, 1], step: 2 },
        f: { logNormal: [0, 1], bounds: [-1, 1] },
        g: { choice: [1, 2], weights: [1] },
        h: { choice: [1, 2], weights: [0, 1] },
        i: { fixed: 1, when: { c: 8 } },
        j: { fixed: 1, when: { k: [0.5, 0.3] } },
        k: { normal: [0, 1], step: 0.5 },
        l: { normal: [0, 1], step: 1e-16 },
      }),
    ).toEqual([
      'space.a.normal[1]: the standard deviation must be > 0',
      'space.b.logNormal: 6 standard deviations to both sides must be numbers above 0 that a computer can hold',
      'space.c.bounds: must overlap -6 … 6, 6 standard deviations to both sides',
      'space.d.bounds: the low bound must be < the high',
      'space.d.step: must be > 0',
      'space.e.step: must be ≤ the range 1',
      'space.f.bounds: the low bound must be ≥ 0',
      'space.g.weights: must be one per value, here 2',
      'space.h.weights[0]: must be > 0',
      'space.i.when.c: a float without step cannot be a parent: it never has exactly this value',
      'space.j.when.k[1]: is not a value that k can have',
      'space.l.step: gives more than 9007199254740991 values',
    ])
  })

  it.each([null, 'text', 5, [study]])('refuses %o, which is not a mapping', raw => {
    expect(problemsOf(raw)).toEqual([': must be a mapping'])
  })

  it.each([
    [{ ...study, name: undefined }, 'name: is required: text'],
    [{ ...study, goals: [] }, 'goals: must not be empty'],
    [{ ...study, goals: 'loss' }, 'goals: must be a list'],
    [{ ...study, space: [] }, 'space: must be a mapping'],
    [{ ...study, stop: { trials: 0 } }, 'stop.trials: must be ≥ 1'],
    [{ ...study, stop: { minutes: 0 } }, 'stop.minutes: must be > 0'],
    [{ ...study, stop: { target: Number.NaN } }, 'stop.target: must be a finite number'],
    [{ ...study, engine: 'abacus' }, 'engine: must be one of auto, tensorflow, webgpu, wasm, cpu'],
    [{ ...study, objective: { task: 'a', function: 'b' } }, 'objective: must have exactly one of'],
    [{ ...study, objective: { task: '' } }, 'objective.task: must not be empty'],
    [{ ...study, objective: 'branin' }, 'objective: must be a mapping with exactly one of'],
    [{ ...study, retry: { code: 11 } }, 'retry.code: must be ≤ 10'],
  ])('%# names the one rule that is broken', (raw, expected) => {
    const problems = problemsOf(raw)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(expected)
  })

  it('needs no stop rule for a grid', () => {
    expect(problemsOf({ ...study, stop: {}, sampler: { name: 'grid' } })).toEqual([])
    expect(problemsOf({ ...study, stop: { failures: 3 } })).toHaveLength(1)
  })

  it('lets only tasks have an ensemble', () => {
    expect(problemsOf({ ...study, ensemble: 2 })).toEqual([
      'ensemble: is for objectives that are a task: others leave no models that could predict',
    ])
    const objective = { task: 'tabular', data: { file: 'a.csv', target: 'b' } }
    expect(problemsOf({ ...study, objective, ensemble: 2 })).toEqual([])
    expect(problemsOf({ ...study, ensemble: 1 })).toEqual([])
    expect(problemsOf({ ...study, ensemble: 0 })).toHaveLength(1)
  })
})

describe('rules of the search space', () => {
  it.each([
    [{}, 'space: must hold at least one parameter'],
    [{ x: { float: [1, 0] } }, 'space.x.float: the low bound must be ≤ the high'],
    [{ x: { int: [3, 1] } }, 'space.x.int: the low bound must be ≤ the high'],
    [{ x: { float: [0, 1], log: true } }, 'space.x.float[0]: with log the low bound must be > 0'],
    [{ x: { int: [0, 9], log: true } }, 'space.x.int[0]: with log the low bound must be ≥ 1'],
    [{ x: { float: [0, 1], step: 0 } }, 'space.x.step: must be > 0'],
    [{ x: { int: [0, 9], step: -2 } }, 'space.x.step: must be > 0'],
    [{ x: { float: [0, 1], step: 1.5 } }, 'space.x.step: must be ≤ the range 1'],
    [{ x: { float: [0, 1], step: 1e-16 } }, 'space.x.step: gives more than'],
    [{ x: { int: [0, 9], step: 0.5 } }, 'space.x.step: must be a whole number'],
    [{ x: { int: [0.5, 3] } }, 'space.x.int[0]: must be a whole number'],
    [{ x: { float: [0, Number.POSITIVE_INFINITY] } }, 'space.x.float[1]: must be a finite number'],
    [{ x: { float: ['a', 1] } }, 'space.x.float[0]: must be a finite number'],
    [{ x: { float: [0] } }, 'space.x.float: must have exactly 2 items'],
    [{ x: { float: [0, 1, 2] } }, 'space.x.float: must have exactly 2 items'],
    [{ x: { choice: [] } }, 'space.x.choice: must not be empty'],
    [{ x: { ordinal: [] } }, 'space.x.ordinal: must not be empty'],
    [{ x: { choice: ['a', 1, 'a'] } }, 'space.x.choice[2]: must not occur twice'],
    [{ x: { choice: ['a', null] } }, 'space.x.choice[1]: must be text, a finite number, true or'],
    [{ x: { fixed: [1] } }, 'space.x.fixed: must be text, a finite number, true or false'],
    [{ x: { float: [0, 1], int: [0, 1] } }, 'space.x: must have exactly one of float, int'],
    [
      { x: { log: true } },
      'space.x: must have exactly one of float, int, normal, logNormal, choice, ordinal, fixed',
    ],
    [{ x: { fixed: 1, log: true } }, 'space.x.log: unknown key; known keys: fixed, when'],
    [{ 'a\tb': { fixed: 1 } }, 'space.`a\tb`: a parameter name has no control, bidirectional or'],
    [{ [`a${'b'.repeat(200)}`]: { fixed: 1 } }, 'a parameter name has 1–200 characters'],
    [{ constructor: { fixed: [1] } }, 'space.constructor.fixed: must be'],
    [JSON.parse('{"x":{"fixed":1},"__proto__":{"fixed":[1]}}'), 'space.__proto__.fixed: must be'],
    [{ x: { fixed: 1, when: { x: 1 } } }, 'space.x.when.x: a parameter cannot depend on itself'],
    [{ x: { fixed: 1, when: { y: 1 } } }, 'space.x.when.y: unknown parent; other parameters: none'],
    [
      { x: { fixed: 1, when: { y: 3 } }, y: { choice: [1, 2] } },
      'space.x.when.y: is not a value that y can have',
    ],
    [
      { x: { fixed: 1, when: { y: [1, 'a', 2] } }, y: { ordinal: [1, 2] } },
      'space.x.when.y[1]: is not a value that y can have',
    ],
    [
      { x: { fixed: 1, when: { y: 0.25 } }, y: { float: [0, 1], step: 0.1 } },
      'space.x.when.y: is not a value that y can have',
    ],
    [
      { x: { fixed: 1, when: { y: '1' } }, y: { int: [0, 3] } },
      'space.x.when.y: is not a value that y can have',
    ],
    [
      { x: { fixed: 1, when: { y: 0.5 } }, y: { float: [0, 1] } },
      'space.x.when.y: a float without step cannot be a parent',
    ],
    [{ x: { fixed: 1, when: { y: [] } }, y: { int: [0, 3] } }, 'space.x.when.y: must not be empty'],
    [
      {
        a: { choice: [1, 2], when: { c: 1 } },
        b: { choice: [1, 2], when: { a: 1 } },
        c: { choice: [1, 2], when: { b: 1 } },
        d: { choice: [1, 2], when: { a: 1 } },
      },
      'space.a.when: conditions form a circle: a → c → b → a',
    ],
  ])('%# %o', (space, expected) => {
    const problems = spaceProblems(space)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(expected)
  })

  it('allows equal bounds, single choices, nested conditions and any letters in names', () => {
    expect(
      spaceProblems({
        x: { float: [0.5, 0.5] },
        y: { int: [3, 3], log: true },
        z: { choice: ['only'] },
        学习率: { float: [1e-4, 1], log: true, when: { z: 'only', y: 3 } },
        'k_2-a': { int: [0, 10], step: 10, when: { x: 0.5 } },
        deep: { fixed: true, when: { 'k_2-a': [0, 10] } },
      }),
    ).toEqual([])
  })
})

describe('the name of a study', () => {
  const study = {
    objective: { function: 'branin' },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: { x0: { fixed: 1 } },
    stop: { trials: 1 },
  }

  it.each(['a\nb', '\u001b[31mred', 'a\u202eb', '\u009b1m'])('%j would steer a terminal', name => {
    expect(problemsOf({ ...study, name })).toEqual(['name: must not hold control characters'])
    // The schema, which databases are read with, lets it pass: an older study still opens.
    expect(studySpecificationSchema.safeParse({ ...study, name }).success).toBe(true)
  })

  it.each(['参数 🚀', '--help', 'a/b'])('may be %j', name => {
    expect(problemsOf({ ...study, name })).toEqual([])
  })
})
