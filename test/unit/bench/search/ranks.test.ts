import { describe, expect, it } from 'vitest'
import { peerFile } from '../../../../bench/search/peers.ts'
import { problemGroups, rankedProblems } from '../../../../bench/search/problems/registry.ts'
import { meanRanks } from '../../../../bench/search/ranks.ts'

describe('mean ranks', () => {
  // As the peers' own summary prints them.
  it.each([
    [50, rankedProblems, 17, ['optuna-tpe-v5', 3.29], ['optuna-auto-v5dev', 3.35]],
    [100, rankedProblems, 16, ['optuna-tpe-rec-v48', 2.74], ['optuna-tpe-v5', 3.91]],
    [200, rankedProblems, 15, ['optuna-tpe-rec-v48', 2.65], ['cmaes-catcmawm-v013', 2.74]],
    [1000, problemGroups.closed, 13, ['cmaes-catcmawm-v013', 1.64], ['optuna-cmaes', 2.93]],
    [1000, rankedProblems, 8, ['cmaes-catcmawm-v013', 2.18], ['cmaes-ipop', 2.53]],
  ] as const)(
    'are those of the peers after %i evaluations',
    (evaluations, problems, count, ...best) => {
      const ranks = meanRanks(problems, evaluations, {})
      expect(ranks).toHaveLength(count)
      expect(
        ranks.slice(0, 2).map(({ id, meanRank }) => [id, Number(meanRank.toFixed(2))]),
      ).toEqual(best)
    },
  )

  it('share places between equal medians and count a method beside the peers', () => {
    const copy = peerFile.peers['cmaes-catcmawm-v013']!.problems
    const ranks = meanRanks(problemGroups.closed, 1000, { copy })
    const [first, second] = ranks
    expect(first!.meanRank).toBe(second!.meanRank)
    expect([first!.id, second!.id].sort()).toEqual(['cmaes-catcmawm-v013', 'copy'])
    expect(ranks).toHaveLength(14)
  })
})
