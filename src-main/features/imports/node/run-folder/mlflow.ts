import path from 'node:path'
import type SqliteDatabase from 'better-sqlite3'
import { ownValue } from '../../../../core/values/named-values.ts'
import { isObject } from '../../../../core/values/json.ts'
import { msg } from '../../../../core/errors/message.ts'
import type { PastRun, PastRunState } from '../../../../interop/runs/past-run.ts'
import { MAX_SETTINGS, settingsOfTexts } from '../../../../interop/runs/read-settings.ts'
import { mlflow } from '../../../../platform/metric-logs/mlflow/mlflow.ts'
import { parseYaml, smallText } from './config-file.ts'
import { type ForeignRow, withTables } from './foreign-tables.ts'
import { problemOf, readAll } from './read-all.ts'
import type { FoundRuns, RunProblem } from './run-source.ts'
import { RunValues, type ValueBudget } from './run-values.ts'

const MAX_PARAMETER_BYTES = 50_000
/** What MLflow's database has in place of infinities. */
const LARGEST = Number.MAX_VALUE

const statesByName: Readonly<Record<string, PastRunState>> = {
  FINISHED: 'complete',
  FAILED: 'failed',
  KILLED: 'killed',
  RUNNING: 'running',
  SCHEDULED: 'running',
}
/** As the file store numbers them. */
const statesByNumber: readonly (PastRunState | undefined)[] = [
  undefined,
  'running',
  'running',
  'complete',
  'failed',
  'killed',
]

/** Whether a `meta.yaml` describes a run: those of experiments and models have no `run_id`. */
export function isMlflowRun(metaFile: string): boolean {
  try {
    return /^run_(?:id|uuid):/m.test(smallText(metaFile))
  } catch {
    return false
  }
}

/**
 * A run of MLflow's file store.
 * @param files all below its folder
 */
export function readMlflowFolder(
  root: string,
  files: readonly string[],
  folder: string,
  budget: ValueBudget,
): FoundRuns {
  const metaFile = path.join(root, 'meta.yaml')
  const meta = readMeta(metaFile)
  const id = path.basename(root)
  if (meta === null) {
    const problem = {
      run: id,
      file: path.relative(folder, metaFile),
      reason: msg('rule.import.config'),
    }
    return { runs: [], problems: [problem] }
  }
  const name = textOf(meta['run_name']) ?? id
  const problems: RunProblem[] = []
  const say = (file: string, reason: RunProblem['reason'] | null): void => {
    if (reason !== null) problems.push({ run: name, file: path.relative(folder, file), reason })
  }
  if (meta['lifecycle_stage'] === 'deleted') {
    say(metaFile, msg('import.runDeleted'))
    return { runs: [], problems }
  }
  const values = new RunValues(budget)
  const texts: [string, string][] = []
  for (const file of files) {
    const [kind, ...parts] = path.relative(root, file).split(path.sep)
    if (kind === 'metrics')
      say(
        file,
        readAll(file, () => mlflow.open(file, null), values),
      )
    // One beyond the limit says that some were left out.
    if (kind !== 'params' || texts.length > MAX_SETTINGS) continue
    try {
      texts.push([parts.join('/'), smallText(file, MAX_PARAMETER_BYTES)])
    } catch (error) {
      say(file, problemOf(error, file))
    }
  }
  const { settings, isCut } = settingsOfTexts(texts)
  if (isCut) say(root, msg('import.settingsCut'))
  if (values.leftOut > 0) say(root, msg('import.valuesCut', { count: values.leftOut }))
  const experiment = readMeta(path.join(path.dirname(root), 'meta.yaml'))
  const status = meta['status']
  const run: PastRun = {
    name,
    program: 'MLflow',
    group: textOf(experiment?.['name']) ?? null,
    settings,
    metrics: values.curves(),
    state: (typeof status === 'number' ? statesByNumber[status] : undefined) ?? null,
    startedAtMs: timeOf(meta['start_time']),
    finishedAtMs: timeOf(meta['end_time']),
  }
  return { runs: [run], problems }
}

function readMeta(file: string): Readonly<Record<string, unknown>> | null {
  try {
    const meta = parseYaml(smallText(file))
    return isObject(meta) ? meta : null
  } catch {
    return null
  }
}

/** The runs of a database of MLflow; null where it is none. @throws AppError */
export function readMlflowDatabase(
  file: string,
  folder: string,
  budget: ValueBudget,
): FoundRuns | null {
  const wanted = {
    runs: [
      'run_uuid',
      'name',
      'status',
      'start_time',
      'end_time',
      'lifecycle_stage',
      'experiment_id',
    ],
    params: ['key', 'value', 'run_uuid'],
    metrics: ['key', 'value', 'run_uuid', 'step', 'is_nan'],
    experiments: ['experiment_id', 'name'],
  }
  return withTables(file, wanted, database => runsOfDatabase(database, file, folder, budget))
}

function runsOfDatabase(
  database: SqliteDatabase.Database,
  file: string,
  folder: string,
  budget: ValueBudget,
): FoundRuns {
  const parameters = database.prepare<[string], ForeignRow>(
    'SELECT "key", value FROM params WHERE run_uuid = ?',
  )
  const metrics = database.prepare<[string], ForeignRow>(
    'SELECT "key", value, step, is_nan FROM metrics WHERE run_uuid = ? ORDER BY step',
  )
  const problems: RunProblem[] = []
  const runs: PastRun[] = []
  const rows = database.prepare<[], ForeignRow>(
    `SELECT run_uuid, runs.name AS name, status, start_time, end_time, runs.lifecycle_stage AS stage,
      experiments.name AS experiment
    FROM runs LEFT JOIN experiments USING (experiment_id) ORDER BY start_time`,
  )
  for (const row of rows.all()) {
    const id = textOf(row['run_uuid'])
    if (id === undefined) continue
    const name = textOf(row['name']) ?? id
    const say = (reason: RunProblem['reason']): void => {
      problems.push({ run: name, file: path.relative(folder, file) || path.basename(file), reason })
    }
    if (row['stage'] === 'deleted') {
      say(msg('import.runDeleted'))
      continue
    }
    const values = new RunValues(budget)
    for (const { key, value, step, is_nan: isNaN } of metrics.iterate(id)) {
      if (typeof key !== 'string' || typeof value !== 'number' || typeof step !== 'number') continue
      const number = isNaN === 1 ? Number.NaN : Math.abs(value) === LARGEST ? value * 2 : value
      values.add({ name: key, step, value: number })
    }
    const texts = parameters
      .all(id)
      .flatMap(({ key, value }): [string, string][] =>
        typeof key === 'string' && typeof value === 'string' ? [[key, value]] : [],
      )
    const { settings, isCut } = settingsOfTexts(texts)
    if (isCut) say(msg('import.settingsCut'))
    if (values.leftOut > 0) say(msg('import.valuesCut', { count: values.leftOut }))
    runs.push({
      name,
      program: 'MLflow',
      group: textOf(row['experiment']) ?? null,
      settings,
      metrics: values.curves(),
      state: ownValue(statesByName, String(row['status'])) ?? null,
      startedAtMs: timeOf(row['start_time']),
      finishedAtMs: timeOf(row['end_time']),
    })
  }
  return { runs, problems }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 500) : undefined
}

function timeOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null
}
