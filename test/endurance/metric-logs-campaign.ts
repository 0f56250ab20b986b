import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { metricLogNames, metricLogs } from '../../src-main/core/metric-logs/metric-logs.ts'
import { logPattern } from '../../src-main/platform/metric-logs/find-logs.ts'
import { MetricLogs } from '../../src-main/platform/metric-logs/metric-logs.ts'

/**
 * Every library logs a value each 50 ms and is killed at random. Each value has to be read once, within two seconds of being written, at
 * no more than a hundredth of a processor: `TUNEWRIGHT_LOGGERS_PYTHON=… node bin/run.cjs test/endurance/metric-logs-campaign.ts [RUNS] [NAME …]`
 */
const LOOK_EVERY_MS = 400
const LATEST_MS = 2_000
const python = process.env['TUNEWRIGHT_LOGGERS_PYTHON'] ?? 'python3'
const writer = fileURLToPath(new URL('../fixtures/metric-logs/write_slowly.py', import.meta.url))
const [runs = '10', ...chosen] = process.argv.slice(2)
const libraries =
  chosen.length > 0
    ? chosen
    : [
        'tensorboard',
        'csvTable',
        'trainerState',
        'jsonLines',
        'wandb',
        'mlflow',
        'mlflowDatabase',
        'trackio',
      ]

interface RunFigures {
  readonly written: number
  readonly read: number
  /** Logged longer than two seconds before the kill, and never read. */
  readonly lost: number
  readonly doubled: number
  readonly wrong: number
  readonly latestMs: number
  readonly processorShare: number
}

async function runOnce(library: string): Promise<RunFigures> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'metric-logs-'))
  const sources = metricLogNames.flatMap(kind =>
    metricLogs[kind].usualPaths.map(pattern => ({ kind, pattern: logPattern(folder, pattern) })),
  )
  const logs = new MetricLogs(sources)
  const written = new Map<number, number>()
  const readAtMs = new Map<number, number>()
  let doubled = 0
  let wrong = 0
  let usedMs = 0
  const child = spawn(python, [writer, folder, library], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
    env: { ...process.env, HOME: folder, WANDB_X_TRANSACTION_LOG_FLUSH_INTERVAL: '1' },
  })
  const ended = new Promise(resolve => child.on('exit', resolve))
  const first = Promise.withResolvers<null>()
  createInterface({ input: child.stdio[3] as Readable }).on('line', line => {
    written.set(Number(line), performance.now())
    first.resolve(null)
  })
  const look = (): void => {
    const before = process.cpuUsage()
    const { rows } = logs.read()
    const { user, system } = process.cpuUsage(before)
    usedMs += (user + system) / 1_000
    for (const { step, metrics } of rows) {
      const loss = metrics['loss']
      if (loss === undefined) continue
      if (readAtMs.has(step)) doubled++
      if (Math.abs(loss - 1 / (step + 1)) > 1e-6) wrong++
      readAtMs.set(step, performance.now())
    }
  }
  await Promise.race([first.promise, ended])
  const beganMs = performance.now()
  const endMs = beganMs + 3_000 + Math.random() * 5_000
  while (performance.now() < endMs && child.exitCode === null) {
    await sleep(LOOK_EVERY_MS)
    look()
  }
  const lookedMs = performance.now() - beganMs
  const killedMs = performance.now()
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  await ended
  await sleep(1_000)
  look()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  const delays = [...written].flatMap(([step, atMs]) => {
    const read = readAtMs.get(step)
    return read === undefined ? [] : [read - atMs]
  })
  return {
    written: written.size,
    read: readAtMs.size,
    lost: [...written].filter(([step, atMs]) => atMs < killedMs - LATEST_MS && !readAtMs.has(step))
      .length,
    doubled,
    wrong,
    latestMs: Math.max(0, ...delays),
    processorShare: usedMs / lookedMs,
  }
}

let hasFailed = false
for (const library of libraries) {
  const figures: RunFigures[] = []
  for (let run = 0; run < Number(runs); run++) figures.push(await runOnce(library))
  const sum = (of: (figure: RunFigures) => number): number =>
    figures.reduce((total, figure) => total + of(figure), 0)
  const latestMs = Math.max(...figures.map(figure => figure.latestMs))
  const share = sum(figure => figure.processorShare) / figures.length
  const isRight =
    figures.every(
      ({ written, lost, doubled, wrong }) => written > 0 && lost + doubled + wrong === 0,
    ) &&
    latestMs <= LATEST_MS &&
    share <= 0.01
  hasFailed ||= !isRight
  process.stdout.write(
    `${[
      isRight ? 'ok  ' : 'FAIL',
      library.padEnd(15),
      `runs ${figures.length}`,
      `logged ${sum(({ written }) => written)}`,
      `read ${sum(({ read }) => read)}`,
      `lost ${sum(({ lost }) => lost)}`,
      `doubled ${sum(({ doubled }) => doubled)}`,
      `wrong ${sum(({ wrong }) => wrong)}`,
      `latest ${Math.round(latestMs)} ms`,
      `processor ${(share * 100).toFixed(2)} %`,
    ].join('  ')}\n`,
  )
}
process.exitCode = hasFailed ? 1 : 0
