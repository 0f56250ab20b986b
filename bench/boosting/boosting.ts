import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { benchMachine, writeResults } from '../bench-output.ts'

/**
 * `npm run bench:boosting -- --python PYTHON`: a study of boosted trials by LightGBM's pack over 100,000 × 30 numbers, and LightGBM's own
 * package over as many rows with the parameters of those trials, both on one thread with a training and a validation measure in every round.
 * Ours is the whole command, which reads the file, starts processes, keeps a database and writes a report; theirs is making the data set
 * once and training.
 */
const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    work: { type: 'string', default: 'bench-boosting' },
    trials: { type: 'string', default: '40' },
    rows: { type: 'string', default: '100000' },
  },
})
const work = path.resolve(options.work)
const rows = Number(options.rows)
const columns = 30
mkdirSync(work, { recursive: true })

const random = createRandomStream({ seed: 1, number: 0, purpose: 'table' })
const lines = Array.from({ length: rows }, () => {
  const values = Array.from({ length: columns }, () => random.uniform())
  const [a = 0, b = 0, c = 0, d = 0] = values
  const score = 4 * a * b + Math.sin(6 * c) - 2 * d + random.uniform()
  return [...values.map(value => value.toFixed(5)), score > 0.4 ? 1 : 0].join(',')
})
const head = [...Array.from({ length: columns }, (_, at) => `x${at}`), 'y'].join(',')
const table = path.join(work, 'table.csv')
writeFileSync(table, `${head}\n${lines.join('\n')}\n`)

const study = path.join(work, 'study.yaml')
writeFileSync(
  study,
  `name: boosting
objective: { task: tabular, data: { file: table.csv, target: y, problem: classification, validation: 0.2, test: 0.2 }, boosting: { library: lightgbm } }
goals: [{ metric: validationLoss, direction: minimize }]
space:
  family: { fixed: boosting }
  rounds: { fixed: 100 }
  shrinkage: { float: [0.02, 0.3], log: true }
  leaves: { int: [8, 128], log: true }
  minRowsPerLeaf: { int: [5, 100], log: true }
  lambdaL2: { float: [0.001, 10], log: true }
  featureFraction: { float: [0.4, 1] }
sampler: { name: random }
stop: { trials: ${options.trials} }
seed: 1
`,
)
const database = path.join(work, 'boosting.sqlite')
for (const ending of ['', '-wal', '-shm', '.lock']) rmSync(`${database}${ending}`, { force: true })

function run(command: readonly string[]): string {
  const [file = '', ...parameters] = command
  return execFileSync(file, parameters, { encoding: 'utf8', cwd: work })
}

/** Wall and processor time of a command and all of its processes. */
function timed(command: readonly string[]): Seconds {
  const script = 'TIMEFORMAT="%R %U %S"; { time "$@" >/dev/null; } 2>&1 | tail -n 1'
  const times = run(['bash', '-c', script, 'bash', ...command])
  const [wallSeconds = 0, user = 0, system = 0] = times.trim().split(' ').map(Number)
  return { wallSeconds, cpuSeconds: user + system }
}

interface Seconds {
  readonly wallSeconds: number
  readonly cpuSeconds: number
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const tunewright = [
  process.execPath,
  path.join(root, 'bin/run.cjs'),
  path.join(root, 'src-main/cli.ts'),
  '--db',
  database,
]
const ours = timed([...tunewright, 'run', study])
const exported = path.join(work, 'trials.json')
run([...tunewright, 'export', 'boosting', '--format', 'json', '-o', exported, '--force'])
const script = fileURLToPath(new URL('lightgbm_trials.py', import.meta.url))
const theirs = JSON.parse(run([options.python, script, table, exported])) as Seconds
const ratio = {
  wall: ours.wallSeconds / theirs.wallSeconds,
  cpu: ours.cpuSeconds / theirs.cpuSeconds,
}
const results = { trials: Number(options.trials), rows, columns, ours, theirs, ratio }
console.log(JSON.stringify(results, null, 2))
writeResults('boosting', { machine: benchMachine(), ...results })
