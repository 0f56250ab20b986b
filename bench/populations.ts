import { mkdtempSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { median } from '../src-main/math/statistics/quantile.ts'
import { createStudy } from '../src-main/features/studies/node/create-study.ts'
import { runStudy } from '../src-main/running/run-study.ts'
import { checkStudyText } from '../src-main/features/studies/node/study-check.ts'
import { locateWorkspace } from '../src-main/platform/storage/workspace.ts'
import { openStudyStore } from '../src-main/platform/storage/sqlite-study-store.ts'
import { tasks } from '../src-main/training/tasks/registry.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { writePicture } from './gradient-picture.ts'
import { compareRuns } from './populations/against.ts'
import {
  bestSoFar,
  epochsSpent,
  epochsUntil,
  learningRates,
  lineage,
  type Run,
} from './populations/measure.ts'
import { budget, type Method, methods, problemNames, studyOf } from './populations/methods.ts'
import { pictureOf } from './populations/picture.ts'

/**
 * `npm run bench:populations -- --problem images --seeds 10 --db FILE --picture FILE.svg`: populations, promotion, ASHA and random search on one real
 * training at equal epochs, each study through the runner with one slot. A database that is named is gone on with.
 */
const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    first: { type: 'string', default: '1' },
    engine: { type: 'string', default: 'wasm' },
    problem: { type: 'string', default: 'images' },
    /** For `--problem speech`: the ZIP file of docs/sample-data.md. */
    recordings: { type: 'string', default: '' },
    methods: { type: 'string', default: Object.keys(methods).join(';') },
    db: { type: 'string' },
    picture: { type: 'string' },
    /** Results of other processes that ran other seeds: their runs count, too. */
    with: { type: 'string', multiple: true, default: [] },
    name: { type: 'string', default: 'populations' },
  },
})
const engine = options.engine === 'tensorflow' ? 'tensorflow' : 'wasm'
const problem = problemNames.find(name => name === options.problem)
if (problem === undefined) {
  throw new Error(`--problem ${options.problem}: must be ${problemNames.join(' or ')}`)
}
if (problem === 'speech' && options.recordings === '') {
  throw new Error('--problem speech: needs --recordings FILE.zip')
}
const folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-populations-'))
const recordings = path.resolve(options.recordings)
const workspace = locateWorkspace(path.resolve(options.db ?? path.join(folder, 'all.sqlite')))
const chosen = options.methods.split(';').filter((name): name is Method => name in methods)

async function run(method: Method, seed: number): Promise<Run> {
  const input = studyOf({ problem: problem!, recordings, method, seed, engine })
  const source = stringify(input)
  const checked = checkStudyText(source, 'yaml', { tasks })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  const file = { specification: checked.specification, source, directory: folder }
  const store = openStudyStore(workspace.databasePath)
  try {
    const storedStudy = store.listStudies().find(({ name }) => name === input.name)
    if (storedStudy?.state !== 'finished') {
      const { datasetCacheDirectory } = workspace
      const study =
        storedStudy ?? (await createStudy({ file, store, datasetCacheDirectory, now: Date.now }))
      await runStudy({ store, study, workspace, now: Date.now })
    }
    const { id } = store.findStudy(input.name)
    const { winner, study } = store.snapshot(id)
    const trials = store.trials(id)
    const failed = trials.filter(({ state }) => state === 'failed')
    return {
      method,
      seed,
      epochs: epochsSpent(trials),
      trials: trials.length,
      seconds: study.elapsedMs / 1_000,
      ...bestSoFar(trials, budget),
      testLoss: winner?.metrics['testLoss'] ?? Number.NaN,
      testAccuracy: winner?.metrics['testAccuracy'] ?? Number.NaN,
      lineage: winner === null ? [] : lineage(trials, winner.trialNumber),
      failed: failed.length,
    }
  } finally {
    store.close()
  }
}

const runs: Run[] = options.with.flatMap(
  file => (JSON.parse(readFileSync(file, 'utf8')) as { readonly runs: Run[] }).runs,
)
const first = Number(options.first)
for (let seed = first; seed < first + Number(options.seeds); seed++) {
  for (const method of chosen) {
    const finishedRun = await run(method, seed)
    runs.push(finishedRun)
    const { epochs, trials, seconds, curve, testLoss, testAccuracy } = finishedRun
    console.log(
      `${method}, seed ${seed}: ${curve.at(-1)?.toFixed(4) ?? '–'}, test ${testLoss.toFixed(4)}, ${(100 * testAccuracy).toFixed(2)} %; ${trials} trials, ${epochs} epochs, ${seconds.toFixed(0)} s`,
    )
  }
}
/** Seeds that every method has run: the others would compare different things. */
const whole = [...new Set(runs.map(({ seed }) => seed))]
const of = (method: Method): Run[] => runs.filter(run => run.method === method)
const lossAt = ({ curve }: Run, epoch: number): number => curve[epoch - 1] ?? curve.at(-1) ?? NaN
const marks = [budget / 12, budget / 6, budget / 4, budget / 2, budget]
/** What is compared: the best validation loss after so many epochs, and the best trial's on the test rows. */
const measures: readonly (readonly [string, (run: Run) => number])[] = [
  ...marks.map(epoch => [String(epoch), (run: Run) => lossAt(run, epoch)] as const),
  ['test', run => run.testLoss],
]
const rows = chosen.map(method => {
  const methodRuns = of(method)
  const rates = methodRuns.map(run => learningRates(run))
  return {
    method,
    measures: measures.map(([name, loss]) => ({
      name,
      median: median(methodRuns.map(loss)),
      ...compareRuns(methodRuns, of('asha'), loss),
    })),
    testAccuracy: median(methodRuns.map(run => run.testAccuracy)),
    trials: median(methodRuns.map(run => run.trials)),
    /** Turns of the best training, and its last learning rate over its first. */
    turns: median(methodRuns.map(run => run.lineage.length)),
    rateLastOverFirst: median(rates.map(list => (list.at(-1) ?? NaN) / (list[0] ?? NaN))),
  }
})
console.log(
  `\nMedians of ${whole.length} seeds, ${budget} epochs each: validation loss after so many, test loss`,
)
const names = measures.map(([name]) => name)
printTable(
  ['', ...names, 'accuracy', 'trials', 'turns', 'rate'],
  rows.map(row => [
    row.method,
    ...row.measures.map(measure => measure.median.toFixed(4)),
    `${(100 * row.testAccuracy).toFixed(1)} %`,
    String(row.trials),
    String(row.turns),
    row.rateLastOverFirst.toFixed(2),
  ]),
)
console.log('turns: of the best training; rate: its last learning rate over its first')
console.log(
  '\nBeside asha: seeds better / worse, mean difference, one-sided probability of a signed-rank test',
)
printTable(
  ['', ...names],
  rows
    .filter(({ method }) => method !== 'asha')
    .map(row => [
      row.method,
      ...row.measures.map(
        ({ better, worse, mean, probability }) =>
          `${better} / ${worse}, ${mean.toFixed(4)}, ${probability.toPrecision(2)}`,
      ),
    ]),
)
/** Of each seed: epochs until a method has what `asha` of that seed has at its end. */
const untilAsha = chosen.map(method => {
  const epochs = (measure: 'curve' | 'accuracies', sign: 1 | -1): number[] =>
    of(method).flatMap(run => {
      const goal = of('asha')
        .find(({ seed }) => seed === run.seed)
        ?.[measure].at(-1)
      return goal === undefined ? [] : [epochsUntil(run[measure], goal, sign) ?? Infinity]
    })
  return { method, loss: epochs('curve', -1), accuracy: epochs('accuracies', 1) }
})
console.log(
  '\nEpochs until a method has what asha of the same seed has at the end: median, within 60 %',
)
printTable(
  ['', 'validation loss', 'validation accuracy'],
  untilAsha.map(({ method, loss, accuracy }) => [
    method,
    ...[loss, accuracy].map(
      list =>
        // Infinity: never. A mean of two of them is none.
        `${list.sort((a, b) => (a === b ? 0 : a - b))[list.length >> 1]}, ${list.filter(epoch => epoch <= 0.6 * budget).length} of ${list.length}`,
    ),
  ]),
)
writeResults(options.name, { ...benchMachine(), problem, engine, budget, rows, untilAsha, runs })
if (options.picture !== undefined) {
  writePicture(options.picture, pictureOf(runs, chosen))
  console.log(options.picture)
}
process.exit(0)
