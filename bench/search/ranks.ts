import { peerFile, type Summaries } from './peers.ts'

export interface RankedMethod {
  readonly id: string
  readonly meanRank: number
  /** Problems on which it is first, or shares the first place with one other. */
  readonly firsts: number
}

const TIE = 1e-12

/**
 * Mean rank of the medians over problems, 1 = best, equal ones share the mean of their places; the peers that have a
 * value for every problem, and methods beside them. The same computation as for the peers alone.
 * @param evaluations one of the marks
 * @param summariesBySampler further methods by their name
 * @returns from first to last
 */
export function meanRanks(
  problems: readonly string[],
  evaluations: number,
  summariesBySampler: Readonly<Record<string, Summaries>>,
): RankedMethod[] {
  const peers = Object.entries(peerFile.peers).map(([id, peer]) => [id, peer.problems] as const)
  const complete = [...peers, ...Object.entries(summariesBySampler)].filter(([, summaries]) =>
    problems.every(problem => summaries[problem]?.[evaluations] !== undefined),
  )
  const names = new Set(complete.map(([id]) => id))
  const methods = complete.filter(([id]) => !names.has(peerFile.replacedBy[id] ?? ''))
  const ranks = methods.map((): number[] => [])
  for (const problem of problems) {
    const medians = methods.map(([, summaries]) => summaries[problem]![evaluations]![0])
    medians.forEach((median, index) => {
      const better = medians.filter(other => other < median - TIE).length
      const equal = medians.filter(other => Math.abs(other - median) <= TIE).length
      ranks[index]!.push(1 + better + 0.5 * (equal - 1))
    })
  }
  return methods
    .map(([id], index) => ({
      id,
      meanRank: ranks[index]!.reduce((sum, rank) => sum + rank, 0) / problems.length,
      firsts: ranks[index]!.filter(rank => rank < 1.6).length,
    }))
    .sort((a, b) => a.meanRank - b.meanRank)
}
