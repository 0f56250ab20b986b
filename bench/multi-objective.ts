import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Command } from 'commander'
import { median } from '../src-main/math/statistics/quantile.ts'
import { studySpecificationSchema } from '../src-main/core/study/study-specification.ts'
import { hypervolume } from '../src-main/math/pareto/hypervolume.ts'
import { vectorFunctions } from '../src-main/math/test-functions/vector-functions.ts'
import { StudySearch } from '../src-main/search/study-search.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { drawLines, type Series } from './lines-picture.ts'
import { sourceVersion } from './search/source-version.ts'

/**
 * `npm run bench:multi-objective`: hypervolume of samplers on functions with several goals, one trial after the other, no
 * noise. Finished runs are kept in bench/results/multi-objective-runs.jsonl; an interrupted benchmark goes on.
 *
 *     npm run bench:multi-objective -- --samplers random,nsga2,tpe --problems zdt1,dtlz2 --seeds 10 --trials 1000
 */

const marks = [50, 100, 200, 500, 1000] as const

/** Wide reference points, which tell all samplers apart early, and tight ones for the end. */
const references: Readonly<Record<string, readonly (readonly number[])[]>> = {
  zdt1: [
    [11, 11],
    [1.1, 1.1],
  ],
  zdt2: [
    [11, 11],
    [1.1, 1.1],
  ],
  zdt3: [
    [11, 11],
    [1.1, 1.1],
  ],
  zdt4: [
    [11, 150],
    [1.1, 11],
  ],
  zdt6: [
    [11, 11],
    [1.1, 1.1],
  ],
  dtlz2: [
    [2.5, 2.5, 2.5],
    [1.1, 1.1, 1.1],
  ],
}

/** Frozen medians on zdt1 with 30 parameters: per reference point, by trials. */
const peers: Readonly<Record<string, readonly Readonly<Record<number, number>>[]>> = {
  'DEAP 1.4.1 NSGA-II, 20': [{ 100: 94.3, 200: 100, 1000: 111.9 }, { 1000: 0.095 }],
  'Optuna 4.1 NSGA-II, 50': [{ 100: 91.9, 200: 94.5, 1000: 110.1 }, { 1000: 0.042 }],
  'Optuna 5.0 TPE': [{ 100: 97.5, 200: 98.3 }, {}],
  'Optuna 5.0 GP, EHVI': [{ 100: 114.4 }, {}],
}

/** The whole front, f2 = 1 − √f1, below (11, 11): 121 − 1/3. */
const wholeZdt1 = 121 - 1 / 3

interface Run {
  readonly key: string
  /** Per reference point, by trials. */
  readonly at: readonly Readonly<Record<string, number>>[]
}

const command = new Command('bench:multi-objective')
  .option('--samplers <names>', 'with commas between', 'random,nsga2,nsga3,tpe')
  .option('--problems <names>', 'with commas between', Object.keys(references).join(','))
  .option('--seeds <count>', 'seeds for each problem', '10')
  .option('--trials <count>', 'length of a study', '1000')
  .option('--picture <file>', 'draw zdt1 with its peers into this SVG file')
  .parse()
const options = command.opts<
  Record<'samplers' | 'problems' | 'seeds' | 'trials', string> & { readonly picture?: string }
>()
const samplers = options.samplers.split(',')
const problems = options.problems.split(',')
const [seeds, trials] = [Number(options.seeds), Number(options.trials)]

const file = path.resolve(import.meta.dirname, 'results/multi-objective-runs.jsonl')
const stored = new Map(
  (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [])
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Run)
    .map(run => [run.key, run] as const),
)

function runOf(sampler: string, problem: string, seed: number): Run {
  const key = JSON.stringify([sampler, problem, seed, trials, sourceVersion(sampler)])
  const before = stored.get(key)
  if (before !== undefined) return before
  const run = { key, at: measure(sampler, problem, seed) }
  mkdirSync(path.dirname(file), { recursive: true })
  appendFileSync(file, `${JSON.stringify(run)}\n`)
  return run
}

function measure(sampler: string, name: string, seed: number): Run['at'] {
  const problem = vectorFunctions[name]!
  const goals = problem.objectives.usual
  const names = Array.from({ length: problem.dimension(goals) }, (_, index) => `x${index}`)
  const search = new StudySearch()
  search.open(
    studySpecificationSchema.parse({
      name: 'bench',
      // Not looked at: the benchmark evaluates the points itself.
      objective: { function: 'branin' },
      goals: Array.from({ length: goals }, (_, goal) => ({
        metric: `f${goal}`,
        direction: 'minimize',
      })),
      space: Object.fromEntries(names.map((key, index) => [key, { float: problem.bounds(index) }])),
      sampler: { name: sampler },
      stop: { trials },
      seed,
    }),
    [],
  )
  const values: (readonly number[])[] = []
  for (let number = 0; number < trials; number++) {
    const proposal = search.propose(number)
    if ('exhausted' in proposal) break
    search.started(number, proposal.parameters)
    const x = names.map(key => Number(proposal.parameters[key]))
    const { objectives } = problem.evaluate(x, goals)
    values.push(objectives)
    search.finished(number, 'complete', objectives)
  }
  return references[name]!.map(reference =>
    Object.fromEntries(
      marks
        .filter(mark => mark <= values.length)
        .map(mark => [mark, hypervolume(values.slice(0, mark), reference)]),
    ),
  )
}

const medians: Record<string, Record<string, Record<string, number>[]>> = {}
for (const name of problems) {
  medians[name] = {}
  for (const sampler of samplers) {
    const runs = Array.from({ length: seeds }, (_, seed) => runOf(sampler, name, seed))
    medians[name][sampler] = references[name]!.map((_, index) =>
      Object.fromEntries(
        marks
          .filter(mark => mark <= trials)
          .map(mark => [mark, median(runs.map(run => run.at[index]![mark]!))]),
      ),
    )
  }
  references[name]!.forEach((reference, index) => {
    console.log(
      `\n${name}, hypervolume below (${reference.join(', ')}), medians of ${seeds} seeds\n`,
    )
    const rows = [
      ...Object.entries(medians[name]!),
      ...(name === 'zdt1' ? Object.entries(peers) : []),
    ]
    printTable(
      ['sampler', ...marks.map(String)],
      rows.map(([label, at]) => [
        label,
        ...marks.map(mark => (at[index] as Record<number, number>)[mark]?.toPrecision(4) ?? ''),
      ]),
    )
  })
}
const ofZdt1 = medians['zdt1']
if (options.picture !== undefined && ofZdt1 !== undefined) {
  const seriesOf = (
    entries: Readonly<Record<string, readonly Readonly<Record<number, number>>[]>>,
    isReference: boolean,
  ): Series[] =>
    Object.entries(entries).map(([label, at]) => ({ label, at: at[0] ?? {}, isReference }))
  writeFileSync(
    options.picture,
    drawLines({
      title: `ZDT1, 30 parameters: hypervolume below (11, 11), medians of ${seeds} seeds`,
      series: [...seriesOf(ofZdt1, false), ...seriesOf(peers, true)],
      costs: [50, 100, 200, 500, 1000],
      best: wholeZdt1,
    }),
  )
  console.log(options.picture)
}
writeResults('multi-objective', {
  machine: benchMachine(),
  seeds,
  trials,
  references,
  medians,
  peers,
})
