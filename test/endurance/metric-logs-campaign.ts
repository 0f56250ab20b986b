import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { metricLogNames, metricLogs } from '../../src-main/core/metric-logs/metric-logs.ts'
import { logPattern } from '../../src-main/platform/metric-logs/find-logs.ts'
import { MetricLogs } from '../../src-main/platform/metric-logs/metric-logs.ts'

/**
 * A real library writes metrics and is killed at random. Each value that a reader of the library or of Python finds in its log has to be
 * read, once, as it was written and within two seconds, at no more than a hundredth of a processor:
 * `node bin/run.cjs test/endurance/metric-logs-campaign.ts --python PYTHON --writer NAME --runs 10`. A writer whose library is missing fails.
 */
const LOOK_EVERY_MS = 400
const LATEST_MS = 2_000
const HIGHEST_SHARE = 0.01
/** What is still on its way at the kill, such as rows in another process of W&B, is in the log by then. */
const AFTER_KILL_MS = 2_500
/** A library may take that long until its first value. */
const LONGEST_START_MS = 240_000
/** Of 32-bit numbers, as event files have them. */
const TOLERANCE = 1e-6
const script = fileURLToPath(new URL('metric-writers/write.py', import.meta.url))
/** The functions of `write.py`. */
const writers = [
  'torch',
  'torchEachSecond',
  'torchGroups',
  'tensorboardX',
  'wandb',
  'mlflow',
  'mlflowDatabase',
  'trackio',
  'lightningTable',
  'lightningTensorboard',
  'kerasTable',
  'kerasTensorboard',
  'transformersState',
  'transformersTensorboard',
  'ultralytics',
  'csvTable',
  'jsonLines',
]
const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: process.env['TUNEWRIGHT_LOGGERS_PYTHON'] ?? 'python3' },
    writer: { type: 'string', multiple: true, default: writers },
    runs: { type: 'string', default: '10' },
    // At the same time.
    together: { type: 'string', default: '1' },
    // Of the time between the first value and the kill.
    shortest: { type: 'string', default: '3' },
    longest: { type: 'string', default: '8' },
  },
})
const unknown = options.writer.filter(name => !writers.includes(name))
if (unknown.length > 0) {
  console.error(`no writer: ${unknown.join(', ')}; there are ${writers.join(', ')}`)
  process.exit(64)
}

/** When it was visible or read, on the monotonic clock that Python has, too. */
interface TimedValue {
  readonly value: number
  readonly atMs: number
}

interface RunFigures {
  /** Ended by the kill, not before it. */
  readonly wasKilled: boolean
  readonly written: number
  readonly read: number
  readonly doubled: number
  readonly wrong: number
  readonly delaysMs: readonly number[]
  /** From the first value on. */
  readonly processorShare: number
}

/** A line of `write.py`. */
type Told =
  | { readonly versions: readonly string[] }
  | { readonly folder: string; readonly process: number }
  | { readonly folder: string; readonly isOver: true }
  | { readonly folder: string; readonly end: true }
  | {
      readonly folder: string
      readonly metric: string
      readonly step: number
      readonly value: number
      readonly atMs: number
    }

/** Hears of one run. */
interface RunListener {
  readonly onTold: (told: Exclude<Told, { readonly versions: unknown }>) => void
}

/** A process that has imported the library of a writer, and begins runs of it. */
class WriterProcess {
  readonly #home = mkdtempSync(path.join(os.tmpdir(), 'metric-writer-'))
  readonly #listeners = new Map<string, RunListener>()
  readonly #child: ChildProcess
  readonly isReady: Promise<boolean>
  versions = ''
  /** The end of what it said on standard error. */
  said = ''

  constructor(writer: string) {
    this.#child = spawn(options.python, [script, writer], {
      cwd: this.#home,
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      // As a study gives it to its programs.
      env: { ...process.env, HOME: this.#home, WANDB_X_TRANSACTION_LOG_FLUSH_INTERVAL: '1' },
    })
    const errors = this.#child.stdio[2] as Readable
    errors.setEncoding('utf8').on('data', (text: string) => {
      this.said = `${this.said}${text}`.slice(-2_000)
    })
    const ready = Promise.withResolvers<boolean>()
    this.isReady = ready.promise
    this.#child.on('error', error => {
      this.said = error.message
      ready.resolve(false)
    })
    this.#child.on('exit', () => ready.resolve(false))
    createInterface({ input: this.#child.stdio[3] as Readable }).on('line', line => {
      const told = JSON.parse(line) as Told
      if ('versions' in told) {
        this.versions = told.versions.join(', ')
        ready.resolve(true)
      } else this.#listeners.get(told.folder)?.onTold(told)
    })
  }

  begin(folder: string, listener: RunListener): void {
    this.#listeners.set(folder, listener)
    this.#order({ begin: folder })
  }

  end(folder: string): void {
    this.#order({ end: folder })
  }

  close(): void {
    this.#child.stdin?.end()
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }

  #order(order: object): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`)
  }
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

async function runOnce(library: WriterProcess): Promise<RunFigures> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'metric-logs-'))
  const sources = metricLogNames.flatMap(kind =>
    metricLogs[kind].usualPaths.map(pattern => ({ kind, pattern: logPattern(folder, pattern) })),
  )
  const logs = new MetricLogs(sources)
  const written = new Map<string, TimedValue>()
  const read = new Map<string, TimedValue>()
  let doubled = 0
  let usedMs = 0
  let isOver = false
  let beganMs: number | null = null
  let writing: number | null = null
  const end = Promise.withResolvers<null>()
  library.begin(folder, {
    onTold: told => {
      if ('process' in told) writing = told.process
      else if ('isOver' in told) isOver = true
      else if ('end' in told) end.resolve(null)
      else {
        const key = `${told.metric} ${told.step}`
        // The last look says all of them once more.
        if (!written.has(key)) written.set(key, told)
        if (beganMs !== null) return
        beganMs = monotonicMs()
        usedMs = 0
      }
    },
  })
  const look = (): void => {
    for (let hasMore = true; hasMore;) {
      const before = process.cpuUsage()
      const values = logs.read()
      const { user, system } = process.cpuUsage(before)
      usedMs += (user + system) / 1_000
      hasMore = values.hasMore
      const atMs = monotonicMs()
      for (const { step, metrics } of values.rows)
        for (const [metric, value] of Object.entries(metrics)) {
          const key = `${metric} ${step}`
          if (read.has(key)) doubled++
          else read.set(key, { value, atMs })
        }
      for (const { file, reason } of values.remarks)
        process.stdout.write(`${path.relative(folder, file)}: ${JSON.stringify(reason)}\n`)
    }
  }
  const spawnedMs = monotonicMs()
  const [shortest, longest] = [Number(options.shortest), Number(options.longest)]
  const runsForMs = (shortest + Math.random() * (longest - shortest)) * 1_000
  while (!isOver && monotonicMs() < (beganMs ?? spawnedMs + LONGEST_START_MS) + runsForMs) {
    await sleep(LOOK_EVERY_MS)
    look()
  }
  const wasKilled = !isOver
  if (wasKilled && writing !== null) process.kill(-writing, 'SIGKILL')
  const killedMs = monotonicMs()
  while (monotonicMs() < killedMs + AFTER_KILL_MS) {
    await sleep(LOOK_EVERY_MS)
    look()
  }
  library.end(folder)
  await end.promise
  const processorShare = usedMs / (monotonicMs() - (beganMs ?? spawnedMs))
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  const all = [...written]
  return {
    wasKilled,
    written: all.length,
    read: all.filter(([key]) => read.has(key)).length,
    doubled,
    wrong: all.filter(([key, { value }]) => {
      const other = read.get(key)
      return other !== undefined && !isSame(value, other.value)
    }).length,
    delaysMs: all.flatMap(([key, { atMs }]) => {
      const other = read.get(key)
      return other === undefined ? [] : [Math.max(0, other.atMs - atMs)]
    }),
    processorShare,
  }
}

function isSame(value: number, other: number): boolean {
  return Object.is(value, other) || Math.abs(value - other) <= TOLERANCE * Math.abs(value)
}

/** @param sorted at least one */
function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** Some of them at the same time. */
async function runAll(library: WriterProcess): Promise<readonly RunFigures[]> {
  const figures: RunFigures[] = []
  let left = (await library.isReady) ? Number(options.runs) : 0
  const line = async (): Promise<void> => {
    while (left > 0) {
      left--
      figures.push(await runOnce(library))
    }
  }
  await Promise.all(Array.from({ length: Number(options.together) }, line))
  return figures
}

let hasFailed = false
for (const writer of options.writer) {
  const library = new WriterProcess(writer)
  const figures = await runAll(library)
  library.close()
  const sum = (of: (figure: RunFigures) => number): number =>
    figures.reduce((total, figure) => total + of(figure), 0)
  const delaysMs = figures.flatMap(figure => figure.delaysMs).toSorted((a, b) => a - b)
  const latestMs = delaysMs.at(-1) ?? 0
  const share = sum(figure => figure.processorShare) / Math.max(1, figures.length)
  const isRight =
    figures.length > 0 &&
    figures.every(
      ({ wasKilled, written, read, doubled, wrong }) =>
        wasKilled && written > 0 && written === read && doubled + wrong === 0,
    ) &&
    latestMs <= LATEST_MS &&
    share <= HIGHEST_SHARE
  hasFailed ||= !isRight
  process.stdout.write(
    `${[
      isRight ? 'ok  ' : 'FAIL',
      writer.padEnd(23),
      `runs ${figures.length}`,
      `kills ${figures.filter(({ wasKilled }) => wasKilled).length}`,
      `written ${sum(({ written }) => written)}`,
      `lost ${sum(({ written, read }) => written - read)}`,
      `doubled ${sum(({ doubled }) => doubled)}`,
      `wrong ${sum(({ wrong }) => wrong)}`,
      `median ${Math.round(median(delaysMs))} ms`,
      `latest ${Math.round(latestMs)} ms`,
      `processor ${(share * 100).toFixed(2)} %`,
      `load ${os.loadavg()[0]?.toFixed(1)}`,
      library.versions,
    ].join('  ')}\n`,
  )
  if (figures.length === 0 || figures.some(({ written, wasKilled }) => written === 0 || !wasKilled))
    process.stdout.write(`${library.said}\n`)
}
process.exitCode = hasFailed ? 1 : 0
