import { describe, expect, it } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { studySpecificationSchema } from '../../../../src-main/core/study/study-specification.ts'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import { formatPath } from '../../../../src-main/core/errors/problem.ts'
import { messageLine } from '../../../helpers/message-line.ts'

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
  return parsed.ok
    ? []
    : parsed.problems.map(({ path, rule }) => `${formatPath(path)}: ${messageLine(rule)}`)
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
        sampler: { name: 'auto' },
        pruner: { name: 'none' },
        parallelTrials: 1,
        seed: 0,
        engine: 'auto',
        stop: { trials: 5, failures: 5 },
        retry: { device: 2, killed: 2, code: 0 },
        timeout: {},
      },
    })
  })

  it('gives path, value and rule', () => {
    expect(parseSpecification({ ...study, parallelTrials: 257 })).toEqual({
      ok: false,
      problems: [
        { path: ['parallelTrials'], value: 257, rule: msg('rule.atMost', { limit: 256 }) },
      ],
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
      'name: rule.notEmpty',
      'objective: rule.exactlyOneOf names=task,function,command,module,external',
      'goals[0].direction: rule.type expected=(kind.oneOf values=minimize,maximize)',
      'goals[1].weight: rule.unknownName kind=key known=metric,direction',
      'space.x.log: rule.type expected=(kind.or first=(kind.value value=true) second=(kind.value value=false))',
      'space.y.choice: rule.notEmpty',
      'space.z: rule.type expected=(kind.mappingWith names=float,int,normal,logNormal,choice,ordinal,fixed)',
      'seed: rule.type expected=(kind.whole)',
      expect.stringMatching(
        /^speed: rule.unknownName kind=key hint=\(rule.didYouMean name=seed\) known=name,objective,/,
      ),
      'goals[1].metric: rule.alreadyGoal',
      'space.x.float: rule.bounds',
    ])
  })

  it('says how a list of values is written', () => {
    const space = { family: ['boosting', 'linear'], x: { float: [0, 1] } }
    expect(problemsOf({ ...study, space })).toContain(
      'space.family: rule.listIsChoice values=[boosting, linear]',
    )
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
      'constraints[3]: rule.exactlyOneOf names=atMost,atLeast',
      'constraints[4]: rule.type expected=(kind.or first=(kind.text) second=(kind.mapping))',
      'constraints[1].metric: rule.alreadyConstraint',
      'constraints[2]: rule.goalOrConstraint',
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
      'space.a.normal[1]: rule.deviation',
      'space.b.logNormal: rule.logNormalReach reach=6',
      'space.c.bounds: rule.normalOverlap low=-6 high=6 reach=6',
      'space.d.bounds: rule.boundsApart',
      'space.d.step: rule.above limit=0',
      'space.e.step: rule.withinRange range=1',
      'space.f.bounds: rule.boundNotNegative',
      'space.g.weights: rule.onePer count=2',
      'space.h.weights[0]: rule.above limit=0',
      'space.i.when.c: rule.continuousParent',
      'space.j.when.k[1]: rule.parentValue parent=k',
      'space.l.step: rule.tooManyValues limit=9007199254740991',
    ])
  })

  it.each([null, 'text', 5, [study]])('refuses %o, which is not a mapping', raw => {
    expect(problemsOf(raw)).toEqual([': rule.type expected=(kind.mapping)'])
  })

  it.each([
    [{ ...study, name: undefined }, 'name: rule.required expected=(kind.text)'],
    [
      { ...study, goals: [{ metric: 0, direction: 'minimize' }] },
      'goals[0].metric: rule.type expected=(kind.metric)',
    ],
    [{ ...study, goals: [] }, 'goals: rule.notEmpty'],
    [{ ...study, goals: 'loss' }, 'goals: rule.type expected=(kind.list)'],
    [{ ...study, space: [] }, 'space: rule.type expected=(kind.mapping)'],
    [{ ...study, stop: { trials: 0 } }, 'stop.trials: rule.atLeast limit=1'],
    [{ ...study, stop: { minutes: 0 } }, 'stop.minutes: rule.above limit=0'],
    [{ ...study, stop: { target: Number.NaN } }, 'stop.target: rule.type expected=(kind.number)'],
    [
      { ...study, engine: 'abacus' },
      'engine: rule.type expected=(kind.oneOf values=auto,tensorflow,webgpu,wasm,cpu)',
    ],
    [{ ...study, objective: { task: 'a', function: 'b' } }, 'objective: rule.exactlyOneOf'],
    [{ ...study, objective: { task: '' } }, 'objective.task: rule.notEmpty'],
    [{ ...study, objective: 'branin' }, 'objective: rule.type'],
    [{ ...study, retry: { code: 11 } }, 'retry.code: rule.atMost limit=10'],
  ])('%# names the one rule that is broken', (raw, expected) => {
    const problems = problemsOf(raw)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(expected)
  })

  it('lets only tasks have an ensemble', () => {
    expect(problemsOf({ ...study, ensemble: 2 })).toEqual(['ensemble: rule.ensembleOfTask'])
    const objective = { task: 'tabular', data: { file: 'a.csv', target: 'b' } }
    expect(problemsOf({ ...study, objective, ensemble: 2 })).toEqual([])
    expect(problemsOf({ ...study, ensemble: 1 })).toEqual([])
    expect(problemsOf({ ...study, ensemble: 0 })).toHaveLength(1)
  })
})

describe('rules of the search space', () => {
  it.each([
    [{}, 'space: rule.needsParameter'],
    [{ x: { float: [1, 0] } }, 'space.x.float: rule.bounds'],
    [{ x: { int: [3, 1] } }, 'space.x.int: rule.bounds'],
    [{ x: { float: [0, 1], log: true } }, 'space.x.float[0]: rule.logBound'],
    [{ x: { int: [0, 9], log: true } }, 'space.x.int[0]: rule.logWholeBound'],
    [{ x: { float: [0, 1], step: 0 } }, 'space.x.step: rule.above limit=0'],
    [{ x: { int: [0, 9], step: -2 } }, 'space.x.step: rule.above limit=0'],
    [{ x: { float: [0, 1], step: 1.5 } }, 'space.x.step: rule.withinRange range=1'],
    [{ x: { float: [0, 1], step: 1e-16 } }, 'space.x.step: rule.tooManyValues'],
    [{ x: { int: [0, 9], step: 0.5 } }, 'space.x.step: rule.type expected=(kind.whole)'],
    [{ x: { int: [0.5, 3] } }, 'space.x.int[0]: rule.type expected=(kind.whole)'],
    [
      { x: { float: [0, Number.POSITIVE_INFINITY] } },
      'space.x.float[1]: rule.type expected=(kind.number)',
    ],
    [{ x: { float: ['a', 1] } }, 'space.x.float[0]: rule.type expected=(kind.number)'],
    [{ x: { float: [0] } }, 'space.x.float: rule.items.exactly count=2'],
    [{ x: { float: [0, 1, 2] } }, 'space.x.float: rule.items.exactly count=2'],
    [{ x: { choice: [] } }, 'space.x.choice: rule.notEmpty'],
    [{ x: { ordinal: [] } }, 'space.x.ordinal: rule.notEmpty'],
    [{ x: { choice: ['a', 1, 'a'] } }, 'space.x.choice[2]: rule.unique'],
    [{ x: { choice: ['a', null] } }, 'space.x.choice[1]: rule.type'],
    [
      { x: { fixed: [1] } },
      'space.x.fixed: rule.type expected=(kind.or first=(kind.pair first=(kind.pair first=(kind.text) second=(kind.number)) second=(kind.value value=true)) second=(kind.value value=false))',
    ],
    [{ x: { float: [0, 1], int: [0, 1] } }, 'space.x: rule.exactlyOneOf'],
    [
      { x: { log: true } },
      'space.x: rule.exactlyOneOf names=float,int,normal,logNormal,choice,ordinal,fixed',
    ],
    [{ x: { fixed: 1, log: true } }, 'space.x.log: rule.unknownName kind=key known=fixed,when'],
    [{ 'a\tb': { fixed: 1 } }, 'space.`a\tb`: rule.nameInvisible'],
    [{ [`a${'b'.repeat(200)}`]: { fixed: 1 } }, 'rule.nameLength limit=200'],
    [{ constructor: { fixed: [1] } }, 'space.constructor.fixed: rule.type'],
    [JSON.parse('{"x":{"fixed":1},"__proto__":{"fixed":[1]}}'), 'space.__proto__.fixed: rule.type'],
    [{ x: { fixed: 1, when: { x: 1 } } }, 'space.x.when.x: rule.ownParent'],
    [{ x: { fixed: 1, when: { y: 1 } } }, 'space.x.when.y: rule.unknownName kind=parent'],
    [
      { x: { fixed: 1, when: { y: 3 } }, y: { choice: [1, 2] } },
      'space.x.when.y: rule.parentValue parent=y',
    ],
    [
      { x: { fixed: 1, when: { y: [1, 'a', 2] } }, y: { ordinal: [1, 2] } },
      'space.x.when.y[1]: rule.parentValue parent=y',
    ],
    [
      { x: { fixed: 1, when: { y: 0.25 } }, y: { float: [0, 1], step: 0.1 } },
      'space.x.when.y: rule.parentValue parent=y',
    ],
    [
      { x: { fixed: 1, when: { y: '1' } }, y: { int: [0, 3] } },
      'space.x.when.y: rule.parentValue parent=y',
    ],
    [
      { x: { fixed: 1, when: { y: 0.5 } }, y: { float: [0, 1] } },
      'space.x.when.y: rule.continuousParent',
    ],
    [{ x: { fixed: 1, when: { y: [] } }, y: { int: [0, 3] } }, 'space.x.when.y: rule.notEmpty'],
    [
      {
        a: { choice: [1, 2], when: { c: 1 } },
        b: { choice: [1, 2], when: { a: 1 } },
        c: { choice: [1, 2], when: { b: 1 } },
        d: { choice: [1, 2], when: { a: 1 } },
      },
      'space.a.when: rule.circle names=a → c → b → a',
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
    expect(problemsOf({ ...study, name })).toEqual(['name: rule.noControlCharacters'])
    // The schema, which databases are read with, lets it pass: an older study still opens.
    expect(studySpecificationSchema.safeParse({ ...study, name }).success).toBe(true)
  })

  it.each(['参数 🚀', '--help', 'a/b'])('may be %j', name => {
    expect(problemsOf({ ...study, name })).toEqual([])
  })
})
