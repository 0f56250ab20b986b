import { copyFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'
import { lineModule } from '../helpers/line-program.ts'
import { markVariable } from './marked-processes.ts'

/** A kind of study that is killed again and again. */
export interface Kind {
  readonly name: string
  readonly specification: Omit<StudySpecificationInput, 'name'>
  /**
   * Whether a study that was killed ends like one that never was: true where one trial runs at a time, or where trials do not
   * depend on when others end.
   */
  readonly repeats: boolean
  /** Files beside the study file. */
  readonly files?: readonly ('line.cjs' | 'line.mjs' | 'penguins.csv')[]
  /** Its jobs outlive a session, which the next one adopts: over SSH, or on Slurm, whose commands stand in. */
  readonly outlives?: true
  /** Machines with a real sshd each, by the names that the study file has. */
  readonly machines?: readonly string[]
  /** A client of `tunewright mcp` makes it, looks at it and goes on with it, in place of the command line. */
  readonly isOverMcp?: true
}

/** Fits a line as the programs of test/helpers/line-program.ts do, and writes down each of its starts. */
const lineProgram = `
const { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const { TUNEWRIGHT_TRIAL: trial, TUNEWRIGHT_CHECKPOINTS: folder, TUNEWRIGHT_ARTIFACTS: shown } = process.env
// Over SSH it runs in a copy of its folder.
const starts = (process.env.${markVariable} ?? '.') + '/starts'
const [mode] = process.argv.slice(2)
async function fit({ rate, momentum }, untilStep = 6) {
  const file = folder + '/state'
  const resumes = mode === 'resumes'
  const state = resumes && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { epoch: 0, w: 0, v: 0 }
  const loss = () => (state.w - 3) * (state.w - 3) + 0.1 / state.epoch
  const report = () => console.log(JSON.stringify({ step: state.epoch, loss: loss() }))
  if (state.epoch > 0) report()
  for (let epoch = state.epoch + 1; epoch <= untilStep; epoch++) {
    state.v = momentum * state.v - rate * (state.w - 3)
    state.w += state.v
    state.epoch = epoch
    if (resumes) {
      writeFileSync(file + '.new', JSON.stringify(state))
      renameSync(file + '.new', file)
    }
    if (mode === 'shows') show(state)
    report()
    await new Promise(resolve => setTimeout(resolve, 25))
  }
}
function show({ epoch, w }) {
  mkdirSync(shown + '/step-' + epoch, { recursive: true })
  writeFileSync(shown + '/step-' + epoch + '/weight.txt', String(w))
  // Whole at every moment: it may be copied while the next step writes it again.
  writeFileSync('same-' + trial + '.swap', 'x,y\\n1,2\\n')
  renameSync('same-' + trial + '.swap', 'same-' + trial + '.csv')
  console.log(JSON.stringify({ artifact: 'same-' + trial + '.csv', name: 'same.csv', step: epoch }))
  console.log(JSON.stringify({ note: 'epoch ' + epoch }))
}
async function serve() {
  for await (const line of require('node:readline').createInterface({ input: process.stdin })) {
    const { parameters, trial, attempt } = JSON.parse(line)
    console.log(JSON.stringify({ tunewright: 'taken', attempt: trial + '/' + attempt }))
    appendFileSync(starts, trial + '\\n')
    await fit(parameters)
    console.log(JSON.stringify({ tunewright: 'done', attempt: trial + '/' + attempt }))
  }
}
if (mode === 'serves') serve()
else {
  appendFileSync(starts, trial + '\\n')
  const { untilStep } = JSON.parse(readFileSync(process.env.TUNEWRIGHT_TRIAL_FILE, 'utf8'))
  fit(JSON.parse(readFileSync(process.env.TUNEWRIGHT_PARAMETERS, 'utf8')), untilStep ?? undefined)
}
`

/** Deaths of trainers and programs are many here, and none of them is the study's fault. */
const common = {
  retry: { killed: 10, device: 10 },
  goals: [{ metric: 'value', direction: 'minimize' }],
  seed: 11,
} satisfies Partial<StudySpecificationInput>

const plane: StudySpecificationInput['space'] = { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }

const table = {
  task: 'tabular',
  data: { file: 'penguins.csv', target: 'species', train: 90, validation: 60, test: 60 },
}
const network: StudySpecificationInput['space'] = {
  units: { int: [4, 12] },
  learningRate: { float: [0.001, 0.1], log: true },
  dropout: { float: [0, 0.4] },
  epochs: { fixed: 6 },
}
const training = {
  ...common,
  objective: table,
  goals: [{ metric: 'validationLoss', direction: 'minimize' }],
  space: network,
  engine: 'wasm',
  checkpoint: { everySteps: 3, keepBest: 2, keepLatest: 0 },
} satisfies Partial<StudySpecificationInput>

const line = {
  ...common,
  goals: [{ metric: 'loss', direction: 'minimize' }],
  space: { rate: { float: [0.01, 0.5] }, momentum: { float: [0, 0.9] } },
  sampler: { name: 'random' },
} satisfies Partial<StudySpecificationInput>
const command = [process.execPath, 'line.cjs']

export const kinds: readonly Kind[] = [
  {
    name: 'function',
    repeats: true,
    specification: {
      ...common,
      objective: { function: 'constrainedBranin', steps: 4, durationMs: 10 },
      constraints: ['c1'],
      space: plane,
      pruner: { name: 'median', startupTrials: 2 },
      stop: { trials: 12 },
    },
  },
  {
    name: 'parallel trials',
    repeats: false,
    specification: {
      ...common,
      objective: { function: 'branin', steps: 9, durationMs: 8 },
      space: plane,
      sampler: { name: 'tpe', startupTrials: 4 },
      pruner: { name: 'asha', minResource: 1, reductionFactor: 3 },
      stop: { trials: 24 },
      parallelTrials: 3,
    },
  },
  {
    name: 'training',
    repeats: true,
    files: ['penguins.csv'],
    specification: {
      ...training,
      pruner: { name: 'median', startupTrials: 2 },
      stop: { trials: 6 },
    },
  },
  {
    name: 'promotion',
    repeats: true,
    files: ['penguins.csv'],
    specification: {
      ...training,
      sampler: { name: 'random' },
      pruner: { name: 'promotion', maxResource: 9 },
      stop: { trials: 9 },
    },
  },
  {
    name: 'population',
    repeats: true,
    files: ['penguins.csv'],
    specification: {
      ...training,
      space: { learningRate: { float: [0.001, 0.1], log: true }, units: { fixed: 6 } },
      sampler: { name: 'pbt', population: 3, interval: 2, steps: 6 },
      stop: { trials: 9 },
    },
  },
  {
    name: 'folds',
    repeats: true,
    files: ['penguins.csv'],
    specification: {
      ...common,
      objective: { ...table, data: { file: 'penguins.csv', target: 'species', test: 60 } },
      goals: [{ metric: 'validationLoss', direction: 'minimize' }],
      space: { family: { fixed: 'boosting' }, rounds: { int: [5, 30] }, leaves: { int: [3, 9] } },
      folds: 3,
      sampler: { name: 'random' },
      stop: { trials: 6 },
    },
  },
  {
    name: 'program',
    repeats: true,
    files: ['line.cjs'],
    specification: {
      ...line,
      objective: { command, files: ['line.cjs'] },
      stop: { trials: 10 },
      parallelTrials: 2,
    },
  },
  {
    name: 'files',
    repeats: true,
    files: ['line.cjs'],
    specification: {
      ...line,
      objective: { command: [...command, 'shows'], files: ['line.cjs'] },
      artifacts: { keep: 4 },
      stop: { trials: 8 },
    },
  },
  {
    name: 'serving program',
    repeats: true,
    files: ['line.cjs'],
    specification: {
      ...line,
      objective: { command: [...command, 'serves'], files: ['line.cjs'], serves: true },
      stop: { trials: 10 },
      parallelTrials: 2,
    },
  },
  {
    name: 'resuming program',
    repeats: true,
    files: ['line.cjs'],
    specification: {
      ...line,
      objective: { command: [...command, 'resumes'], files: ['line.cjs'], resumes: true },
      pruner: { name: 'promotion', maxResource: 9 },
      stop: { trials: 8 },
    },
  },
  {
    name: 'module',
    repeats: true,
    files: ['line.mjs'],
    specification: {
      ...line,
      objective: { module: 'line.mjs', resumes: true },
      stop: { trials: 8 },
      parallelTrials: 2,
    },
  },
  {
    name: 'slurm',
    repeats: true,
    outlives: true,
    files: ['line.cjs'],
    specification: {
      ...line,
      objective: { command, files: ['line.cjs'] },
      executor: { slurm: { pollSeconds: 0.2, options: ['--mem=50'] } },
      stop: { trials: 5 },
      parallelTrials: 2,
    },
  },
  {
    name: 'ssh',
    repeats: true,
    outlives: true,
    machines: ['one', 'two'],
    files: ['line.cjs'],
    specification: {
      ...line,
      objective: { command, files: ['line.cjs'] },
      // No machine is lost here: whatever is killed, programs run on.
      executor: { ssh: { machines: [{ host: 'one' }, { host: 'two' }], lostAfterSeconds: 3_600 } },
      stop: { trials: 8 },
      parallelTrials: 2,
    },
  },
  {
    name: 'mcp',
    repeats: true,
    isOverMcp: true,
    specification: {
      ...common,
      objective: { function: 'constrainedBranin', steps: 4, durationMs: 20 },
      constraints: ['c1'],
      space: plane,
      pruner: { name: 'median', startupTrials: 2 },
      stop: { trials: 16 },
    },
  },
]

const samples = path.resolve(import.meta.dirname, '../../resources/samples')

/** Writes the study file of a kind and everything that it names. */
export function writeKind({ name, specification, files = [] }: Kind, folder: string): void {
  writeFileSync(path.join(folder, 'study.json'), JSON.stringify({ name, ...specification }))
  for (const file of files) {
    const target = path.join(folder, file)
    if (file === 'line.cjs') writeFileSync(target, lineProgram)
    else if (file === 'line.mjs')
      writeFileSync(target, lineModule.replace('resolve, 2)', 'resolve, 25)'))
    else copyFileSync(path.join(samples, file), target)
  }
}
