import { setOwnValue } from '../../../core/values/named-values.ts'
import type { Assignment, ParameterValue } from '../../../core/trial/trial.ts'
import { isActive } from '../../space/conditions.ts'
import type { Parameter, SearchSpace } from '../../space/search-space.ts'
import { fromUnit, valueAt, valueCount } from '../../space/unit-cube.ts'

/** The parameters that have a choice, in the order of the space: each is one coordinate. */
export function variedParameters(space: SearchSpace): Parameter[] {
  return space.parameters.filter(parameter => valueCount(parameter) > 1)
}

/**
 * The assignment at a point of the unit cube. Every varied parameter keeps its own coordinate whether
 * it is active or not, so that what is active together lies as evenly as the whole sequence does.
 * @param coordinate in [0, 1], by the position among {@link variedParameters}
 */
export function assignmentAt(
  space: SearchSpace,
  coordinate: (position: number) => number,
): Assignment {
  const parameters: Record<string, ParameterValue> = {}
  let position = 0
  for (const parameter of space.parameters) {
    const varied = valueCount(parameter) > 1
    const axis = varied ? position++ : -1
    if (!isActive(parameter, parameters)) continue
    setOwnValue(
      parameters,
      parameter.name,
      varied ? fromUnit(parameter, coordinate(axis)) : valueAt(parameter, 0),
    )
  }
  return parameters
}
