import { describe, expect, it } from 'vitest'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import type { Proposal } from '../../../../src-main/core/processes/search-protocol.ts'
import { samplers } from '../../../../src-main/search/samplers/registry.ts'
import { StudySearch } from '../../../../src-main/search/study-search.ts'
import { checkStudy } from '../../../../src-main/features/studies/node/study-check.ts'
import { startsOf, tasks } from '../../../../src-main/training/tasks/registry.ts'

const objective = { task: 'tabular', data: { file: 'x.csv', target: 'y' } }

function specify(changes: Record<string, unknown>) {
  const parsed = parseSpecification({
    name: 'test',
    objective,
    goals: [{ metric: 'validationLoss', direction: 'minimize' }],
    space: {
      family: { choice: ['linear', 'boosting'] },
      ridge: { float: [10, 100], log: true, when: { family: 'linear' } },
      leaves: { ordinal: [4, 16, 24, 64], when: { family: 'boosting' } },
      maxBins: { int: [3, 203], step: 50, when: { family: 'boosting' } },
      classWeights: { choice: ['balanced', 'none'] },
    },
    stop: { trials: 8 },
    ...changes,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.specification
}

/** The first proposals, one after the other. */
function first(changes: Record<string, unknown>, count: number) {
  const specification = specify(changes)
  const search = new StudySearch()
  search.open(specification, [], [], startsOf(specification.objective))
  return Array.from({ length: count }, (_, number) => search.propose(number) as Proposal)
}

describe('points that a search begins with', () => {
  const starts = [
    { family: 'linear', ridge: 10, classWeights: 'none' },
    { family: 'boosting', leaves: 4, maxBins: 203, classWeights: 'none' },
  ]
  const learning = Object.values(samplers).filter(
    ({ proposals, learnsFromOthers }) => proposals !== 'listed' && learnsFromOthers !== false,
  )

  it.each(learning.map(({ name }) => name))(
    'are usual ones of each family, as near as the space allows, for %s',
    name => {
      const others = ['mix', 'portfolio'].includes(name)
        ? { samplers: [{ name: 'random' }, { name: 'tpe' }] }
        : {}
      const proposals = first({ sampler: { name, ...others } }, 3)
      expect(proposals.slice(0, 2).map(({ parameters }) => parameters)).toEqual(starts)
      expect(proposals.map(({ provenance }) => provenance.sampler).slice(0, 2)).toEqual([
        'start',
        'start',
      ])
      expect(proposals[0]?.provenance.reason).toEqual({
        code: 'proposal.start',
        values: { point: 1, points: 2 },
      })
      expect(proposals[2]?.provenance.sampler).toBe(name)
    },
  )

  it('keep relations', () => {
    const space = {
      family: { choice: ['boosting'] },
      leaves: { int: [2, 64] },
      rounds: { int: [1, 200] },
    }
    const [start] = first({ space, relations: ['leaves * 2 <= 40', 'rounds <= 150'] }, 1)
    expect(start?.provenance.sampler).toBe('start')
    expect(start?.parameters['leaves']).toBeLessThanOrEqual(20)
    expect(start?.parameters['rounds']).toBe(100)
  })

  it('are none where points are enqueued, or the space has no family', () => {
    const enqueued = first({ enqueue: [{ family: 'boosting' }] }, 2)
    expect(enqueued.map(({ provenance }) => provenance.sampler)).toEqual(['enqueue', 'auto'])
    const [network] = first({ space: { units: { int: [1, 9] } } }, 1)
    expect(network?.provenance.sampler).toBe('auto')
  })
})

describe('a space over a table', () => {
  const space = {
    family: { choice: ['network', 'boosting', 'forest'] },
    units: { int: [8, 64] },
    optimizer: { choice: ['adam', 'momentum'] },
    momentum: { float: [0.5, 0.9], when: { optimizer: 'momentum' } },
    maxDepth: { int: [2, 9] },
    classWeights: { choice: ['none', 'balanced'] },
  }
  const checked = (changes: object) => {
    const { objective: task, goals, name, stop } = specify({})
    const study = checkStudy({ objective: task, goals, name, stop, space, ...changes }, { tasks })
    return study.ok ? study.specification.space : study.problems
  }

  it('gets conditions, so that points which train the same are the same', () => {
    expect(checked({})).toEqual({
      ...space,
      units: { ...space.units, when: { family: ['network'] } },
      optimizer: { ...space.optimizer, when: { family: ['network'] } },
      maxDepth: { ...space.maxDepth, when: { family: ['boosting', 'forest'] } },
    })
  })

  it('stays as it is where points or relations name its parameters, or nothing decides', () => {
    expect(checked({ enqueue: [{ family: 'forest', units: 9 }] })).toEqual(space)
    expect(checked({ relations: ['units <= 40'] })).toEqual(space)
    const fixed = { ...space, family: { fixed: 'boosting' } }
    expect(checked({ space: fixed })).toEqual(fixed)
  })
})
