import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { formatPath } from '../../../../../src-main/core/errors/problem.ts'
import {
  checkStudy,
  checkStudyText,
} from '../../../../../src-main/features/studies/node/study-check.ts'
import { tasks } from '../../../../../src-main/training/tasks/registry.ts'
import type { Task } from '../../../../../src-main/training/tasks/task.ts'
import { messageLine } from '../../../../helpers/message-line.ts'
import { msg } from '../../../../../src-main/core/errors/message.ts'

/** A task that only answers questions about its studies. */
const toy: Task<{ rows: number }> = {
  name: 'toy',
  settingsSchema: z.strictObject({ rows: z.int().min(1) }),
  metrics: () => [
    { name: 'loss', direction: 'minimize', description: '' },
    { name: 'accuracy', direction: 'maximize', description: '' },
  ],
  hyperparameters: {},
  defaultSpace: () => ({ rate: { float: [0, 1] } }),
  checkSpace: space =>
    Object.keys(space)
      .filter(name => name !== 'rate')
      .map(name => ({ path: ['space', name], value: null, rule: msg('rule.allowed') })),
  inputs: () => ({}),
  sketch: () => {
    throw new Error('not here')
  },
  train: () => Promise.reject(new Error('not here')),
  test: () => Promise.reject(new Error('not here')),
  testTogether: () => Promise.reject(new Error('not here')),
}
const context = { tasks: { toy } }

const good = `name: test
objective: { function: branin }
goals:
  - { metric: value, direction: minimize }
space:
  x0: { float: [-5, 10] }
  x1: { float: [0, 15] }
stop: { trials: 5 }
`
const goodTask = `name: test
objective: { task: toy, rows: 5 }
goals: [{ metric: accuracy, direction: maximize }]
space: { rate: { float: [0, 1] } }
stop: { trials: 5 }
`

/** `line:column path: rule` of every problem. */
function problemsOf(text: string, format: 'yaml' | 'json' = 'yaml'): string[] {
  const checked = checkStudyText(text, format, context)
  return checked.ok
    ? []
    : checked.problems.map(
        ({ line, column, path, rule }) =>
          `${line}:${column} ${formatPath(path)}: ${messageLine(rule)}`,
      )
}

it('a study file means the same with the line ends of Windows, and behind a mark of its encoding', () => {
  const plain = checkStudyText(good, 'yaml', context)
  expect(plain.ok).toBe(true)
  for (const text of [good.replaceAll('\n', '\r\n'), `\uFEFF${good}`])
    expect(checkStudyText(text, 'yaml', context)).toEqual(plain)
})

describe('a study file without a space', () => {
  it('searches the space of its task', () => {
    const text = goodTask.replace('space: { rate: { float: [0, 1] } }\n', '')
    const checked = checkStudyText(text, 'yaml', context)
    expect(checked.ok && checked.specification.space).toEqual({ rate: { float: [0, 1] } })
    expect(checked).toMatchObject({ usesTaskSpace: true })
    expect(checkStudyText(goodTask, 'yaml', context)).toMatchObject({ usesTaskSpace: false })
  })

  it('starts tables with every family, and each knows its own parameters', () => {
    const objective = { task: 'tabular', data: { file: 'my.csv', target: 'price' } }
    const goals = [{ metric: 'validationRmse', direction: 'minimize' }]
    const checked = checkStudy({ name: 't', objective, goals, stop: { trials: 4 } }, { tasks })
    expect(checked.ok && checked.specification.space).toMatchObject({
      family: { choice: ['boosting', 'network', 'forest', 'linear'] },
      leaves: { when: { family: ['boosting'] } },
    })
  })

  it.each([
    ['a function', '{ function: branin }', ['space: rule.required expected=(kind.mapping)']],
    [
      'a task with a wrong setting',
      '{ task: toy, rows: 0 }',
      ['objective.rows: rule.atLeast limit=1'],
    ],
    [
      'an unknown task',
      '{ task: unknown }',
      ['objective.task: rule.unknownName kind=task known=toy'],
    ],
  ])('is refused for %s', (_, objective, expected) => {
    const text = good.replace('{ function: branin }', objective).replace(/space:\n.*\n.*\n/u, '')
    expect(problemsOf(text).map(line => line.replace(/^\S+ /u, ''))).toEqual(expected)
  })
})

describe('constraints', () => {
  it('must be metrics that the objective reports', () => {
    const broken = goodTask.replace(
      'stop:',
      'constraints: [loss, size, { metric: los, atMost: 1 }]\nstop:',
    )
    expect(problemsOf(broken)).toEqual([
      '5:21 constraints[1]: rule.unknownName kind=metric known=loss,accuracy',
      '5:37 constraints[2].metric: rule.unknownName kind=metric hint=(rule.didYouMean name=loss) known=loss,accuracy',
    ])
  })
})

describe('a pruner', () => {
  it('must look at metrics that the objective reports', () => {
    const rules = '[{ metric: accuracy, name: median }, { metric: norm, name: threshold }]'
    const broken = goodTask.replace('stop:', `pruner: { name: rules, rules: ${rules} }\nstop:`)
    expect(problemsOf(broken)).toEqual([
      '5:9 pruner: rule.unknownName kind=metric known=loss,accuracy',
    ])
  })
})

describe('relations and points to try first', () => {
  it('are checked against the space', () => {
    const study = `${good}relations:\n  - x0 < x1\n  - x0 < x2\nenqueue:\n  - { x0: 1, x1: 0 }\n  - { x0: 20 }\n`
    expect(problemsOf(study)).toEqual([
      '11:5 relations[1]: rule.relationName name=x2 hint=(rule.didYouMean name=x0) known=x0,x1',
      '14:11 enqueue[1].x0: rule.numberBetween low=-5 high=10',
    ])
    expect(problemsOf(study.replace('  - x0 < x2\n', '').replace('20', '2'))).toEqual([
      '12:5 enqueue[0]: rule.breaksRelation relation=x0 < x1',
    ])
  })
})

describe('checkStudyText', () => {
  it('accepts good studies in YAML and JSON', () => {
    const checked = checkStudyText(good, 'yaml', context)
    expect(checked).toMatchObject({ ok: true, specification: { name: 'test', seed: 0 } })
    if (!checked.ok) return
    const json = JSON.stringify(checked.specification, null, 2)
    expect(checkStudyText(json, 'json', context)).toEqual(checked)
    expect(problemsOf(goodTask)).toEqual([])
  })

  it('lets nobody prune by what is known only at the end', () => {
    const text = `name: cost
objective: { task: tabular, data: { file: a.csv, target: b } }
goals:
  - { metric: trainingSeconds, direction: minimize }
space: { units: { int: [8, 16] } }
pruner: { name: median }
stop: { trials: 3 }
`
    const real = { tasks }
    const problems = (source: string) => {
      const checked = checkStudyText(source, 'yaml', real)
      return checked.ok
        ? []
        : checked.problems.map(({ path, rule }) => [path.join('.'), messageLine(rule)])
    }
    expect(problems(text)).toEqual([['goals.0.metric', 'rule.knownLate']])
    expect(problems(text.replace('pruner: { name: median }\n', ''))).toEqual([])
  })

  it('reports every kind of problem at once, in the order of the text, each at its place', () => {
    expect(
      problemsOf(`name: ''
objective: { function: branin, dimension: 3 }
goals:
  - { metric: loss, direction: minimize }
space:
  x0: { float: [2, 1] }
  x1: { int: [0, 5], log: true }
sampler: { name: grid, points: 1 }
pruner: { name: median, warmup: 3 }
speed: 1
name: again
`),
    ).toEqual([
      '1:1 stop: rule.required expected=(kind.mapping)',
      '2:43 objective.dimension: rule.equalFor name=branin value=2',
      '4:15 goals[0].metric: rule.unknownName kind=metric known=value',
      '6:16 space.x0.float: rule.bounds',
      '7:15 space.x1.int[0]: rule.logWholeBound',
      '8:32 sampler.points: rule.atLeast limit=2',
      '9:25 pruner.warmup: rule.unknownName kind=key known=startupTrials,warmupSteps,warmupShare,intervalSteps,minTrials,minMargin',
      '10:1 speed: rule.unknownName kind=key hint=(rule.didYouMean name=seed) known=name,objective,goals,constraints,space,fix,relations,enqueue,currentConfiguration,duplicates,warmStart,replicates,folds,instances,race,ensemble,sampler,pruner,stop,parallelTrials,gpus,seed,engine,retry,timeout,checkpoint,artifacts,executor',
      '11:1 name: rule.duplicateKey',
    ])
  })

  it.each([
    ['function: branin', 'function: brain', '2:24 objective.function: rule.type'],
    ['function: branin', 'function: brannin', 'hint=(rule.didYouMean name=branin)'],
    ['direction: minimize', 'direction: minimise', 'hint=(rule.didYouMean name=minimize)'],
    ['stop:', 'engine: wasn\nstop:', 'hint=(rule.didYouMean name=wasm)'],
    [
      'stop:',
      'fix: { xO: 1 }\nstop:',
      'fix.xO: rule.unknownName kind=parameter hint=(rule.didYouMean name=x0)',
    ],
    [
      'stop:',
      'enqueue: [{ x: 1 }]\nstop:',
      'enqueue[0].x: rule.unknownName kind=parameter hint=(rule.didYouMean name=x0)',
    ],
    [
      'stop:',
      'pruner: { name: patient, wrapped: { name: medain } }\nstop:',
      'hint=(rule.didYouMean name=median)',
    ],
    [
      'stop:',
      'sampler: { name: tpee }\nstop:',
      'rule.unknownName kind=sampler hint=(rule.didYouMean name=tpe)',
    ],
    [
      'stop:',
      'pruner: { name: medain }\nstop:',
      'rule.unknownName kind=pruner hint=(rule.didYouMean name=median)',
    ],
    [
      'function: branin',
      'task: toys',
      '2:20 objective.task: rule.unknownName kind=task hint=(rule.didYouMean name=toy) known=toy',
    ],
    ['x1:', 'x2:', '5:1 space.x1: rule.coordinateRequired name=branin coordinates=x0, x1'],
    ['stop:', 'sampler: { name: best }\nstop:', '8:18 sampler.name: rule.unknownName kind=sampler'],
    [
      'stop:',
      'sampler: { name: toString }\nstop:',
      '8:18 sampler.name: rule.unknownName kind=sampler',
    ],
    ['stop:', 'pruner: { name: best }\nstop:', '8:17 pruner.name: rule.unknownName kind=pruner'],
    [
      'stop:',
      'sampler: { name: grid, points: { x9: 3 } }\nstop:',
      '8:38 sampler.points.x9: rule.unknownName kind=parameter hint=(rule.didYouMean name=x0) known=x0,x1',
    ],
  ])('%s → %s', (from, to, expected) => {
    expect(problemsOf(good.replace(from, to)).join('\n')).toContain(expected)
  })

  it('tells what is wrong with relations and points beside a value that may not be fixed', () => {
    const sections =
      'fix: { xO: 1, x1: 3 }\nrelations: [x0 <]\nenqueue: [{ x0: 99 }, { x1: 4 }]\nstop:'
    expect(problemsOf(good.replace('stop:', sections))).toEqual([
      expect.stringContaining('8:12 fix.xO: rule.unknownName'),
      '9:13 relations[0]: rule.relationSum',
      '10:17 enqueue[0].x0: rule.numberBetween low=-5 high=10',
      '10:29 enqueue[1].x1: rule.equal value=3',
    ])
  })

  it.each([
    ['rows: 5', 'rows: 0', ['2:31 objective.rows: rule.atLeast limit=1']],
    [
      'rows: 5',
      'lines: 5',
      [
        '2:12 objective.rows: rule.required expected=(kind.whole)',
        '2:25 objective.lines: rule.unknownName kind=key known=rows',
      ],
    ],
    [
      'accuracy',
      'speed',
      ['3:19 goals[0].metric: rule.unknownName kind=metric known=loss,accuracy'],
    ],
    ['rate:', 'ratio:', ['4:17 space.ratio: rule.allowed']],
  ])('asks the task about %s → %s', (from, to, expected) => {
    expect(problemsOf(goodTask.replace(from, to))).toEqual(expected)
  })

  it('takes __proto__ as the name of a parameter, and nowhere else', () => {
    expect(problemsOf(good.replace('x1:', '__proto__:'))).toEqual([
      '5:1 space.x1: rule.coordinateRequired name=branin coordinates=x0, x1',
      '7:14 space.__proto__: rule.unknownName kind=parameter known=x0,x1',
    ])
    expect(problemsOf(`${good}\n__proto__: {}\n`)).toEqual([
      expect.stringContaining('__proto__: rule.reservedName'),
    ])
  })

  it('stops at a syntax error', () => {
    expect(problemsOf('name: [1\nseed: x')).toHaveLength(1)
    expect(problemsOf('{"name": 1,}', 'json')).toEqual(['1:12 : rule.notJson'])
  })

  it.each(['', 'text', '- a', '5'])('refuses the text %j, which is not a mapping', text => {
    expect(problemsOf(text)).toEqual(['1:1 : rule.type expected=(kind.mapping)'])
  })

  it.each(
    readdirSync(new URL('../../../../../resources/samples/', import.meta.url)).filter(file =>
      file.endsWith('.yaml'),
    ),
  )('accepts the sample study %s', file => {
    const url = new URL(`../../../../../resources/samples/${file}`, import.meta.url)
    const checked = checkStudyText(readFileSync(url, 'utf8'), 'yaml', { tasks })
    expect(checked.ok ? [] : checked.problems).toEqual([])
  })
})

describe('checkStudy', () => {
  it('shows how a bare name is written', () => {
    const study = { name: 'x', objective: { function: 'branin' }, space: { x0: { float: [0, 1] } } }
    const expected = msg('kind.mappingNamed', { name: 'tpe' })
    expect(checkStudy({ ...study, sampler: 'tpe' }, context)).toMatchObject({
      problems: expect.arrayContaining([
        { path: ['sampler'], value: 'tpe', rule: msg('rule.type', { expected }) },
      ]),
    })
  })

  it('checks values that are not text', () => {
    expect(checkStudy({ name: 'x' }, context)).toMatchObject({ ok: false })
    expect(checkStudy(null, context)).toEqual({
      ok: false,
      problems: [
        { path: [], value: null, rule: msg('rule.type', { expected: msg('kind.mapping') }) },
      ],
    })
  })
})
