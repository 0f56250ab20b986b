import { unknownName } from '../../contract/closest-name.ts'
import { ownValue, setOwnValue } from '../../contract/named-values.ts'
import { fact } from '../../contract/fact.ts'
import { type Problem, problemValue } from '../../contract/problem.ts'
import { type Relation, relationHolds } from '../../contract/relation.ts'
import type { Assignment, ParameterValue } from '../../contract/trial.ts'
import type { RandomStream } from '../../math/random/random-stream.ts'
import { isActive, assignmentProblems } from '../space/conditions.ts'
import type { SearchSpace } from '../space/search-space.ts'
import { fromUnit, valueAt, valueCount, valueIndex } from '../space/unit-cube.ts'

/**
 * Points of a study file that are tried first: trial k takes point k. A point may leave parameters out; they
 * are filled in.
 *
 * @returns what is wrong with the points: unknown parameters, values outside their domain, a conditional parameter
 *   whose parents the point does not set so that it is active, relations that it breaks
 */
export function checkEnqueuedPoints(
  points: readonly Assignment[],
  space: SearchSpace,
  relations: readonly Relation[],
): Problem[] {
  return points.flatMap((point, index) => {
    const problems = pointProblems(point, space).map(problem => ({
      ...problem,
      path: ['enqueue', index, ...problem.path],
    }))
    if (problems.length > 0) return problems
    return relations
      .filter(relation => !relationHolds(relation, point))
      .map(({ text }) => ({
        path: ['enqueue', index],
        value: problemValue(point),
        rule: fact('rule.breaksRelation', { relation: text }),
      }))
  })
}

function pointProblems(point: Assignment, space: SearchSpace): Problem[] {
  const given: Record<string, ParameterValue> = {}
  const problems: Problem[] = []
  for (const parameter of space.parameters) {
    const { name } = parameter
    const value = ownValue(point, name)
    // A parent that has only one value need not be given.
    if (value === undefined) {
      if (valueCount(parameter) === 1 && isActive(parameter, given)) {
        setOwnValue(given, name, valueAt(parameter, 0))
      }
      continue
    }
    const missing = parameter.when.find(({ parent }) => !Object.hasOwn(given, parent))
    if (missing !== undefined) {
      const rule = fact('rule.needsParent', { parent: missing.parent })
      problems.push({ path: [name], value: problemValue(value), rule })
    } else if (!isActive(parameter, given)) {
      const rule = fact('rule.inactive')
      problems.push({ path: [name], value: problemValue(value), rule })
    } else if (valueIndex(parameter, value) < 0) {
      const only = { parameters: [{ ...parameter, when: [] }] }
      problems.push(...assignmentProblems(only, { [name]: value }))
    } else {
      setOwnValue(given, name, value)
    }
  }
  const known = new Set(space.parameters.map(({ name }) => name))
  for (const name of Object.keys(point)) {
    if (known.has(name)) continue
    const rule = unknownName('parameter', name, [...known])
    problems.push({ path: [name], value: problemValue(point[name]), rule })
  }
  return problems
}

/**
 * The point with every active parameter: as given, else as proposed, else drawn at random.
 * @returns the assignment and the names that were filled in
 */
export function completePoint(
  point: Assignment,
  space: SearchSpace,
  proposed: Assignment,
  random: RandomStream,
): { readonly parameters: Assignment; readonly filled: readonly string[] } {
  const parameters: Record<string, ParameterValue> = {}
  const filled: string[] = []
  for (const parameter of space.parameters) {
    if (!isActive(parameter, parameters)) continue
    const { name } = parameter
    if (Object.hasOwn(point, name)) {
      setOwnValue(parameters, name, point[name] as ParameterValue)
      continue
    }
    if (valueCount(parameter) > 1) filled.push(name)
    setOwnValue(
      parameters,
      name,
      Object.hasOwn(proposed, name)
        ? (proposed[name] as ParameterValue)
        : fromUnit(parameter, random.uniform()),
    )
  }
  return { parameters, filled }
}
