import type { ImportNote } from '../core/study/import-note.ts'
import { ownValue } from '../core/values/named-values.ts'
import type { ParameterSpecification } from '../core/study/space-specification.ts'
import type { Assignment, ParameterValue } from '../core/trial/trial.ts'

/**
 * When a parameter is active, found from which trials have it: programs whose spaces are code do not write it down.
 * A parameter depends on the category with the fewest values under which it occurs, provided that it occurs with every one
 * of these values and with no other in every trial, and that the category itself was there.
 *
 * @param assignments complete ones: every active parameter has a value
 * @param notes get the names of parameters that some trials lack for no such reason
 * @returns the space with `when`
 */
export function inferConditions(
  space: Readonly<Record<string, ParameterSpecification>>,
  assignments: readonly Assignment[],
  notes: ImportNote[],
): Record<string, ParameterSpecification> {
  const names = Object.keys(space)
  const withConditions = names.map((name): [string, ParameterSpecification] => {
    const parameter = ownValue(space, name) as ParameterSpecification
    if (assignments.every(assignment => Object.hasOwn(assignment, name))) return [name, parameter]
    const explanation = names
      .filter(parent => parent !== name && isCategory(ownValue(space, parent)))
      .flatMap(parent => {
        const values = explainingValues(name, parent, assignments)
        return values === null ? [] : [{ parent, values }]
      })
      .sort((a, b) => a.values.length - b.values.length)[0]
    if (explanation === undefined) {
      notes.push({ code: 'parameterUnexplained', parameter: name })
      return [name, parameter]
    }
    const [only] = explanation.values
    const wanted = explanation.values.length === 1 && only !== undefined ? only : explanation.values
    return [name, { ...parameter, when: { [explanation.parent]: wanted } }]
  })
  return Object.fromEntries(withConditions)
}

/** The values of `parent` with which `name` occurs; null where they do not tell whether it does. */
function explainingValues(
  name: string,
  parent: string,
  assignments: readonly Assignment[],
): ParameterValue[] | null {
  const withIt = new Set<ParameterValue>()
  const without = new Set<ParameterValue>()
  for (const assignment of assignments) {
    const has = Object.hasOwn(assignment, name)
    const value = ownValue(assignment, parent)
    if (value === undefined) {
      if (has) return null
    } else {
      ;(has ? withIt : without).add(value)
    }
  }
  // Where both always occur together, the parent of the one is the parent of the other.
  if (withIt.size === 0 || without.size === 0) return null
  return [...withIt].some(value => without.has(value)) ? null : [...withIt]
}

function isCategory(parameter: ParameterSpecification | undefined): boolean {
  return parameter !== undefined && ('choice' in parameter || 'ordinal' in parameter)
}
