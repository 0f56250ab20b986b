import type { ImportNote } from '../../contract/import-note.ts'
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
import type { PythonValue } from './python-values.ts'

type Parameter = Extract<PythonValue, { kind: 'parameter' }>

/** A choice, its options in Python, and what each is called here; undefined for one that is never drawn. */
export interface Choice {
  readonly specification: ParameterSpecification
  readonly options: readonly PythonValue[]
  readonly values: readonly (ParameterValue | undefined)[]
}

/** `hp.choice` and `hp.pchoice` (`hyperopt/pyll_utils.py`); null for other distributions. */
export function choiceOf(parameter: Parameter, label: string, notes: ImportNote[]): Choice | null {
  const { distribution, values, named, line } = parameter
  if (distribution !== 'choice' && distribution !== 'pchoice') return null
  const given = named.get(distribution === 'choice' ? 'options' : 'p_options') ?? values[1]
  if (given?.kind !== 'list' || given.items.length === 0)
    throw new ForeignFileError(`line ${line}`, label, 'needs a list of options')
  if (distribution === 'choice') {
    const choice = distinctNames(given.items, label, notes)
    return { specification: { choice }, options: given.items, values: choice }
  }
  const pairs = given.items.map(item => {
    const [weight, option] = item.kind === 'list' ? item.items : []
    if (weight?.kind !== 'literal' || typeof weight.value !== 'number' || option === undefined)
      throw new ForeignFileError(`line ${line}`, label, 'needs pairs (probability, option)')
    return { weight: weight.value, option }
  })
  const options = pairs.map(({ option }) => option)
  const names = distinctNames(options, label, notes)
  const drawn = pairs.map(({ weight }) => weight > 0)
  return {
    specification: {
      choice: names.filter((_, index) => drawn[index]),
      weights: pairs.flatMap(({ weight }) => (weight > 0 ? [weight] : [])),
    },
    options,
    values: names.map((name, index) => (drawn[index] === true ? name : undefined)),
  }
}

/** Every other distribution; bounds of `log…` are natural logarithms. */
export function numericParameter(
  parameter: Parameter,
  label: string,
  notes: ImportNote[],
): ParameterSpecification {
  const { distribution, whole, line } = parameter
  const number = (index: number, name: string): number => {
    const value = parameter.named.get(name) ?? parameter.values[index]
    if (
      value?.kind === 'literal' &&
      typeof value.value === 'number' &&
      Number.isFinite(value.value)
    )
      return value.value
    throw new ForeignFileError(`line ${line}`, label, `${distribution} needs the number ${name}`)
  }
  const range = (): [number, number] => [number(1, 'low'), number(2, 'high')]
  const spread = (): [number, number] => [number(1, 'mu'), number(2, 'sigma')]
  const step = (): number => {
    const q = number(3, 'q')
    if (q > 0) return q
    throw new ForeignFileError(`line ${line}`, label, 'q must be > 0')
  }
  const grid = (low: number, high: number, q: number, log: boolean): ParameterSpecification => {
    const specification = uniformGrid(low, high, q, log)
    if (log && !keepsLogScale(specification)) notes.push({ code: 'plainScale', parameter: label })
    return specification
  }
  const read = (): ParameterSpecification => {
    switch (distribution) {
      case 'uniform':
        return uniform(...range())
      case 'uniformint':
        return uniformGrid(...range(), 1)
      case 'quniform':
        return uniformGrid(...range(), step())
      case 'loguniform': {
        const [low, high] = range()
        return logUniform(Math.exp(low), Math.exp(high))
      }
      case 'qloguniform': {
        const [low, high] = range()
        return grid(Math.exp(low), Math.exp(high), step(), true)
      }
      case 'normal':
        return { normal: spread() }
      case 'qnormal':
        return { normal: spread(), step: step() }
      case 'lognormal':
        return { logNormal: spread() }
      case 'qlognormal':
        return { logNormal: spread(), step: step() }
      case 'randint': {
        const isPair = parameter.values.length > 2 || parameter.named.has('high')
        return isPair
          ? uniformInt(number(1, 'low'), number(2, 'high') - 1)
          : uniformInt(0, number(1, 'upper') - 1)
      }
      default:
        throw new ForeignFileError(
          `line ${line}`,
          `hp.${distribution}`,
          'is no distribution of Hyperopt',
        )
    }
  }
  const specification = read()
  if (/normal$/.test(distribution))
    notes.push({ code: 'cutAtDeviations', parameter: label, program: 'Hyperopt' })
  if (whole && 'float' in specification)
    throw new ForeignFileError(
      `line ${line}`,
      label,
      'is rounded after it is drawn; give it a q of 1',
    )
  return specification
}

/** What each option is called: itself, else a text in it that tells it from the others, else its index. */
function distinctNames(
  options: readonly PythonValue[],
  label: string,
  notes: ImportNote[],
): ParameterValue[] {
  const plain = options.map(option =>
    option.kind === 'literal' && option.value !== null ? option.value : undefined,
  )
  const texts = options.map(textsIn)
  const names = options.map((option, index): ParameterValue => {
    const own = plain[index]
    if (own !== undefined) return own
    if (option.kind === 'literal') return 'None'
    const text = (texts[index] ?? []).find(
      found =>
        !plain.includes(found) &&
        texts.every((others, other) => other === index || !others.includes(found)),
    )
    return text ?? index
  })
  for (const [index, name] of names.entries()) {
    if (plain[index] === undefined)
      notes.push({ code: 'optionRenamed', parameter: label, index, name: JSON.stringify(name) })
  }
  return names.map((name, index) =>
    names.indexOf(name) < index ? `${String(name)} #${index}` : name,
  )
}

/** Texts directly inside of an option, not those of nested parameters. */
function textsIn(option: PythonValue): string[] {
  if (option.kind === 'literal') return typeof option.value === 'string' ? [option.value] : []
  if (option.kind === 'list') return option.items.flatMap(textsIn)
  if (option.kind === 'dict') return option.entries.flatMap(([, value]) => textsIn(value))
  return []
}
