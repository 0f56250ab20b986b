import { z } from 'zod'
import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import { isObject, type JsonValue } from '../../core/values/json.ts'
import { listedValues } from '../../core/study/listed-values.ts'
import { isNumeric, numericDomain } from '../../core/study/numeric-domain.ts'
import { formatPath, type Problem } from '../../core/errors/problem.ts'
import { breaks, parseWithProblems } from '../../core/errors/schema-problems.ts'
import type { ParameterSpecification } from '../../core/study/space-specification.ts'
import type { ParameterValue } from '../../core/trial/trial.ts'
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
  return { kind: 'categorical', choices: listedValues(parameter) ?? [] }
}

/**
 * `distribution_json` as Optuna's `distribution_to_json` writes it.
 * @param original of a choice, as it was before it came here
 */
export function writeDistribution(
  distribution: OptunaDistribution,
  original: (choice: ParameterValue) => JsonValue,
): string {
  if (distribution.kind === 'categorical') {
    const attributes = { choices: distribution.choices.map(original) }
    return JSON.stringify({ name: 'CategoricalDistribution', attributes })
  }
  const { kind, low, high, log, step } = distribution
  return kind === 'float'
    ? JSON.stringify({ name: 'FloatDistribution', attributes: { step, low, high, log } })
    : JSON.stringify({ name: 'IntDistribution', attributes: { log, step, low, high } })
}

function rangeSchema<Name extends string>(name: Name, number: z.ZodNumber) {
  const attributes = z
    .object({
      low: number,
      high: number,
      log: z.boolean().catch(false),
      step: number.positive().nullish(),
    })
    .refine(({ low, high }) => low <= high, breaks(msg('rule.bounds'), ['low']))
    .refine(({ low, log }) => !log || low > 0, breaks(msg('rule.logBound'), ['low']))
  return z.object({ name: z.literal(name), attributes })
}

const distributionSchema = z.discriminatedUnion('name', [
  rangeSchema('FloatDistribution', z.number()),
  rangeSchema('IntDistribution', z.int()),
  z.object({
    name: z.literal('CategoricalDistribution'),
    attributes: z.object({ choices: z.array(z.unknown()).min(1) }),
  }),
])

/** @returns the broken rule where the text is no distribution of Optuna */
export function readDistribution(text: string): OptunaDistribution | MessageDescriptor {
  const raw = parsePythonJson(text)
  if (!isObject(raw)) return msg('rule.type', { expected: msg('kind.mapping') })
  const parsed = parseWithProblems(distributionSchema, raw)
  if (!parsed.ok) {
    const [{ path, rule }] = parsed.problems as [Problem]
    return path.length === 0 ? rule : msg('rule.of', { name: formatPath(path), rule })
  }
  const { name, attributes } = parsed.value
  if (name === 'CategoricalDistribution')
    return { kind: 'categorical', choices: distinctChoices(attributes.choices) }
  const { low, high, log, step } = attributes
  return name === 'FloatDistribution'
    ? { kind: 'float', low, high, log, step: step ?? null }
    : { kind: 'int', low, high, log, step: step ?? 1 }
}

/**
 * Choices that this program can hold, none twice: what is no text, number or truth value becomes its JSON text (Python's `None`
 * is `null`), and a text that was there already gets the place of its choice.
 */
function distinctChoices(choices: readonly unknown[]): ParameterValue[] {
  const distinct = new Set<ParameterValue>()
  for (const [index, choice] of choices.entries()) {
    const plain = isPlain(choice) ? choice : JSON.stringify(choice)
    distinct.add(distinct.has(plain) ? `${String(plain)} #${index}` : plain)
  }
  return [...distinct]
}

/** What a choice of an Optuna study was before {@link distinctChoices}, e.g. null (`None`) for `null`. */
export function originalChoice(choice: ParameterValue): JsonValue {
  if (typeof choice !== 'string' || !/^(null$|[[{])/.test(choice)) return choice
  try {
    return JSON.parse(choice) as JsonValue
  } catch {
    return choice
  }
}

/** Whether a value of another program can stand here as it is. */
export function isPlain(value: unknown): value is ParameterValue {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
