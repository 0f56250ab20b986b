import { spoken, withTexts } from '../../core/i18n/spoken.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import { metricToJson, trialValuesToJson } from '../../core/trial/metric-value.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'

/** Name and version of the format; the version rises when a reader would have to change. */
const jsonExportFormat = 'tunewright-study'
const JSON_EXPORT_VERSION = 2

/**
 * Everything about a study: `format`, `version`, then the parts of the snapshot. Values that JSON
 * has no number for are the words `NaN`, `Infinity` and `-Infinity`. Reasons are messages, `code` and `values`, with their
 * `text` in the language of `t`. One trial and one event per line, so that files compare well.
 */
export function exportJson(snapshot: StudySnapshot, t: Translate): string {
  const { study, winner } = snapshot
  const parts: [name: string, text: string][] = [
    ['format', JSON.stringify(jsonExportFormat)],
    ['version', JSON.stringify(JSON_EXPORT_VERSION)],
    ['study', JSON.stringify({ ...study, reason: study.reason && spoken(study.reason, t) })],
    ['trials', lines(snapshot.trials.map(trial => plainTrial(trial, t)))],
    ['events', lines(snapshot.events, withTexts(t))],
    ['artifacts', lines(snapshot.artifacts)],
    [
      'winner',
      JSON.stringify(winner === null ? null : { ...winner, metrics: plainValues(winner.metrics) }),
    ],
  ]
  return `{\n${parts.map(([name, text]) => `"${name}": ${text}`).join(',\n')}\n}\n`
}

function plainTrial(trial: TrialRecord, t: Translate): unknown {
  const metrics = Object.entries(trial.metrics).map(([name, { steps, values }]) => [
    name,
    { steps, values: values.map(metricToJson) },
  ])
  return {
    ...trial,
    ...trialValuesToJson(trial),
    provenance: { ...trial.provenance, reason: spoken(trial.provenance.reason, t) },
    reason: trial.reason && spoken(trial.reason, t),
    metrics: Object.fromEntries(metrics) as unknown,
  }
}

function plainValues(metrics: Readonly<Record<string, number>>): unknown {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, metricToJson(value)]),
  )
}

function lines(
  items: readonly unknown[],
  replacer?: (key: string, value: unknown) => unknown,
): string {
  if (items.length === 0) return '[]'
  return `[\n${items.map(item => JSON.stringify(item, replacer)).join(',\n')}\n]`
}
