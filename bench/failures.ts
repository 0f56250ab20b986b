import { printTable, writeResults } from './bench-output.ts'
import { type FailingRegion, failingRegions, searchFailing } from './failing-regions.ts'

/**
 * How samplers keep away from where trials fail: `npm run bench:failures [-- SAMPLER,…|all REGION,…|all SEEDS|FIRST-LAST]`. Of 60 trials at most 12
 * may fail, and the best must come within 0.01 of the best there is; `met` counts the runs that do both.
 */

const TRIALS = 60
const MAX_FAILURES = 12
const MAX_GAP = 0.01

const named =
  'auto gp tpe forest cmaes catcma de genetic pso anneal nsga2 nsga3 mix portfolio pbt pb2 gradient'
const options: Readonly<Record<string, object>> = {
  mix: {
    samplers: [
      { name: 'de', weight: 1 },
      { name: 'anneal', weight: 1 },
    ],
  },
  portfolio: { samplers: [{ name: 'cmaes' }, { name: 'tpe' }] },
}

const [samplers = 'all', regions = 'all', seeds = '20'] = process.argv.slice(2)
const chosen = (list: string, all: readonly string[]): readonly string[] =>
  list === 'all' ? all : list.split(',')

const [first, last] = seeds.includes('-')
  ? (seeds.split('-').map(Number) as [number, number])
  : [0, Number(seeds) - 1]

const rows = chosen(samplers, named.split(' ')).flatMap(sampler =>
  chosen(regions, Object.keys(failingRegions)).map(name => {
    const region = (failingRegions as Readonly<Record<string, FailingRegion>>)[name]!
    const begun = performance.now()
    const runs = Array.from({ length: last - first + 1 }, (_, index) =>
      searchFailing({ name: sampler, ...options[sampler] }, region, first + index, TRIALS),
    )
    const counts = runs.map(({ failed }) => failed.length).sort((a, b) => a - b)
    const row = {
      sampler,
      region: name,
      seeds: runs.length,
      medianFailures: counts[counts.length >> 1]!,
      maxFailures: counts.at(-1)!,
      tooManyFailures: counts.filter(count => count > MAX_FAILURES).length,
      repeatedFailures: runs.filter(({ failed }) => new Set(failed).size < failed.length).length,
      found: runs.filter(({ gap }) => gap <= MAX_GAP).length,
      met: runs.filter(({ failed, gap }) => failed.length <= MAX_FAILURES && gap <= MAX_GAP).length,
      maxGap: Math.max(...runs.map(({ gap }) => gap)),
      msPerTrial: (performance.now() - begun) / runs.length / TRIALS,
    }
    console.error(JSON.stringify(row))
    return row
  }),
)
printTable(
  ['sampler', 'region', 'failures', 'most', 'found', 'met', 'of', 'largest gap', 'ms per trial'],
  rows.map(row => [
    row.sampler,
    row.region,
    String(row.medianFailures),
    String(row.maxFailures),
    String(row.found),
    String(row.met),
    String(row.seeds),
    row.maxGap.toFixed(4),
    row.msPerTrial.toFixed(1),
  ]),
)
if (process.argv.length === 2) writeResults('failures', rows)
