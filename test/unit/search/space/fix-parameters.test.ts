import { describe, expect, it } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { unknownName } from '../../../../src-main/core/values/closest-name.ts'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import type { SpaceSpecification } from '../../../../src-main/core/study/space-specification.ts'
import { samplers } from '../../../../src-main/search/samplers/registry.ts'
import { buildSpace } from '../../../../src-main/search/space/build-space.ts'
import { assignmentProblems } from '../../../../src-main/search/space/conditions.ts'
import {
  checkFixed,
  fixParameters,
  readAssignment,
  valueOfText,
} from '../../../../src-main/search/space/fix-parameters.ts'
import type { Parameter } from '../../../../src-main/search/space/search-space.ts'
import { StudySearch } from '../../../../src-main/search/study-search.ts'
import { checkStudy } from '../../../../src-main/features/studies/node/study-check.ts'
import { tasks } from '../../../../src-main/training/tasks/registry.ts'

const specification: SpaceSpecification = {
  rate: { float: [0.001, 1], log: true },
  optimizer: { choice: ['sgd', 'adam'] },
  momentum: { float: [0, 0.9], when: { optimizer: 'sgd' } },
  beta: { ordinal: [0.8, 0.9], when: { optimizer: 'adam' } },
  layers: { int: [1, 5], step: 2 },
}
const space = buildSpace(specification)

const names = (fix: Record<string, string | number>): string[] =>
  fixParameters(space, fix).parameters.map(({ name }) => name)

describe('fixParameters', () => {
  it('holds parameters and leaves out what can no longer be active', () => {
    expect(names({})).toEqual(['rate', 'optimizer', 'momentum', 'beta', 'layers'])
    expect(names({ optimizer: 'adam' })).toEqual(['rate', 'optimizer', 'beta', 'layers'])
    const [, optimizer, momentum] = fixParameters(space, {
      optimizer: 'sgd',
      momentum: 0.3,
    }).parameters
    expect(optimizer).toEqual({ kind: 'fixed', name: 'optimizer', when: [], value: 'sgd' })
    expect(momentum).toMatchObject({ kind: 'fixed', value: 0.3, when: [{ parent: 'optimizer' }] })
  })

  it('names values that are outside, unknown or never active', () => {
    const rules = checkFixed({ rate: 2, layers: 2, units: 3 }, space)
    expect(rules).toEqual([
      {
        path: ['fix', 'rate'],
        value: 2,
        rule: msg('rule.numberBetween', { low: 0.001, high: 1 }),
      },
      {
        path: ['fix', 'layers'],
        value: 2,
        rule: msg('rule.wholeBetween', { low: 1, high: 5, step: 2 }),
      },
      {
        path: ['fix', 'units'],
        value: 3,
        rule: unknownName('parameter', 'units', [
          'rate',
          'optimizer',
          'momentum',
          'beta',
          'layers',
        ]),
      },
    ])
    expect(checkFixed({ optimizer: 'adam', momentum: 0.3 }, space)).toEqual([
      {
        path: ['fix', 'momentum'],
        value: 0.3,
        rule: msg('rule.neverActive'),
      },
    ])
  })

  it('reads texts as the parameter means them', () => {
    const parameter = (name: string): Parameter | undefined =>
      space.parameters.find(other => other.name === name)
    expect(valueOfText(parameter('rate'), '1e-2')).toBe(0.01)
    expect(valueOfText(parameter('optimizer'), 'adam')).toBe('adam')
    const texts: Parameter = {
      kind: 'choice',
      name: 'k',
      when: [],
      values: ['1', 'true'],
      weights: null,
    }
    expect(valueOfText(texts, '1')).toBe('1')
    expect(valueOfText({ ...texts, values: [1, true] }, 'true')).toBe(true)
    expect(valueOfText(parameter('layers'), 'many')).toBe('many')
  })

  it('reads name=value, also where the name has a sign of equality', () => {
    const odd = buildSpace({ a: { int: [1, 9] }, 'a=b': { int: [1, 9] }, 'x y': { int: [1, 9] } })
    expect(readAssignment(odd, 'a=b=3')).toEqual(['a=b', 3])
    expect(readAssignment(odd, 'a=3')).toEqual(['a', 3])
    expect(readAssignment(odd, 'x y=4')).toEqual(['x y', 4])
    expect(readAssignment(odd, 'unknown=b=1')).toEqual(['unknown', 'b=1'])
    expect(readAssignment(odd, '=1')).toBeNull()
    expect(readAssignment(odd, 'a')).toBeNull()
  })
})

const study = {
  name: 'fixed',
  objective: { external: true },
  goals: [{ metric: 'loss', direction: 'minimize' }],
  space: specification,
  fix: { optimizer: 'sgd', layers: 3 },
  relations: ['layers > momentum'],
  stop: { trials: 20 },
}

describe('a study that fixes parameters', () => {
  const nested = { mix: true, portfolio: true }
  const needed: Readonly<Record<string, object>> = { freezeThaw: { steps: 3 } }
  it.each(Object.keys(samplers).filter(name => !Object.hasOwn(nested, name)))(
    'is searched by %s: points of the whole space with these values',
    sampler => {
      // Populations and pieces go on from checkpoints, which a program that asks and tells has not.
      const trained = { ...study, objective: { function: 'sphere', steps: 3 } }
      const baseStudy = ['pbt', 'pb2', 'freezeThaw'].includes(sampler) ? trained : study
      const parsed = parseSpecification({
        ...baseStudy,
        sampler: { name: sampler, ...needed[sampler] },
      })
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
      const search = new StudySearch()
      search.open(parsed.specification, [])
      const rates = new Set<unknown>()
      for (let number = 0; number < 14; number++) {
        const proposal = search.propose(number)
        if ('exhausted' in proposal) break
        const { parameters } = proposal
        expect(assignmentProblems(space, parameters)).toEqual([])
        expect(parameters).toMatchObject({ optimizer: 'sgd', layers: 3 })
        rates.add(parameters['rate'])
        search.started(number, parameters)
        search.finished(number, 'complete', [Number(parameters['rate'])])
      }
      expect(rates.size).toBeGreaterThan(4)
    },
  )

  it('is refused with the places of what is wrong', () => {
    const checked = checkStudy(
      { ...study, fix: { optimizer: 'rmsprop' }, enqueue: [{ layers: 1 }] },
      { tasks, external: true },
    )
    expect(checked).toMatchObject({ ok: false, problems: [{ path: ['fix', 'optimizer'] }] })
    const contradiction = checkStudy(
      { ...study, enqueue: [{ layers: 1 }] },
      { tasks, external: true },
    )
    expect(contradiction).toMatchObject({
      ok: false,
      problems: [{ path: ['enqueue', 0, 'layers'], rule: msg('rule.equal', { value: 3 }) }],
    })
  })
})
