import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import SqliteDatabase from 'better-sqlite3'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { jsonObjects, type RunningCommand, startTunewright } from '../helpers/run-tunewright.ts'
import { studyOutcome } from '../helpers/study-outcome.ts'
import type { Figures } from './figures.ts'
import { kinds, writeKind } from './kinds.ts'

export interface MovedDatabaseOptions {
  readonly folder: string
  readonly seed: number
  readonly untilMs: number
  readonly figures: Figures
}

const database = 's.sqlite'
/** Where a run saves what it has when its database is gone. */
const savedDatabase = 's-saved.sqlite'
const parts = ['', '-wal', '-shm']
const garbage = 'somebody else wrote this\n'

/** Ways in which a database goes away while a study runs. */
const ways: Readonly<Record<string, (file: string, other: string) => void>> = {
  removed: file => {
    for (const part of parts) rmSync(file + part, { force: true })
  },
  'removed without its log': file => rmSync(file),
  moved: file => renameSync(file, `${file}.elsewhere`),
  'moved with its log': file => {
    for (const part of parts)
      if (existsSync(file + part)) renameSync(file + part, `${file}.to${part}`)
  },
  'replaced by another database': (file, other) => {
    for (const part of parts) rmSync(file + part, { force: true })
    copyFileSync(other, file)
  },
  'replaced by a renamed one': (file, other) => {
    copyFileSync(other, `${file}.next`)
    renameSync(`${file}.next`, file)
  },
  'replaced by a text': file => {
    rmSync(file)
    writeFileSync(file, garbage)
  },
}

/**
 * Removes, moves or replaces the database of a study that runs, at any moment. The run ends with a typed error, everything that it
 * had printed is in the copy that it saves, the file that stands in its place is untouched, and the copy goes on to the values of
 * a study that nobody disturbed.
 */
export async function moveDatabases(options: MovedDatabaseOptions): Promise<void> {
  const { folder, seed, untilMs, figures } = options
  const calm = path.join(folder, 'calm')
  prepare(calm)
  await run(calm, 'run', 'study.json').result
  const expected = outcomeIn(calm, database)
  const names = Object.keys(ways)
  for (let number = 0; performance.now() < untilMs; number++) {
    const way = names[number % names.length] as string
    const project = path.join(folder, String(number))
    prepare(project)
    const random = createRandomStream({ seed, number, purpose: 'a database that goes away' })
    const command = run(project, 'run', 'study.json')
    const isRunning = await waitFor(command, 1 + random.integer(expected.length - 3))
    if (!isRunning) {
      figures.add('moves: over before')
      await command.result
      rmSync(project, { recursive: true })
      continue
    }
    const file = path.join(project, database)
    await sleep(random.uniform() * 60)
    ways[way]?.(file, path.join(calm, database))
    const present = existsSync(file) ? readFileSync(file) : null
    const { exitCode, stdout, stderr } = await command.result
    figures.add('moves')
    figures.add(`moves: ${way}`)
    const faults: string[] = []
    if (exitCode === 0) faults.push('ended with 0')
    if (!`${stdout}${stderr}`.includes('database.moved'))
      faults.push(`no typed error: ${stderr.slice(-300)}`)
    if (/^.*(?:\n +at .*)+/m.test(stderr)) faults.push(`untyped error: ${stderr.slice(0, 500)}`)
    if (present !== null && !readFileSync(file).equals(present))
      faults.push('what replaced it was written')
    faults.push(...compareSaved(project, acknowledged(stdout)))
    if (faults.length === 0) faults.push(...(await goOn(project, expected)))
    for (const fault of faults)
      figures.fault(`database ${way}: ${fault}`, `seed ${seed}, ${project}`)
    if (faults.length === 0) rmSync(project, { recursive: true })
    figures.save()
  }
}

function prepare(project: string): void {
  mkdirSync(path.join(project, 'temporary'), { recursive: true })
  const kind = kinds.find(({ name }) => name === 'function')
  if (kind === undefined) throw new Error('no study to run')
  writeKind(kind, project)
}

function run(project: string, ...words: readonly string[]): RunningCommand {
  return startTunewright(['--json', '--db', database, ...words], project, {
    TUNEWRIGHT_TRUST: path.join(project, 'trusted.json'),
    TMPDIR: path.join(project, 'temporary'),
  })
}

/** @returns false if it is over before so many trials have ended */
async function waitFor(command: RunningCommand, trials: number): Promise<boolean> {
  let isOver = false
  void command.result.then(() => (isOver = true))
  while (!isOver) {
    if (acknowledged(command.stdout()).length >= trials) return true
    await sleep(10)
  }
  return false
}

function acknowledged(stdout: string): number[] {
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1)
  return jsonObjects(whole).flatMap(({ event, number }) =>
    event === 'trialFinished' ? [Number(number)] : [],
  )
}

function outcomeIn(project: string, name: string): unknown[] {
  const store = openStudyStore(path.join(project, name), { readOnly: true })
  try {
    return studyOutcome(store.snapshot(1))
  } finally {
    store.close()
  }
}

function compareSaved(project: string, numbers: readonly number[]): string[] {
  const file = path.join(project, savedDatabase)
  if (!existsSync(file)) return ['nothing was saved']
  const handle = new SqliteDatabase(file, { readonly: true })
  const integrity = String(handle.pragma('integrity_check', { simple: true }))
  handle.close()
  if (integrity !== 'ok') return [`integrity of the saved copy: ${integrity}`]
  const store = openStudyStore(file, { readOnly: true })
  try {
    const ended = new Set(
      store
        .snapshot(1)
        .trials.filter(({ finishedAtMs }) => finishedAtMs !== null)
        .map(({ number }) => number),
    )
    return numbers.filter(number => !ended.has(number)).map(number => `lost: trial ${number}`)
  } finally {
    store.close()
  }
}

/** The saved copy takes the place of the database. */
async function goOn(project: string, expected: readonly unknown[]): Promise<string[]> {
  for (const part of parts) rmSync(path.join(project, database + part), { force: true })
  renameSync(path.join(project, savedDatabase), path.join(project, database))
  const { exitCode, stderr } = await run(project, 'resume', '1').result
  if (exitCode !== 0) return [`did not go on: ${exitCode}, ${stderr.slice(-300)}`]
  return isDeepStrictEqual(outcomeIn(project, database), expected)
    ? []
    : ['went on to other values than without a move']
}
