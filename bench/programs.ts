import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { openStudyStore } from '../src-main/platform/storage/sqlite-study-store.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'

/**
 * `npm run bench:programs [TRIALS]`: the shipped PyTorch sample with `serves: true` and two slots, beside the same loop under Optuna in two
 * processes that share a journal file; 40 trials of 30 epochs. TUNEWRIGHT_TORCH_PYTHON names a Python with torch and Optuna.
 */
const repository = path.join(import.meta.dirname, '..')
const python = process.env['TUNEWRIGHT_TORCH_PYTHON'] ?? 'python3'
const trials = Number(process.argv[2] ?? 40)
const SLOTS = 2
const execute = promisify(execFile)
const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-bench-'))

async function timed(action: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now()
  await action()
  return (performance.now() - beganMs) / 1_000
}

async function run(program: string, words: readonly string[]): Promise<string> {
  const environment = {
    ...process.env,
    TUNEWRIGHT_TRUST: path.join(folder, 'trusted.json'),
    PYTHONDONTWRITEBYTECODE: '1',
  }
  const { stdout } = await execute(program, words, { cwd: folder, env: environment })
  return stdout
}

const tunewright = async (...words: string[]): Promise<string> =>
  run(process.execPath, [
    path.join(repository, 'bin/tunewright.cjs'),
    '--db',
    'bench.sqlite',
    ...words,
  ])

/** Seconds of the whole command, and from the first trial's start to the last one's end. */
async function ours(): Promise<{ readonly seconds: number; readonly ofTrials: number }> {
  const file = path.join(folder, 'torch-serves.yaml')
  const text = readFileSync(file, 'utf8')
    .replace('command: [python3,', `command: [${JSON.stringify(python)},`)
    .replace('trials: 40', `trials: ${trials}`)
  writeFileSync(file, text)
  await tunewright('trust', 'torch-serves.yaml', '--yes')
  const seconds = await timed(async () => tunewright('run', 'torch-serves.yaml'))
  const store = openStudyStore(path.join(folder, 'bench.sqlite'), { readOnly: true })
  const storedTrials = store.trials(store.findStudy('torch-serves').id)
  store.close()
  const complete = storedTrials.filter(({ state }) => state === 'complete').length
  if (complete !== trials) throw new Error(`${complete} of ${trials} trials are complete`)
  const begin = Math.min(...storedTrials.map(({ startedAtMs }) => startedAtMs))
  const end = Math.max(...storedTrials.map(({ finishedAtMs }) => finishedAtMs ?? 0))
  return { seconds, ofTrials: (end - begin) / 1_000 }
}

async function theirs(): Promise<number> {
  const script = path.join(import.meta.dirname, 'peers/torch_optuna.py')
  const share = String(trials / SLOTS)
  return timed(async () =>
    Promise.all(
      Array.from({ length: SLOTS }, async () =>
        run(python, ['-W', 'ignore', script, folder, path.join(folder, 'journal.log'), share]),
      ),
    ),
  )
}

try {
  cpSync(path.join(repository, 'resources/samples/programs'), folder, { recursive: true })
  // What is read for the first time is read from the disk.
  await run(python, ['-c', 'import torch, optuna'])
  const rows = [await ours(), await theirs()] as const
  const [{ seconds, ofTrials }, peer] = rows
  const cells = [
    ['Tunewright, serves: true', seconds],
    ['  its trials alone', ofTrials],
    ['Optuna, a process for each slot', peer],
  ] as const
  printTable(
    ['program', 'seconds', 'times'],
    cells.map(([name, value]) => [name, value.toFixed(1), (value / peer).toFixed(2)]),
  )
  writeResults('programs', { machine: benchMachine(), trials, seconds, ofTrials, peer })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
