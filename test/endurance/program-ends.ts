import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { isAppError } from '../../src-main/core/errors/errors.ts'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'
import type { TrialRecord } from '../../src-main/core/trial/trial.ts'
import type { StudyRunner } from '../../src-main/running/loop/study-runner.ts'
import { UserCodeBench } from '../helpers/user-code-study.ts'
import type { Figures } from './figures.ts'
import { markedProcesses, markVariable } from './marked-processes.ts'

const isWindows = process.platform === 'win32'
/** How long a process may outlive its study. */
const LEFTOVER_LIMIT_MS = 30_000
/** For a program that does not come to the point where it is ended. */
const MAX_WAIT_MS = 120_000

/** The program and its two children. */
const FAMILY = 3
/** Writes down who it is and who answers for it, starts a daemon, and goes on until it is ended; `memory`: takes too much. */
const program = `
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs')
const { spawn } = require('node:child_process')
const note = "require('node:fs').appendFileSync('pids', process.pid + '\\\\n')"
const stay = note + '; setInterval(() => 0, 1000)'
const child = detached => spawn(process.execPath, ['--eval', stay], { stdio: 'ignore', detached }).unref()
writeFileSync('supervisor', String(process.ppid))
eval(note)
child(true)
child(false)
const [way] = process.argv.slice(2)
process.on('SIGINT', () => 0)
process.on('SIGTERM', () => 0)
let step = 0
setInterval(() => {
  if (readFileSync('pids', 'utf8').split('\\n').length <= ${FAMILY}) return
  if (way === 'memory') globalThis.held ??= Buffer.alloc(1.2e9, 1)
  console.log(JSON.stringify({ step: ++step, loss: step }))
  if (way === 'short') process.exit(0)
}, 20)
`

interface Way {
  readonly changes?: Partial<StudySpecificationInput>
  readonly objective?: Record<string, unknown>
  /** What happens once the program and all that it starts are there. */
  readonly disturb?: (runner: StudyRunner, supervisor: number) => void
  /** How its only trial has ended; null: not yet. */
  readonly expected: (trial: TrialRecord) => boolean
}

const lastFailure = ({ attempts }: TrialRecord): string | undefined =>
  attempts.at(-1)?.failure?.reason.code

/** Every way in which a study parts with a program. */
const ways: Readonly<Record<string, Way>> = {
  'ended by itself': {
    objective: { command: [process.execPath, 'train.cjs', 'short'] },
    expected: ({ state }) => state === 'complete',
  },
  shell: {
    objective: { command: `"${process.execPath}" train.cjs short`, shell: true },
    expected: ({ state }) => state === 'complete',
  },
  pruned: {
    changes: { pruner: { name: 'threshold', upper: 20 } },
    expected: ({ state }) => state === 'pruned',
  },
  canceled: {
    disturb: runner => runner.cancelTrial(0),
    expected: ({ state }) => state === 'canceled',
  },
  suspended: {
    disturb: runner => {
      runner.suspendTrial(0)
      runner.pause()
    },
    expected: ({ suspended }) => suspended === true,
  },
  paused: {
    objective: { command: [process.execPath, 'train.cjs', 'short'] },
    disturb: runner => runner.pause(),
    expected: ({ state }) => state === 'complete',
  },
  stopped: {
    disturb: runner => runner.stop(),
    expected: ({ finishedAtMs }) => finishedAtMs === null,
  },
  'memory limit': {
    objective: {
      command: [process.execPath, 'train.cjs', 'memory'],
      limits: { memoryMegabytes: 1_000 },
    },
    expected: trial => lastFailure(trial) === 'error.command.memory',
  },
  'supervisor killed': {
    disturb: (_, supervisor) => process.kill(supervisor, 'SIGKILL'),
    expected: trial => lastFailure(trial) === 'error.command.lost',
  },
}

function study({ objective, changes }: Way): StudySpecificationInput {
  return {
    name: 'ends',
    objective: {
      command: [process.execPath, 'train.cjs', 'long'],
      graceSeconds: 0.5,
      ...objective,
    },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [0, 1] } },
    sampler: { name: 'random' },
    retry: { killed: 0, code: 0, timeout: 0, memory: 0 },
    stop: { trials: 1 },
    ...changes,
  }
}

function lines(bench: UserCodeBench): number {
  const file = path.join(bench.folder, 'pids')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0
}

async function until(holds: () => boolean): Promise<boolean> {
  const sinceMs = performance.now()
  while (!holds()) {
    if (performance.now() - sinceMs > MAX_WAIT_MS) return false
    await sleep(20)
  }
  return true
}

/** Names and ids of what runs and belongs to a folder; on Windows, which shows no variables: of everything. */
function running(folder: string): string[] {
  if (!isWindows) return markedProcesses(folder).map(({ pid, role }) => `${role} ${pid}`)
  // Wine writes two bytes a letter.
  return execFileSync('tasklist', ['/fo', 'csv', '/nh'], { encoding: 'latin1' })
    .replaceAll('\0', '')
    .split(/\r?\n/)
    .map(line => line.split(',').slice(0, 2).join(' ').replaceAll('"', ''))
    .filter(line => line !== '' && !/^\W*tasklist/.test(line))
}

/** @returns what is wrong */
async function tryWay(name: string, way: Way, bench: UserCodeBench): Promise<string[]> {
  bench.write('train.cjs', program)
  const id = await bench.create(study(way))
  let runner: StudyRunner | undefined
  const session = bench.run(id, { onRunner: it => (runner = it) })
  const isThere = until(() => lines(bench) === FAMILY)
  if (way.disturb !== undefined && (await isThere) && runner !== undefined) {
    way.disturb(runner, Number(readFileSync(path.join(bench.folder, 'supervisor'), 'utf8')))
  }
  await session
  const faults: string[] = []
  if (lines(bench) < FAMILY) faults.push(`${name}: the program did not start everything`)
  const [trial] = bench.read(id).trials
  if (trial === undefined || !way.expected(trial)) {
    faults.push(`${name}: the trial is ${JSON.stringify(trial ?? null).slice(0, 500)}`)
  }
  return faults
}

/** Another process runs the study and is killed. */
async function tryKilled(bench: UserCodeBench): Promise<string[]> {
  bench.write('train.cjs', program)
  await bench.create(study({ expected: () => true }))
  const child = execFile(
    process.execPath,
    [
      path.resolve(import.meta.dirname, '../helpers/run-with-crash.ts'),
      JSON.stringify({ databasePath: bench.workspace.databasePath, kill: null }),
    ],
    { env: { ...process.env, TUNEWRIGHT_TRUST: bench.workspace.trustFile } },
  )
  const ended = new Promise(resolve => child.on('exit', resolve))
  const isThere = await until(() => lines(bench) === FAMILY)
  child.kill('SIGKILL')
  await ended
  return isThere ? [] : ['Tunewright killed: the program did not start everything']
}

/** The sample without any helper, for the shell of the system. */
async function trySample(bench: UserCodeBench): Promise<string[]> {
  const name = isWindows ? 'batch' : 'shell'
  for (const file of [`${name}.yaml`, isWindows ? 'train.bat' : 'train.sh']) bench.copySample(file)
  const text = readFileSync(path.join(bench.folder, `${name}.yaml`), 'utf8')
  const { trials } = await bench.tune({
    ...(parse(text) as StudySpecificationInput),
    stop: { trials: 3 },
  })
  const states = trials.map(({ state }) => state)
  return states.join() === 'complete,complete,complete' ? [] : [`sample: ${states.join()}`]
}

/** Parts with programs in one way after the other, again where the machine was too busy to begin, and looks whether one of their processes runs on. */
export async function endPrograms(options: {
  readonly folder: string
  readonly figures: Figures
  readonly tries: number
  readonly untilMs: number
}): Promise<void> {
  const { folder, figures, tries, untilMs } = options
  const all: [string, (bench: UserCodeBench) => Promise<string[]>][] = [
    ...Object.entries(ways).map(([name, way]) => {
      return [name, bench => tryWay(name, way, bench)] satisfies (typeof all)[number]
    }),
    ['Tunewright killed', tryKilled],
    ['sample', trySample],
  ]
  let abandoned = 0
  for (let number = 0; number < tries && performance.now() < untilMs;) {
    const [name, attempt] = all[number % all.length] as (typeof all)[number]
    const runFolder = path.join(folder, String(number))
    mkdirSync(runFolder)
    const bench = new UserCodeBench(runFolder)
    const faults = await tryAndLook(name, bench, attempt, figures)
    for (const fault of faults) figures.fault(fault, runFolder)
    if (faults.length === 0) rmSync(runFolder, { recursive: true, force: true, maxRetries: 5 })
    figures.save()
    if (figures.of('given up') === abandoned) number++
    abandoned = figures.of('given up')
  }
}

async function tryAndLook(
  name: string,
  bench: UserCodeBench,
  attempt: (bench: UserCodeBench) => Promise<string[]>,
  figures: Figures,
): Promise<string[]> {
  process.env[markVariable] = bench.folder
  const abandoned = figures.of('given up')
  const before = new Set(running(bench.folder))
  const faults = await attempt(bench).catch((error: unknown) => {
    if (!isAppError(error, 'child.startTimeout')) return [`${name}: ${String(error)}`]
    figures.add('given up')
    return []
  })
  if (figures.of('given up') === abandoned) figures.add(`ended: ${name}`)
  const sinceMs = performance.now()
  const leftovers = (): string[] =>
    running(bench.folder).filter(processName => !before.has(processName))
  while (leftovers().length > 0 && performance.now() - sinceMs < LEFTOVER_LIMIT_MS) await sleep(20)
  figures.peak('slowest farewell of a process, ms', performance.now() - sinceMs)
  return [...faults, ...leftovers().map(leftover => `${name}: leftover process ${leftover}`)]
}
