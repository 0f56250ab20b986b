import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { msg } from '../src-main/core/errors/message.ts'
import { median } from '../src-main/math/statistics/quantile.ts'
import { studySpecificationSchema } from '../src-main/core/study/study-specification.ts'
import type { MetricColumns } from '../src-main/core/processes/trainer-protocol.ts'
import { openStudyStore } from '../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../src-main/platform/storage/study-store.ts'
import { benchEnvironment, benchMachine, printTable, writeResults } from './bench-output.ts'

/**
 * How fast the store is with every transaction on disk (`synchronous=FULL`).
 * `node bin/run.cjs bench/store.ts [folder]`: the folder decides which disk is measured.
 *
 * The rate of trials is bound by how fast the disk flushes, so that rate stands beside it.
 */

const repeats = 5
const trialCount = 1_000
const historyTrials = 10_000
const reportsPerTrial = 10
const parameterCount = 10
const metricRows = 100_000
const flushRows = 200
const flushes = 300

interface Measurement {
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly repeats: readonly number[]
}

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'tunewright-bench-'))
try {
  const measurements = [
    repeat('disk: 4 KiB written and flushed', 'per second', measureFlush),
    ...repeatTrials(),
    repeat(`metric rows, ${metricRows} in one transaction`, 'rows per second', measureBulk),
    repeat(`metric rows, ${flushRows} per transaction`, 'rows per second', measureFlushes),
    ...measureReading(),
  ]
  printTable(
    ['measurement', 'median', 'lowest', 'highest', 'unit'],
    measurements.map(({ name, unit, value, repeats: all }) => [
      name,
      format(value),
      format(Math.min(...all)),
      format(Math.max(...all)),
      unit,
    ]),
  )
  writeResults('store', { machine: benchMachine(), repeats, measurements })
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

function repeat(name: string, unit: string, measure: () => number): Measurement {
  const values = Array.from({ length: repeats }, measure)
  return { name, unit, value: median(values), repeats: values }
}

/** Wall time of an action in seconds. */
function seconds(action: () => void): number {
  const start = performance.now()
  action()
  return (performance.now() - start) / 1000
}

function measureFlush(): number {
  const file = openSync(join(folder, 'flush'), 'w')
  const block = Buffer.alloc(4096, 1)
  const elapsed = seconds(() => {
    for (let write = 0; write < flushes; write++) {
      writeSync(file, block)
      fdatasyncSync(file)
    }
  })
  closeSync(file)
  return flushes / elapsed
}

/** Runs an action on a store with one fresh study. */
function withStudy<Result>(action: (store: StudyStore, studyId: number) => Result): Result {
  const path = join(folder, 'bench.sqlite')
  const store = openStudyStore(path)
  const specification = studySpecificationSchema.parse({
    name: 'bench',
    objective: { function: 'branin' },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [0, 1] } },
    stop: { trials: 1 },
  })
  const study = store.createStudy({
    specification,
    source: '',
    environment: benchEnvironment,
    createdAtMs: 0,
  })
  try {
    return action(store, study.id)
  } finally {
    store.close()
    for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(path + suffix, { force: true })
  }
}

function columns(firstStep: number, rows: number): MetricColumns {
  return {
    names: ['loss'],
    steps: Int32Array.from({ length: rows }, (_, row) => firstStep + row),
    values: Float64Array.from({ length: rows }, (_, row) => Math.sin(firstStep + row)),
  }
}

function startTrial(store: StudyStore, studyId: number, number: number): void {
  const entries = Array.from({ length: parameterCount }, (_, index) => [
    `parameter${index}`,
    Math.sin(number * parameterCount + index),
  ])
  store.startTrial({
    studyId,
    number,
    parameters: Object.fromEntries(entries) as Record<string, number>,
    provenance: { sampler: 'random', reason: msg('proposal.random') },
    seed: number,
    slot: 0,
    atMs: number,
  })
}

/** Start, metrics and end as three transactions, as a trial that reports once between two flushes. */
function runTrials(store: StudyStore, studyId: number, count: number): void {
  for (let number = 0; number < count; number++) {
    startTrial(store, studyId, number)
    const batch = { trialNumber: number, columns: columns(0, reportsPerTrial) }
    store.appendMetrics(studyId, [batch])
    store.finishTrial({
      studyId,
      trialNumber: number,
      state: 'complete',
      values: [Math.cos(number)],
      bestStep: 1,
      reason: null,
      failure: null,
      metrics: [],
      artifacts: [],
      atMs: number + 1,
    })
  }
}

function repeatTrials(): Measurement[] {
  const rates: number[] = []
  const processorMs: number[] = []
  for (let index = 0; index < repeats; index++) {
    withStudy((store, studyId) => {
      const before = process.cpuUsage()
      rates.push(trialCount / seconds(() => runTrials(store, studyId, trialCount)))
      const { user, system } = process.cpuUsage(before)
      processorMs.push((user + system) / 1000 / trialCount)
    })
  }
  const name = `trials, ${parameterCount} parameters, 3 transactions each`
  return [
    { name, unit: 'per second', value: median(rates), repeats: rates },
    {
      name: `${name}: processor`,
      unit: 'ms per trial',
      value: median(processorMs),
      repeats: processorMs,
    },
  ]
}

function measureBulk(): number {
  const all = columns(0, metricRows)
  return withStudy((store, studyId) => {
    startTrial(store, studyId, 0)
    const elapsed = seconds(() => store.appendMetrics(studyId, [{ trialNumber: 0, columns: all }]))
    return metricRows / elapsed
  })
}

function measureFlushes(): number {
  return withStudy((store, studyId) => {
    startTrial(store, studyId, 0)
    const parts = Array.from({ length: flushes }, (_, part) => columns(part * flushRows, flushRows))
    const elapsed = seconds(() => {
      for (const part of parts) {
        store.appendMetrics(studyId, [{ trialNumber: 0, columns: part }])
      }
    })
    return (flushes * flushRows) / elapsed
  })
}

function measureReading(): Measurement[] {
  return withStudy((store, studyId) => {
    runTrials(store, studyId, historyTrials)
    const readings: [name: string, read: () => unknown][] = [
      ['history', () => store.history(studyId)],
      ['trials without metrics', () => store.trials(studyId, { metrics: false })],
      ['snapshot', () => store.snapshot(studyId)],
      ['list of studies', () => store.listStudies()],
    ]
    return readings.map(([name, read]) =>
      repeat(
        `${name}, ${historyTrials} trials × ${reportsPerTrial} reports`,
        'ms',
        () => 1000 * seconds(() => void read()),
      ),
    )
  })
}
