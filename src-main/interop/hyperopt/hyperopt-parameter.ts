import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import type { ImportNote } from '../../core/study/import-note.ts'
import type { ParameterSpecification } from '../../core/study/space-specification.ts'
import type { ParameterValue } from '../../core/trial/trial.ts'
import { ForeignFileError } from '../foreign-study-file.ts'
import { sharedDistribution, uniformGrid } from '../numeric-parameters.ts'
import type { PythonParameter, PythonValue } from './python-value.ts'
import { numberOf } from './python-values.ts'

/** A choice, and its options in Python with what each is called here; undefined for one that is never drawn. */
export interface Choice {
  readonly specification: ParameterSpecification
  readonly options: readonly {
    readonly option: PythonValue
    readonly name: ParameterValue | undefined
  }[]
}

/** `hp.choice` and `hp.pchoice` (`hyperopt/pyll_utils.py`); null for other distributions. */
export function choiceOf(
  parameter: PythonParameter,
  label: string,
  notes: ImportNote[],
): Choice | null {
  const { distribution, values, named } = parameter
  if (distribution !== 'choice' && distribution !== 'pchoice') return null
  const isWeighted = distribution === 'pchoice'
  const optionList = named.get(isWeighted ? 'p_options' : 'options') ?? values[1]
  if (optionList?.kind !== 'list' || optionList.items.length === 0)
    throw refusal(parameter, label, msg('rule.import.optionList'))
  const options = optionList.items.map(item => {
    if (!isWeighted) return { option: item, weight: 1 }
    const [first, option] = item.kind === 'list' ? item.items : []
    const weight = numberOf(first)
    if (weight === undefined || option === undefined)
      throw refusal(parameter, label, msg('rule.import.optionPairs'))
    return { option, weight }
  })
  const names = distinctNames(
    options.map(({ option }) => option),
    label,
    notes,
  )
  const isDrawn = (index: number): boolean => (options[index]?.weight ?? 0) > 0
  const choice = names.filter((_, index) => isDrawn(index))
  const weights = options.map(({ weight }) => weight).filter(weight => weight > 0)
  return {
    specification: isWeighted ? { choice, weights } : { choice },
    options: options.map(({ option }, index) => ({
      option,
      name: isDrawn(index) ? names[index] : undefined,
    })),
  }
}

/** Every other distribution; bounds of `log…` are natural logarithms. */
export function numericParameter(
  parameter: PythonParameter,
  label: string,
  notes: ImportNote[],
): ParameterSpecification {
  const { distribution, values, named, whole } = parameter
  const number = (index: number, name: string): number => {
    const value = numberOf(named.get(name) ?? values[index])
    if (value !== undefined && Number.isFinite(value)) return value
    throw refusal(parameter, label, msg('rule.import.needsNumber', { distribution, name }))
  }
  const q = (): number => {
    const step = number(3, 'q')
    if (step > 0) return step
    const rule = msg('rule.above', { limit: 0 })
    throw refusal(parameter, label, msg('rule.of', { name: 'q', rule }))
  }
  const bounds = (): [number, number] => [number(1, 'low'), number(2, 'high')]
  const spread = (): [number, number] => [number(1, 'mu'), number(2, 'sigma')]
  const read = (): ParameterSpecification | null => {
    if (distribution === 'uniformint') return uniformGrid(bounds(), 1)
    if (distribution !== 'randint') {
      const shared = { program: 'Hyperopt', name: label, notes, bounds, spread, q }
      return sharedDistribution(distribution, shared)
    }
    const isPair = values.length > 2 || named.has('high')
    const [low, high] = isPair ? bounds() : [0, number(1, 'upper')]
    return { int: [low, high - 1] }
  }
  const specification = read()
  if (specification === null) {
    const rule = msg('rule.import.distribution', { program: 'Hyperopt' })
    throw refusal(parameter, `hp.${distribution}`, rule)
  }
  if (whole && 'float' in specification) throw refusal(parameter, label, msg('rule.import.rounded'))
  return specification
}

/** Why a parameter is refused. */
export function refusal(
  { line }: PythonParameter,
  value: string,
  rule: MessageDescriptor,
): ForeignFileError {
  return new ForeignFileError('space', value, rule, line)
}

/** The name of each option: itself, else a text in it that tells it from the others, else its index. */
function distinctNames(
  options: readonly PythonValue[],
  label: string,
  notes: ImportNote[],
): ParameterValue[] {
  const plain = options.map(option =>
    option.kind === 'literal' && option.value !== null ? option.value : undefined,
  )
  const plainNames = new Set(plain)
  const texts = options.map(option => new Set(textsIn(option)))
  const holders = new Map<string, number>()
  for (const text of texts.flatMap(set => [...set])) holders.set(text, (holders.get(text) ?? 0) + 1)
  const names = options.map((option, index): ParameterValue => {
    const plainName = plain[index]
    if (plainName !== undefined) return plainName
    if (option.kind === 'literal') return 'None'
    const isItsAlone = (text: string): boolean => holders.get(text) === 1 && !plainNames.has(text)
    return [...(texts[index] ?? [])].find(isItsAlone) ?? index
  })
  for (const [index, name] of names.entries()) {
    if (plain[index] === undefined)
      notes.push({ code: 'optionRenamed', parameter: label, index, name: JSON.stringify(name) })
  }
  const namesBefore = new Set<ParameterValue>()
  return names.map((name, index) => {
    const isTaken = namesBefore.has(name)
    namesBefore.add(name)
    return isTaken ? `${String(name)} #${index}` : name
  })
}

/** Texts directly inside of an option, not those of nested parameters. */
function textsIn(option: PythonValue): string[] {
  if (option.kind === 'literal') return typeof option.value === 'string' ? [option.value] : []
  if (option.kind === 'list') return option.items.flatMap(textsIn)
  if (option.kind === 'dict') return option.entries.flatMap(([, value]) => textsIn(value))
  return []
}
