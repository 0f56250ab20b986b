import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { TrialRecord } from '../../../src-main/core/trial/trial.ts'
import { openDatabase } from '../../../src-main/platform/storage/database.ts'
import { studyReader } from '../../../src-main/platform/storage/sqlite-study-reader.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { StoreTables } from '../../../src-main/platform/storage/store-tables.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { errorOf } from '../../helpers/store-samples.ts'
import { metricsPerTrial, rowsPerBatch } from '../../helpers/store-writer.ts'

const scratch = useScratchFolders()
const writerFile = join(import.meta.dirname, '../../helpers/store-writer.ts')
const kills = 50

function startWriter(path: string): ChildProcess {
  return spawn(process.execPath, [writerFile, path], { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Lets a writer acknowledge some calls, kills it, and gives every line that it wrote. */
async function killWriter(path: string, afterLines: number, delayMs: number): Promise<string[]> {
  const child = startWriter(path)
  const ended = once(child, 'close')
  const lines: string[] = []
  if (child.stdout === null) throw new Error('the writer has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (lines.length !== afterLines) continue
    await sleep(delayMs)
    child.kill('SIGKILL')
  }
  const [, signal] = (await ended) as [number | null, string | null]
  expect(signal).toBe('SIGKILL')
  return lines
}

/** What the writer said was done, by trial: the metric rows and whether it was finished. */
type Acknowledged = Map<number, { rows: number; finished: boolean }>

function learn(acknowledged: Acknowledged, lines: readonly string[]): void {
  for (const line of lines) {
    const [word, number, rows] = line.split(' ')
    const trial = acknowledged.get(Number(number)) ?? { rows: 0, finished: false }
    if (word === 'open') continue
    if (word === 'metrics') trial.rows = Number(rows)
    if (word === 'finished') trial.finished = true
    acknowledged.set(Number(number), trial)
  }
}

/** A trial is whole or stands between two calls of the writer, never inside one. */
function expectWhole(trial: TrialRecord, hasArtifact: boolean): void {
  const rows = trial.metrics['loss']?.values.length ?? 0
  const finished = trial.state === 'complete'
  expect(trial.attempts).toHaveLength(1)
  expect(trial.attempts[0]?.state).toBe(trial.state)
  expect(trial.parameters).toEqual({ x: trial.number / 3, kind: 'a', depth: 2 })
  expect(rows % rowsPerBatch).toBe(0)
  expect(trial.lastStep).toBe(rows === 0 ? null : rows - 1)
  expect(trial.values).toEqual(finished ? [trial.number / 7] : [])
  expect(hasArtifact).toBe(finished)
  if (finished) expect(rows).toBe(metricsPerTrial * rowsPerBatch)
}

describe('kill -9', () => {
  // Each round starts a process: slow on a busy machine, so this test has its own limit.
  const timeout = process.platform === 'win32' ? 1_200_000 : 300_000
  it(`loses nothing acknowledged, halves nothing, ${kills} times`, { timeout }, async () => {
    const path = join(scratch(), 'studies.sqlite')
    const acknowledged: Acknowledged = new Map()
    let state = 20_261_125
    const random = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32
    }
    for (let round = 0; round < kills; round++) {
      const afterLines = 1 + Math.floor(random() * 25)
      learn(acknowledged, await killWriter(path, afterLines, random() * 4))
      const reader = openStudyStore(path, { readOnly: true })
      const trials = reader.trials(1)
      const withArtifact = new Set(reader.artifacts(1).map(artifact => artifact.trialNumber))
      reader.close()
      for (const trial of trials) expectWhole(trial, withArtifact.has(trial.number))
      expect(trials.map(trial => trial.number)).toEqual(trials.map((_, index) => index))
      expect(trials.filter(trial => trial.state === 'running').length).toBeLessThanOrEqual(1)
      for (const [number, { rows, finished }] of acknowledged) {
        const trial = trials[number]
        expect(trial?.metrics['loss']?.values.length ?? 0).toBeGreaterThanOrEqual(rows)
        if (finished) expect(trial?.state).toBe('complete')
      }
      // At most the one call that was under way is there without having been acknowledged.
      expect(trials.length - acknowledged.size).toBeLessThanOrEqual(1)
    }
    expect(acknowledged.size).toBeGreaterThan(kills)
    const handle = new SqliteDatabase(path)
    expect(handle.pragma('integrity_check', { simple: true })).toBe('ok')
    handle.close()
  })
})

describe('a writer in another process', () => {
  it('keeps other writers out and names itself; its lock dies with it', async () => {
    const path = join(scratch(), 'studies.sqlite')
    const child = startWriter(path)
    if (child.stdout === null) throw new Error('the writer has no output')
    const output = createInterface({ input: child.stdout })
    await once(output, 'line')
    const error = errorOf('database.locked', () => openStudyStore(path))
    const values = { process: child.pid, program: 'store-writer' }
    expect(error.detail).toMatchObject({
      path,
      reason: { code: 'failure.lockedByProgram', values },
    })
    child.kill('SIGKILL')
    await once(child, 'exit')
    openStudyStore(path).close()
  })

  it('never blocks or confuses a reader', async () => {
    const path = join(scratch(), 'studies.sqlite')
    const child = startWriter(path)
    if (child.stdout === null) throw new Error('the writer has no output')
    let finished = 0
    const output = createInterface({ input: child.stdout })
    output.on('line', line => {
      if (line.startsWith('finished')) finished++
    })
    await once(output, 'line')
    const database = openDatabase(path, { readOnly: true })
    // Whoever had to wait would now fail at once.
    database.handle.pragma('busy_timeout = 0')
    const reader = studyReader(new StoreTables(database))
    let seen = -1
    let reads = 0
    // A slow machine reads seldom, and writes much between.
    while (seen < 100 || reads < 4) {
      const finishedBefore = finished
      const snapshot = reader.snapshot(1)
      const complete = snapshot.trials.filter(trial => trial.state === 'complete').length
      expect(complete).toBeGreaterThanOrEqual(Math.max(seen, finishedBefore))
      const finishedEvents = snapshot.events.filter(event => event.kind === 'trial.finished')
      expect(finishedEvents).toHaveLength(complete)
      seen = complete
      reads++
      await sleep(5)
    }
    expect(child.exitCode).toBeNull()
    reader.close()
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
})
