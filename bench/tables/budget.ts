import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { isObject } from '../../src-main/core/values/json.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { benchMachine, printTable, writeResults } from '../bench-output.ts'

/**
 * Studies of two minutes over a generated table of 10,000 rows, as a person starts them: how many trials of how many families are
 * complete, how long the study took, how good its best trial is on rows that it has not seen, and what its configuration is worth on all folds.
 * `npm run bench:budget -- [--seeds 10] [--first-seed 0] [--minutes 2] [--before FOLDER]`; FOLDER is a checkout of an earlier commit, whose studies are run in turn
 * with ours.
 */
const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    'first-seed': { type: 'string', default: '0' },
    minutes: { type: 'string', default: '2' },
    before: { type: 'string' },
  },
})
const ROWS = 10_000
const folder = path.resolve('.cache/bench-budget')
mkdirSync(folder, { recursive: true })

/** Eight numbers and two categories, with steps, waves and an interaction. */
function writeTable(file: string): void {
  const random = createRandomStream({ seed: 7, number: 0, purpose: 'bench of budgets' })
  const lines = ['a,b,c,d,e,f,g,h,k,m,y']
  const offsets = { u: 0, v: 1, w: 2, x: 0.5, y: -1, z: -2 }
  for (let row = 0; row < ROWS; row++) {
    const x = Array.from({ length: 8 }, () => random.normal())
    const k = 'pqrs'[random.integer(4)]!
    const m = 'uvwxyz'[random.integer(6)] as keyof typeof offsets
    const [a, b, c, d, e] = x as [number, number, number, number, number]
    const signal = 2 * a + 2 * Math.sin(2 * b) + c * d + (k === 'p' ? e : -e) + offsets[m]
    const y = signal + 0.5 * random.normal()
    lines.push([...x.map(value => value.toFixed(4)), k, m, y.toFixed(4)].join())
  }
  writeFileSync(file, `${lines.join('\n')}\n`)
}

interface Outcome {
  readonly complete: number
  readonly families: number
  readonly longestSeconds: number
  readonly seconds: number
  /** As the study gives it: of trials that did not do all folds, an estimate. */
  readonly validation: number
  /** Of the best configuration, trained on all folds afterwards for as long as it takes. */
  readonly afterwards: number
  readonly test: number
}

function tunewright(checkout: string, words: readonly string[]): string {
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    [path.join(checkout, 'bin', 'tunewright.cjs'), ...words],
    { encoding: 'utf8', cwd: folder, maxBuffer: 1e9 },
  )
  if (status !== 0) throw new Error(stderr)
  return stdout
}

/** Writes a study over the table and runs it. @param keys further lines of its file */
function runStudy(checkout: string, name: string, keys: readonly string[]): Shown {
  const file = path.join(folder, `${name}.yaml`)
  writeFileSync(
    file,
    [
      `name: ${name}`,
      'objective: { task: tabular, data: { file: table.csv, target: y } }',
      'goals: [{ metric: validationRmse, direction: minimize }]',
      ...keys,
    ].join('\n'),
  )
  const database = ['--db', path.join(folder, `${name}.sqlite`)]
  const startedAtMs = performance.now()
  tunewright(checkout, [...database, 'run', file])
  const seconds = (performance.now() - startedAtMs) / 1_000
  const line = tunewright(checkout, [...database, '--json', 'show', name])
    .trim()
    .split('\n')
    .at(-1)
  const shown: unknown = JSON.parse(line ?? '')
  if (!isObject(shown)) throw new Error('no study')
  return { ...shown, seconds } as unknown as Shown
}

/** The value of a configuration on all folds, without a limit of time, by this checkout. */
function trainOnAllFolds(name: string, parameters: object): number {
  const { trials } = runStudy(process.cwd(), `${name}-afterwards`, [
    `enqueue: [${JSON.stringify(parameters)}]`,
    'stop: { trials: 1 }',
    'pruner: { name: none }',
  ])
  return trials[0]!.values[0]!
}

interface Shown {
  /** From the start of the command to its end. */
  readonly seconds: number
  readonly trials: readonly {
    readonly state: string
    readonly values: readonly number[]
    readonly parameters: { readonly family?: string }
    readonly startedAtMs: number
    readonly finishedAtMs: number
  }[]
  readonly winner: { readonly metrics: Readonly<Record<string, number>> } | null
}

function run(checkout: string, label: string, seed: number): Outcome {
  const name = `${label}-${seed}-${Date.now()}`
  const { trials, winner, seconds } = runStudy(checkout, name, [
    `stop: { minutes: ${options.minutes} }`,
    `seed: ${seed}`,
  ])
  const complete = trials.filter(({ state }) => state === 'complete')
  const best = complete.reduce((a, b) => (b.values[0]! < a.values[0]! ? b : a))
  return {
    complete: complete.length,
    families: new Set(complete.map(({ parameters }) => parameters.family)).size,
    longestSeconds: Math.max(
      ...complete.map(trial => (trial.finishedAtMs - trial.startedAtMs) / 1_000),
    ),
    seconds,
    validation: best.values[0]!,
    afterwards: trainOnAllFolds(name, best.parameters),
    test: winner?.metrics['testRmse'] ?? Number.NaN,
  }
}

writeTable(path.join(folder, 'table.csv'))
const rows: { readonly label: string; readonly seed: number; readonly outcome: Outcome }[] = []
const firstSeed = Number(options['first-seed'])
for (let seed = firstSeed; seed < firstSeed + Number(options.seeds); seed++) {
  for (const [label, checkout] of [
    ['now', process.cwd()],
    ['before', options.before],
  ] as const) {
    if (checkout === undefined) continue
    const outcome = run(checkout, label, seed)
    rows.push({ label, seed, outcome })
    console.log(label, seed, JSON.stringify(outcome))
  }
}
printTable(
  [
    'commit',
    'seed',
    'complete',
    'families',
    'longest s',
    'clock s',
    'validation',
    'afterwards',
    'test',
  ],
  rows.map(({ label, seed, outcome }) => [
    label,
    String(seed),
    String(outcome.complete),
    String(outcome.families),
    outcome.longestSeconds.toFixed(1),
    outcome.seconds.toFixed(0),
    outcome.validation.toFixed(4),
    outcome.afterwards.toFixed(4),
    outcome.test.toFixed(4),
  ]),
)
writeResults('budget', { machine: benchMachine(), options, rows })
