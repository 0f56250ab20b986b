import { printTable } from '../bench-output.ts'
import { peerFile, type Summaries, type Summary } from './peers.ts'
import { meanRanks, type RankedMethod } from './ranks.ts'

type Own = Readonly<Record<string, Summaries>>

export interface RankTable {
  readonly evaluations: number
  readonly problems: readonly string[]
  /** One of our samplers beside the peers; several of ours at once would shift each other. */
  readonly sampler: string
  readonly ranks: readonly RankedMethod[]
}

/** Our samplers, one at a time, among the peers that have a value for every problem. */
export function rankTables(
  problems: readonly string[],
  budgets: readonly number[],
  summariesBySampler: Own,
): RankTable[] {
  const tables: RankTable[] = []
  for (const evaluations of budgets) {
    for (const [sampler, summaries] of Object.entries(summariesBySampler)) {
      const has = problems.every(problem => summaries[problem]?.[evaluations] !== undefined)
      if (!has || problems.length === 0) continue
      const ranks = meanRanks(problems, evaluations, { [sampler]: summaries })
      tables.push({ evaluations, problems, sampler, ranks })
    }
  }
  return tables
}

export interface Report {
  readonly summariesBySampler: Own
  readonly problems: readonly string[]
  readonly ranked: readonly string[]
  readonly ranks: readonly RankTable[]
  readonly budgets: readonly number[]
  readonly quartiles: boolean
}

export function printReport({
  summariesBySampler,
  problems,
  ranked,
  ranks,
  budgets,
  quartiles,
}: Report): void {
  if (problems.length === 0) return
  for (const evaluations of budgets) {
    console.log(`\nRegret after ${evaluations} evaluations, medians (* fewer than 20 seeds)\n`)
    const tables = ranks.filter(table => table.evaluations === evaluations)
    printTable(
      ['method', `rank over ${ranked.length}`, 'first', ...problems.map(shortName)],
      methodRows(summariesBySampler, tables, problems, evaluations),
    )
    for (const { sampler, ranks: rows } of tables) {
      const rank = rows.findIndex(({ id }) => id === sampler) + 1
      const bestPeer = rows.find(({ id }) => id !== sampler)
      console.log(
        `${sampler}: place ${rank} of ${rows.length}, mean rank ${rows[rank - 1]!.meanRank.toFixed(2)};` +
          ` best peer ${labelOf(bestPeer?.id ?? '')} ${bestPeer?.meanRank.toFixed(2)}`,
      )
    }
    if (quartiles) printQuartiles(summariesBySampler, problems, evaluations)
  }
}

function methodRows(
  summariesBySampler: Own,
  tables: readonly RankTable[],
  problems: readonly string[],
  evaluations: number,
): string[][] {
  const rankOf = (id: string): RankedMethod | undefined => {
    const table = tables.find(({ sampler }) => sampler === id) ?? tables[0]
    return table?.ranks.find(row => row.id === id)
  }
  const methods: [string, Summaries][] = [
    ...Object.entries(summariesBySampler),
    ...Object.entries(peerFile.peers).map(([id, { problems: all }]): [string, Summaries] => [
      id,
      all,
    ]),
  ]
  return methods
    .filter(([, all]) => problems.some(problem => all[problem]?.[evaluations] !== undefined))
    .map(([id, all]) => ({ id, all, rank: rankOf(id) }))
    .sort((a, b) => (a.rank?.meanRank ?? 99) - (b.rank?.meanRank ?? 99))
    .map(({ id, all, rank }) => [
      id in summariesBySampler ? `> ${id}` : labelOf(id),
      rank?.meanRank.toFixed(2) ?? '–',
      rank?.firsts.toFixed(0) ?? '–',
      ...problems.map(problem => regret(problem, all[problem]?.[evaluations])),
    ])
}

function printQuartiles(
  summariesBySampler: Own,
  problems: readonly string[],
  evaluations: number,
): void {
  console.log('\nmedian [lower quartile … upper quartile]\n')
  printTable(
    ['problem', ...Object.keys(summariesBySampler), 'best peer'],
    problems.map(problem => {
      const peers = Object.entries(peerFile.peers)
        .map(([id, peer]) => ({ id, summary: peer.problems[problem]?.[evaluations] }))
        .filter(({ summary }) => summary !== undefined)
        .sort((a, b) => a.summary![0] - b.summary![0])
      const best = peers[0]
      return [
        shortName(problem),
        ...Object.values(summariesBySampler).map(all =>
          spread(problem, all[problem]?.[evaluations]),
        ),
        best === undefined ? '–' : `${spread(problem, best.summary)} ${labelOf(best.id)}`,
      ]
    }),
  )
}

function labelOf(id: string): string {
  return peerFile.peers[id]?.label ?? id
}

function shortName(problem: string): string {
  return problem.replace('yahpo_', '').replace('hpolib_', '').replace('hpobench_', '')
}

function format(problem: string, value: number): string {
  const difference = value - (peerFile.bestKnown[problem] ?? 0)
  return Math.abs(difference) < 1e-15 ? '0' : difference.toPrecision(3)
}

function regret(problem: string, summary: Summary | undefined): string {
  if (summary === undefined) return '–'
  return format(problem, summary[0]) + (summary[3] < 20 ? '*' : '')
}

function spread(problem: string, summary: Summary | undefined): string {
  if (summary === undefined) return '–'
  const [median, lower, upper] = summary.map(value => format(problem, value))
  return `${median} [${lower} … ${upper}]`
}
