import { ownValue } from '../../core/values/named-values.ts'
import { unknownName } from '../../core/values/closest-name.ts'
import { isNumeric, numericDomain } from '../../core/study/numeric-domain.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import type { JsonValue } from '../../core/values/json.ts'
import type { Problem } from '../../core/errors/problem.ts'
import type {
  ParameterSpecification,
  SpaceSpecification,
} from '../../core/study/space-specification.ts'
import type { ParameterValue } from '../../core/trial/trial.ts'
import { brokenRule, type Hyperparameter, type HyperparameterTable } from './hyperparameter.ts'

type Path = readonly (string | number)[]

/**
 * Every way in which a space asks for what a task cannot take: unknown names, values outside the
 * domain, ranges of the wrong kind. Paths start at `space`.
 */
export function checkSpaceAgainst(
  table: HyperparameterTable,
  space: SpaceSpecification,
): Problem[] {
  return Object.entries(space).flatMap(([name, specification]) => {
    const definition = ownValue(table, name)
    if (definition !== undefined) return checkParameter(name, definition, specification)
    const rule = unknownName('parameter', name, Object.keys(table))
    return [problem(['space', name], name, rule)]
  })
}

function checkParameter(
  name: string,
  definition: Hyperparameter,
  specification: ParameterSpecification,
): Problem[] {
  const path = ['space', name]
  if ('float' in specification) {
    return checkRange([...path, 'float'], definition, specification.float, ['float'])
  }
  if ('int' in specification) {
    return checkRange([...path, 'int'], definition, specification.int, ['int', 'float'])
  }
  if (isNumeric(specification)) {
    // The bounds that matter are those of the values that can occur.
    const { low, high, step } = numericDomain(specification)
    const whole = step !== null && Number.isInteger(step) && Number.isInteger(low)
    const key = 'normal' in specification ? 'normal' : 'logNormal'
    return checkRange([...path, key], definition, [low, high], whole ? ['int', 'float'] : ['float'])
  }
  if ('fixed' in specification) {
    return checkValue([...path, 'fixed'], definition, specification.fixed)
  }
  const [key, values] =
    'choice' in specification
      ? (['choice', specification.choice] as const)
      : (['ordinal', specification.ordinal] as const)
  return values.flatMap((value, index) => checkValue([...path, key, index], definition, value))
}

/** @param fitting kinds of hyperparameter that can take this kind of range */
function checkRange(
  path: Path,
  definition: Hyperparameter,
  bounds: readonly number[],
  fitting: readonly Hyperparameter['kind'][],
): Problem[] {
  if (!fitting.includes(definition.kind)) {
    return [problem(path, [...bounds], kindRule(definition))]
  }
  return bounds.flatMap((bound, index) => checkValue([...path, index], definition, bound))
}

function checkValue(path: Path, definition: Hyperparameter, value: ParameterValue): Problem[] {
  const rule = brokenRule(definition, value)
  return rule === null ? [] : [problem(path, value, rule)]
}

function kindRule(definition: Hyperparameter): MessageDescriptor {
  switch (definition.kind) {
    case 'int':
      return msg('rule.takesWhole')
    case 'float':
      return msg('rule.takesNumbers')
    case 'choice':
      return msg('rule.takesNames', { values: definition.values })
    case 'boolean':
      return msg('rule.takesBooleans')
  }
}

function problem(path: Path, value: JsonValue, rule: MessageDescriptor): Problem {
  return { path, value, rule }
}
