import { readFileSync } from 'node:fs'
import path from 'node:path'
import { median } from '../../src-main/math/statistics/quantile.ts'
import { signedRankAbove } from '../../src-main/math/statistics/signed-rank.ts'
import { printTable } from '../bench-output.ts'

/**
 * Optuna 5.0.0's Gaussian process with its defaults, frozen: what `bench/peers/optuna_bbob.py` wrote, one run a line, with the best regret
 * after so many trials.
 */
const peerLabel = "Optuna 5.0.0's GPSampler"
const peerRuns = readFileSync(path.join(import.meta.dirname, 'peers-bbob.generated.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map(
    line =>
      JSON.parse(line) as {
        readonly problem: string
        readonly at: Readonly<Record<string, number>>
      },
  )

function peerRegrets(evaluations: number): Record<string, number[]> {
  const regrets: Record<string, number[]> = {}
  for (const { problem, at } of peerRuns) {
    const regret = at[evaluations]
    if (regret !== undefined) (regrets[problem] ??= []).push(regret)
  }
  return regrets
}

export interface Duel {
  readonly dimension: number
  /** Functions whose median regret over instances and seeds is lower, equal, higher than the peer's. */
  readonly functions: readonly [better: number, equal: number, worse: number]
  /** Of all pairs of a run of ours and one of the peer on the same instance, how many are won; half for equal ones. */
  readonly pairsWon: number
  /** P of the signed-rank test over the functions that ours is better, by the logarithms of the medians. */
  readonly pValue: number
}

/** Smaller regrets are all the same: the values' own digits end there. */
const SMALLEST = 1e-8

/** @param regrets regrets by problem, one for each seed; problems that the peer has not run do not count */
export function duels(
  regrets: Readonly<Record<string, readonly number[]>>,
  others: Readonly<Record<string, readonly number[]>>,
): Duel[] {
  const problems = Object.keys(regrets).filter(
    name => regrets[name]!.length > 0 && others[name]?.length,
  )
  const groups = new Map<string, { ours: number[]; theirs: number[]; won: number; pairs: number }>()
  for (const name of problems) {
    const key = name.replace(/_i\d+$/, '')
    const group = groups.get(key) ?? { ours: [], theirs: [], won: 0, pairs: 0 }
    groups.set(key, group)
    const [ours, theirs] = [regrets[name]!, others[name]!].map(some =>
      some.map(regret => Math.max(regret, SMALLEST)),
    ) as [number[], number[]]
    group.ours.push(...ours)
    group.theirs.push(...theirs)
    for (const a of ours) {
      for (const b of theirs) group.won += a < b ? 1 : a === b ? 0.5 : 0
    }
    group.pairs += ours.length * theirs.length
  }
  const dimensions = [...new Set([...groups.keys()].map(dimensionOf))].sort((a, b) => a - b)
  return dimensions.map(dimension => {
    const some = [...groups].filter(([key]) => dimensionOf(key) === dimension)
    const gains = some.map(([, { ours, theirs }]) => Math.log(median(theirs) / median(ours)))
    const count = (sign: number): number => gains.filter(gain => Math.sign(gain) === sign).length
    const total = (of: 'won' | 'pairs'): number =>
      some.reduce((sum, [, group]) => sum + group[of], 0)
    return {
      dimension,
      functions: [count(1), count(0), count(-1)],
      pairsWon: total('won') / total('pairs'),
      pValue: signedRankAbove(gains),
    }
  })
}

function dimensionOf(key: string): number {
  return Number(/_d(\d+)$/.exec(key)![1])
}

/** @param regretsBySampler by sampler, then by problem */
export function printDuels(
  evaluations: number,
  regretsBySampler: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>,
): void {
  const others = peerRegrets(evaluations)
  const rows = Object.entries(regretsBySampler).flatMap(([sampler, regrets]) =>
    duels(regrets, others).map(({ dimension, functions, pairsWon, pValue }) => [
      sampler,
      String(dimension),
      functions.join(' : '),
      `${(100 * pairsWon).toFixed(0)} %`,
      pValue.toFixed(3),
    ]),
  )
  if (rows.length === 0) return
  console.log(`\nBBOB after ${evaluations} evaluations, against ${peerLabel}\n`)
  printTable(['sampler', 'dimensions', 'better : equal : worse', 'pairs won', 'p'], rows)
}
