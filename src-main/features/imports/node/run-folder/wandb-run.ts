import path from 'node:path'
import { isObject } from '../../../../core/values/json.ts'
import { setOwnValue } from '../../../../core/values/named-values.ts'
import { parsePythonJson } from '../../../../interop/python-json.ts'
import type { PastRunState } from '../../../../interop/runs/past-run.ts'
import { flattenSettings } from '../../../../interop/runs/read-settings.ts'
import { readFields } from '../../../../platform/metric-logs/shared/read-fields.ts'
import { itemOf, openRecords } from '../../../../platform/metric-logs/wandb/wandb.ts'
import { readConfigFile } from './config-file.ts'
import { readAll } from './read-all.ts'
import { modifiedMs } from './file-times.ts'
import type { FoundRuns, RunProblem } from './run-source.ts'
import { RunValues, type ValueBudget } from './run-values.ts'
import { msg } from '../../../../core/errors/message.ts'

/** What W&B keeps among the settings for itself. */
const ownKey = '_wandb'

interface Header {
  name: string
  id: string
  project: string
  startedAtMs: number | null
  runtimeMs: number | null
  state: PastRunState
  readonly config: Record<string, unknown>
}

/** A run of W&B: settings, metrics and its end stand in one file of records. */
export function readWandbRun(file: string, folder: string, budget: ValueBudget): FoundRuns {
  const header: Header = {
    name: '',
    id: '',
    project: '',
    startedAtMs: null,
    runtimeMs: null,
    // Its end is the last record; a run that was ended from outside has none.
    state: 'killed',
    config: {},
  }
  const values = new RunValues(budget)
  const take = (record: Uint8Array): void => {
    try {
      takeRecord(record, header)
    } catch (error) {
      // Its checksum is right, so that somebody meant something else by it.
      if (!(error instanceof RangeError || error instanceof Error)) throw error
    }
  }
  const problem = readAll(file, () => openRecords(file, take), values)
  const run = header.name || header.id || path.basename(file)
  const name = path.relative(folder, file)
  const problems: RunProblem[] = problem === null ? [] : [{ run, file: name, reason: problem }]
  let { settings, isCut } = flattenSettings(withoutOwn(header.config))
  if (Object.keys(settings).length === 0) {
    const config = readConfigFile(path.join(path.dirname(file), 'files', 'config.yaml'), content =>
      flattenSettings(withoutOwn(valuesOf(content))),
    )
    // An offline run has no such file.
    if (config.problem === null) ({ settings, isCut } = config)
  }
  if (isCut) problems.push({ run, file: name, reason: msg('import.settingsCut') })
  if (values.leftOut > 0)
    problems.push({ run, file: name, reason: msg('import.valuesCut', { count: values.leftOut }) })
  const { startedAtMs, runtimeMs } = header
  return {
    runs: [
      {
        name: run,
        program: 'W&B',
        group: header.project === '' ? null : header.project,
        settings,
        metrics: values.curves(),
        state: header.state,
        startedAtMs,
        finishedAtMs:
          startedAtMs !== null && runtimeMs !== null ? startedAtMs + runtimeMs : modifiedMs(file),
      },
    ],
    problems,
  }
}

function withoutOwn(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => key !== ownKey))
}

/** `{lr: {value: 0.1, desc: null}}` of `config.yaml`. */
function valuesOf(content: unknown): Record<string, unknown> {
  if (!isObject(content)) return {}
  return Object.fromEntries(
    Object.entries(content).map(([key, entry]) => [
      key,
      isObject(entry) && 'value' in entry ? entry['value'] : undefined,
    ]),
  )
}

/** Numbers of fields as in W&B's `wandb_internal.proto`. */
function takeRecord(record: Uint8Array, header: Header): void {
  readFields(record, {
    5: config => {
      takeConfig(config.bytes(), header)
    },
    17: run => {
      readFields(run.bytes(), {
        1: reader => {
          header.id = reader.string()
        },
        3: reader => {
          header.project = reader.string()
        },
        4: reader => {
          takeConfig(reader.bytes(), header)
        },
        8: reader => {
          header.name = reader.string()
        },
        17: reader => {
          header.startedAtMs = millisecondsOf(reader.bytes())
        },
      })
    },
    18: exit => {
      header.state = 'complete'
      readFields(exit.bytes(), {
        1: reader => {
          if (reader.int32() !== 0) header.state = 'failed'
        },
        2: reader => {
          header.runtimeMs = reader.int32() * 1_000
        },
      })
    },
  })
}

function takeConfig(bytes: Uint8Array, { config }: Header): void {
  readFields(bytes, {
    1: update => {
      const { name, json } = itemOf(update.bytes())
      setOwnValue(config, name.replaceAll('/', '.'), parsePythonJson(json))
    },
    2: removal => {
      const { name } = itemOf(removal.bytes())
      Reflect.deleteProperty(config, name.replaceAll('/', '.'))
    },
  })
}

/** A `google.protobuf.Timestamp`. */
function millisecondsOf(bytes: Uint8Array): number {
  let seconds = 0
  let nanoseconds = 0
  readFields(bytes, {
    1: reader => {
      seconds = Number(reader.int64())
    },
    2: reader => {
      nanoseconds = reader.int32()
    },
  })
  return Math.round(seconds * 1_000 + nanoseconds / 1e6)
}
