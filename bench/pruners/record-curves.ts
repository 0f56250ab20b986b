import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'
import type { TrialRecord } from '../../src-main/core/trial/trial.ts'
import { readStudyFile } from '../../src-main/features/studies/node/create-study.ts'
import { createObjectiveDescriber } from '../../src-main/features/studies/node/describe-objective.ts'
import { curvesFile, curvesFolder, packStudy, type RecordedTrial } from './curve-sets.ts'
import { secondsOf, trainStudy } from './train-study.ts'

/**
 * `npm run bench:record-curves -- --work FOLDER`: complete learning curves of studies without a pruner, for
 * `npm run bench:replay-pruners`. Tables are those of `bench/tables/sets.py`, with the space that a new study starts with and one
 * split instead of folds; image, text and audio are samples of the application.
 *
 * A study that is recorded is not run again, so that a run of hours can be ended and gone on with. `--python PYTHON` writes
 * the tables (`pip install -r bench/tables/requirements.txt`); `--sets a,b`, `--seeds 1,2,3,4,5`, `--trials 30` and `--rows 1000`
 * choose; `--minutes 25` begins no further study after that wall time; `--data FOLDER` holds what the samples need beside them:
 * `spoken-digits.zip`, `spam-assassin`.
 */
const { values: options } = parseArgs({
  options: {
    work: { type: 'string', default: '.cache/bench-curves' },
    python: { type: 'string', default: 'python3' },
    sets: { type: 'string' },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    trials: { type: 'string', default: '30' },
    rows: { type: 'string', default: '1000' },
    minutes: { type: 'string' },
    data: { type: 'string' },
  },
})

const samplesFolder = fileURLToPath(new URL('../../resources/samples/', import.meta.url))
/** Set to the sample that it is. */
const samples: Readonly<Record<string, string>> = {
  image: 'quickstart.yaml',
  text: 'spam.yaml',
  audio: 'spoken-digits.yaml',
}
const goalsOf = {
  value: { metric: 'validationRmse', direction: 'minimize' },
  binary: { metric: 'validationAccuracy', direction: 'maximize' },
  classes: { metric: 'validationLoss', direction: 'minimize' },
} as const

interface TableSet {
  readonly target: string
  readonly kind: keyof typeof goalsOf
}

const work = path.resolve(options.work)
const tablesFolder = path.join(work, 'sets')
mkdirSync(tablesFolder, { recursive: true })
mkdirSync(curvesFolder, { recursive: true })
if (!existsSync(path.join(tablesFolder, 'sets.json'))) {
  const script = fileURLToPath(new URL('../tables/sets.py', import.meta.url))
  execFileSync(options.python, [script, tablesFolder, '1'], { stdio: 'inherit' })
}
const tables = JSON.parse(readFileSync(path.join(tablesFolder, 'sets.json'), 'utf8')) as Record<
  string,
  TableSet
>

/** As a person would start it, but every trial is trained to its end and on one split. */
async function studyOf(set: string, seed: number): Promise<[StudySpecificationInput, string]> {
  const common = {
    name: `${set}-${seed}`,
    pruner: { name: 'none' },
    stop: { trials: Number(options.trials) },
    parallelTrials: 1,
    seed,
  }
  const sample = samples[set]
  if (sample !== undefined) {
    const { specification } = await readStudyFile(path.join(samplesFolder, sample))
    const { ensemble: _, ...study } = specification
    return [{ ...study, ...common }, path.resolve(options.data ?? samplesFolder)]
  }
  const table = tables[set]
  if (table === undefined) throw new Error(`no set ${set}`)
  const { target, kind } = table
  const lines = readFileSync(path.join(tablesFolder, set, '0', 'train.csv'), 'utf8').split('\n')
  const file = `${set}.csv`
  writeFileSync(path.join(work, file), lines.slice(0, Number(options.rows) + 1).join('\n'))
  const problem = kind === 'value' ? 'regression' : 'classification'
  const objective = { task: 'tabular', data: { file, target, problem } }
  const describe = createObjectiveDescriber({ study: work, cache: path.join(work, 'cache') })
  const described = await describe(objective)
  if (!described.ok) throw new Error(JSON.stringify(described.problems))
  const { space } = described
  return [{ ...common, objective, goals: [goalsOf[kind]], space, sampler: { name: 'auto' } }, work]
}

function recordedTrial(trial: TrialRecord, metric: string): RecordedTrial {
  const { parameters, metrics } = trial
  const { steps, values } = metrics[metric] ?? { steps: [], values: [] }
  return {
    parameters,
    value: trial.values[0] ?? Number.NaN,
    seconds: secondsOf(trial),
    steps: steps.every((step, index) => step === index + 1) ? null : steps,
    values: values.map(value => Number(value.toPrecision(5))),
  }
}

async function record(set: string, seed: number): Promise<void> {
  const [input, directory] = await studyOf(set, seed)
  const trials = await trainStudy(input, directory)
  const metric = input.goals[0]?.metric ?? ''
  const complete = trials.filter(({ state }) => state === 'complete')
  const packed = packStudy({
    set,
    seed,
    specification: input,
    trials: complete.map(trial => recordedTrial(trial, metric)),
  })
  writeFileSync(curvesFile(set, seed), packed)
  const seconds = complete.reduce((sum, trial) => sum + secondsOf(trial), 0)
  console.log(
    `${set} seed ${seed}: ${complete.length} of ${trials.length} trials complete, ${seconds.toFixed(0)} s, ${packed.length} bytes`,
  )
}

const startMs = performance.now()
const limitMs = options.minutes === undefined ? Infinity : Number(options.minutes) * 60_000
const sets = options.sets?.split(',') ?? [...Object.keys(tables), ...Object.keys(samples)]
// Seed by seed, so that every set has one before any has two.
for (const seed of options.seeds.split(',').map(Number)) {
  for (const set of sets) {
    if (existsSync(curvesFile(set, seed)) || performance.now() - startMs > limitMs) continue
    try {
      await record(set, seed)
    } catch (error) {
      console.error(`${set} seed ${seed}:`, error)
      process.exitCode = 1
    }
  }
}
