import { Command } from 'commander'
import type { TrialSnapshot } from '../../src-main/core/trial/trial.ts'
import { mean } from '../../src-main/math/numbers.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import type { RandomStream } from '../../src-main/math/random/random-stream.ts'
import { testFunctions } from '../../src-main/math/test-functions/test-functions.ts'
import { estimatedBest } from '../../src-main/search/estimated-best/estimated-best.ts'
import type { TrainingValues } from '../../src-main/search/estimated-best/measured-noise.ts'
import { benchMachine, printTable, writeResults } from '../bench-output.ts'
import { boxSpace, vectorOf } from './problems/closed-forms.ts'
import type { SearchProblem } from './problems/problem.ts'
import { loadProblem } from './problems/registry.ts'
import { scaleOf, simulatedPruners, type SimulatedStudy, simulateStudy } from './simulated-study.ts'

/**
 * `npm run bench:estimated-best`: whom the estimated best names. Simulated studies over functions, samplers and every pruner, in three
 * forms: every trial trained once; trained three or five times, with folds that are harder than others; the best trials tried again.
 *
 * 1. Without noise nobody but the observed best may be named.
 * 2. With noise: how often is a trial that was named with a probability of p truly better?
 */
const command = new Command('bench:estimated-best')
  .option('--studies <count>', 'studies of each of the two parts', Number, 1_000)
  .option('--seed <seed>', 'of the first study', Number, 20_000)
  .parse()
const { studies: count, seed: firstSeed } = command.opts<{ studies: number; seed: number }>()

/** @param halfWidth of the box where it is not the usual one; its minimum is then off the center */
function plain(name: string, dimensions: number, halfWidth?: number): SearchProblem {
  const { bounds, evaluate } = testFunctions[name]!
  return {
    name: `${name}${dimensions}`,
    space: boxSpace(dimensions, index =>
      halfWidth === undefined ? bounds(index) : [-0.8 * halfWidth, halfWidth],
    ),
    evaluate: point => evaluate(vectorOf(point, dimensions)),
  }
}

const problems: SearchProblem[] = [
  plain('sphere', 1),
  plain('sphere', 2),
  plain('sphere', 5),
  plain('branin', 2),
  plain('sixHumpCamel', 2),
  plain('hartmann6', 6),
  plain('rosenbrock', 2),
  plain('rosenbrock', 4),
  plain('rastrigin', 1),
  plain('rastrigin', 2),
  plain('rastrigin', 4),
  plain('ackley', 1, 8),
  plain('ackley', 2),
  plain('ackley', 4),
  plain('levy', 3),
  plain('griewank', 1, 40),
  plain('griewank', 2),
  plain('griewank', 3, 10),
  plain('styblinskiTang', 3),
]
for (const name of [
  'held_network_a',
  'held_network_b',
  'held_network_d',
  'held_mixint_ackley5',
  'held_schwefel4',
  'mixcond',
])
  problems.push((await loadProblem(name))!)
const scales = await Promise.all(problems.map(scaleOf))

const samplers = ['random', 'tpe', 'gp', 'auto']
const trialCounts = [20, 40, 60, 100]
const levels = [0.02, 0.05, 0.1, 0.2, 0.4]
const forms = ['once', 'trainings', 'repeats'] as const

function pick<Item>(items: readonly Item[], random: RandomStream): Item {
  return items[random.integer(items.length)]!
}

/** A study as it is after its trials were trained several times, or its best ones tried again. */
function repeated(
  { trials, truth }: SimulatedStudy,
  form: (typeof forms)[number],
  {
    noise,
    scale,
    random,
  }: { readonly noise: number; readonly scale: number; readonly random: RandomStream },
): {
  readonly trials: readonly TrialSnapshot[]
  readonly truth: readonly number[]
  readonly trainings: TrainingValues
} {
  const trainings = new Map<number, number[]>()
  if (form === 'once') return { trials, truth, trainings }
  const complete = trials.filter(({ state }) => state === 'complete')
  if (form === 'repeats') {
    const again = [...complete]
      .sort((a, b) => a.values[0]! - b.values[0]!)
      .slice(0, 1 + random.integer(4))
      .map((trial, index): TrialSnapshot => {
        const { origin: _, ...fresh } = trial
        const value = truth[trial.number]! + noise * random.normal()
        return { ...fresh, number: trials.length + index, values: [value] }
      })
    const truthAgain = again.map(
      ({ parameters }) => truth[complete.find(trial => trial.parameters === parameters)!.number]!,
    )
    return { trials: [...trials, ...again], truth: [...truth, ...truthAgain], trainings }
  }
  const folds = Array.from({ length: pick([3, 5], random) }, () => 0.5 * scale * random.normal())
  for (const { number, values } of complete) {
    // The mean of the trainings is the value of the trial.
    const rests = folds.map(() => noise * Math.sqrt(folds.length) * random.normal())
    const each = folds.map((fold, at) => values[0]! + rests[at]! - mean(rests) + fold - mean(folds))
    trainings.set(number, each)
  }
  return { trials, truth, trainings }
}

interface Naming {
  readonly form: (typeof forms)[number]
  readonly pruner: string
  readonly problem: string
  /** Null where the observed best was named. */
  readonly chance: number | null
  readonly isBetter: boolean
}

async function nameBest(seed: number, isNoisy: boolean): Promise<Naming | null> {
  const random = createRandomStream({ seed, number: 0, purpose: 'bench of the estimated best' })
  const index = seed % problems.length
  const [problem, scale] = [problems[index]!, scales[index]!]
  const pruner = simulatedPruners[Math.floor(seed / problems.length) % simulatedPruners.length]!
  const form = isNoisy ? pick(['trainings', 'repeats'] as const, random) : pick(forms, random)
  const noise = isNoisy ? scale * pick(levels, random) : 0
  const study = await simulateStudy({
    problem,
    scale,
    pruner,
    noise,
    seed,
    sampler: pick(samplers, random),
    trials: pick(trialCounts, random),
  })
  const { trials, truth, trainings } = repeated(study, form, { noise, scale, random })
  const named = estimatedBest(study.specification, trials, trainings)
  if (named === null) return null
  const isBetter = truth[named.likely]! < truth[named.observed]!
  return { form, pruner: pruner.name, problem: problem.name, chance: named.chance, isBetter }
}

async function nameAll(isNoisy: boolean): Promise<Naming[]> {
  const namings: Naming[] = []
  for (let seed = firstSeed; namings.length < count; seed++) {
    const naming = await nameBest(seed, isNoisy)
    // With fewer than ten complete trials nobody is named.
    if (naming !== null) namings.push(naming)
  }
  return namings
}

const quiet = await nameAll(false)
const misnamed = quiet.filter(({ chance }) => chance !== null)
console.log(
  `without noise: another trial than the observed best in ${misnamed.length} of ${quiet.length} studies`,
)
printTable(
  ['pruner', 'studies', 'misnamed'],
  simulatedPruners.map(({ name }) => [
    name,
    String(quiet.filter(({ pruner }) => pruner === name).length),
    String(misnamed.filter(({ pruner }) => pruner === name).length),
  ]),
)

const noisy = await nameAll(true)
const named = noisy.filter(({ chance }) => chance !== null)
console.log(`with noise: another trial in ${named.length} of ${noisy.length} studies`)
const rows = ([...forms.slice(1), null] as const).flatMap(form =>
  [0.5, 0.6, 0.7, 0.8].map((low, index, lows) => {
    const high = lows[index + 1] ?? 1.01
    const some = named.filter(
      naming =>
        (form === null || naming.form === form) && naming.chance! >= low && naming.chance! < high,
    )
    return {
      form: form ?? 'all',
      low,
      studies: some.length,
      estimated: mean(some.map(({ chance }) => chance!)),
      observed: mean(some.map(({ isBetter }) => (isBetter ? 1 : 0))),
    }
  }),
)
printTable(
  ['noise shown by', 'from', 'studies', 'estimated', 'observed'],
  rows.map(({ form, low, studies, estimated, observed }) => [
    form,
    low.toFixed(1),
    String(studies),
    estimated.toFixed(3),
    observed.toFixed(3),
  ]),
)
console.log(
  `in all: estimated ${mean(named.map(({ chance }) => chance!)).toFixed(3)}, observed ${mean(named.map(({ isBetter }) => (isBetter ? 1 : 0))).toFixed(3)}`,
)
writeResults('estimated-best', { machine: benchMachine(), count, firstSeed, misnamed, rows })
