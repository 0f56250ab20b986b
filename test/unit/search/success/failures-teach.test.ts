import { describe, expect, it } from 'vitest'
import { studySpecificationSchema } from '../../../../src-main/contract/study-specification.ts'
import type { Assignment } from '../../../../src-main/contract/trial.ts'
import { StudySearch } from '../../../../src-main/search/study-search.ts'

const unit = { float: [0, 1] }

interface Failing {
  readonly space: Record<string, unknown>
  readonly fails: (point: Assignment) => boolean
  readonly best: number
}

const value = ({ x, y }: Assignment): number => -Number(x) + (Number(y) - 0.3) ** 2
const failing: Record<string, Failing> = {
  edge: { space: { x: unit, y: unit }, fails: ({ x }) => Number(x) > 0.6, best: -0.6 },
  oblique: {
    space: { x: unit, y: unit },
    fails: ({ x, y }) => Number(x) + Number(y) > 1.1,
    best: -0.96,
  },
}

/** Asks and tells, as `suggest` does. */
function search(
  sampler: { readonly name: string },
  { space, fails }: Failing,
  seed: number,
  trials: number,
) {
  const specification = studySpecificationSchema.parse({
    ...{ name: 'failing', objective: { external: true }, space, sampler, seed, stop: { trials } },
    goals: [{ metric: 'v', direction: 'minimize' }],
  })
  const study = new StudySearch()
  study.open(specification, [])
  const failed: string[] = []
  let best = Number.POSITIVE_INFINITY
  let ended = trials
  for (let number = 0; number < trials; number++) {
    const proposal = study.propose(number)
    if ('exhausted' in proposal) {
      ended = number
      break
    }
    study.started(number, proposal.parameters)
    if (fails(proposal.parameters)) {
      failed.push(JSON.stringify(proposal.parameters))
      study.finished(number, 'failed', [])
    } else {
      best = Math.min(best, value(proposal.parameters))
      study.finished(number, 'complete', [value(proposal.parameters)])
    }
  }
  return { failed, best, ended }
}

const models = ['auto', 'gp', 'tpe', 'forest']
const populations = ['cmaes', 'catcma', 'de', 'genetic', 'pso', 'anneal', 'nsga2', 'nsga3']

describe.each(['edge', 'oblique'])('a failing region (%s)', name => {
  const problem = failing[name] as Failing

  it.each([...models, ...populations])('is learnt by %s', sampler => {
    for (const seed of [1, 2]) {
      const { failed } = search({ name: sampler }, problem, seed, 60)
      expect(failed.length).toBeLessThanOrEqual(12)
      expect(new Set(failed).size).toBe(failed.length)
    }
  })

  it.each(['auto', 'gp', 'tpe'])('does not hide the optimum at its edge from %s', sampler => {
    for (const seed of [1, 2]) {
      const { best } = search({ name: sampler }, problem, seed, 60)
      expect(best).toBeLessThan(problem.best + 0.01)
    }
  })
})

describe('a point that has failed', () => {
  const grid = { x: { float: [0, 1], step: 0.25 }, y: { choice: [0, 0.5] } }

  it.each([...models, ...populations])('is never proposed again by %s', sampler => {
    const problem = { space: grid, fails: ({ x }: Assignment) => Number(x) > 0.3, best: 0 }
    const { failed, ended } = search({ name: sampler }, problem, 5, 30)
    expect(new Set(failed).size).toBe(failed.length)
    expect(ended).toBe(30)
  })

  it('ends the search where every point has', () => {
    const problem = { space: grid, fails: () => true, best: 0 }
    const { failed, ended } = search({ name: 'auto' }, problem, 5, 30)
    expect(ended).toBe(10)
    expect(new Set(failed).size).toBe(10)
  })
})
