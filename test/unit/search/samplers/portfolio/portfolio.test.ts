import { describe, expect, it } from 'vitest'
import type { Proposal } from '../../../../../src-main/core/processes/search-protocol.ts'
import type { TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import { rankCredits } from '../../../../../src-main/search/samplers/portfolio/assignments.ts'
import { askSampler, createSamplerOf } from '../../../../helpers/propose-trials.ts'

const space = Object.fromEntries(
  Array.from({ length: 4 }, (_, index) => [`x${index}`, { float: [0, 1] as [number, number] }]),
)

/** Shares of the arms in a study on a bowl, told trial by trial. */
function armsOf(samplers: readonly object[], trials: number): string[] {
  const plan = { sampler: 'portfolio', options: { samplers }, space, seed: 2, trials }
  const sampler = createSamplerOf(plan)
  const history: TrialSnapshot[] = []
  return Array.from({ length: trials }, (_, number) => {
    const { parameters, provenance } = askSampler(sampler, plan, history, number) as Proposal
    const value = Object.values(parameters).reduce<number>(
      (sum, x) => sum + ((x as number) - 0.3) ** 2,
      0,
    )
    history.push({ number, state: 'complete', parameters, values: [value], reports: [] })
    return provenance.detail?.['by'] as string
  })
}

function trial(number: number, value: number): TrialSnapshot {
  return { number, state: 'complete', parameters: {}, values: [value], reports: [] }
}

describe('portfolio', () => {
  it('gives trials to the sampler whose trials are better', () => {
    const late = armsOf([{ name: 'random' }, { name: 'tpe' }], 200).slice(100)
    const byTpe = late.filter(by => by === 'tpe').length
    expect(byTpe).toBeGreaterThan(80)
    // The other one is still tried now and then.
    expect(byTpe).toBeLessThan(100)
  })

  it('tries every sampler at first', () => {
    const first = armsOf([{ name: 'random' }, { name: 'sobol' }, { name: 'tpe' }], 3)
    expect(first.sort()).toEqual(['random', 'sobol', 'tpe'])
  })

  it('gives credit by rank', () => {
    const compare = (a: TrialSnapshot, b: TrialSnapshot): number =>
      (a.values[0] as number) - (b.values[0] as number)
    const trials = [trial(0, 5), trial(1, 1), trial(2, 3)]
    const { credits, uses } = rankCredits(trials, [0, 1, 0], 2, compare)
    // By hand: rewards 1, 0.9·2/3 and 0.81·1/3 for the values 1, 3 and 5.
    expect(credits[0]).toBeCloseTo((0.6 + 0.27) / 2, 12)
    expect(credits[1]).toBeCloseTo(1, 12)
    expect(uses).toEqual([2, 1])
  })
})
