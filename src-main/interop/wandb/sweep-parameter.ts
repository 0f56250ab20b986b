import type { ImportNote } from '../../contract/import-note.ts'
import { isObject } from '../../contract/json.ts'
import type { ParameterSpecification } from '../../contract/space-specification.ts'
import type { ParameterValue } from '../../contract/trial.ts'
import { ForeignFileError } from '../foreign-study-file.ts'
import {
  keepsLogScale,
  logUniform,
  uniform,
  uniformGrid,
  uniformInt,
} from '../numeric-parameters.ts'

type Plain = Readonly<Record<string, unknown>>

const DEEPEST = 20

/** Nested parameters by their path, with dots as W&B hands them over. */
export function flattenParameters(parameters: Plain, prefix = '', depth = 0): Map<string, Plain> {
  if (depth > DEEPEST)
    throw new ForeignFileError(prefix, depth, `must not be nested deeper than ${DEEPEST} levels`)
  const flat = new Map<string, Plain>()
  for (const [name, definition] of Object.entries(parameters)) {
    const path = prefix + name
    if (!isObject(definition))
      throw new ForeignFileError(`parameters.${path}`, definition, 'must be a mapping')
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
    const value = definition[key] ?? fallback
    if (typeof value === 'number' && Number.isFinite(value)) return value
    throw new ForeignFileError(`${field}.${key}`, value ?? null, 'must be a number')
  }
  const range = (): [number, number] => [number('min'), number('max')]
  const spread = (): [number, number] => [number('mu', 0), number('sigma', 1)]
  const q = number('q', 1)
  if (q <= 0) throw new ForeignFileError(`${field}.q`, q, 'must be > 0')
  const logGrid = (low: number, high: number): ParameterSpecification => {
    const specification = uniformGrid(low, high, q, true)
    if (!keepsLogScale(specification)) notes.push({ code: 'plainScale', parameter: path })
    return specification
  }
  const unbounded = (specification: ParameterSpecification): ParameterSpecification => {
    notes.push({ code: 'cutAtDeviations', parameter: path, program: 'W&B' })
    return specification
  }
  const distribution = definition['distribution'] ?? guessDistribution(field, definition)
  switch (distribution) {
    case 'constant':
      return { fixed: plainValue(field, definition['value'], notes) }
    case 'categorical':
    case 'categorical_w_probabilities':
      return choice(field, definition, notes)
    case 'int_uniform':
      return uniformInt(...range())
    case 'uniform':
      return uniform(...range())
    case 'q_uniform':
      return uniformGrid(...range(), q)
    // Bounds of the first are logarithms of the values.
    case 'log_uniform':
      return logUniform(Math.exp(number('min')), Math.exp(number('max')))
    case 'log_uniform_values':
      return logUniform(...range())
    case 'q_log_uniform':
      return logGrid(Math.exp(number('min')), Math.exp(number('max')))
    case 'q_log_uniform_values':
      return logGrid(...range())
    // log(1/x) is uniform, and so is log x: the bounds change places.
    case 'inv_log_uniform':
      return logUniform(Math.exp(-number('max')), Math.exp(-number('min')))
    case 'inv_log_uniform_values':
      return logUniform(...range())
    case 'normal':
      return unbounded({ normal: spread() })
    case 'q_normal':
      return unbounded({ normal: spread(), step: q })
    case 'log_normal':
      return unbounded({ logNormal: spread() })
    case 'q_log_normal':
      return unbounded({ logNormal: spread(), step: q })
    case 'beta':
    case 'q_beta':
      notes.push({ code: 'noBetaDistribution', parameter: path })
      return distribution === 'beta' ? uniform(0, 1) : uniformGrid(0, 1, q)
    default:
      throw new ForeignFileError(`${field}.distribution`, distribution, 'is no distribution of W&B')
  }
}

function guessDistribution(field: string, definition: Plain): string {
  if ('value' in definition) return 'constant'
  if ('values' in definition)
    return 'probabilities' in definition ? 'categorical_w_probabilities' : 'categorical'
  if (!('min' in definition) || !('max' in definition))
    throw new ForeignFileError(field, definition, 'must have value, values, or min and max')
  return Number.isInteger(definition['min']) && Number.isInteger(definition['max'])
    ? 'int_uniform'
    : 'uniform'
}

function choice(field: string, definition: Plain, notes: ImportNote[]): ParameterSpecification {
  const { values, probabilities } = definition
  if (!Array.isArray(values) || values.length === 0)
    throw new ForeignFileError(`${field}.values`, values ?? null, 'must be a list of values')
  const plain = values.map((value: unknown) => plainValue(field, value, notes))
  if (!Array.isArray(probabilities)) return { choice: [...new Set(plain)] }
  if (probabilities.length !== plain.length)
    throw new ForeignFileError(`${field}.probabilities`, probabilities, 'must be one per value')
  const likely = plain.flatMap((value, index) => {
    const weight: unknown = probabilities[index]
    if (typeof weight !== 'number' || weight < 0)
      throw new ForeignFileError(`${field}.probabilities`, weight, 'must be numbers ≥ 0')
    return weight > 0 ? [{ value, weight }] : []
  })
  return { choice: likely.map(({ value }) => value), weights: likely.map(({ weight }) => weight) }
}

/** What is no text, number or truth value becomes its JSON text. */
function plainValue(field: string, value: unknown, notes: ImportNote[]): ParameterValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  const text = JSON.stringify(value ?? null)
  notes.push({ code: 'valueAsText', field, text })
  return text
}
