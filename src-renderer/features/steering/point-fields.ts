import { ownValue } from '../../../src-main/contract/named-values.ts'
import type { SpaceSpecification } from '../../../src-main/contract/space-specification.ts'
import type { Assignment, ParameterValue } from '../../../src-main/contract/trial.ts'

/** One parameter of a point as a form shows it. Numbers are texts while a person types them. */
export interface PointField {
  readonly name: string
  /** The values that it can have; null for a number that is typed. */
  readonly choices: readonly ParameterValue[] | null
  /** e.g. `0.0001 … 0.1` */
  readonly hint: string
}

/** The fields of the parameters that are active for what is filled in so far, in the order of the space. */
export function activeFields(
  space: SpaceSpecification,
  filled: Readonly<Record<string, ParameterValue | undefined>>,
): PointField[] {
  const active = new Set<string>()
  // Parents may stand after their children, so this goes on until nothing new becomes active.
  for (let before = -1; before < active.size;) {
    before = active.size
    for (const [name, { when = {} }] of Object.entries(space)) {
      const holds = Object.entries(when).every(([parent, values]) => {
        const wanted: readonly unknown[] = Array.isArray(values) ? values : [values]
        return (
          active.has(parent) &&
          wanted.includes(ownValue(filled, parent) ?? fixedValue(space, parent))
        )
      })
      if (holds) active.add(name)
    }
  }
  return Object.entries(space)
    .filter(([name]) => active.has(name))
    .map(([name, parameter]) => {
      if ('choice' in parameter) return { name, choices: parameter.choice, hint: '' }
      if ('ordinal' in parameter) return { name, choices: parameter.ordinal, hint: '' }
      if ('fixed' in parameter) return { name, choices: [parameter.fixed], hint: '' }
      return { name, choices: null, hint: rangeOf(parameter) }
    })
}

/** The point as the back end takes it: active parameters only, numbers where they are numbers. */
export function pointOf(
  space: SpaceSpecification,
  filled: Readonly<Record<string, ParameterValue | undefined>>,
): Assignment {
  return Object.fromEntries(
    activeFields(space, filled).flatMap(({ name, choices }) => {
      const value = ownValue(filled, name) ?? (choices?.length === 1 ? choices[0] : undefined)
      if (value === undefined || value === '') return []
      return [[name, choices === null && value !== '' ? numberOf(value) : value] as const]
    }),
  )
}

function numberOf(value: ParameterValue): ParameterValue {
  const number = Number(value)
  return Number.isNaN(number) ? value : number
}

function fixedValue(space: SpaceSpecification, name: string): ParameterValue | undefined {
  const parameter = ownValue(space, name)
  return parameter !== undefined && 'fixed' in parameter ? parameter.fixed : undefined
}

function rangeOf(parameter: SpaceSpecification[string]): string {
  if ('float' in parameter) return parameter.float.join(' … ')
  if ('int' in parameter) return parameter.int.join(' … ')
  if ('normal' in parameter) return `N(${parameter.normal.join(', ')})`
  return 'logNormal' in parameter ? `log N(${parameter.logNormal.join(', ')})` : ''
}
