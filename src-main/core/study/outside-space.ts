import { ownValue } from '../values/named-values.ts'
import type { Assignment } from '../trial/trial.ts'
import { listedValues } from './listed-values.ts'
import { isNumeric, numericDomain } from './numeric-domain.ts'
import type { SpaceSpecification } from './space-specification.ts'

/** Parameters of a point that lie outside their ranges, as after those were changed; none that the space does not have. */
export function outsideSpace(space: SpaceSpecification, point: Assignment): readonly string[] {
  return Object.entries(point).flatMap(([name, value]) => {
    const parameter = ownValue(space, name)
    if (parameter === undefined) return []
    if (isNumeric(parameter)) {
      const { low, high } = numericDomain(parameter)
      return typeof value === 'number' && value >= low && value <= high ? [] : [name]
    }
    return listedValues(parameter)?.includes(value) === true ? [] : [name]
  })
}
