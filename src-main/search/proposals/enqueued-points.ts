import { unknownName } from '../../core/values/closest-name.ts'
import { ownValue, setOwnValue } from '../../core/values/named-values.ts'
import { msg } from '../../core/errors/message.ts'
import { type Problem, problemValue } from '../../core/errors/problem.ts'
import { type Relation, relationHolds } from '../../core/study/relation.ts'
import type { Assignment, ParameterValue } from '../../core/trial/trial.ts'
import type { RandomStream } from '../../math/random/random-stream.ts'
import { assignActive, isActive, valueProblems } from '../space/conditions.ts'
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
    const problems = checkPoint(point, space)
    if (problems.length === 0) problems.push(...brokenRelations(relations, point))
    return problems.map(problem => ({ ...problem, path: ['enqueue', index, ...problem.path] }))
  })
}

/** The relations that a point breaks; about the point as a whole. */
export function brokenRelations(relations: readonly Relation[], point: Assignment): Problem[] {
  return relations
    .filter(relation => !relationHolds(relation, point))
    .map(({ text }) => ({
      path: [],
      value: problemValue(point),
      rule: msg('rule.breaksRelation', { relation: text }),
    }))
}

/** What is wrong with a point that may leave parameters out; paths hold the parameter's name. */
export function checkPoint(point: Assignment, space: SearchSpace): Problem[] {
  const assigned: Record<string, ParameterValue> = {}
  const problems: Problem[] = []
  for (const parameter of space.parameters) {
    const { name } = parameter
    const value = ownValue(point, name)
    // A parent that has only one value need not be given.
    if (value === undefined) {
      if (valueCount(parameter) === 1 && isActive(parameter, assigned)) {
        setOwnValue(assigned, name, valueAt(parameter, 0))
      }
      continue
    }
    const missing = parameter.when.find(({ parent }) => !Object.hasOwn(assigned, parent))
    if (missing !== undefined || !isActive(parameter, assigned)) {
      const rule =
        missing === undefined
          ? msg('rule.inactive')
          : msg('rule.needsParent', { parent: missing.parent })
      problems.push({ path: [name], value: problemValue(value), rule })
    } else {
      problems.push(...valueProblems(parameter, value))
      if (valueIndex(parameter, value) >= 0) setOwnValue(assigned, name, value)
    }
  }
  const parameterNames = new Set(space.parameters.map(({ name }) => name))
  for (const name of Object.keys(point)) {
    if (parameterNames.has(name)) continue
    const rule = unknownName('parameter', name, [...parameterNames])
    problems.push({ path: [name], value: problemValue(ownValue(point, name)), rule })
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
  const filled: string[] = []
  const parameters = assignActive(space, parameter => {
    const { name } = parameter
    const enqueuedValue = ownValue(point, name)
    if (enqueuedValue !== undefined) return enqueuedValue
    if (valueCount(parameter) > 1) filled.push(name)
    return ownValue(proposed, name) ?? fromUnit(parameter, random.uniform())
  })
  return { parameters, filled }
}
