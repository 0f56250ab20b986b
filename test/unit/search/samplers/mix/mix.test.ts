import { describe, expect, it } from 'vitest'
import { messageLine } from '../../../../helpers/message-line.ts'
import { samplers } from '../../../../../src-main/search/samplers/registry.ts'
import {
  askSampler,
  createSamplerOf,
  proposeTrials,
  samplerContextOf,
} from '../../../../helpers/propose-trials.ts'

const space = { x: { float: [0, 1] as [number, number] }, y: { int: [1, 3] as [number, number] } }

function sharesOf(options: Readonly<Record<string, unknown>>, trials: number): Map<string, number> {
  const { proposals } = proposeTrials({ sampler: 'mix', options, space, trials })
  const counts = new Map<string, number>()
  for (const { provenance } of proposals) {
    const by = provenance.detail?.['by'] as string
    counts.set(by, (counts.get(by) ?? 0) + 1 / trials)
  }
  return counts
}

describe('mix', () => {
  it('gives each sampler its share of the trials', () => {
    const options = {
      samplers: [{ name: 'random', weight: 3 }, { name: 'sobol' }],
    }
    const shares = sharesOf(options, 1000)
    // Four standard deviations of 1,000 draws with probability 3/4.
    expect(Math.abs((shares.get('random') ?? 0) - 0.75)).toBeLessThan(0.055)
    expect(Math.abs((shares.get('sobol') ?? 0) - 0.25)).toBeLessThan(0.055)
  })

  it('goes on without a sampler that has nothing left, ends when none has', () => {
    const options = { samplers: [{ name: 'grid', points: 2, weight: 9 }, { name: 'random' }] }
    const { proposals } = proposeTrials({ sampler: 'mix', options, space, trials: 40 })
    const byGrid = proposals.filter(({ provenance }) => provenance.detail?.['by'] === 'grid')
    expect(byGrid).toHaveLength(6)
    expect(proposals).toHaveLength(40)
    const grids = { samplers: [{ name: 'grid', points: 2 }] }
    const plan = { sampler: 'mix', options: grids, space, trials: 40 }
    const { proposals: points, trials } = proposeTrials(plan)
    expect(points).toHaveLength(6)
    expect(askSampler(createSamplerOf(plan), plan, trials, 6)).toMatchObject({ exhausted: true })
  })

  it('passes options on and names the place of a problem in them', () => {
    const { optionsSchema, check } = samplers['mix']!
    const bad = { samplers: [{ name: 'random' }, { name: 'tpe', candidates: 'many' }] }
    expect(optionsSchema.safeParse(bad).error?.issues[0]?.path).toEqual([
      'samplers',
      1,
      'candidates',
    ])
    const options = optionsSchema.parse({
      samplers: [{ name: 'random' }, { name: 'tpe', preset: 'hyperopt', multivariate: true }],
    })
    const problems = check(options, samplerContextOf({ sampler: 'mix', space, trials: 1 }))
    expect(problems.map(({ path }) => path)).toEqual([['sampler', 'samplers', 1, 'multivariate']])
  })

  it('says once what several samplers cannot do', () => {
    const { optionsSchema, check } = samplers['mix']!
    const options = optionsSchema.parse({ samplers: [{ name: 'catcma' }, { name: 'cmaes' }] })
    const goal = { metric: 'value', direction: 'minimize' as const }
    const context = samplerContextOf({ sampler: 'mix', space, trials: 1 })
    const problems = check(options, { ...context, goals: [goal, goal] })
    expect(problems).toHaveLength(1)
    const rule = problems.map(problem => messageLine(problem.rule)).join()
    expect(rule).toMatch(
      /^rule\.both .*name=catcma rule=\(rule\.oneGoal .*name=cmaes rule=\(rule\.oneGoal /,
    )
  })
})
