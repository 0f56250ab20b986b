import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Command } from 'commander'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { median } from '../../src-main/math/statistics/quantile.ts'
import { benchMachine, printTable, writeResults } from '../bench-output.ts'
import { meanRanks } from '../tables/scores.ts'
import { peerFile } from './peers.ts'
import type { SearchProblem } from './problems/problem.ts'
import { loadProblem } from './problems/registry.ts'
import { isOptuna, openOptuna, openOwn, type SlotSearch, type SlotStudy } from './slot-searches.ts'

/**
 * `npm run bench:slots`: what several slots cost. Each trial takes a simulated time (log-normal, deviation 0.5 of its logarithm), and a
 * slot that becomes free asks for the next one. Regret after equal trials, and after equal simulated time, by slots.
 *
 * `--samplers auto,optuna-tpe,optuna-gp --slots 8`: beside Optuna in the same slots. Its runs are frozen, one a line; where
 * TUNEWRIGHT_PEER_PYTHON names a Python with Optuna (and PyTorch, for its Gaussian process), those that lack are run and added.
 */
const command = new Command('bench:slots')
  .option('--samplers <names>', 'with commas between', 'auto,tpe,catcma')
  .option(
    '--problems <names>',
    'with commas between',
    'branin2,hartmann6,rosenbrock5,levy8,ackley10_shifted,mixcond',
  )
  .option('--slots <counts>', 'with commas between', '1,4,8,16')
  .option('--seeds <count>', 'seeds for each problem', Number, 20)
  .option('--first-seed <number>', 'the first of the seeds', Number, 0)
  .option('--trials <count>', 'trials of each study', Number, 50)
  .parse()
const options = command.opts<{
  samplers: string
  problems: string
  slots: string
  seeds: number
  firstSeed: number
  trials: number
}>()
const samplers = options.samplers.split(',')
const problems = options.problems.split(',')
const slotCounts = options.slots.split(',').map(Number)
/** Simulated time at which studies are compared, in mean trials of one slot. */
const TIME = options.trials / 5
const TIME_DEVIATION = 0.5

interface Run {
  readonly afterTrials: number
  /** Infinity if no trial has ended by then. */
  readonly afterTime: number
}

interface FrozenRun extends SlotStudy {
  readonly sampler: string
  readonly problem: string
  readonly afterTrials: number
  /** Null for infinity, which JSON lacks. */
  readonly afterTime: number | null
}

const frozenFile = path.join(import.meta.dirname, 'peers-slots.generated.jsonl')
const frozen = new Map<string, Run>()
for (const line of existsSync(frozenFile) ? readFileSync(frozenFile, 'utf8').split('\n') : []) {
  if (line === '') continue
  const run = JSON.parse(line) as FrozenRun
  const { sampler, problem, afterTrials, afterTime } = run
  frozen.set(frozenKey(sampler, problem, run), { afterTrials, afterTime: afterTime ?? Infinity })
}

function frozenKey(sampler: string, problem: string, { seed, slots, trials }: SlotStudy): string {
  return [sampler, problem, seed, slots, trials].join(' ')
}

/** @returns null for a run of Optuna that is not known and cannot be done */
async function runOf(
  sampler: string,
  problem: SearchProblem,
  study: SlotStudy,
): Promise<Run | null> {
  if (!isOptuna(sampler)) return simulate(openOwn(sampler, problem, study), problem, study)
  const storedRun = frozen.get(frozenKey(sampler, problem.name, study))
  if (storedRun !== undefined) return storedRun
  const python = process.env['TUNEWRIGHT_PEER_PYTHON']
  if (python === undefined) return null
  const search = await openOptuna(python, sampler, problem, study)
  const run = await simulate(search, problem, study)
  const line: FrozenRun = { sampler, problem: problem.name, ...study, ...run }
  appendFileSync(frozenFile, `${JSON.stringify(line)}\n`)
  return run
}

async function simulate(
  search: SlotSearch,
  problem: SearchProblem,
  { seed, slots, trials }: SlotStudy,
): Promise<Run> {
  const running: { readonly number: number; readonly value: number; readonly end: number }[] = []
  let [now, afterTrials, afterTime] = [0, Infinity, Infinity]
  for (let number = 0; number < trials || running.length > 0;) {
    if (number < trials && running.length < slots) {
      const parameters = await search.ask(number)
      if (parameters !== null) {
        const random = createRandomStream({ seed, number, purpose: 'simulated time' })
        const logTime = TIME_DEVIATION * random.normal() - TIME_DEVIATION ** 2 / 2
        const value = await problem.evaluate(parameters)
        running.push({ number, value, end: now + Math.exp(logTime) })
      }
      number++
      continue
    }
    running.sort((a, b) => a.end - b.end)
    const next = running.shift()!
    now = next.end
    await search.tell(next.number, next.value)
    afterTrials = Math.min(afterTrials, next.value)
    if (now <= TIME) afterTime = afterTrials
  }
  return { afterTrials, afterTime }
}

/** Logarithms of regrets end there. */
const SMALLEST = 1e-12

interface Row {
  readonly sampler: string
  readonly problem: string
  readonly runs: number
  readonly medians: readonly ({ readonly slots: number } & Run)[]
}

const rows: Row[] = []
for (const sampler of samplers) {
  for (const name of problems) {
    const problem = await loadProblem(name)
    if (problem === null) throw new Error(`${name} is not on this machine`)
    const best = peerFile.bestKnown[name] ?? 0
    const medians: Row['medians'][number][] = []
    let fewest = options.seeds
    for (const slots of slotCounts) {
      const runs: Run[] = []
      for (let seed = options.firstSeed; seed < options.firstSeed + options.seeds; seed++) {
        const run = await runOf(sampler, problem, { seed, slots, trials: options.trials })
        if (run !== null) runs.push(run)
      }
      const of = (kind: keyof Run): number =>
        Math.max(median(runs.map(run => run[kind] - best)), SMALLEST)
      fewest = Math.min(fewest, runs.length)
      medians.push({ slots, afterTrials: of('afterTrials'), afterTime: of('afterTime') })
    }
    rows.push({ sampler, problem: name, runs: fewest, medians })
    const regrets = medians.map(({ afterTrials }) => afterTrials.toPrecision(3))
    console.log(sampler, name, regrets.join(' '))
  }
}
for (const kind of ['afterTrials', 'afterTime'] as const) {
  const when = kind === 'afterTrials' ? `${options.trials} trials` : `the time of ${TIME} trials`
  console.log(`\nMedian regret after ${when}, by slots\n`)
  printTable(
    ['sampler', 'problem', 'runs', ...slotCounts.map(String)],
    rows.map(({ sampler, problem, runs, medians }) => [
      sampler,
      problem,
      String(runs),
      ...medians.map(row => row[kind].toPrecision(3)),
    ]),
  )
  if (samplers.length === 1) continue
  console.log(`\nMean rank of the medians after ${when} among these samplers, by slots\n`)
  const ranks = slotCounts.map((_, index) =>
    meanRanks(
      problems.map(name =>
        samplers.map(sampler => rowOf(sampler, name).medians[index]?.[kind] ?? null),
      ),
    ),
  )
  printTable(
    ['sampler', ...slotCounts.map(String)],
    samplers.map((sampler, samplerIndex) => [
      sampler,
      ...ranks.map(({ means }) => (means[samplerIndex] ?? Number.NaN).toFixed(2)),
    ]),
  )
}

function rowOf(sampler: string, problem: string): Row {
  return rows.find(row => row.sampler === sampler && row.problem === problem)!
}

/** Mean over problems of log₁₀ of a regret in shares of that of the first number of slots. */
const losses = samplers.map(sampler => {
  const samplerRows = rows.filter(row => row.sampler === sampler)
  return slotCounts.map((_, index) => {
    const logs = samplerRows.map(({ medians }) =>
      Math.log10(medians[index]!.afterTrials / medians[0]!.afterTrials),
    )
    return logs.reduce((sum, log) => sum + log, 0) / logs.length
  })
})
console.log(`\nLoss at equal trials: log10 of regret in shares of that of ${slotCounts[0]} slot\n`)
printTable(
  ['sampler', ...slotCounts.map(String)],
  samplers.map((sampler, index) => [sampler, ...losses[index]!.map(loss => loss.toFixed(2))]),
)
writeResults('slots', { machine: benchMachine(), ...options, rows, losses })
// A peer's process may still wait for questions.
process.exit()
