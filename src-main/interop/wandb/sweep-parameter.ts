import { ownValue } from '../../core/values/named-values.ts'
import { type MessageDescriptor, msg, type MessageCode } from '../../core/errors/message.ts'
import type { ImportNote } from '../../core/study/import-note.ts'
import { isObject } from '../../core/values/json.ts'
import type { ParameterSpecification } from '../../core/study/space-specification.ts'
import type { ParameterValue } from '../../core/trial/trial.ts'
import { ForeignFileError } from '../foreign-study-file.ts'
import {
  type ForeignParameter,
  logGrid,
  logUniform,
  sharedDistribution,
  uniformGrid,
} from '../numeric-parameters.ts'

export type Plain = Readonly<Record<string, unknown>>

const DEEPEST = 20

/** Nested parameters by their path, with dots as W&B hands them over. */
export function flattenParameters(parameters: Plain, prefix = '', depth = 0): Map<string, Plain> {
  if (depth > DEEPEST) throw new ForeignFileError(prefix, depth, msg('rule.tooDeep'))
  const flat = new Map<string, Plain>()
  for (const [name, definition] of Object.entries(parameters)) {
    const path = prefix + name
    if (!isObject(definition))
      throw new ForeignFileError(`parameters.${path}`, definition, expected('kind.mapping'))
    const inner = definition['parameters']
    if (isObject(inner) && !('value' in definition) && !('values' in definition)) {
      for (const entry of flattenParameters(inner, `${path}.`, depth + 1)) flat.set(...entry)
    } else flat.set(path, definition)
  }
  return flat
}

/**
 * One parameter of a sweep; the formulas are those of `sweeps/params.py`. Without a distribution the keys tell it, as there:
 * `value`, `values`, whole `min` and `max`, or `min` and `max`.
 */
export function sweepParameter(
  path: string,
  definition: Plain,
  notes: ImportNote[],
): ParameterSpecification {
  const field = `parameters.${path}`
  const number = (key: string, fallback?: number): number => {
    const value = ownValue(definition, key) ?? fallback
    if (typeof value === 'number' && Number.isFinite(value)) return value
    throw new ForeignFileError(`${field}.${key}`, value ?? null, msg('rule.number'))
  }
  const q = number('q', 1)
  if (q <= 0) throw new ForeignFileError(`${field}.q`, q, msg('rule.above', { limit: 0 }))
  const bounds = (): [number, number] => [number('min'), number('max')]
  const parameter: ForeignParameter = {
    program: 'W&B',
    name: path,
    notes,
    bounds,
    q: () => q,
    spread: () => [number('mu', 0), number('sigma', 1)],
  }
  const distribution = definition['distribution'] ?? guessDistribution(field, definition)
  switch (distribution) {
    case 'constant':
      return { fixed: plainValue(field, definition['value'], notes) }
    case 'categorical':
    case 'categorical_w_probabilities':
      return choice(field, definition, notes)
    case 'int_uniform':
      return { int: bounds() }
    case 'log_uniform_values':
    case 'inv_log_uniform_values':
      return logUniform(bounds())
    case 'q_log_uniform_values':
      return logGrid(bounds(), parameter)
    // log(1/x) is uniform, and so is log x: the bounds change places.
    case 'inv_log_uniform':
      return logUniform([Math.exp(-number('max')), Math.exp(-number('min'))])
    case 'beta':
    case 'q_beta':
      notes.push({ code: 'noBetaDistribution', parameter: path })
      return distribution === 'beta' ? { float: [0, 1] } : uniformGrid([0, 1], q)
    default: {
      const name = typeof distribution === 'string' ? distribution : ''
      if (/^(?:q_)?(?:log_)?(?:uniform|normal)$/.test(name)) {
        const shared = sharedDistribution(name.replaceAll('_', ''), parameter)
        if (shared !== null) return shared
      }
      const rule = msg('rule.import.distribution', { program: 'W&B' })
      throw new ForeignFileError(`${field}.distribution`, distribution, rule)
    }
  }
}

/** Something of another kind has to stand there. */
export function expected(kind: MessageCode): MessageDescriptor {
  return msg('rule.type', { expected: msg(kind) })
}

function guessDistribution(field: string, definition: Plain): string {
  if ('value' in definition) return 'constant'
  if ('values' in definition)
    return 'probabilities' in definition ? 'categorical_w_probabilities' : 'categorical'
  if (!('min' in definition) || !('max' in definition))
    throw new ForeignFileError(
      field,
      definition,
      msg('rule.exactlyOneOf', { names: ['value', 'values', 'min + max'] }),
    )
  return Number.isInteger(definition['min']) && Number.isInteger(definition['max'])
    ? 'int_uniform'
    : 'uniform'
}

function choice(field: string, definition: Plain, notes: ImportNote[]): ParameterSpecification {
  const { values, probabilities } = definition
  if (!Array.isArray(values) || values.length === 0)
    throw new ForeignFileError(
      `${field}.values`,
      values ?? null,
      msg('rule.items.atLeast', { count: 1 }),
    )
  const plain = values.map((value: unknown) => plainValue(field, value, notes))
  if (!Array.isArray(probabilities)) return { choice: [...new Set(plain)] }
  if (probabilities.length !== plain.length)
    throw new ForeignFileError(
      `${field}.probabilities`,
      probabilities,
      msg('rule.onePer', { count: plain.length }),
    )
  const likely = plain.flatMap((value, index) => {
    const weight: unknown = probabilities[index]
    if (typeof weight !== 'number' || weight < 0)
      throw new ForeignFileError(
        `${field}.probabilities`,
        weight,
        msg('rule.atLeast', { limit: 0 }),
      )
    return weight > 0 ? [{ value, weight }] : []
  })
  return { choice: likely.map(({ value }) => value), weights: likely.map(({ weight }) => weight) }
}

/** Anything but a text, a number or a truth value becomes its JSON text. */
function plainValue(field: string, value: unknown, notes: ImportNote[]): ParameterValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  const text = JSON.stringify(value ?? null)
  notes.push({ code: 'valueAsText', field, text })
  return text
}
