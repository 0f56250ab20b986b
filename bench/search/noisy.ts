import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Command } from 'commander'
import type { TrialSnapshot } from '../../src-main/core/trial/trial.ts'
import { mean } from '../../src-main/math/numbers.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { signedRankAbove } from '../../src-main/math/statistics/signed-rank.ts'
import { median } from '../../src-main/math/statistics/quantile.ts'
import { estimatedBest } from '../../src-main/search/estimated-best/estimated-best.ts'
import { StudySearch } from '../../src-main/search/study-search.ts'
import { benchMachine, printTable, writeResults } from '../bench-output.ts'
import { drawPairs } from './pairs-picture.ts'
import type { SearchProblem } from './problems/problem.ts'
import { loadProblem } from './problems/registry.ts'
import { scaleOf, simulatedSpecification } from './simulated-study.ts'

/**
 * `npm run bench:noisy`: is the estimated best truly better than the best observed? `auto` on functions to whose values normal
 * noise is added, in shares of the distance between the median and the best of 512 spread points; every trial is the mean of three
 * trainings, whose mean has that noise. Regret is the true
 * value of the named trial above the best true value that any run of the problem met, in the same distance.
 */
const problems = [
  'branin2',
  'hartmann6',
  'held_camel2',
  'held_griewank5',
  'held_rastrigin5',
  'held_rosenbrock8',
  'held_network_a',
  'held_network_d',
]
const levels = [0.05, 0.2]
/** Of every trial, whose mean counts: they show how noisy values are. */
const TRAININGS = 3

interface Run {
  readonly observed: number
  readonly likely: number
  /** The best true value of its trials: what a perfect judge would name. */
  readonly perfect: number
  /** That the estimated best is truly better; null where it is the observed one. */
  readonly chance: number | null
}

const command = new Command('bench:noisy')
  .option('--seeds <count>', 'seeds for each problem', Number, 20)
  .option('--trials <count>', 'trials of each study', Number, 60)
  .option('--picture <file>', 'draw the medians')
  .parse()
const { seeds, trials, picture } = command.opts<{
  seeds: number
  trials: number
  picture?: string
}>()

async function runOnce(problem: SearchProblem, seed: number, noise: number): Promise<Run> {
  const specification = simulatedSpecification(problem, {
    seed,
    sampler: { name: 'auto' },
    replicates: { count: TRAININGS },
    stop: { trials },
  })
  const search = new StudySearch()
  search.open(specification, [])
  const snapshots: TrialSnapshot[] = []
  const truth: number[] = []
  const trainings = new Map<number, number[]>()
  for (let number = 0; number < trials; number++) {
    const proposal = search.propose(number)
    if ('exhausted' in proposal) break
    const { parameters } = proposal
    search.started(number, parameters)
    const random = createRandomStream({ seed, number, purpose: `noise of ${problem.name}` })
    truth.push(await problem.evaluate(parameters))
    const values = Array.from(
      { length: TRAININGS },
      () => truth[number]! + noise * Math.sqrt(TRAININGS) * random.normal(),
    )
    trainings.set(number, values)
    const value = mean(values)
    search.finished(number, 'complete', [value])
    snapshots.push({ number, state: 'complete', parameters, values: [value], reports: [] })
  }
  const named = estimatedBest(specification, snapshots, trainings)!
  return {
    observed: truth[named.observed]!,
    likely: truth[named.likely]!,
    perfect: Math.min(...truth),
    chance: named.chance,
  }
}

const rows = []
const renamed: Run[] = []
for (const name of problems) {
  const problem = (await loadProblem(name))!
  const scale = await scaleOf(problem)
  const runs: { readonly level: number; readonly run: Run }[] = []
  for (const level of levels) {
    for (let seed = 0; seed < seeds; seed++) {
      runs.push({ level, run: await runOnce(problem, seed, level * scale) })
    }
  }
  renamed.push(...runs.map(({ run }) => run).filter(({ chance }) => chance !== null))
  const best = Math.min(...runs.map(({ run }) => run.perfect))
  for (const level of levels) {
    const levelRuns = runs.filter(run => run.level === level).map(({ run }) => run)
    const regretsOf = (kind: 'observed' | 'likely' | 'perfect'): number[] =>
      levelRuns.map(run => (run[kind] - best) / scale)
    const [observed, likely, perfect] = [
      regretsOf('observed'),
      regretsOf('likely'),
      regretsOf('perfect'),
    ] as [number[], number[], number[]]
    const differences = observed.map((regret, seed) => regret - likely[seed]!)
    rows.push({
      problem: name,
      level,
      observed,
      likely,
      medians: [observed, likely, perfect].map(median),
      pValue: differences.every(value => value === 0) ? 1 : signedRankAbove(differences),
    })
    console.log(
      name,
      level,
      rows
        .at(-1)!
        .medians.map(value => value.toPrecision(3))
        .join(' '),
    )
  }
}

printTable(
  ['problem', 'noise', 'observed', 'likely', 'perfect judge', 'mean ratio', 'p'],
  rows.map(({ problem, level, observed, likely, medians, pValue }) => [
    problem,
    String(level),
    ...medians.map(value => value.toPrecision(3)),
    (mean(likely) / mean(observed)).toFixed(2),
    pValue.toFixed(3),
  ]),
)
const ratio = mean(rows.map(({ observed, likely }) => mean(likely) / mean(observed)))
console.log(`mean regret of the likely best: ${ratio.toFixed(3)} of that of the observed best`)
const chances = [0, 0.6, 0.7, 0.8, 0.9].map((low, index, lows) => {
  const high = lows[index + 1] ?? 1.01
  const some = renamed.filter(({ chance }) => chance! >= low && chance! < high)
  const isBetter = some.map(({ likely, observed }) => (likely < observed ? 1 : 0))
  return {
    low,
    runs: some.length,
    predicted: mean(some.map(run => run.chance!)),
    is: mean(isBetter),
  }
})
console.log(`named another trial in ${renamed.length} of ${rows.length * seeds} runs`)
printTable(
  ['chance from', 'runs', 'says', 'is'],
  chances.map(({ low, runs, predicted, is }) => [
    low.toFixed(1),
    String(runs),
    predicted.toFixed(3),
    is.toFixed(3),
  ]),
)
if (picture !== undefined) {
  mkdirSync(path.dirname(picture), { recursive: true })
  const pairs = rows.map(({ problem, level, medians }) => ({
    label: `${problem} ${100 * level} %`,
    from: medians[0]!,
    to: medians[1]!,
  }))
  const text = {
    title: `Median true regret after ${trials} trials`,
    from: 'observed best',
    to: 'likely best',
  }
  writeFileSync(picture, drawPairs(pairs, text))
}
writeResults('noisy', { machine: benchMachine(), seeds, trials, ratio, rows, chances })
