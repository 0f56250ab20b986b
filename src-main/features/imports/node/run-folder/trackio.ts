import path from 'node:path'
import type SqliteDatabase from 'better-sqlite3'
import { isObject } from '../../../../core/values/json.ts'
import { msg } from '../../../../core/errors/message.ts'
import { parsePythonJson } from '../../../../interop/python-json.ts'
import type { PastRun } from '../../../../interop/runs/past-run.ts'
import { flattenSettings } from '../../../../interop/runs/read-settings.ts'
import { pointsOf } from '../../../../platform/metric-logs/shared/logged-row.ts'
import { type ForeignRow, withTables } from './foreign-tables.ts'
import type { FoundRuns, RunProblem } from './run-source.ts'
import { RunValues, type ValueBudget } from './run-values.ts'

/** The runs of a project of Trackio; null where the database is none. @throws AppError */
export function readTrackioDatabase(
  file: string,
  folder: string,
  budget: ValueBudget,
): FoundRuns | null {
  const wanted = {
    metrics: ['run_name', 'timestamp', 'step', 'metrics'],
    configs: ['run_name', 'config'],
  }
  return withTables(file, wanted, database => runsOfProject(database, file, folder, budget))
}

interface OpenRun {
  readonly name: string
  readonly values: RunValues
  startedAtMs: number | null
  finishedAtMs: number | null
  settings: PastRun['settings']
  isCut: boolean
}

function runsOfProject(
  database: SqliteDatabase.Database,
  file: string,
  folder: string,
  budget: ValueBudget,
): FoundRuns {
  const runs = new Map<string, OpenRun>()
  // A run of the same name is a run of its own since Trackio gives them ids.
  const columns = database.pragma('table_xinfo(metrics)') as readonly ForeignRow[]
  const hasId = columns.some(({ name, hidden }) => name === 'run_id' && hidden === 0)
  const key = hasId ? 'run_id' : 'run_name'
  const open = (id: unknown, name: unknown): OpenRun | null => {
    if (typeof id !== 'string' || typeof name !== 'string') return null
    const opened = runs.get(id)
    if (opened !== undefined) return opened
    const run: OpenRun = {
      name: name.slice(0, 500),
      values: new RunValues(budget),
      startedAtMs: null,
      finishedAtMs: null,
      settings: {},
      isCut: false,
    }
    runs.set(id, run)
    return run
  }
  const rows = database.prepare<[], ForeignRow>(
    `SELECT ${key} AS id, run_name, timestamp, step, metrics FROM metrics ORDER BY rowid`,
  )
  for (const row of rows.iterate()) {
    const run = open(row['id'], row['run_name'])
    const metrics = jsonOf(row['metrics'])
    if (run === null || !isObject(metrics) || typeof row['step'] !== 'number') continue
    const atMs = Date.parse(String(row['timestamp']))
    if (!Number.isNaN(atMs)) {
      run.startedAtMs ??= atMs
      run.finishedAtMs = atMs
    }
    for (const point of pointsOf({ ...metrics, step: row['step'] })) run.values.add(point)
  }
  const configs = database.prepare<[], ForeignRow>(
    `SELECT ${key} AS id, run_name, config FROM configs`,
  )
  for (const row of configs.iterate()) {
    const run = open(row['id'], row['run_name'])
    const config = jsonOf(row['config'])
    if (run === null || !isObject(config)) continue
    const createdMs = Date.parse(String(config['_Created']))
    if (!Number.isNaN(createdMs)) run.startedAtMs = createdMs
    // Its own entries begin with an underscore.
    const entries = Object.entries(config).filter(([name]) => !name.startsWith('_'))
    ;({ settings: run.settings, isCut: run.isCut } = flattenSettings(Object.fromEntries(entries)))
  }
  const problems: RunProblem[] = []
  const project = path.basename(file, path.extname(file))
  const pastRuns = [...runs.values()].map((run): PastRun => {
    const { name, values, settings, startedAtMs, finishedAtMs, isCut } = run
    const shown = path.relative(folder, file) || path.basename(file)
    if (isCut) problems.push({ run: name, file: shown, reason: msg('import.settingsCut') })
    if (values.leftOut > 0) {
      const reason = msg('import.valuesCut', { count: values.leftOut })
      problems.push({ run: name, file: shown, reason })
    }
    const metrics = values.curves()
    const times = { startedAtMs, finishedAtMs: finishedAtMs ?? startedAtMs }
    return { name, program: 'Trackio', group: project, settings, metrics, state: null, ...times }
  })
  return { runs: pastRuns, problems }
}

/** It stands there as text or as the bytes of a text. */
function jsonOf(value: unknown): unknown {
  const text = Buffer.isBuffer(value) ? value.toString('utf8') : value
  return typeof text === 'string' ? parsePythonJson(text) : undefined
}
