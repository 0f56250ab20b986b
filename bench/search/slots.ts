import { Command } from 'commander'
import { studySpecificationSchema } from '../../src-main/contract/study-specification.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { median } from '../../src-main/math/statistics/quantile.ts'
import { StudySearch } from '../../src-main/search/study-search.ts'
import { benchMachine, printTable, writeResults } from '../bench-output.ts'
import { peerFile } from './peers.ts'
import type { SearchProblem } from './problems/problem.ts'
import { loadProblem } from './problems/registry.ts'

/**
 * `npm run bench:slots`: what several slots cost. Each trial takes a simulated time (log-normal, deviation 0.5 of its logarithm), and a
 * slot that becomes free asks for the next one. Regret after equal trials, and after equal simulated time, by slots.
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
const slotCounts = options.slots.split(',').map(Number)
/** Simulated time at which studies are compared, in mean trials of one slot. */
const TIME = options.trials / 5
const TIME_DEVIATION = 0.5

interface Run {
  readonly afterTrials: number
  /** Infinity if no trial has ended by then. */
  readonly afterTime: number
}

async function runOnce(
  sampler: string,
  problem: SearchProblem,
  slots: number,
  seed: number,
): Promise<Run> {
  const search = new StudySearch()
  search.open(
    studySpecificationSchema.parse({
      ...{ name: 'bench', objective: { function: 'branin' }, space: problem.space, seed },
      goals: [{ metric: 'value', direction: 'minimize' }],
      sampler: { name: sampler },
      stop: { trials: options.trials },
      slots,
    }),
    [],
  )
  const running: { readonly number: number; readonly value: number; readonly end: number }[] = []
  let [now, afterTrials, afterTime] = [0, Infinity, Infinity]
  for (let number = 0; number < options.trials || running.length > 0;) {
    if (number < options.trials && running.length < slots) {
      const proposal = search.propose(number)
      if (!('exhausted' in proposal)) {
        search.started(number, proposal.parameters)
        const random = createRandomStream({ seed, number, purpose: 'simulated time' })
        const logTime = TIME_DEVIATION * random.normal() - TIME_DEVIATION ** 2 / 2
        const value = await problem.evaluate(proposal.parameters)
        running.push({ number, value, end: now + Math.exp(logTime) })
      }
      number++
      continue
    }
    running.sort((a, b) => a.end - b.end)
    const next = running.shift()!
    now = next.end
    search.finished(next.number, 'complete', [next.value])
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
  readonly medians: readonly ({ readonly slots: number } & Run)[]
}

const rows: Row[] = []
for (const sampler of options.samplers.split(',')) {
  for (const name of options.problems.split(',')) {
    const problem = await loadProblem(name)
    if (problem === null) throw new Error(`${name} is not on this machine`)
    const best = peerFile.bestKnown[name] ?? 0
    const medians: Row['medians'][number][] = []
    for (const slots of slotCounts) {
      const runs: Run[] = []
      for (let seed = options.firstSeed; seed < options.firstSeed + options.seeds; seed++) {
        runs.push(await runOnce(sampler, problem, slots, seed))
      }
      const of = (kind: keyof Run): number =>
        Math.max(median(runs.map(run => run[kind] - best)), SMALLEST)
      medians.push({ slots, afterTrials: of('afterTrials'), afterTime: of('afterTime') })
    }
    rows.push({ sampler, problem: name, medians })
    console.log(
      sampler,
      name,
      medians.map(({ afterTrials }) => afterTrials.toPrecision(3)).join(' '),
    )
  }
}
for (const kind of ['afterTrials', 'afterTime'] as const) {
  console.log(
    kind === 'afterTrials'
      ? `\nMedian regret after ${options.trials} trials, by slots\n`
      : `\nMedian regret after the time of ${TIME} trials, by slots\n`,
  )
  printTable(
    ['sampler', 'problem', ...slotCounts.map(String)],
    rows.map(({ sampler, problem, medians }) => [
      ...[sampler, problem, ...medians.map(row => row[kind].toPrecision(3))],
    ]),
  )
}
/** Mean over problems of log₁₀ of a regret in shares of that of the first number of slots. */
const losses = options.samplers.split(',').map(sampler => {
  const own = rows.filter(row => row.sampler === sampler)
  return slotCounts.map((_, index) => {
    const logs = own.map(({ medians }) =>
      Math.log10(medians[index]!.afterTrials / medians[0]!.afterTrials),
    )
    return logs.reduce((sum, log) => sum + log, 0) / logs.length
  })
})
console.log(`\nLoss at equal trials: log10 of regret in shares of that of ${slotCounts[0]} slot\n`)
printTable(
  ['sampler', ...slotCounts.map(String)],
  options.samplers
    .split(',')
    .map((sampler, index) => [sampler, ...losses[index]!.map(loss => loss.toFixed(2))]),
)
writeResults('slots', { machine: benchMachine(), ...options, rows, losses })
// A peer's process may still wait for questions.
process.exit()
