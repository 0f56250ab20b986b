import { listedValues } from '../../../../core/study/listed-values.ts'
import { ownValue } from '../../../../core/values/named-values.ts'
import type { ParameterSpecification } from '../../../../core/study/space-specification.ts'
import { isNumeric, numericDomain } from '../../../../core/study/numeric-domain.ts'
import type { StudySnapshot } from '../../../../core/study/study.ts'
import type { ParameterValue, TrialRecord } from '../../../../core/trial/trial.ts'
import { type PluginEvent, type ScalarEvent, writeEventFile } from './event-file.ts'
import { double, type Field, integer, message, nested, text } from './protobuf.ts'

const PLUGIN = 'hparams'
/** `DataType` of `tensorboard/plugins/hparams/api.proto`. */
const dataTypes = { string: 1, bool: 2, number: 3 } as const
/** `Status` of the same file. */
const SUCCESS = 1
const FAILURE = 2

/**
 * A study as a log folder of TensorBoard: a run per trial with its metrics as scalars, and what the HParams plugin reads
 * (`tensorboard/plugins/hparams/plugin_data.proto`): the parameters of the space with their domains, the goals as metrics, and
 * for each trial its parameters and how it ended. Pruned trials count as success there,
 * which knows nothing between; what runs or waits has no end.
 *
 * Times of single steps are not stored: they are spread evenly between the start and the end of a trial. A goal that has no
 * curve, e.g. of a test function, is one scalar at step 0.
 *
 * @returns path within the folder to the bytes of the file
 */
export function tensorboardRuns({ study, trials }: StudySnapshot): Map<string, Buffer> {
  const digits = String(Math.max(0, ...trials.map(({ number }) => number))).length
  const startedAtMs = study.createdAtMs
  const files = new Map<string, Buffer>()
  const experiment: PluginEvent = {
    atMs: startedAtMs,
    tag: '_hparams_/experiment',
    plugin: PLUGIN,
    content: message(nested(2, experimentMessage(study))),
  }
  files.set(fileName('', startedAtMs), writeEventFile(startedAtMs, [experiment], []))
  for (const trial of trials) {
    const run = `trial-${String(trial.number).padStart(digits, '0')}`
    files.set(fileName(`${run}/`, trial.startedAtMs), trialFile(study, trial, run))
  }
  return files
}

function fileName(folder: string, atMs: number): string {
  return `${folder}events.out.tfevents.${Math.floor(atMs / 1_000)}.tunewright`
}

function experimentMessage({ specification, name, createdAtMs }: StudySnapshot['study']): Buffer {
  return message(
    text(1, name),
    double(3, createdAtMs / 1_000),
    ...Object.entries(specification.space).map(([label, parameter]) =>
      nested(4, parameterInfo(label, parameter)),
    ),
    ...specification.goals.map(({ metric }) => nested(5, nested(1, text(2, metric)))),
  )
}

function parameterInfo(label: string, parameter: ParameterSpecification): Buffer {
  if (isNumeric(parameter)) {
    const { low, high } = numericDomain(parameter)
    return message(
      text(1, label),
      integer(4, dataTypes.number),
      nested(6, message(double(1, low), double(2, high))),
    )
  }
  const values = listedValues(parameter) ?? []
  const kinds = new Set(values.map(value => typeof value))
  const isNumber = kinds.size === 1 && kinds.has('number')
  const type = isNumber ? 'number' : kinds.size === 1 && kinds.has('boolean') ? 'bool' : 'string'
  const typedValues = type === 'string' ? values.map(String) : values
  return message(
    text(1, label),
    integer(4, dataTypes[type]),
    nested(5, message(...typedValues.map(value => nested(1, valueMessage(value))))),
  )
}

/** `google.protobuf.Value`. */
function valueMessage(value: ParameterValue): Field {
  if (typeof value === 'number') return double(2, value)
  return typeof value === 'string' ? text(3, value) : integer(4, value ? 1 : 0)
}

function trialFile(study: StudySnapshot['study'], trial: TrialRecord, run: string): Buffer {
  const { startedAtMs, finishedAtMs, state } = trial
  const status = state === 'failed' || state === 'canceled' ? FAILURE : SUCCESS
  const endedAtMs = finishedAtMs ?? startedAtMs
  const parameters = Object.entries(trial.parameters).map(([name, value]): Field =>
    // An entry of a map is a message of key and value.
    nested(1, message(text(1, name), nested(2, valueMessage(shownValue(study, name, value))))),
  )
  const start = message(...parameters, text(4, run), double(5, startedAtMs / 1_000))
  const end = message(integer(1, status), double(2, endedAtMs / 1_000))
  const plugin = (tag: string, field: number, content: Buffer, atMs: number): PluginEvent => ({
    atMs,
    tag: `_hparams_/${tag}`,
    plugin: PLUGIN,
    content: message(nested(field, content)),
  })
  return writeEventFile(
    startedAtMs,
    [
      plugin('session_start_info', 3, start, startedAtMs),
      ...(finishedAtMs === null ? [] : [plugin('session_end_info', 4, end, endedAtMs)]),
    ],
    scalarsOf(study, trial, endedAtMs),
  )
}

/** A parameter whose values are of several kinds is a text there. */
function shownValue(
  { specification }: StudySnapshot['study'],
  name: string,
  value: ParameterValue,
): ParameterValue {
  const parameter = ownValue(specification.space, name)
  const values = (parameter && listedValues(parameter)) ?? []
  return new Set(values.map(listed => typeof listed)).size > 1 ? String(value) : value
}

function scalarsOf(
  { specification }: StudySnapshot['study'],
  { metrics, values, startedAtMs }: TrialRecord,
  endedAtMs: number,
): ScalarEvent[] {
  const curves = Object.entries(metrics).flatMap(([tag, { steps, values: points }]) =>
    steps.map((step, index): ScalarEvent => {
      const share = (index + 1) / steps.length
      const atMs = startedAtMs + share * (endedAtMs - startedAtMs)
      return { atMs, step, tag, value: points[index] ?? Number.NaN }
    }),
  )
  const bare = specification.goals.flatMap(({ metric }, goal): ScalarEvent[] => {
    const value = values[goal]
    return value === undefined || Object.hasOwn(metrics, metric)
      ? []
      : [{ atMs: endedAtMs, step: 0, tag: metric, value }]
  })
  return [...curves, ...bare]
}
