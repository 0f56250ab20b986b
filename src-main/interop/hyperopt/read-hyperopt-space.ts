import { msg } from '../../core/errors/message.ts'
import type { ImportNote } from '../../core/study/import-note.ts'
import type { ParameterSpecification } from '../../core/study/space-specification.ts'
import type { ParameterValue } from '../../core/trial/trial.ts'
import { ForeignFileError, type ForeignStudyFile } from '../foreign-study-file.ts'
import { uniqueNames } from '../unique-names.ts'
import { choiceOf, numericParameter, refusal } from './hyperopt-parameter.ts'
import { readPythonLines } from './python-tokens.ts'
import type { PythonParameter, PythonValue } from './python-value.ts'
import { PythonExpression } from './python-values.ts'
import { ValueExtents } from './value-extents.ts'

/** Parent and the value with which the parameter is there; nested choices give several, from the outside in. */
type Branch = readonly { readonly label: string; readonly value: ParameterValue }[]

interface Found {
  readonly specification: ParameterSpecification
  readonly branches: Branch[]
  readonly node: PythonParameter
}

const blocks = /^(?:def|class|if|for|while|with|try|async|elif|else|except|finally)$/

/**
 * The search space of a Python file for Hyperopt: the variable `space` or `search_space`, else the last expression that holds
 * `hp.…`. The file is read, not run; statements that a space does not need are passed over.
 *
 * A parameter of an option becomes active with that option alone (`when`). An option that is no plain value is called by the
 * first text in it that no other option has, else by its index.
 * @throws ForeignFileError
 */
export function readHyperoptSpace(source: string): ForeignStudyFile {
  const notes: ImportNote[] = []
  const parametersByLabel = new Map<string, Found>()
  const extents = new ValueExtents()
  const space = findSpace(source, extents)
  collect(space, { branch: [], parametersByLabel, notes, extents })
  const names = uniqueNames([...parametersByLabel.keys()], notes)
  const parameters = [...parametersByLabel].map(([label, { specification, branches, node }]) => {
    const when = conditionOf(label, branches, node)
    const named = when && { when: { [names.get(when.label) ?? when.label]: when.wanted } }
    return [names.get(label) ?? label, { ...specification, ...named }] as const
  })
  return {
    program: 'Hyperopt',
    name: null,
    goals: [],
    space: Object.fromEntries(parameters),
    sections: {},
    // A parameter that several options hold is read with each.
    notes: [...new Map(notes.map(note => [JSON.stringify(note), note])).values()],
  }
}

function findSpace(source: string, extents: ValueExtents): PythonValue {
  const variables = new Map<string, PythonValue>()
  let last: PythonValue | null = null
  let problem: ForeignFileError | null = null
  for (const { indent, tokens } of readPythonLines(source)) {
    const [first, second] = tokens
    const isStatement = first?.kind === 'name' && /^(?:import|from|return|print)$/.test(first.text)
    if (indent > 0 || first === undefined || isStatement || blocks.test(first.text)) continue
    const isAssignment = first.kind === 'name' && second?.text === '='
    let value: PythonValue
    try {
      const expression = isAssignment ? tokens.slice(2) : tokens
      value = new PythonExpression(expression, variables, extents).read()
    } catch (error) {
      if (!(error instanceof ForeignFileError)) throw error
      const holdsSpace = tokens.some(({ text }) => text === 'hp')
      if (holdsSpace) problem ??= error
      value = { kind: 'unknown', error }
    }
    if (isAssignment) variables.set(first.text, value)
    if (extents.holdsParameter(value)) last = value
  }
  const named = variables.get('space') ?? variables.get('search_space')
  if (named?.kind === 'unknown') throw named.error
  if (named !== undefined && extents.holdsParameter(named)) return named
  if (problem !== null) throw problem
  if (last !== null) return last
  throw new ForeignFileError('file', 'hp', msg('rule.import.noSpace', { calls: 'hp.…' }))
}

function partsOf(value: PythonValue): readonly PythonValue[] {
  if (value.kind === 'list') return value.items
  return value.kind === 'dict' ? value.entries.map(([, item]) => item) : []
}

interface Collected {
  readonly branch: Branch
  readonly parametersByLabel: Map<string, Found>
  readonly notes: ImportNote[]
  readonly extents: ValueExtents
}

function collect(value: PythonValue, collected: Collected): void {
  const { branch, parametersByLabel, notes, extents } = collected
  for (const part of partsOf(value)) collect(part, collected)
  if (value.kind !== 'parameter') return
  const label = labelOf(value)
  const choice = choiceOf(value, label, notes)
  const specification = choice?.specification ?? numericParameter(value, label, notes)
  const before = parametersByLabel.get(label)
  if (before === undefined)
    parametersByLabel.set(label, { specification, branches: [branch], node: value })
  else if (JSON.stringify(before.specification) === JSON.stringify(specification))
    before.branches.push(branch)
  else throw refusal(value, label, msg('rule.import.labelTwice'))
  for (const { option, name } of choice?.options ?? []) {
    if (name === undefined) {
      if (extents.holdsParameter(option)) notes.push({ code: 'optionNeverDrawn', parameter: label })
    } else collect(option, { ...collected, branch: [...branch, { label, value: name }] })
  }
}

function labelOf(parameter: PythonParameter): string {
  const label = parameter.named.get('label') ?? parameter.values[0]
  if (label?.kind === 'literal' && typeof label.value === 'string') return label.value
  throw refusal(parameter, '', msg('rule.import.label'))
}

/** The parent and its values; undefined where the parameter is always there. */
function conditionOf(
  label: string,
  branches: readonly Branch[],
  parameter: PythonParameter,
): { readonly label: string; readonly wanted: ParameterValue | ParameterValue[] } | undefined {
  const parents = branches.map(branch => branch.at(-1))
  if (parents.includes(undefined)) return undefined
  const labels = new Set(parents.map(parent => parent?.label))
  const [parent] = labels
  if (labels.size > 1 || parent === undefined)
    throw refusal(parameter, label, msg('rule.import.twoParents'))
  const values = [
    ...new Set(
      parents.flatMap(parentBranch => (parentBranch === undefined ? [] : [parentBranch.value])),
    ),
  ]
  const [only] = values
  return { label: parent, wanted: values.length === 1 && only !== undefined ? only : values }
}
