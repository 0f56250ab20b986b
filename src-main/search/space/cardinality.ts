import { type Axis, enumerateSpace } from './enumeration.ts'
import type { Parameter, SearchSpace } from './search-space.ts'
import { valueAt, valueCount, valueIndex } from './unit-cube.ts'

/**
 * Number of different assignments of a space, inactive parameters counted as absent; Infinity if a
 * float without a step can be active. Not exact beyond 2⁵³.
 */
export function cardinality(space: SearchSpace): number {
  const axes = new Map(space.parameters.map(parameter => [parameter.name, allValues(parameter)]))
  return enumerateSpace(space, axes).size
}

function allValues(parameter: Parameter): Axis {
  return {
    size: valueCount(parameter),
    valueAt: index => valueAt(parameter, index),
    indexOf: value => valueIndex(parameter, value),
  }
}
