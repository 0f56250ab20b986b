import { ownValue } from '../values/named-values.ts'
import { type MessageDescriptor, msg } from '../errors/message.ts'
import { listedValues } from './listed-values.ts'
import { isNumeric, numericDomain } from './numeric-domain.ts'
import { broken, type Problem } from '../errors/problem.ts'
import { canHold, parseRelation } from './relation.ts'
import type { ParameterSpecification, SpaceSpecification } from './space-specification.ts'

/**
 * Problems of the relations of a study, given a space without problems: syntax, unknown names, and
 * what can never hold. Paths start with `relations`.
 */
export function checkRelations(
  relations: readonly unknown[],
  space: SpaceSpecification,
): Problem[] {
  const names = relatableNames(space)
  return relations.flatMap((text, index) => {
    if (typeof text !== 'string') return []
    const problem = (rule: MessageDescriptor): Problem[] => [
      broken(['relations', index], text, rule),
    ]
    const parsed = parseRelation(text, names)
    if (!parsed.ok) return problem(parsed.rule)
    const holds = canHold(parsed.relation, name =>
      boundsOf(ownValue(space, name) as ParameterSpecification),
    )
    return holds ? [] : problem(msg('rule.relationImpossible'))
  })
}

/** Parameters that a relation can use: all their values are numbers. */
export function relatableNames(space: SpaceSpecification): string[] {
  return Object.entries(space)
    .filter(([, parameter]) => isNumeric(parameter) || listedNumbers(parameter) !== null)
    .map(([name]) => name)
}

function listedNumbers(parameter: ParameterSpecification): readonly number[] | null {
  const values = listedValues(parameter)
  const numbers = values?.filter(value => typeof value === 'number') ?? []
  return values !== null && numbers.length === values.length ? numbers : null
}

function boundsOf(parameter: ParameterSpecification): readonly [number, number] {
  const values = listedNumbers(parameter)
  if (values !== null) return [Math.min(...values), Math.max(...values)]
  if (!isNumeric(parameter)) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const { low, high } = numericDomain(parameter)
  return [low, high]
}
