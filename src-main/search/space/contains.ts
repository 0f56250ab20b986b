import { unknownName } from '../../contract/closest-name.ts'
import { ownValue } from '../../contract/named-values.ts'
import { type Problem, problemValue } from '../../contract/problem.ts'
import type { Assignment } from '../../contract/trial.ts'
import { activeParameters } from './conditions.ts'
import type { Parameter, SearchSpace } from './search-space.ts'
import { isStepped, valueIndex } from './values.ts'

/**
 * Everything wrong with an assignment: active parameters that are missing, values of the wrong type,
 * outside the domain or off the step grid, inactive or unknown parameters that are present. Paths
 * hold the parameter's name.
 */
export function assignmentProblems(space: SearchSpace, assignment: Assignment): Problem[] {
  const active = new Map(
    activeParameters(space, assignment).map(parameter => [parameter.name, parameter]),
  )
  const known = new Set(space.parameters.map(parameter => parameter.name))
  const problems: Problem[] = []
  for (const parameter of active.values()) {
    const value = ownValue(assignment, parameter.name)
    if (value === undefined) {
      problems.push({ path: [parameter.name], value: null, rule: 'must be present: it is active' })
    } else if (valueIndex(parameter, value) < 0) {
      problems.push({
        path: [parameter.name],
        value: problemValue(value),
        rule: `must be ${describeDomain(parameter)}`,
      })
    }
  }
  for (const name of Object.keys(assignment)) {
    if (active.has(name)) continue
    const rule = known.has(name)
      ? 'must be absent: its condition does not hold'
      : unknownName('parameter', name, [...known])
    problems.push({ path: [name], value: problemValue(assignment[name]), rule })
  }
  return problems
}

/** Whether an assignment is a point of the space. */
export function contains(space: SearchSpace, assignment: Assignment): boolean {
  return assignmentProblems(space, assignment).length === 0
}

/** The domain in words, e.g. `a number in 0…1 on the grid 0 + k·0.1`. */
function describeDomain(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'fixed':
      return JSON.stringify(parameter.value)
    case 'choice':
    case 'ordinal':
      return `one of ${parameter.values.map(value => JSON.stringify(value)).join(', ')}`
    case 'int':
    case 'float': {
      const noun = parameter.kind === 'int' ? 'an integer' : 'a number'
      const grid =
        isStepped(parameter) && !(parameter.kind === 'int' && parameter.step === 1)
          ? ` on the grid ${parameter.low} + k·${parameter.step}`
          : ''
      return `${noun} in ${parameter.low}…${parameter.high}${grid}`
    }
  }
}
