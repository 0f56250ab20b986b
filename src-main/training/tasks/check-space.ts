import { ownValue } from '../../contract/named-values.ts'
import { isNumeric, numericDomain } from '../../contract/numeric-domain.ts'
import type { JsonValue } from '../../contract/json.ts'
import type { Problem } from '../../contract/problem.ts'
import type {
  ParameterSpecification,
  SpaceSpecification,
} from '../../contract/space-specification.ts'
import type { ParameterValue } from '../../contract/trial.ts'
import { brokenRule, type Hyperparameter, type HyperparameterTable } from './hyperparameter.ts'
import { unknownName } from '../../contract/closest-name.ts'

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
    return [problem(['space', name], name, unknownName('parameter', name, Object.keys(table)))]
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

function kindRule(definition: Hyperparameter): string {
  switch (definition.kind) {
    case 'int':
      return 'takes whole numbers: use int, choice, ordinal or fixed'
    case 'float':
      return 'takes numbers: use float, int, choice, ordinal or fixed'
    case 'choice':
      return `takes names: use choice, ordinal or fixed with ${definition.values.join(', ')}`
    case 'boolean':
      return 'takes true or false: use choice or fixed'
  }
}

function problem(path: Path, value: JsonValue, rule: string): Problem {
  return { path, value, rule }
}
