import { unknownName } from '../../core/values/closest-name.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { ownValue, setOwnValue } from '../../core/values/named-values.ts'
import { type Problem, problemValue } from '../../core/errors/problem.ts'
import type { Assignment, ParameterValue } from '../../core/trial/trial.ts'
import type { Parameter, SearchSpace } from './search-space.ts'
import { isStepped, valueIndex } from './unit-cube.ts'

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

/** An assignment of the active parameters, each asked for once its parents are set. */
export function assignActive(
  space: SearchSpace,
  valueOf: (parameter: Parameter) => ParameterValue,
): Assignment {
  const assignment: Record<string, ParameterValue> = {}
  for (const parameter of space.parameters) {
    if (!isActive(parameter, assignment)) continue
    setOwnValue(assignment, parameter.name, valueOf(parameter))
  }
  return assignment
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

/**
 * Everything wrong with an assignment: active parameters that are missing, values of the wrong type,
 * outside the domain or off the step grid, inactive or unknown parameters that are present. Paths
 * hold the parameter's name.
 */
export function assignmentProblems(space: SearchSpace, assignment: Assignment): Problem[] {
  const active = activeParameters(space, assignment)
  const activeNames = new Set(active.map(({ name }) => name))
  const parameterNames = new Set(space.parameters.map(({ name }) => name))
  const problems: Problem[] = []
  for (const parameter of active) {
    const { name } = parameter
    const value = ownValue(assignment, name)
    if (value !== undefined && valueIndex(parameter, value) >= 0) continue
    const rule = value === undefined ? msg('rule.active') : domainRule(parameter)
    problems.push({ path: [name], value: problemValue(value), rule })
  }
  for (const name of Object.keys(assignment)) {
    if (activeNames.has(name)) continue
    const rule = parameterNames.has(name)
      ? msg('rule.inactive')
      : unknownName('parameter', name, [...parameterNames])
    problems.push({ path: [name], value: problemValue(ownValue(assignment, name)), rule })
  }
  return problems
}

/** Problems of a value, whether its parameter is active or not. */
export function valueProblems(parameter: Parameter, value: ParameterValue): Problem[] {
  const alone = { parameters: [{ ...parameter, when: [] }] }
  return assignmentProblems(alone, { [parameter.name]: value })
}

/** Whether an assignment is a point of the space. */
export function contains(space: SearchSpace, assignment: Assignment): boolean {
  return assignmentProblems(space, assignment).length === 0
}

function domainRule(parameter: Parameter): MessageDescriptor {
  switch (parameter.kind) {
    case 'fixed':
      return msg('rule.equal', { value: parameter.value })
    case 'choice':
    case 'ordinal':
      return msg('rule.oneOf', { values: parameter.values })
    case 'int':
    case 'float': {
      const { kind, low, high } = parameter
      const isPlain = !isStepped(parameter) || (kind === 'int' && parameter.step === 1)
      return msg(kind === 'int' ? 'rule.wholeBetween' : 'rule.numberBetween', {
        low,
        high,
        step: isPlain ? undefined : parameter.step,
      })
    }
  }
}
