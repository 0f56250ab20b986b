import { isObject } from '../../contract/json.ts'
import { isNumeric, numericDomain } from '../../contract/numeric-domain.ts'
import type { ParameterSpecification } from '../../contract/space-specification.ts'
import type { ParameterValue } from '../../contract/trial.ts'
import { parsePythonJson } from '../python-json.ts'

/** Optuna's three distributions (`optuna/distributions.py`). */
export type OptunaDistribution =
  | {
      readonly kind: 'float' | 'int'
      readonly low: number
      readonly high: number
      readonly log: boolean
      /** Null: every number. */
      readonly step: number | null
    }
  | { readonly kind: 'categorical'; readonly choices: readonly ParameterValue[] }

/**
 * Optuna has no ordered categories, no normal families and no constants: they become categories, plain ranges over the same
 * values (what is continued there is drawn evenly), and ranges of one value.
 */
export function toOptunaDistribution(parameter: ParameterSpecification): OptunaDistribution {
  if (isNumeric(parameter)) {
    const { low, high, log, step } = numericDomain(parameter)
    const kind = 'int' in parameter ? 'int' : 'float'
    // Optuna allows log or step, not both; a log-normal parameter on a grid can be 0, which no logarithm has.
    const isLog = log && low > 0 && (step === null || (kind === 'int' && step === 1))
    return { kind, low, high, log: isLog, step: isLog ? (kind === 'int' ? 1 : null) : step }
  }
  if ('fixed' in parameter) {
    const value = parameter.fixed
    if (typeof value !== 'number') return { kind: 'categorical', choices: [value] }
    const kind = Number.isInteger(value) ? 'int' : 'float'
    return { kind, low: value, high: value, log: false, step: kind === 'int' ? 1 : null }
  }
  return {
    kind: 'categorical',
    choices: 'choice' in parameter ? parameter.choice : parameter.ordinal,
  }
}

/** `distribution_json` as Optuna's `distribution_to_json` writes it. */
export function writeDistribution(distribution: OptunaDistribution): string {
  if (distribution.kind === 'categorical') {
    const attributes = { choices: distribution.choices }
    return JSON.stringify({ name: 'CategoricalDistribution', attributes })
  }
  const { kind, low, high, log, step } = distribution
  return kind === 'float'
    ? JSON.stringify({ name: 'FloatDistribution', attributes: { step, low, high, log } })
    : JSON.stringify({ name: 'IntDistribution', attributes: { log, step, low, high } })
}

/** @returns the broken rule as a sentence where the text is no distribution of Optuna */
export function readDistribution(text: string): OptunaDistribution | string {
  const parsed = parsePythonJson(text)
  if (!isObject(parsed) || !isObject(parsed['attributes'])) return 'must be a JSON object'
  const { attributes } = parsed
  switch (parsed['name']) {
    case 'FloatDistribution':
      return readRange('float', attributes)
    case 'IntDistribution':
      return readRange('int', attributes)
    case 'CategoricalDistribution': {
      const { choices } = attributes
      if (!Array.isArray(choices) || choices.length === 0) return 'choices must be a list'
      return { kind: 'categorical', choices: distinctChoices(choices) }
    }
    default:
      return 'name must be FloatDistribution, IntDistribution or CategoricalDistribution'
  }
}

function readRange(
  kind: 'float' | 'int',
  { low, high, log, step }: Readonly<Record<string, unknown>>,
): OptunaDistribution | string {
  if (!isNumber(low) || !isNumber(high) || low > high)
    return 'low and high must be numbers, low ≤ high'
  if (kind === 'int' && !(Number.isSafeInteger(low) && Number.isSafeInteger(high)))
    return 'low and high of an IntDistribution must be whole numbers of at most 2⁵³'
  const isLog = log === true
  if (isLog && low <= 0) return 'with log the low bound must be > 0'
  if (step === null || step === undefined)
    return { kind, low, high, log: isLog, step: kind === 'int' ? 1 : null }
  if (!isNumber(step) || step <= 0) return 'step must be a number > 0'
  if (kind === 'int' && !Number.isInteger(step)) return 'step must be whole'
  return { kind, low, high, log: isLog, step }
}

/**
 * Choices that this program can hold, none twice: what is no text, number or truth value becomes its JSON text (Python's `None`
 * is `null`), and a text that was there already gets the place of its choice.
 */
function distinctChoices(choices: readonly unknown[]): ParameterValue[] {
  const distinct: ParameterValue[] = []
  for (const [index, choice] of choices.entries()) {
    const plain = isPlain(choice) ? choice : JSON.stringify(choice)
    distinct.push(distinct.includes(plain) ? `${String(plain)} #${index}` : plain)
  }
  return distinct
}

function isPlain(value: unknown): value is ParameterValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
