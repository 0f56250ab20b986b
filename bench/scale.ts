import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { studySpecificationSchema } from '../src-main/core/study/study-specification.ts'
import { runStudy } from '../src-main/running/run-study.ts'
import { openStudyStore } from '../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../src-main/platform/storage/workspace.ts'
import { createStudy } from '../src-main/features/studies/node/create-study.ts'
import { cpuSecondsOf } from '../test/endurance/marked-processes.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'

/**
 * Costs of many trials, or of trials of many steps, in the main process beside their training, and in the search process: processor time, also per
 * trial at the start and at the end, and the peak of main's memory.
 * `node bin/run.cjs bench/scale.ts [TRIALS STEPS PARALLEL_TRIALS STORED]`; STORED: how many of the trials the database holds before the study runs.
 * Without words 100 trials of 100,000 steps, 10,000 trials of one, and the last 2,000 of 100,000.
 */

interface Case {
  readonly trials: number
  readonly steps: number
  readonly parallelTrials: number
  readonly stored: number
}

/** Share of the trials that is the start, and the end. */
const PART = 0.1
const SAMPLE_EVERY_MS = 100

const [trials, steps, parallelTrials = 2, stored = 0] = process.argv.slice(2).map(Number)
const cases: readonly Case[] =
  trials !== undefined && steps !== undefined
    ? [{ trials, steps, parallelTrials, stored }]
    : [
        { trials: 100, steps: 100_000, parallelTrials: 2, stored: 0 },
        { trials: 10_000, steps: 1, parallelTrials: 2, stored: 0 },
        { trials: 100_000, steps: 1, parallelTrials: 2, stored: 98_000 },
      ]

const measurements = []
for (const scaleCase of cases) measurements.push({ ...scaleCase, ...(await measure(scaleCase)) })
printTable(
  [
    'trials',
    'steps',
    'parallel trials',
    'stored',
    'seconds',
    'processor s',
    'ms a trial: start',
    'end',
    'search: start',
    'end',
    'peak MB',
  ],
  measurements.map(row => [
    ...[row.trials, row.steps, row.parallelTrials, row.stored].map(String),
    ...[row.seconds, row.processorSeconds].map(value => value.toFixed(1)),
    ...[row.startMs, row.endMs, row.searchStartMs, row.searchEndMs].map(value => value.toFixed(2)),
    (row.peakBytes / 1e6).toFixed(0),
  ]),
)
writeResults('scale', { machine: benchMachine(), measurements })

async function measure({ trials, steps, parallelTrials, stored }: Case) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-bench-'))
  const database = path.join(folder, 'studies.sqlite')
  const store = openStudyStore(database)
  let peakBytes = 0
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
  }, SAMPLE_EVERY_MS)
  try {
    const specification = studySpecificationSchema.parse({
      name: 'scale',
      objective: { function: 'branin', steps },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
      sampler: { name: 'random' },
      pruner: { name: 'none' },
      checkpoint: 'none',
      parallelTrials,
      stop: { trials },
    })
    const study = await createStudy({
      file: { specification, source: '', directory: folder },
      store,
      datasetCacheDirectory: folder,
      now: Date.now,
    })
    storeTrials(database, study.id, stored)
    /** Processor time at each finished trial, in ms. */
    const marks: number[] = []
    const searchMarks: number[] = []
    let searchPid: number | undefined
    const before = process.cpuUsage()
    const start = performance.now()
    const { end } = await runStudy({
      store,
      study,
      workspace: locateWorkspace(database),
      now: Date.now,
      listener: {
        trialFinished: () => {
          marks.push(processorMs(before))
          searchMarks.push(searchPid === undefined ? 0 : 1_000 * cpuSecondsOf(searchPid))
        },
      },
      trace: (_point, _number, { search }) => {
        searchPid = search
      },
    })
    if (end.state !== 'finished') throw new Error(`the study is ${end.state}`)
    const count = marks.length
    const part = Math.max(1, Math.floor(PART * count))
    const between = (of: readonly number[], from: number): number => {
      const [first, last] = [Math.max(0, from), Math.min(from + part, count - 1)]
      return ((of[last] ?? 0) - (of[first] ?? 0)) / Math.max(1, last - first)
    }
    return {
      seconds: (performance.now() - start) / 1_000,
      processorSeconds: processorMs(before) / 1_000,
      // The first part warms up.
      startMs: between(marks, Math.min(part, count - 1 - part)),
      endMs: between(marks, count - 1 - part),
      searchStartMs: between(searchMarks, Math.min(part, count - 1 - part)),
      searchEndMs: between(searchMarks, count - 1 - part),
      peakBytes,
    }
  } finally {
    clearInterval(timer)
    store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function processorMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/** Rows as a session would have stored them, of trials that have ended. */
function storeTrials(database: string, study: number, count: number): void {
  if (count === 0) return
  const handle = new SqliteDatabase(database)
  const numbers =
    'WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count)'
  handle.transaction(() => {
    const run = (statement: string): unknown => handle.prepare(statement).run({ study, count })
    handle.exec(`INSERT INTO metric_names (id, name) VALUES (1, 'value')`)
    for (const statement of [
      `INSERT INTO trials (id, study_id, number, state, seed, best_step, last_step, started_at_ms, parameters, provenance)
       ${numbers} SELECT n + 1, :study, n, 'running', n, 1, 1, n,
         json_object('x0', random() % 5000 / 1e3, 'x1', abs(random() % 15000) / 1e3),
         '{"sampler":"random","reason":{"code":"proposal.random"}}' FROM numbers`,
      `INSERT INTO attempts (trial_id, number, state, slot, started_at_ms, finished_at_ms)
       ${numbers} SELECT n + 1, 1, 'complete', n % 2, n, n + 1 FROM numbers`,
      `INSERT INTO objective_values (trial_id, goal, value, kind) ${numbers} SELECT n + 1, 0, abs(random() % 300000) / 1e3, 'finite' FROM numbers`,
      `INSERT INTO metrics (trial_id, metric_id, step, value, kind) SELECT trial_id, 1, 1, value, kind FROM objective_values WHERE :count > 0 AND :study > 0`,
      `INSERT INTO events (study_id, at_ms, kind, trial_number, detail) ${numbers} SELECT :study, n, 'trial.finished', n, '{"state":"complete"}' FROM numbers`,
      `UPDATE trials SET state = 'complete', finished_at_ms = started_at_ms + 1 WHERE study_id = :study AND :count > 0`,
    ]) {
      run(statement)
    }
  })()
  handle.close()
}
