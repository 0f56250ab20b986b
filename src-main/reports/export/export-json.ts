import { metricToJson, trialValuesToJson } from '../../contract/metric-value.ts'
import type { StudySnapshot } from '../../contract/study.ts'
import type { TrialRecord } from '../../contract/trial.ts'

/** Name and version of the format; the version rises when a reader would have to change. */
const jsonExportFormat = 'tunewright-study'
const JSON_EXPORT_VERSION = 1

/**
 * Everything about a study: `format`, `version`, then the parts of the snapshot. Values that JSON
 * has no number for are the words `NaN`, `Infinity` and `-Infinity`. One trial and one event per
 * line, so that files compare well.
 */
export function exportJson(snapshot: StudySnapshot): string {
  const { winner } = snapshot
  const parts: [name: string, text: string][] = [
    ['format', JSON.stringify(jsonExportFormat)],
    ['version', JSON.stringify(JSON_EXPORT_VERSION)],
    ['study', JSON.stringify(snapshot.study)],
    ['trials', lines(snapshot.trials.map(plainTrial))],
    ['events', lines(snapshot.events)],
    ['artifacts', lines(snapshot.artifacts)],
    [
      'winner',
      JSON.stringify(winner === null ? null : { ...winner, metrics: plainValues(winner.metrics) }),
    ],
  ]
  return `{\n${parts.map(([name, text]) => `"${name}": ${text}`).join(',\n')}\n}\n`
}

function plainTrial(trial: TrialRecord): unknown {
  const metrics = Object.entries(trial.metrics).map(([name, { steps, values }]) => [
    name,
    { steps, values: values.map(metricToJson) },
  ])
  return {
    ...trial,
    ...trialValuesToJson(trial),
    metrics: Object.fromEntries(metrics) as unknown,
  }
}

function plainValues(metrics: Readonly<Record<string, number>>): unknown {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, metricToJson(value)]),
  )
}

function lines(items: readonly unknown[]): string {
  if (items.length === 0) return '[]'
  return `[\n${items.map(item => JSON.stringify(item)).join(',\n')}\n]`
}
