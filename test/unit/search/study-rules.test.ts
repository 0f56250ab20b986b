import { describe, expect, it } from 'vitest'
import { formatPath } from '../../../src-main/core/errors/problem.ts'
import { checkSearchRules } from '../../../src-main/search/study-rules.ts'
import { messageLine } from '../../helpers/message-line.ts'

const study = {
  name: 'rungs',
  objective: { function: 'sphere', steps: 9 },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 5] } },
  stop: { trials: 20 },
}
const promotion = { pruner: { name: 'promotion', maxResource: 9 } }

function rulesOf(changes: object): (readonly [string, string])[] {
  return checkSearchRules({ ...study, ...changes }).map(
    ({ path, rule }) => [formatPath(path), messageLine(rule)] as const,
  )
}

describe('stop rules', () => {
  it('are needed, but for a grid and for trials that are asked for from outside', () => {
    const names = 'trials,minutes,target,stagnation,epochs,regretBound,emmr'
    expect(rulesOf({ stop: {} })).toEqual([['stop', `rule.needsStop names=${names}`]])
    expect(rulesOf({ stop: { failures: 3 } })).toHaveLength(1)
    expect(rulesOf({ stop: {}, sampler: { name: 'grid' } })).toEqual([])
    expect(rulesOf({ stop: {}, objective: { external: true } })).toEqual([])
    for (const name of names.split(',')) expect(rulesOf({ stop: { [name]: 0.5 } })).toEqual([])
  })

  it('that need a model take one goal and no constraints', () => {
    const goals = [...study.goals, { metric: 'other', direction: 'minimize' }]
    for (const name of ['regretBound', 'emmr']) {
      const refused = [[`stop.${name}`, 'rule.oneGoalUnconstrained']]
      expect(rulesOf({ stop: { [name]: 0.5 } })).toEqual([])
      expect(rulesOf({ stop: { [name]: 0.5 }, goals })).toEqual(refused)
      expect(rulesOf({ stop: { [name]: 0.5 }, constraints: ['c'] })).toEqual(refused)
    }
    expect(rulesOf({ goals })).toEqual([])
  })
})

describe('a study without a sampler, a pruner or a stop that can be read', () => {
  it.each([null, 'text', [study]])('is %j: nothing to say', raw => {
    expect(checkSearchRules(raw)).toEqual([])
  })

  it.each([
    { sampler: 'tpe', pruner: 3, stop: [] },
    { sampler: { name: 'none such' }, pruner: { name: 'constructor' } },
  ])('%j breaks other rules than these', changes => {
    expect(rulesOf(changes)).toEqual([])
  })
})

describe('a search that goes on from checkpoints', () => {
  const task = { task: 'tabular', data: { file: 'a.csv', target: 'b' } }
  it.each([
    ['a function of several steps', study.objective],
    ['a training', task],
    ['a program that goes on by itself', { command: ['python3', 'train.py'], resumes: true }],
    ['a module that goes on by itself', { module: 'train.ts', resumes: true }],
  ])('takes %s', (_, objective) => {
    expect(rulesOf({ ...promotion, objective })).toEqual([])
    expect(rulesOf({ sampler: { name: 'pbt' }, objective })).toEqual([])
    expect(rulesOf({ sampler: { name: 'freezeThaw', steps: 9 }, objective })).toEqual([])
  })

  it.each([
    ['a function of one step', { function: 'sphere' }],
    ['trials that are told', { external: true }],
    ['trainings with hypergradients', { ...task, hypergradients: {} }],
  ])('refuses %s, which leaves none', (_, objective) => {
    const rule = 'rule.checkpointObjective'
    expect(rulesOf({ ...promotion, objective })).toContainEqual(['pruner.name', rule])
    expect(rulesOf({ sampler: { name: 'pb2' }, objective })).toContainEqual(['sampler.name', rule])
  })

  it.each([
    ['a program', { command: ['python3', 'train.py'] }],
    ['a module', { module: 'train.ts', resumes: false }],
  ])('refuses %s that does not say so, and names the key', (_, objective) => {
    const rule = 'rule.checkpointProgram'
    expect(rulesOf({ ...promotion, objective })).toContainEqual(['pruner.name', rule])
    expect(rulesOf({ sampler: { name: 'pb2' }, objective })).toContainEqual(['sampler.name', rule])
  })

  it('tells freeze-thaw how to do without, where nothing can go on', () => {
    const objective = { command: ['python3', 'train.py'] }
    const sampler = { name: 'freezeThaw', steps: 9 }
    expect(rulesOf({ sampler, objective })).toEqual([
      ['sampler.name', 'rule.freezeThawIncrements reason=(rule.checkpointProgram)'],
    ])
    expect(rulesOf({ sampler: { ...sampler, increments: false }, objective })).toEqual([])
  })

  it('wants the steps of freeze-thaw to be those of a whole training', () => {
    const sampler = { name: 'freezeThaw', steps: 9 }
    const of = (epochs: object): object => ({ sampler, objective: task, space: { epochs } })
    expect(rulesOf(of({ fixed: 9 }))).toEqual([])
    expect(rulesOf(of({ fixed: 6 }))).toEqual([['sampler.steps', 'rule.wholeSteps steps=6']])
    expect(rulesOf(of({ int: [3, 9] }))).toEqual([['space.epochs', 'rule.wholeEpochs steps=9']])
    expect(rulesOf({ sampler, objective: { function: 'sphere', steps: 20 } })).toEqual([
      ['sampler.steps', 'rule.wholeSteps steps=20'],
    ])
  })

  it.each([{ checkpoint: 'none' }, { checkpoint: { atEnd: false } }])(
    'refuses a study that saves nothing at the end: %j',
    changes => {
      expect(rulesOf({ ...promotion, ...changes })).toEqual([
        ['pruner.name', 'rule.checkpointAtEnd'],
      ])
    },
  )

  it('refuses replicates, and a population under promotion', () => {
    expect(rulesOf({ ...promotion, replicates: { count: 2 } })).toEqual([
      ['pruner.name', 'rule.checkpointReplicates'],
    ])
    expect(rulesOf({ ...promotion, sampler: { name: 'pbt' } })).toEqual([
      ['pruner.name', 'rule.populationEnds'],
    ])
  })
})
