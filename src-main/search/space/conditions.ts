import { ownValue } from '../../contract/named-values.ts'
import type { Assignment } from '../../contract/trial.ts'
import type { Parameter, SearchSpace } from './search-space.ts'

/**
 * Whether a parameter is active, given the values of its parents. Inactive parents must be absent
 * from `assignment`; that holds while an assignment is filled in the order of the space.
 */
export function isActive(parameter: Parameter, assignment: Assignment): boolean {
  return parameter.when.every(condition => {
    const value = ownValue(assignment, condition.parent)
    return value !== undefined && condition.values.includes(value)
  })
}

/**
 * The active parameters, parents before children, for any assignment that holds the parents:
 * values of inactive parents are ignored.
 */
export function activeParameters(space: SearchSpace, assignment: Assignment): Parameter[] {
  const active = new Set<string>()
  return space.parameters.filter(parameter => {
    const holds =
      parameter.when.every(condition => active.has(condition.parent)) &&
      isActive(parameter, assignment)
    if (holds) active.add(parameter.name)
    return holds
  })
}
