import { ownValue, setOwnValue } from '../../../core/values/named-values.ts'
import type { Assignment, ParameterValue } from '../../../core/trial/trial.ts'
import { isActive } from '../../space/conditions.ts'
import type { FloatParameter, Parameter, SearchSpace } from '../../space/search-space.ts'
import { fromUnit, toUnit, valueCount } from '../../space/unit-cube.ts'

/** A space in two parts: what a gradient can move, and the rest, which an outer sampler chooses. */
export interface Division {
  /** Continuous parameters on which no other one depends. */
  readonly continuous: readonly FloatParameter[]
  /** Everything else, in the order of the space; conditions stay within it. */
  readonly outer: SearchSpace
}

export function divideSpace({ parameters }: SearchSpace): Division {
  const parents = new Set(parameters.flatMap(({ when }) => when.map(({ parent }) => parent)))
  const isContinuous = (parameter: Parameter): parameter is FloatParameter =>
    parameter.kind === 'float' &&
    valueCount(parameter) === Number.POSITIVE_INFINITY &&
    !parents.has(parameter.name)
  return {
    continuous: parameters.filter(isContinuous),
    outer: { parameters: parameters.filter(parameter => !isContinuous(parameter)) },
  }
}

/** The continuous parameters that are active where the outer ones have these values. */
export function activeAxes({ continuous }: Division, outer: Assignment): FloatParameter[] {
  return continuous.filter(parameter => isActive(parameter, outer))
}

/** @param position one coordinate in [0, 1] per axis */
export function assignmentOf(
  outer: Assignment,
  axes: readonly FloatParameter[],
  position: readonly number[],
): Assignment {
  const values: Record<string, ParameterValue> = { ...outer }
  axes.forEach((axis, index) => {
    setOwnValue(values, axis.name, fromUnit(axis, position[index] as number))
  })
  return values
}

/** Where values lie on their axes; the middle for one that is not given. */
export function positionOf(
  axes: readonly FloatParameter[],
  values: Readonly<Record<string, number>>,
): number[] {
  return axes.map(axis => {
    const value = ownValue(values, axis.name)
    return value === undefined ? 0.5 : toUnit(axis, value)
  })
}
