import { ownValue } from '../../core/values/named-values.ts'
import type { Starts } from '../../core/processes/search-protocol.ts'
import { stepGridSize, stepGridValue } from '../../core/study/step-grid.ts'
import { firstPoints } from '../../core/study/study-specification.ts'
import type { Assignment, ParameterValue } from '../../core/trial/trial.ts'
import { clamp } from '../../math/numbers.ts'
import { assignActive } from '../space/conditions.ts'
import type { SamplerDefinition } from '../samplers/sampler.ts'
import type { Parameter, SearchSpace } from '../space/search-space.ts'
import { fromUnit, isStepped, valueIndex } from '../space/unit-cube.ts'

/** One point for each value of the parameter, none where the space has not got it; others are as near to their defaults as can be. */
function startingPoints(
  space: SearchSpace,
  { parameter: name, defaults }: Starts,
): readonly Assignment[] {
  const parameter = space.parameters.find(candidate => candidate.name === name)
  if (parameter === undefined) return []
  return valuesOf(parameter).map(value =>
    assignActive(space, activeParameter =>
      activeParameter === parameter
        ? value
        : nearest(activeParameter, ownValue(defaults, activeParameter.name)),
    ),
  )
}

/**
 * The points that a search without earlier trials begins with: none where its file has points to try first, or its sampler proposes by a list
 * or learns from no points but its own.
 * @param begin of the objective; undefined: it has none
 */
export function usualPoints(
  study: Parameters<typeof firstPoints>[0],
  { proposals, learnsFromOthers = true }: Pick<SamplerDefinition, 'proposals' | 'learnsFromOthers'>,
  space: SearchSpace,
  begin: Starts | undefined,
): readonly Assignment[] {
  const isWanted = firstPoints(study).length === 0 && learnsFromOthers && proposals !== 'listed'
  return begin !== undefined && isWanted ? startingPoints(space, begin) : []
}

function valuesOf(parameter: Parameter): readonly ParameterValue[] {
  if (parameter.kind === 'fixed') return [parameter.value]
  return parameter.kind === 'choice' || parameter.kind === 'ordinal' ? parameter.values : []
}

/** The value of the space that is nearest to the given one; the middle of its range for none, the first of names. */
function nearest(parameter: Parameter, wanted: ParameterValue | undefined): ParameterValue {
  if (wanted !== undefined && valueIndex(parameter, wanted) >= 0) return wanted
  if (parameter.kind === 'fixed') return parameter.value
  if (parameter.kind === 'choice') return parameter.values[0] as ParameterValue
  if (typeof wanted !== 'number') return fromUnit(parameter, 0.5)
  if (parameter.kind === 'ordinal') {
    const distance = (value: ParameterValue) => Math.abs(Number(value) - wanted)
    return parameter.values.toSorted((a, b) => distance(a) - distance(b))[0] as ParameterValue
  }
  const { low, high } = parameter
  if (!isStepped(parameter)) return clamp(wanted, low, high)
  const index = Math.round((wanted - low) / parameter.step)
  return stepGridValue(parameter, clamp(index, 0, stepGridSize(parameter) - 1))
}
