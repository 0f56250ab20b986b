import { existsSync } from 'node:fs'
import path from 'node:path'
import { msg } from '../../../../core/errors/message.ts'
import { isObject } from '../../../../core/values/json.ts'
import { parsePythonJson } from '../../../../interop/python-json.ts'
import type { PastRun, PastRunState } from '../../../../interop/runs/past-run.ts'
import {
  flattenSettings,
  type ReadSettings,
  settingsOfOverrides,
} from '../../../../interop/runs/read-settings.ts'
import { csv } from '../../../../platform/metric-logs/csv/csv.ts'
import { jsonLines } from '../../../../platform/metric-logs/json-lines/json-lines.ts'
import {
  type LogReading,
  type MetricLogReader,
  nothingNew,
} from '../../../../platform/metric-logs/metric-log.ts'
import { pointsOf } from '../../../../platform/metric-logs/shared/logged-row.ts'
import { openEvents } from '../../../../platform/metric-logs/tensorboard/tensorboard.ts'
import { trainerState } from '../../../../platform/metric-logs/trainer-state/trainer-state.ts'
import { parseYaml, readConfigFile, smallText } from './config-file.ts'
import { modifiedMs } from './file-times.ts'
import type { PlainLogKind, PlainRun } from './plain-runs.ts'
import { readAll } from './read-all.ts'
import type { FoundRuns, RunProblem } from './run-source.ts'
import { RunValues, type ValueBudget } from './run-values.ts'
import { type EventNotes, takeEvent } from './tensorboard-run.ts'

const MAX_RESULTS_BYTES = 16 * 1024 * 1024

const programs: Readonly<Record<PlainLogKind, string>> = {
  tensorboard: 'TensorBoard',
  trainerState: 'Transformers',
  csv: 'CSV',
  jsonLines: 'JSON',
  json: 'JSON',
}

/** A run whose logs and configuration are files of its folder. */
export function readPlainRun(
  { root, logs, configs }: PlainRun,
  folder: string,
  budget: ValueBudget,
): FoundRuns {
  const name = path.relative(folder, root).split(path.sep).join('/') || path.basename(folder)
  const problems: RunProblem[] = []
  const say = (file: string, reason: RunProblem['reason'] | null): void => {
    if (reason !== null)
      problems.push({ run: name, file: path.relative(folder, file) || path.basename(file), reason })
  }
  const values = new RunValues(budget)
  const events: EventNotes = { settings: {}, state: null, startedAtMs: null, finishedAtMs: null }
  for (const { file, kind } of logs) {
    const open = (): MetricLogReader =>
      kind === 'tensorboard'
        ? withoutSession(
            file,
            openEvents(file, event => {
              takeEvent(event, events)
            }),
          )
        : kind === 'json'
          ? { read: () => readResults(file) }
          : { csv, jsonLines, trainerState }[kind].open(file, null)
    say(file, readAll(file, open, values))
  }
  if (values.leftOut > 0) say(root, msg('import.valuesCut', { count: values.leftOut }))
  let settings: PastRun['settings'] = events.settings
  for (const file of configs) {
    const read = readConfigFile(file, settingsOf(file))
    say(file, read.problem)
    if (read.isCut) say(file, msg('import.settingsCut'))
    settings = { ...read.settings, ...settings }
  }
  const pickle = path.join(root, 'training_args.bin')
  if (existsSync(pickle)) say(pickle, msg('import.pickleLeft'))
  const guild = guildEnd(root)
  const modified = logs.flatMap(({ file }) => modifiedMs(file) ?? [])
  const isMarked = configs.some(file => /[/\\]\.(?:hydra|guild)[/\\]/.test(file))
  const program = guild !== null ? 'Guild' : isMarked ? 'Hydra' : programs[logs[0]?.kind ?? 'csv']
  const run: PastRun = {
    name,
    program,
    group: null,
    settings,
    metrics: values.curves(),
    state: guild?.state ?? events.state,
    startedAtMs: guild?.startedAtMs ?? events.startedAtMs,
    finishedAtMs:
      guild?.finishedAtMs ??
      events.finishedAtMs ??
      (modified.length > 0 ? Math.max(...modified) : null),
  }
  return { runs: [run], problems }
}

/** Overrides are a list; whatever else is a configuration. */
function settingsOf(file: string): (value: unknown) => ReadSettings {
  return value =>
    path.basename(file) === 'overrides.yaml' && Array.isArray(value)
      ? settingsOfOverrides(value)
      : flattenSettings(value)
}

/** Writers put hyperparameters into a folder that is named after the time, which would be a part of the names. */
function withoutSession(file: string, reader: MetricLogReader): MetricLogReader {
  const prefix = `${path.basename(path.dirname(file))}/`
  if (!/^\d{9,}(?:\.\d+)?\/$/.test(prefix)) return reader
  return {
    read: isFinal => {
      const reading = reader.read(isFinal)
      const points = reading.points.map(point =>
        point.name.startsWith(prefix) ? { ...point, name: point.name.slice(prefix.length) } : point,
      )
      return { ...reading, points }
    },
  }
}

/** The numbers of an object that is written once, at the end; or of one in each line. */
function readResults(file: string): LogReading {
  const text = smallText(file, MAX_RESULTS_BYTES)
  const whole = parsePythonJson(text)
  if (isObject(whole)) return { ...nothingNew, points: pointsOf(whole) }
  if (whole === undefined && text.includes('\n')) return jsonLines.open(file, null).read(true)
  return { ...nothingNew, problem: msg('rule.import.config') }
}

/** What Guild writes of a run's end; null where it did not run it. */
function guildEnd(root: string): {
  readonly state: PastRunState | null
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
} | null {
  const attributes = path.join(root, '.guild', 'attrs')
  if (!existsSync(attributes)) return null
  const numberOf = (name: string): number | null => {
    try {
      const value = parseYaml(smallText(path.join(attributes, name), 1_000))
      return typeof value === 'number' && Number.isSafeInteger(value) ? value : null
    } catch {
      return null
    }
  }
  const status = numberOf('exit_status')
  // Microseconds.
  const [started, stopped] = [numberOf('started'), numberOf('stopped')]
  return {
    state: status === null ? (stopped === null ? 'running' : null) : endOf(status),
    startedAtMs: started === null ? null : Math.round(started / 1_000),
    finishedAtMs: stopped === null ? null : Math.round(stopped / 1_000),
  }
}

/** A negative status is a signal. */
function endOf(status: number): PastRunState {
  return status === 0 ? 'complete' : status < 0 ? 'killed' : 'failed'
}
