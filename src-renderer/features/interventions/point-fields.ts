import { isObject } from '../../../src-main/core/values/json.ts'
import { ownValue } from '../../../src-main/core/values/named-values.ts'
import type { SpaceSpecification } from '../../../src-main/core/study/space-specification.ts'
import type { Assignment, ParameterValue } from '../../../src-main/core/trial/trial.ts'

/** One parameter of a point as a form shows it. Numbers are texts while a person types them. */
export interface PointField {
  readonly name: string
  /** The values that it can have; null for a number that is typed. */
  readonly choices: readonly ParameterValue[] | null
  /** e.g. `0.0001 … 0.1` */
  readonly hint: string
}

/** The fields of the parameters that are active for what is filled in so far, below those that they depend on; a file may be half typed. */
export function activeFields(
  space: SpaceSpecification,
  filled: Readonly<Record<string, ParameterValue | undefined>>,
): PointField[] {
  const active = new Set<string>()
  // Parents may stand after their children, so this goes on until nothing new becomes active.
  for (let before = -1; before < active.size;) {
    before = active.size
    for (const [name, parameter] of Object.entries(space)) {
      const holds = Object.entries(objectOf(objectOf(parameter)['when'])).every(
        ([parent, values]) => {
          const wanted: readonly unknown[] = Array.isArray(values) ? values : [values]
          return active.has(parent) && wanted.includes(valueOf(space, filled, parent))
        },
      )
      if (holds) active.add(name)
    }
  }
  return parentsFirst(space)
    .filter(name => active.has(name))
    .map(name => ({
      name,
      choices: choicesOf(ownValue(space, name)),
      hint: rangeOf(objectOf(ownValue(space, name))),
    }))
}

/** Names in the order of the space, but none before those that it depends on: a field appears below what brings it. */
function parentsFirst(space: SpaceSpecification): string[] {
  const ordered = new Set<string>()
  const visited = new Set<string>()
  const visit = (name: string): void => {
    if (visited.has(name) || !Object.hasOwn(space, name)) return
    visited.add(name)
    Object.keys(objectOf(objectOf(ownValue(space, name))['when'])).forEach(visit)
    ordered.add(name)
  }
  Object.keys(space).forEach(visit)
  return [...ordered]
}

/** A number in a field, with all its digits: those of very small ones after an exponent. */
export function fieldText(value: ParameterValue | undefined): string {
  if (typeof value !== 'number') return String(value ?? '')
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value)
}

/** The point as the back end takes it: active parameters only, numbers where they are numbers. */
export function pointOf(
  space: SpaceSpecification,
  filled: Readonly<Record<string, ParameterValue | undefined>>,
): Assignment {
  return Object.fromEntries(
    activeFields(space, filled).flatMap(({ name }) => {
      const value = valueOf(space, filled, name)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

/** As the back end takes it: a number where it is one, the only value of a parameter with one; undefined where nothing is filled in. */
function valueOf(
  space: SpaceSpecification,
  filled: Readonly<Record<string, ParameterValue | undefined>>,
  name: string,
): ParameterValue | undefined {
  const choices = choicesOf(ownValue(space, name))
  const value = ownValue(filled, name) ?? (choices?.length === 1 ? choices[0] : undefined)
  if (value === undefined || value === '') return undefined
  return choices === null ? numberOf(value) : value
}

function numberOf(value: ParameterValue): ParameterValue {
  const number = Number(value)
  return Number.isNaN(number) ? value : number
}

function choicesOf(parameter: unknown): readonly ParameterValue[] | null {
  const { choice, ordinal, fixed } = objectOf(parameter)
  if (fixed !== undefined && fixed !== null) return [fixed as ParameterValue]
  const values = [choice, ordinal].find(Array.isArray)
  return values === undefined ? null : (values as readonly ParameterValue[])
}

function rangeOf({ float, int, normal, logNormal }: Readonly<Record<string, unknown>>): string {
  const range = [float, int].find(Array.isArray)
  if (range !== undefined) return range.join(' … ')
  if (Array.isArray(normal)) return `N(${normal.join(', ')})`
  return Array.isArray(logNormal) ? `log N(${logNormal.join(', ')})` : ''
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}
