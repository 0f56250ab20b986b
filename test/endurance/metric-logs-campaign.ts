import { spawn } from 'node:child_process'
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
 * A real library writes metrics and is killed at random. Each value that was in its log two seconds before the kill has to be read, once,
 * as it was written and within two seconds, at no more than a hundredth of a processor:
 * `node bin/run.cjs test/endurance/metric-logs-campaign.ts --python PYTHON --writer NAME --runs 10`. A writer whose library is missing fails.
 */
const LOOK_EVERY_MS = 400
const LATEST_MS = 2_000
const HIGHEST_SHARE = 0.01
/** A library may take that long until its first value. */
const LONGEST_START_MS = 180_000
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
const runs = Number(options.runs)

interface RunFigures {
  readonly versions: string
  /** Ended by the kill, not before it. */
  readonly wasKilled: boolean
  readonly written: number
  readonly read: number
  /** In the log longer than two seconds before the kill, and never read. */
  readonly lost: number
  readonly doubled: number
  readonly wrong: number
  readonly delaysMs: readonly number[]
  readonly processorShare: number
  /** The end of what the writer said on standard error. */
  readonly said: string
}

async function runOnce(writer: string): Promise<RunFigures> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'metric-logs-'))
  const sources = metricLogNames.flatMap(kind =>
    metricLogs[kind].usualPaths.map(pattern => ({ kind, pattern: logPattern(folder, pattern) })),
  )
  const logs = new MetricLogs(sources)
  const written = new Map<string, { readonly value: number; readonly atMs: number }>()
  const read = new Map<string, { readonly value: number; readonly atMs: number }>()
  let versions = ''
  let said = ''
  let doubled = 0
  let usedMs = 0
  const child = spawn(options.python, [script, folder, writer], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
    // As a study gives it to its programs.
    env: { ...process.env, HOME: folder, WANDB_X_TRANSACTION_LOG_FLUSH_INTERVAL: '1' },
  })
  const ended = new Promise<void>(resolve => {
    child.on('error', error => {
      said = error.message
      resolve()
    })
    child.on('exit', () => resolve())
  })
  const errors = child.stdio[2] as Readable
  errors.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-2_000)
  })
  const first = Promise.withResolvers<null>()
  createInterface({ input: child.stdio[3] as Readable }).on('line', line => {
    // A kill may cut the last one.
    if (!line.endsWith('}')) return
    const told = JSON.parse(line) as
      | { readonly versions: readonly string[] }
      | { readonly metric: string; readonly step: number; readonly value: number }
    if ('versions' in told) {
      versions = told.versions.join(', ')
      return
    }
    written.set(`${told.metric} ${told.step}`, { value: told.value, atMs: performance.now() })
    first.resolve(null)
  })
  const look = (): void => {
    for (let hasMore = true; hasMore;) {
      const before = process.cpuUsage()
      const values = logs.read()
      const { user, system } = process.cpuUsage(before)
      usedMs += (user + system) / 1_000
      hasMore = values.hasMore
      for (const { step, metrics } of values.rows)
        for (const [metric, value] of Object.entries(metrics)) {
          const key = `${metric} ${step}`
          if (read.has(key)) doubled++
          read.set(key, { value, atMs: performance.now() })
        }
    }
  }
  let hasEnded = false
  void ended.then(() => {
    hasEnded = true
  })
  const spawnedMs = performance.now()
  let beganMs: number | null = null
  void first.promise.then(() => {
    beganMs = performance.now()
  })
  const [shortest, longest] = [Number(options.shortest), Number(options.longest)]
  const runsForMs = (shortest + Math.random() * (longest - shortest)) * 1_000
  while (!hasEnded && performance.now() < (beganMs ?? spawnedMs + LONGEST_START_MS) + runsForMs) {
    await sleep(LOOK_EVERY_MS)
    look()
  }
  const killedMs = performance.now()
  const wasKilled = !hasEnded
  if (wasKilled && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  await ended
  await sleep(1_000)
  look()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  const all = [...written]
  return {
    versions,
    wasKilled,
    written: all.length,
    read: all.filter(([key]) => read.has(key)).length,
    lost: all.filter(([key, { atMs }]) => atMs < killedMs - LATEST_MS && !read.has(key)).length,
    doubled,
    wrong: all.filter(([key, { value }]) => {
      const other = read.get(key)
      return other !== undefined && !isSame(value, other.value)
    }).length,
    delaysMs: all.flatMap(([key, { atMs }]) => {
      const other = read.get(key)
      return other === undefined ? [] : [Math.max(0, other.atMs - atMs)]
    }),
    processorShare: usedMs / (killedMs - spawnedMs),
    said,
  }
}

function isSame(value: number, other: number): boolean {
  return Object.is(value, other) || Math.abs(value - other) <= TOLERANCE * Math.abs(value)
}

/** @param sorted at least one */
function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

let hasFailed = false
for (const writer of options.writer) {
  const figures: RunFigures[] = []
  for (let run = 0; run < runs; run++) figures.push(await runOnce(writer))
  const sum = (of: (figure: RunFigures) => number): number =>
    figures.reduce((total, figure) => total + of(figure), 0)
  const delaysMs = figures.flatMap(figure => figure.delaysMs).toSorted((a, b) => a - b)
  const latestMs = delaysMs.at(-1) ?? 0
  const share = sum(figure => figure.processorShare) / figures.length
  const isRight =
    figures.every(
      ({ wasKilled, written, lost, doubled, wrong }) =>
        wasKilled && written > 0 && lost + doubled + wrong === 0,
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
      `read ${sum(({ read }) => read)}`,
      `lost ${sum(({ lost }) => lost)}`,
      `doubled ${sum(({ doubled }) => doubled)}`,
      `wrong ${sum(({ wrong }) => wrong)}`,
      `median ${Math.round(median(delaysMs))} ms`,
      `latest ${Math.round(latestMs)} ms`,
      `processor ${(share * 100).toFixed(2)} %`,
      figures.at(-1)?.versions ?? '',
    ].join('  ')}\n`,
  )
  for (const { said, written, wasKilled } of figures)
    if (written === 0 || !wasKilled) process.stdout.write(`${said}\n`)
}
process.exitCode = hasFailed ? 1 : 0
