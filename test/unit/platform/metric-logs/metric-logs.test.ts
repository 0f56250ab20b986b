import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { MetricLogName } from '../../../../src-main/core/metric-logs/metric-logs.ts'
import { metricLogNames, metricLogs } from '../../../../src-main/core/metric-logs/metric-logs.ts'
import { logPattern } from '../../../../src-main/platform/metric-logs/find-logs.ts'
import {
  type LoggedValues,
  MetricLogs,
} from '../../../../src-main/platform/metric-logs/metric-logs.ts'
import { copyInterrupted } from '../../../helpers/interrupted-database.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const fixtures = fileURLToPath(new URL('../../../fixtures/metric-logs', import.meta.url))

/** What every log of the fixtures holds. */
const third = expect.closeTo(1 / 3, 6) as number
const expected = {
  loss: { 1: 0.5, 2: third, 3: 0.25 },
  accuracy: { 1: 0.5, 2: Number.NaN, 3: 0.75 },
}

const kinds: { kind: MetricLogName; fixture: string; file: string }[] = [
  { kind: 'tensorboard', fixture: 'events.out.tfevents.1', file: 'runs/a/events.out.tfevents.1' },
  { kind: 'wandb', fixture: 'run-1.wandb', file: 'wandb/offline-run-1/run-1.wandb' },
  { kind: 'mlflow', fixture: 'mlflow.db.gz', file: 'mlflow.db' },
  { kind: 'trackio', fixture: 'trackio.db.gz', file: 'trackio/p.db' },
  { kind: 'trainerState', fixture: 'trainer_state.json', file: 'out/trainer_state.json' },
  { kind: 'csv', fixture: 'keras.csv', file: 'training.log.csv' },
  { kind: 'csv', fixture: 'metrics.csv', file: 'lightning_logs/version_0/metrics.csv' },
  { kind: 'csv', fixture: 'results.csv', file: 'runs/detect/train/results.csv' },
  { kind: 'jsonLines', fixture: 'metrics.jsonl', file: 'metrics.jsonl' },
]
const appended = kinds.filter(({ fixture }) => !/\.(?:gz|json)$/.test(fixture))

function contentOf(fixture: string): Buffer {
  const bytes = readFileSync(path.join(fixtures, fixture))
  return fixture.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

function usual(folder: string): MetricLogs {
  let atMs = 0
  const sources = metricLogNames.flatMap(kind =>
    metricLogs[kind].usualPaths.map(pattern => ({ kind, pattern: logPattern(folder, pattern) })),
  )
  return new MetricLogs(sources, () => (atMs += 10_000))
}

function put(folder: string, file: string, content: Buffer | string): string {
  const target = path.join(folder, file)
  mkdirSync(path.dirname(target), { recursive: true })
  writeFileSync(target, content)
  return target
}

/** Each value of every look; a value that comes twice fails. */
class Collected {
  readonly curves: Record<string, Record<number, number>> = {}
  readonly remarks: string[] = []

  take(logs: MetricLogs, isFinal = false): void {
    for (let values: LoggedValues | null = null; values === null || values.hasMore;) {
      values = logs.read(isFinal)
      this.remarks.push(...values.remarks.map(({ reason }) => reason.code))
      for (const { step, metrics } of values.rows)
        for (const [name, value] of Object.entries(metrics)) {
          const curve = (this.curves[name] ??= {})
          expect(curve).not.toHaveProperty(String(step))
          curve[step] = value
        }
    }
  }

  get goals() {
    const { loss, accuracy } = this.curves
    return { loss, accuracy }
  }
}

describe.each(kinds)('$file', ({ fixture, file }) => {
  it('is read as its library wrote it', () => {
    const folder = scratch()
    const logs = usual(folder)
    put(folder, file, contentOf(fixture))
    const collected = new Collected()
    collected.take(logs)
    collected.take(logs, true)
    expect(collected.goals).toEqual(expected)
    expect(collected.remarks).toEqual([])
  })

  it('counts for nothing where it was there before the trial', () => {
    const folder = scratch()
    put(folder, file, contentOf(fixture))
    const collected = new Collected()
    const logs = usual(folder)
    collected.take(logs)
    collected.take(logs, true)
    expect(collected.curves).toEqual({})
  })

  it('ends nothing where it is damaged', () => {
    const folder = scratch()
    const content = contentOf(fixture)
    for (const at of [0, 5, 20, 60, 100, Math.floor(content.length / 2)]) {
      const logs = usual(path.join(folder, String(at)))
      const damaged = Buffer.from(content)
      damaged.fill(0xff, Math.min(at, content.length), Math.min(at + 12, content.length))
      put(path.join(folder, String(at)), file, damaged)
      const collected = new Collected()
      collected.take(logs)
      collected.take(logs, true)
    }
  })
})

describe.each(appended)('$file grows', ({ fixture, file }) => {
  it('and gives each value once, wherever it is cut', () => {
    const folder = scratch()
    const content = contentOf(fixture)
    const logs = usual(folder)
    const target = put(folder, file, '')
    const collected = new Collected()
    for (let at = 0; at < content.length; at += 7) {
      appendFileSync(target, content.subarray(at, at + 7))
      collected.take(logs)
    }
    expect(collected.goals).toEqual(expected)
  })

  it('and doubles nothing where its script begins again', () => {
    const folder = scratch()
    const content = contentOf(fixture)
    const logs = usual(folder)
    const collected = new Collected()
    const target = put(folder, file, content.subarray(0, Math.floor(content.length * 0.8)))
    collected.take(logs)
    truncateSync(target, 0)
    collected.take(logs)
    writeFileSync(target, content)
    collected.take(logs)
    const second = path.join(path.dirname(target), `2-${path.basename(file)}`)
    writeFileSync(second, content)
    collected.take(logs, true)
    expect(collected.goals).toEqual(expected)
  })
})

describe('logs of a trial', () => {
  it('holds each metric once where several libraries write it, and says so', () => {
    const folder = scratch()
    const logs = usual(folder)
    put(folder, 'runs/events.out.tfevents.1', contentOf('events.out.tfevents.1'))
    put(folder, 'metrics.jsonl', contentOf('metrics.jsonl'))
    const collected = new Collected()
    collected.take(logs)
    expect(collected.goals).toEqual(expected)
    expect(collected.remarks).toEqual(['failure.metricLog.twice'])
  })

  it('tells runs of one training apart by their folders', () => {
    const folder = scratch()
    const logs = usual(folder)
    for (const run of ['train', 'validation'])
      put(folder, `logs/${run}/events.out.tfevents.1`, contentOf('events.out.tfevents.1'))
    const collected = new Collected()
    collected.take(logs)
    expect(Object.keys(collected.curves).sort()).toEqual([
      'train/accuracy',
      'train/loss',
      'validation/accuracy',
      'validation/loss',
    ])
  })

  it('reads the file store of MLflow', () => {
    const folder = scratch()
    const logs = usual(folder)
    for (const name of ['loss', 'accuracy'])
      put(folder, `mlruns/0/1/metrics/${name}`, contentOf(`mlruns/0/1/metrics/${name}`))
    const collected = new Collected()
    collected.take(logs)
    expect(collected.goals).toEqual(expected)
  })

  it('goes on where a file ended before the trial', () => {
    const folder = scratch()
    const lines = contentOf('keras.csv').toString().split('\n')
    const target = put(folder, 'log.csv', `${lines.slice(0, 2).join('\n')}\n`)
    const logs = usual(folder)
    appendFileSync(target, `${lines.slice(2).join('\n')}`)
    const collected = new Collected()
    collected.take(logs)
    expect(collected.goals).toEqual({
      loss: { 2: third, 3: 0.25 },
      accuracy: { 2: Number.NaN, 3: 0.75 },
    })
  })

  it('reads a file that is written anew in place of an earlier one', () => {
    const folder = scratch()
    const earlier = contentOf('keras.csv').toString().replaceAll('0.5', '0.9')
    const target = put(folder, 'log.csv', earlier.slice(0, -12))
    const logs = usual(folder)
    copyFileSync(path.join(fixtures, 'keras.csv'), target)
    const collected = new Collected()
    collected.take(logs)
    expect(collected.goals).toEqual(expected)
  })

  it('takes a last line without its end only from a program that has ended well', () => {
    const folder = scratch()
    const logs = usual(folder)
    put(folder, 'log.csv', 'epoch,loss\n1,0.5\n2,0.25')
    const collected = new Collected()
    collected.take(logs)
    expect(collected.curves['loss']).toEqual({ 1: 0.5 })
    collected.take(logs, true)
    expect(collected.curves['loss']).toEqual({ 1: 0.5, 2: 0.25 })
  })

  it('says what it leaves out of a log without measure', () => {
    const folder = scratch()
    const logs = usual(folder)
    const names = Array.from({ length: 1_100 }, (_, at) => `m${at}`)
    put(folder, 'log.csv', `step,${names.join(',')}\n1,${names.map(() => '1').join(',')}\n`)
    put(folder, 'a.jsonl', `{"step": 1.5, "loss": 1}\n{"x": "${'a'.repeat(3 << 20)}"}\n`)
    const collected = new Collected()
    collected.take(logs)
    expect(Object.keys(collected.curves)).toHaveLength(1_000)
    expect(new Set(collected.remarks)).toEqual(
      new Set(['failure.metricLog.names', 'failure.metricLog.record']),
    )
  })

  it('goes on after a row of a table whose quotation mark does not close, and says which', () => {
    const folder = scratch()
    const logs = usual(folder)
    put(folder, 'metrics.csv', 'epoch,loss\n1,0.5\n"2,0.4\n3,0.3\n')
    const { rows, remarks } = logs.read(true)
    expect(rows.map(({ step }) => step)).toEqual([1, 3])
    expect(remarks.map(({ reason }) => reason)).toEqual([
      { code: 'failure.metricLog.quote', values: { row: 2 } },
    ])
  })

  it('evaluates no view of a database', () => {
    const folder = scratch()
    const logs = usual(folder)
    const database = new SqliteDatabase(put(folder, 'mlflow.db', ''))
    database.exec(`CREATE VIEW metrics AS WITH RECURSIVE n(key) AS (SELECT 1 UNION ALL SELECT key + 1 FROM n)
      SELECT key, 1.0 AS value, key AS step, 0 AS is_nan FROM n`)
    database.close()
    const collected = new Collected()
    collected.take(logs, true)
    expect(collected.curves).toEqual({})
  })

  it('reads a database whose writer was killed in the middle of a change, once', () => {
    const folder = scratch()
    const logs = usual(folder)
    const file = path.join(folder, 'mlflow.db')
    const rows = Array.from({ length: 5_000 }, (_, index) => `('loss', 1, ${index}, 0)`)
    copyInterrupted(
      file,
      `CREATE TABLE metrics(key, value, step, is_nan); INSERT INTO metrics VALUES ${rows.join(',')}`,
      'metrics',
    )
    const collected = new Collected()
    collected.take(logs)
    collected.take(logs, true)
    expect(Object.keys(collected.curves['loss'] ?? {})).toHaveLength(5_000)
    expect(collected.remarks).toEqual([])
    // Whoever may write takes the change back, and goes on.
    const database = new SqliteDatabase(file)
    database.exec("INSERT INTO metrics VALUES ('loss', 2, 5000, 0)")
    database.close()
    collected.take(logs)
    expect(collected.curves['loss']?.[5_000]).toBe(2)
  })

  it('reads what was written while its writer kept everybody out', () => {
    const folder = scratch()
    const logs = usual(folder)
    const file = path.join(folder, 'mlflow.db')
    const database = new SqliteDatabase(file)
    database.exec(
      "CREATE TABLE metrics(key, value, step, is_nan); INSERT INTO metrics VALUES ('loss', 1, 1, 0)",
    )
    const collected = new Collected()
    collected.take(logs)
    database.exec("BEGIN EXCLUSIVE; INSERT INTO metrics VALUES ('loss', 2, 2, 0)")
    collected.take(logs)
    database.exec('COMMIT')
    collected.take(logs)
    database.close()
    expect(collected.curves).toEqual({ loss: { 1: 1, 2: 2 } })
  })
})
