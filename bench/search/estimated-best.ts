import { Command } from 'commander'
import { wilsonInterval } from '../../src-main/analysis/statistics/wilson-interval.ts'
import { mean } from '../../src-main/math/numbers.ts'
import { estimatedBest } from '../../src-main/search/estimated-best/estimated-best.ts'
import { benchMachine, printTable, writeResults } from '../bench-output.ts'
import {
  generatorNames,
  type GeneratorName,
  type NoisyStudy,
  noisyStudies,
} from './noisy-studies.ts'
import { simulatedPruners } from './simulated-study.ts'

/**
 * `npm run bench:estimated-best`: whom the estimated best names. Simulated studies over functions, samplers and every pruner, in three
 * forms: every trial trained once; trained several times, with folds that are harder than others; the best trials tried again.
 *
 * 1. Without noise nobody but the observed best may be named.
 * 2. With noise: how often is a trial that was named with a probability of p truly better? And what is it worth?
 */
const command = new Command('bench:estimated-best')
  .option('--generators <name>', `${generatorNames.join(' or ')}`, 'heldOut')
  .option('--quiet <count>', 'studies without noise', Number, 1_000)
  .option('--noisy <count>', 'studies with noise', Number, 2_000)
  .option('--seed <seed>', 'of the first study', Number, 300_000)
  .parse()
const options = command.opts<{
  generators: GeneratorName
  quiet: number
  noisy: number
  seed: number
}>()

interface Naming {
  readonly study: Omit<NoisyStudy, 'trials' | 'truth' | 'trainings' | 'specification'>
  readonly hasPruned: boolean
  /** Null where the observed best was named. */
  readonly chance: number | null
  readonly isBetter: boolean
  /** In units of the scale: how much lower the named trial truly is than the observed best. */
  readonly gain: number
  /** In the same unit: expected value and truth of the named trial, and value and truth of the observed best. */
  readonly errors: { readonly expected: number; readonly value: number }
}

function nameBest({
  trials,
  truth,
  trainings,
  specification,
  ...study
}: NoisyStudy): Naming | null {
  const named = estimatedBest(specification, trials, trainings)
  if (named === null) return null
  const [likely, observed] = [truth[named.likely]!, truth[named.observed]!]
  return {
    study,
    hasPruned: trials.some(({ state }) => state === 'pruned'),
    chance: named.chance,
    isBetter: likely < observed,
    gain: (observed - likely) / study.scale,
    errors: {
      expected: (named.expected - likely) / study.scale,
      value: (trials[named.observed]!.values[0]! - observed) / study.scale,
    },
  }
}

async function nameAll(isNoisy: boolean, count: number): Promise<Naming[]> {
  const namings: Naming[] = []
  if (count === 0) return namings
  for await (const study of noisyStudies(options.generators, options.seed, isNoisy)) {
    const naming = nameBest(study)
    // With fewer than ten complete trials nobody is named.
    if (naming !== null) namings.push(naming)
    if (namings.length === count) break
  }
  return namings
}

const quiet = await nameAll(false, options.quiet)
const misnamed = quiet.filter(({ chance }) => chance !== null)
console.log(
  `without noise: another trial than the observed best in ${misnamed.length} of ${quiet.length} studies`,
)
printTable(
  ['pruner', 'studies', 'misnamed'],
  simulatedPruners.map(({ name }) => [
    name,
    String(quiet.filter(({ study }) => study.pruner === name).length),
    String(misnamed.filter(({ study }) => study.pruner === name).length),
  ]),
)

const noisy = await nameAll(true, options.noisy)
const named = noisy.filter(({ chance }) => chance !== null)
const groups: [string, (naming: Naming) => boolean][] = [
  ['all', () => true],
  ['trainings', ({ study }) => study.form === 'trainings'],
  ['repeats', ({ study }) => study.form === 'repeats'],
  ['pruned trials', ({ hasPruned }) => hasPruned],
  ['no pruned trials', ({ hasPruned }) => !hasPruned],
  ...[...new Set(noisy.map(({ study }) => study.noiseShape))].map(
    (shape): [string, (naming: Naming) => boolean] => [
      `noise ${shape}`,
      ({ study }) => study.noiseShape === shape,
    ],
  ),
  ...[...new Set(noisy.map(({ study }) => study.trainingCount))]
    .sort()
    .map((count): [string, (naming: Naming) => boolean] => [
      `${count} trainings`,
      ({ study }) => study.form === 'trainings' && study.trainingCount === count,
    ]),
]
/** Lowest stated chance of each bucket. */
const buckets = [0.55, 0.68, 0.73, 0.78, 0.83]
const rows = groups.flatMap(([group, isMember]) =>
  [null, ...buckets].map((low, index) => {
    const high = buckets[index] ?? 2
    const some = named.filter(
      naming =>
        isMember(naming) && (low === null || (naming.chance! >= low && naming.chance! < high)),
    )
    const better = some.filter(({ isBetter }) => isBetter).length
    const stated = mean(some.map(({ chance }) => chance!))
    const interval = wilsonInterval(better, some.length)
    return {
      group,
      low,
      studies: some.length,
      stated,
      better: better / some.length,
      interval,
      contains: interval[0] <= stated && stated <= interval[1],
    }
  }),
)
console.log(`with noise: another trial in ${named.length} of ${noisy.length} studies`)
printTable(
  ['studies with', 'stated from', 'named', 'stated', 'better', '95 % interval', 'holds it'],
  rows
    .filter(({ low, group, studies }) => studies > 0 && (low === null || !/\d|noise/u.test(group)))
    .map(({ group, low, studies, stated, better, interval, contains }) => [
      group,
      low === null ? 'any' : low.toFixed(2),
      String(studies),
      stated.toFixed(3),
      better.toFixed(3),
      interval.map(bound => bound.toFixed(3)).join(' – '),
      contains ? 'yes' : 'NO',
    ]),
)
const gain = mean(noisy.map(naming => naming.gain))
const perNamed = mean(named.map(naming => naming.gain))
console.log(
  `true gain over the observed best, in scales: ${gain.toFixed(4)} a study, ${perNamed.toFixed(4)} where another was named`,
)
for (const kind of ['expected', 'value'] as const) {
  const errors = named.map(naming => naming.errors[kind])
  const root = Math.sqrt(mean(errors.map(error => error ** 2)))
  console.log(
    `${kind === 'expected' ? 'expected value of the named trial' : 'value of the observed best'}: error on average ${mean(errors).toFixed(4)}, root mean square ${root.toFixed(4)} scales`,
  )
}
writeResults('estimated-best', {
  machine: benchMachine(),
  ...options,
  misnamed: misnamed.map(({ study }) => study),
  rows,
  gain,
  namings: noisy.map(({ study, chance, isBetter, ...rest }) => ({
    ...rest,
    ...study,
    chance,
    isBetter,
  })),
})
