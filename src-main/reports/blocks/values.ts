import { type Constraint, constraintMetric, isFeasible } from '../../core/study/constraints.ts'
import type { JsonValue } from '../../core/values/json.ts'
import { ownValue } from '../../core/values/named-values.ts'
import type { ParameterValue, TrialRecord, TrialState } from '../../core/trial/trial.ts'
import { formatMetric, formatNumber } from '../../core/i18n/format-number.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import type { Inline, Piece, TableColumn } from './blocks.ts'
import { code } from './make-blocks.ts'

/** A parameter value as tables show it; one that is not active is a dash. */
export function parameterText(value: ParameterValue | undefined): string {
  if (value === undefined) return '–'
  return typeof value === 'number' ? formatNumber(value) : String(value)
}

/** A measured value; what is missing is a dash. */
export function metricText(value: number | undefined): string {
  return value === undefined ? '–' : formatMetric(value)
}

/** Values of a trial by name, those of parameters that were active. */
export function parameterList(
  { parameters }: TrialRecord,
  names: readonly string[],
  between = ' · ',
): string {
  return names
    .filter(name => Object.hasOwn(parameters, name))
    .map(name => `${name} ${parameterText(ownValue(parameters, name))}`)
    .join(between)
}

/** Free-form detail in one line, readable rather than complete JSON syntax. */
export function detailText(value: JsonValue): string {
  if (value === null) return '–'
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(detailText).join(', ')
  return Object.entries(value)
    .map(([key, part]) => {
      const nested = part !== null && typeof part === 'object'
      return `${key}: ${nested ? `(${detailText(part)})` : detailText(part)}`
    })
    .join(', ')
}

/** The column of a measured metric. */
export function goalColumn({
  metric,
  label = metric,
}: {
  readonly metric: string
  readonly label?: string
}): TableColumn {
  return { title: label === metric ? code(metric) : label, numeric: true }
}

/** Shape and word of a state, so that neither color nor shape alone carries it. */
export function stateLabel(t: Translate, state: TrialState): Piece {
  return { kind: 'state', state, text: t(`state.${state}`) }
}

/** The same with a word for a trial that breaks a constraint. */
export function trialLabel(t: Translate, trial: TrialRecord): Inline {
  const label = stateLabel(t, trial.state)
  return isFeasible(trial) ? label : [label, ' ', tag(t('state.infeasible'), { isBad: true })]
}

/** A word that stands out. */
export function tag(text: string, { isBad = false } = {}): Piece {
  return { kind: 'tag', text, isBad }
}

/** A constraint as a rule, e.g. `size ≤ 0`. */
export function constraintText(constraint: Constraint): string {
  const metric = constraintMetric(constraint)
  if (typeof constraint === 'string') return `${metric} ≤ 0`
  return 'atMost' in constraint
    ? `${metric} ≤ ${formatNumber(constraint.atMost)}`
    : `${metric} ≥ ${formatNumber(constraint.atLeast)}`
}

/** The name of a thing and its options: `median (startupTrials: 5)`. */
export function namedOptions({
  name,
  ...options
}: { readonly name: string } & Record<string, unknown>): Inline {
  const optionsText = detailText(options as JsonValue)
  return [code(name), optionsText === '' ? null : ` (${optionsText})`]
}
