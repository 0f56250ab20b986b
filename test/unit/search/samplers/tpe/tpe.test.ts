import { msg } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { Proposal } from '../../../../../src-main/core/processes/search-protocol.ts'
import type { SpaceSpecification } from '../../../../../src-main/core/study/space-specification.ts'
import type { TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../../../../src-main/math/random/stream.ts'
import { dimensionGroups } from '../../../../../src-main/search/samplers/tpe/dimension.ts'
import { tpeOptionsSchema } from '../../../../../src-main/search/samplers/tpe/settings.ts'
import { tpeSampler } from '../../../../../src-main/search/samplers/tpe/tpe.ts'
import { buildSpace } from '../../../../../src-main/search/space/build-space.ts'

const goal = { metric: 'loss', direction: 'minimize' } as const

function contextOf(space: SpaceSpecification, goals: readonly (typeof goal)[] = [goal]) {
  return {
    space: buildSpace(space),
    goals: [...goals],
    constraints: [],
    parallelTrials: 1,
    seed: 4,
    trialBudget: null,
  }
}

/** A study of `count` complete trials with the given loss. */
function run(
  options: Record<string, unknown>,
  space: SpaceSpecification,
  loss: (parameters: Proposal['parameters']) => number,
  count: number,
): { proposals: Proposal[]; trials: TrialSnapshot[] } {
  const sampler = tpeSampler.create(tpeOptionsSchema.parse(options), contextOf(space))
  const proposals: Proposal[] = []
  const trials: TrialSnapshot[] = []
  for (let number = 0; number < count; number++) {
    const random = createRandomStream({ seed: 4, number, purpose: 'proposal' })
    const proposal = sampler.propose({ trials, trialNumber: number, random }) as Proposal
    const { parameters } = proposal
    const values = [loss(parameters)]
    proposals.push(proposal)
    trials.push({ number, state: 'complete', parameters, values, reports: [] })
  }
  return { proposals, trials }
}

describe('tpe', () => {
  it('refuses what the preset hyperopt cannot do', () => {
    const space: SpaceSpecification = { x: { float: [0, 1] } }
    const check = (options: unknown, goals = [goal]) =>
      tpeSampler.check(tpeOptionsSchema.parse(options), contextOf(space, goals))
    expect(check({})).toEqual([])
    expect(check({}, [goal, goal])).toEqual([])
    expect(check({ preset: 'hyperopt' }, [goal, goal])).toMatchObject([
      { path: ['goals'], value: 2 },
    ])
    expect(check({ preset: 'hyperopt', multivariate: true })).toMatchObject([
      { path: ['sampler', 'multivariate'], value: true },
    ])
  })

  it('groups parameters by their conditions and leaves single values out', () => {
    const space = buildSpace({
      rate: { float: [0, 1] },
      kind: { choice: ['a', 'b'] },
      epochs: { fixed: 3 },
      left: { float: [0, 1], when: { kind: 'a' } },
      right: { int: [1, 4], when: { kind: 'b' } },
      other: { int: [1, 4], when: { kind: ['a'] } },
    })
    const namesOf = (together: boolean) =>
      dimensionGroups(space, together).map(({ dimensions }) =>
        dimensions.map(({ parameter }) => parameter.name),
      )
    expect(namesOf(true)).toEqual([['rate', 'kind'], ['left', 'other'], ['right']])
    expect(namesOf(false)).toEqual([['rate'], ['kind'], ['left'], ['right'], ['other']])
  })

  it('says what it did', () => {
    const { proposals } = run({}, { x: { float: [0, 1] } }, ({ x }) => Number(x), 30)
    expect(proposals[9]?.provenance.detail).toMatchObject({ phase: 'startup' })
    expect(proposals[29]?.provenance).toMatchObject({
      sampler: 'tpe',
      reason: msg('proposal.bestDraw', { draws: 24, good: 5, trials: 29 }),
      detail: { phase: 'model', good: 5, bad: 24 },
    })
  })

  it('seldom repeats a point of a small space before all are tried', () => {
    const space: SpaceSpecification = { a: { int: [1, 4] }, b: { choice: ['x', 'y', 'z'] } }
    const different = (options: Record<string, unknown>): number => {
      const { trials } = run(options, space, ({ a, b }) => Number(a) + (b === 'x' ? 0 : 3), 14)
      return new Set(trials.map(({ parameters }) => JSON.stringify(parameters))).size
    }
    expect(different({})).toBeGreaterThanOrEqual(10)
    expect(different({})).toBeGreaterThan(different({ avoidRepeats: false }))
  })

  it('keeps away from trials that are still running', () => {
    const space: SpaceSpecification = { x: { float: [0, 1] } }
    const { trials } = run({}, space, ({ x }) => (Number(x) - 0.3) ** 2, 40)
    const proposalsWith = (running: boolean): number[] => {
      const sampler = tpeSampler.create(
        tpeOptionsSchema.parse({ constantLiar: running }),
        contextOf(space),
      )
      const pending: TrialSnapshot[] = []
      for (let number = 40; number < 60; number++) {
        const random = createRandomStream({ seed: 4, number, purpose: 'proposal' })
        const request = { trials: [...trials, ...pending], trialNumber: number, random }
        const { parameters } = sampler.propose(request) as Proposal
        pending.push({ number, state: 'running', parameters, values: [], reports: [] })
      }
      return pending.map(({ parameters }) => Number(parameters['x']))
    }
    const spread = (values: number[]): number => Math.max(...values) - Math.min(...values)
    expect(spread(proposalsWith(true))).toBeGreaterThan(spread(proposalsWith(false)))
  })

  it('learns conditional parameters from their own branch', () => {
    const space: SpaceSpecification = {
      kind: { choice: ['a', 'b'] },
      left: { float: [0, 1], when: { kind: 'a' } },
      right: { float: [0, 1], when: { kind: 'b' } },
    }
    const { trials } = run(
      {},
      space,
      ({ kind, left, right }) => (kind === 'a' ? 1 + Number(left) : (Number(right) - 0.7) ** 2),
      80,
    )
    const late = trials.slice(50).flatMap(({ parameters }) => parameters['right'] ?? [])
    expect(late.length).toBeGreaterThan(20)
    const near = late.filter(right => Math.abs(Number(right) - 0.7) < 0.1)
    expect(near.length).toBeGreaterThan(late.length / 2)
  })
})
