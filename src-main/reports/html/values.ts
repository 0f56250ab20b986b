import { type Constraint, constraintMetric, isFeasible } from '../../core/study/constraints.ts'
import type { JsonValue } from '../../core/values/json.ts'
import { ownValue } from '../../core/values/named-values.ts'
import type { ParameterValue, TrialRecord, TrialState } from '../../core/trial/trial.ts'
import { formatMetric, formatNumber } from '../../core/i18n/format-number.ts'
import { stateIcon } from './charts/marks.ts'
import { markup, trusted, type Fragment, type Markup } from './markup.ts'
import type { Translate } from '../../core/i18n/translate.ts'

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
export function goalColumn({ metric }: { readonly metric: string }) {
  return { title: code(metric), numeric: true }
}

/** A name as the study file writes it. */
export function code(text: string): Markup {
  return markup`<code>${breakable(text)}</code>`
}

const UNBROKEN = 14
const longWord = /\S{15}/u
// The ends of the words of a camel-case or otherwise joined name.
const joint = /(?<=[a-z0-9])(?=[A-Z])|(?<=[_.\-/])/u

/** Text with places where a long name may be broken, so that tables need not scroll for it. */
export function breakable(text: string): Fragment {
  if (!longWord.test(text)) return text
  return text.split(/(\s+)/u).map(word => (word.length <= UNBROKEN ? word : brokenWord(word)))
}

function brokenWord(word: string): Fragment {
  const pieces = word.split(joint).flatMap(piece => piece.match(/.{1,14}/gsu) ?? [])
  return pieces.map((piece, index) => [index === 0 ? null : trusted('<wbr>'), piece])
}

/** Shape and word of a state, so that neither color nor shape alone carries it. */
export function stateLabel(t: Translate, state: TrialState): Markup {
  return markup`<span class="state">${stateIcon(state)}${t(`state.${state}`)}</span>`
}

/** The same with a word for a trial that breaks a constraint. */
export function trialLabel(t: Translate, trial: TrialRecord): Fragment {
  const label = stateLabel(t, trial.state)
  return isFeasible(trial)
    ? label
    : markup`${label} <strong class="tag failed">${t('state.infeasible')}</strong>`
}

/** A constraint as a rule, e.g. `size ≤ 0`. */
export function constraintText(constraint: Constraint): string {
  const metric = constraintMetric(constraint)
  if (typeof constraint === 'string') return `${metric} ≤ 0`
  return 'atMost' in constraint
    ? `${metric} ≤ ${formatNumber(constraint.atMost)}`
    : `${metric} ≥ ${formatNumber(constraint.atLeast)}`
}

/** A link to the row of a trial in the table of all trials. */
export function trialLink(trial: Pick<TrialRecord, 'number'>, text?: string): Markup {
  return markup`<a href="#trial-${trial.number}">${text ?? trial.number}</a>`
}

/** The name of a thing and its options: `median (startupTrials: 5)`. */
export function namedOptions({
  name,
  ...options
}: { readonly name: string } & Record<string, unknown>): Fragment {
  const optionsText = detailText(options as JsonValue)
  return markup`<code>${name}</code>${optionsText === '' ? null : ` (${optionsText})`}`
}

/** Paragraph for a section that has nothing to show, with the reason. */
export function nothing(text: string): Markup {
  return markup`<p class="nothing">${text}</p>`
}
