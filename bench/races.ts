import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Command } from 'commander'
import { replicatesByTrial } from '../src-main/analysis/summary/replicates.ts'
import { signOf } from '../src-main/core/trial/ranking.ts'
import { mean } from '../src-main/math/numbers.ts'
import { createRandomStream } from '../src-main/math/random/stream.ts'
import { median } from '../src-main/math/statistics/quantile.ts'
import { signedRankAbove } from '../src-main/math/statistics/signed-rank.ts'
import { chanceToWin, spreadOfDifferences, type Trainings } from '../src-main/search/race/race.ts'
import { openStudyStore } from '../src-main/platform/storage/sqlite-study-store.ts'
import { lossesOnInstances } from './instance-fields.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { findDataFolder } from './search/problems/data-folder.ts'
import { drawPairs } from './search/pairs-picture.ts'
import { readTable } from './search/problems/tables.ts'

/**
 * `npm run bench:races [database …]`: how many trainings a race saves, and what it costs. Each field is a set of configurations whose trainings
 * are all known: rows of tables with repeats, points of surrogates on many data sets, and the trials of a first study in a database that had folds or replicates and no race. Each seed
 * draws 60 of them in an order of its own, as random search would.
 */
const tables = ['hpobench_car', 'hpobench_vehicle', 'hpolib_protein_structure'].concat(
  'hpolib_slice_localization',
  'nasbench201_cifar100',
)
const TRIALS = 60
/** Of a table, by their mean: a search that is nearly done meets nothing else. */
const BEST_SHARE = 0.02
/** Surrogates whose data sets are instances. */
const scenarios = ['rbv2_rpart', 'rbv2_xgboost', 'lcbench']
/** Errors of zero have a logarithm, too. */
const SMALLEST_LOSS = 1e-3

/** The losses of one set of configurations: one list of trainings each. */
interface Field {
  readonly name: string
  /** The trainings are instances: nobody is judged before a second one is complete, as in `StudyRace`. */
  readonly ofInstances?: true
  readonly losses: readonly Trainings[]
}

interface Race {
  readonly chosen: Trainings
  readonly trainings: number
  readonly ended: number
  /** Of those that ended early: all their trainings together were better than the best of that moment. */
  readonly wronglyEnded: number
}

/** @returns whether a trial ends now */
type Rule = (trainings: Trainings, best: Trainings, others: readonly Trainings[]) => boolean

const differencesOf = (trainings: Trainings, best: Trainings): number[] =>
  trainings.map((loss, index) => loss - (best[index] as number))

const rules: readonly (readonly [string, Rule])[] = [
  [
    'signed rank, 0.05',
    (trainings, best) => {
      const differences = differencesOf(trainings, best)
      return mean(differences) > 0 && signedRankAbove(differences) < 0.05
    },
  ],
  ...[0.01, 0.05, 0.1].map((limit): [string, Rule] => [
    `race, ${limit}`,
    (trainings, best, others) =>
      chanceToWin(trainings, best, spreadOfDifferences(best, others)) < limit,
  ]),
]

function run([first, ...later]: readonly Trainings[], rule: Rule, ofInstances: boolean): Race {
  if (first === undefined) throw new RangeError('an empty field')
  let best = first
  const complete = [first]
  let [trainings, ended, wronglyEnded] = [first.length, 0, 0]
  for (const losses of later) {
    const others = complete.filter(other => other !== best)
    let done = 1
    const isJudged = !ofInstances || others.length > 0
    while (done < losses.length && !(isJudged && rule(losses.slice(0, done), best, others))) done++
    trainings += done
    const isBetter = mean(losses) < mean(best)
    if (done < losses.length) {
      ended++
      if (isBetter) wronglyEnded++
    } else {
      complete.push(losses)
      if (isBetter) best = losses
    }
  }
  return { chosen: best, trainings, ended, wronglyEnded }
}

function drawn(losses: readonly Trainings[], seed: number): Trainings[] {
  const stream = createRandomStream({ seed, number: 0, purpose: 'races' })
  const remaining = [...losses]
  return Array.from(
    { length: Math.min(TRIALS, remaining.length) },
    () => remaining.splice(Math.floor(stream.uniform() * remaining.length), 1)[0] as Trainings,
  )
}

/** Whether a configuration is the truly best one, or within a standard error of their difference. */
function isGoodChoice(chosen: Trainings, truly: Trainings): boolean {
  const differences = differencesOf(chosen, truly)
  const distance = mean(differences)
  const squares = differences.reduce((sum, difference) => sum + (difference - distance) ** 2, 0)
  const n = differences.length
  return distance <= Math.sqrt(squares / (n - 1) / n)
}

function fieldsOf(name: string, losses: readonly Trainings[]): Field[] {
  const sorted = losses.toSorted((a, b) => mean(a) - mean(b))
  return [
    { name, losses },
    { name: `${name}, best 2 %`, losses: sorted.slice(0, Math.round(BEST_SHARE * losses.length)) },
  ]
}

function tableFields(folder: string, name: string): Field[] {
  const { configs, repeats, loss } = readTable(folder, name)
  const losses = Array.from({ length: configs }, (_, row) =>
    Array.from({ length: repeats }, (_unused, repeat) => loss(row, repeat)),
  )
  return fieldsOf(
    name,
    losses.filter(trainings => !trainings.some(Number.isNaN)),
  )
}

function studyField(database: string): Field {
  const store = openStudyStore(database, { readOnly: true })
  try {
    const { specification } = store.findStudy('1')
    const sign = signOf(specification.goals[0]?.direction ?? 'minimize')
    const replicates = replicatesByTrial(store.events(1))
    const losses = [...replicates.values()].map(all => all.map(([value = NaN]) => sign * value))
    return { name: specification.name, losses }
  } finally {
    store.close()
  }
}

const command = new Command('bench:races')
  .argument('[databases...]', 'studies with folds or replicates')
  .option('--seeds <count>', 'orders of each field', Number, 200)
  .option('--picture <file>', 'draw what is done')
  .parse()
const { seeds, picture } = command.opts<{ seeds: number; picture?: string }>()
const folder = findDataFolder()
if (folder === null) console.log('no tables: no data folder (TUNEWRIGHT_BENCH_DATA)')
const fields: Field[] = [
  ...(folder === null ? [] : tables.flatMap(name => tableFields(folder, name))),
  ...command.args.map(studyField),
]
if (folder !== null) {
  for (const scenario of scenarios) {
    const losses = await lossesOnInstances(folder, scenario)
    const logarithms = losses.map(instanceLosses =>
      instanceLosses.map(loss => Math.log(Math.max(loss, SMALLEST_LOSS))),
    )
    const both = [...fieldsOf(scenario, losses), ...fieldsOf(`${scenario}, logarithms`, logarithms)]
    fields.push(...both.map(field => ({ ...field, ofInstances: true as const })))
  }
}
const results = fields.flatMap(({ name, losses, ofInstances = false }) =>
  rules.map(([rule, ends]) => {
    const shares: number[] = []
    let [right, exact, ended, wronglyEnded] = [0, 0, 0, 0]
    for (let seed = 0; seed < seeds; seed++) {
      const order = drawn(losses, seed)
      const outcome = run(order, ends, ofInstances)
      ended += outcome.ended
      wronglyEnded += outcome.wronglyEnded
      shares.push(outcome.trainings / order.flat().length)
      const truly = order.reduce((a, b) => (mean(b) < mean(a) ? b : a))
      if (isGoodChoice(outcome.chosen, truly)) right++
      if (mean(outcome.chosen) === mean(truly)) exact++
    }
    const [n = 0] = losses.map(({ length }) => length)
    const wrong = ended === 0 ? 0 : wronglyEnded / ended
    return {
      field: name,
      trainings: n,
      rule,
      done: median(shares),
      right: right / seeds,
      exact: exact / seeds,
      wrong,
    }
  }),
)
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
printTable(
  ['field', 'trainings', 'rule', 'done', 'right', 'exactly', 'wrongly ended'],
  results.map(({ field, trainings, rule, done, right, exact, wrong }) => [
    field,
    String(trainings),
    rule,
    percent(done),
    percent(right),
    percent(exact),
    `${(100 * wrong).toFixed(2)} %`,
  ]),
)
if (picture !== undefined) {
  mkdirSync(path.dirname(picture), { recursive: true })
  const doneBy = (rule: string): (typeof results)[number][] =>
    results.filter(result => result.rule === rule)
  const raced = doneBy('race, 0.05')
  const pairs = doneBy('signed rank, 0.05').map(({ field, done }, index) => {
    return { label: field, from: 100 * done, to: 100 * (raced[index]?.done ?? Number.NaN) }
  })
  const title = 'Trainings that are done, in percent of all (logarithmic)'
  writeFileSync(picture, drawPairs(pairs, { title, from: 'signed rank, 0.05', to: 'race, 0.05' }))
}
writeResults('races', { machine: benchMachine(), seeds, results })
