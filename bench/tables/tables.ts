import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parse } from 'csv-parse/sync'
import { createObjectiveDescriber } from '../../src-main/features/studies/node/describe-objective.ts'
import { benchMachine, printTable, writeResults } from '../bench-output.ts'
import { errorOf, meanRanks, type Predictions, type TableKind } from './scores.ts'

/**
 * `npm run bench:tables -- --python PYTHON --work FOLDER`: tables from packages, the same rows and the same wall time for
 * Tunewright's ensemble and for peers. `--minutes 2,10`, `--splits 3`, `--sets a,b`, `--systems a,b` choose.
 *
 * FOLDER/results.jsonl gets a line for each set, split, budget and system as soon as it is there; what has a line is not run
 * again, so that a run of many hours can be ended and gone on with. Peers: `pip install -r bench/tables/requirements.txt`.
 */
const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    work: { type: 'string', default: 'bench-tables' },
    minutes: { type: 'string', default: '2,10' },
    splits: { type: 'string', default: '3' },
    sets: { type: 'string' },
    systems: { type: 'string' },
  },
})

const searching = ['tunewright', 'flaml', 'autogluon']
/** These train once, whatever the time. */
const untuned = ['lightgbm', 'histogram', 'forest']
const systems = options.systems?.split(',') ?? [...untuned, ...searching]
const budgets = options.minutes.split(',').map(Number)
const splits = Number(options.splits)
/** The search leaves this for its last trials, the ensemble and its predictions: a share of the wall time, and not less. */
const MIN_REST_SECONDS = 30
const REST_SHARE = 0.1
/** A study holds test rows back; the bench has its own, so it holds back as few as it may: one of each class. */
const MIN_TEST_ROWS = 3

const benchFolder = fileURLToPath(new URL('.', import.meta.url))
const cli = fileURLToPath(new URL('../../bin/tunewright.cjs', import.meta.url))
const work = path.resolve(options.work)
const resultsFile = path.join(work, 'results.jsonl')
mkdirSync(work, { recursive: true })
if (!existsSync(path.join(work, 'sets.json'))) {
  execFileSync(options.python, [path.join(benchFolder, 'sets.py'), work, options.splits], {
    stdio: 'inherit',
  })
}

interface TableSet {
  readonly target: string
  readonly kind: TableKind
  readonly rows: number
  readonly columns: number
}
interface Line {
  readonly set: string
  readonly split: number
  /** 0 where the system trains once. */
  readonly minutes: number
  readonly system: string
  /** Wall time of fitting and predicting; null where the system failed. */
  readonly seconds: number | null
  /** 1 − AUC, log loss or root mean squared error on the test rows; null where the system failed. */
  readonly error: number | null
}

const sets = JSON.parse(readFileSync(path.join(work, 'sets.json'), 'utf8')) as Record<
  string,
  TableSet
>
const chosen = options.sets?.split(',') ?? Object.keys(sets)
const lines = existsSync(resultsFile)
  ? readFileSync(resultsFile, 'utf8')
      .split('\n')
      .filter(text => text !== '')
      .map(text => JSON.parse(text) as Line)
  : []

interface Answer {
  readonly seconds: number
  readonly predictions: Predictions
}

function askPeer(system: string, { kind, target }: TableSet, folder: string, s: number): Answer {
  const words = [path.join(benchFolder, 'peers.py'), system, kind, target, folder, String(s)]
  const output = execFileSync(options.python, words, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Answer
}

/** Like a person at the terminal: Ctrl-C, twice, where the last trials take too long. */
async function runFor(seconds: number, folder: string): Promise<void> {
  const words = [cli, '--db', 'table.sqlite', 'run', 'study.json']
  const child = spawn(process.execPath, words, { cwd: folder, stdio: 'ignore', detached: true })
  const interrupt = (): boolean => process.kill(-(child.pid ?? 0), 'SIGINT')
  const timers = [0, 1].map(later => setTimeout(interrupt, (seconds + later) * 1000))
  await once(child, 'exit')
  for (const timer of timers) clearTimeout(timer)
}

/** As a user would: the space that a new study starts with, the sampler of the house, the ensemble of the best trials. */
async function askTunewright(
  { kind, target }: TableSet,
  folder: string,
  seconds: number,
  classes: number,
): Promise<Answer> {
  const studyFolder = path.join(work, 'tunewright')
  rmSync(studyFolder, { recursive: true, force: true })
  mkdirSync(studyFolder, { recursive: true })
  const data = {
    file: path.join(folder, 'train.csv'),
    target,
    test: Math.max(MIN_TEST_ROWS, classes),
  }
  const problem = kind === 'value' ? 'regression' : 'classification'
  const objective = { task: 'tabular', data: { ...data, problem } }
  const describe = createObjectiveDescriber({
    study: studyFolder,
    cache: path.join(studyFolder, 'cache'),
  })
  const started = performance.now()
  const described = await describe(objective)
  if (!described.ok) throw new Error(JSON.stringify(described.problems))
  const goals = [
    kind === 'value'
      ? { metric: 'validationRmse', direction: 'minimize' }
      : kind === 'binary'
        ? { metric: 'validationAuc', direction: 'maximize' }
        : { metric: 'validationLoss', direction: 'minimize' },
  ]
  const reservedSeconds = Math.max(MIN_REST_SECONDS, seconds * REST_SHARE)
  const stop = { minutes: (seconds - reservedSeconds) / 60, trials: 1000 }
  const { space, folds } = described
  const study = { name: 'table', objective, goals, space, folds, stop, parallelTrials: 2 }
  writeFileSync(path.join(studyFolder, 'study.json'), JSON.stringify({ ...study, seed: 1 }))
  const run = (...words: string[]): string =>
    execFileSync(process.execPath, [cli, '--db', 'table.sqlite', ...words], {
      cwd: studyFolder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  await runFor(seconds - reservedSeconds / 2, studyFolder)
  // With folds all rows have been trained on.
  run('model', 'table', 'ensemble', '--ensemble', ...(folds > 1 ? [] : ['--refit']))
  run('predict', 'ensemble', path.join(folder, 'test.csv'), '-o', 'predictions.csv')
  const elapsed = (performance.now() - started) / 1000
  const rows: Record<string, string>[] = parse(
    readFileSync(path.join(studyFolder, 'predictions.csv'), 'utf8'),
    { columns: true },
  )
  const predictions = rows.map(row => {
    if (kind === 'value') return Number(row['prediction'])
    const shares = Object.entries(row).filter(([name]) => name.startsWith('probability.'))
    return Object.fromEntries(shares.map(([name, share]) => [name.slice(12), Number(share)]))
  })
  return { seconds: elapsed, predictions: predictions }
}

for (const minutes of budgets) {
  for (let split = 0; split < splits; split++) {
    for (const set of chosen) {
      const table = sets[set]
      if (table === undefined) throw new Error(`no set ${set}`)
      const folder = path.join(work, set, String(split))
      for (const system of systems) {
        const spent = untuned.includes(system) ? 0 : minutes
        const isThere = lines.some(
          line =>
            line.set === set &&
            line.split === split &&
            line.minutes === spent &&
            line.system === system,
        )
        if (isThere) continue
        let line: Line = { set, split, minutes: spent, system, seconds: null, error: null }
        try {
          const truth = JSON.parse(
            readFileSync(path.join(folder, 'truth.json'), 'utf8'),
          ) as string[]
          const classes = table.kind === 'value' ? 0 : new Set(truth).size
          const answer =
            system === 'tunewright'
              ? await askTunewright(table, folder, minutes * 60, classes)
              : askPeer(system, table, folder, minutes * 60)
          const error = errorOf(table.kind, truth, answer.predictions)
          line = { ...line, seconds: answer.seconds, error }
        } catch (error) {
          console.error(`${set} ${split} ${system}:`, error)
        }
        lines.push(line)
        appendFileSync(resultsFile, `${JSON.stringify(line)}\n`)
        console.log(
          `${set} split ${split}, ${minutes} min, ${system}: ${line.error?.toPrecision(5) ?? 'failed'} in ${line.seconds?.toFixed(0) ?? '–'} s`,
        )
      }
    }
  }
}

for (const minutes of budgets) {
  const budgetLines = lines.filter(line => line.minutes === minutes || line.minutes === 0)
  const present = systems.filter(system => budgetLines.some(line => line.system === system))
  const cases = chosen
    .flatMap(set =>
      Array.from({ length: splits }, (_, split) =>
        present.map(system =>
          budgetLines.find(
            line => line.set === set && line.split === split && line.system === system,
          ),
        ),
      ),
    )
    .filter(linesOfCase => linesOfCase.every(line => line !== undefined))
    .map(linesOfCase => linesOfCase.map(line => line?.error ?? null))
  const ranks = meanRanks(cases)
  console.log(`\n${minutes} minutes: mean rank over ${ranks.cases} splits`)
  printTable(
    ['system', 'mean rank'],
    present.map((system, index) => [system, ranks.means[index]?.toFixed(2) ?? '–']),
  )
  writeResults(`tables-${minutes}`, {
    ...benchMachine(),
    systems: present,
    ranks,
    lines: budgetLines,
    sets,
  })
}
