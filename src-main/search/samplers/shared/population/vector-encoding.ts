import { ownValue } from '../../../../core/values/named-values.ts'
import type { Assignment } from '../../../../core/trial/trial.ts'
import type { Parameter, SearchSpace } from '../../../space/search-space.ts'
import { toUnit, valueAt, valueIndex } from '../../../space/unit-cube.ts'
import { assignmentAt, variedParameters } from '../unit-coordinates.ts'
import { trialCoordinate } from './trial-coordinate.ts'

interface Axis {
  readonly parameter: Parameter
  readonly from: number
  readonly size: number
  /** Of the values of a choice; null: all the same. */
  readonly weights: readonly number[] | null
}

/**
 * A space as vectors that can be added and scaled, all coordinates in [0, 1]. A numeric parameter is one
 * coordinate. A choice has a coordinate u for each of its values, the largest u^(1/weight) wins: so that no value
 * lies between two others, and each value has its share of the cube, wᵢ/Σw (P. Efraimidis, P. Spirakis: Weighted random sampling
 * with a reservoir. Information Processing Letters 97, 2006, doi:10.1016/j.ipl.2005.11.003).
 */
export class VectorEncoding {
  readonly dimension: number
  readonly #space: SearchSpace
  readonly #axes: readonly Axis[]

  constructor(space: SearchSpace) {
    this.#space = space
    let from = 0
    this.#axes = variedParameters(space).map(parameter => {
      const size = parameter.kind === 'choice' ? parameter.values.length : 1
      const weights = parameter.kind === 'choice' ? parameter.weights : null
      const axis = { parameter, from, size, weights }
      from += size
      return axis
    })
    this.dimension = from
  }

  assignmentAt(vector: readonly number[]): Assignment {
    return assignmentAt(this.#space, position => {
      const axis = this.#axes[position] as Axis
      const { parameter, from, size } = axis
      if (size === 1) return vector[from] as number
      return toUnit(parameter, valueAt(parameter, winner(vector, axis)))
    })
  }

  /**
   * The vector that an assignment stands for. Coordinates of `expected` that give its values are kept
   * (see `trialCoordinate`), and so are those of inactive parameters.
   */
  vectorOf(assignment: Assignment, expected: readonly number[]): number[] {
    const vector = [...expected]
    for (const axis of this.#axes) {
      const { parameter, from, size } = axis
      const value = ownValue(assignment, parameter.name)
      if (value === undefined) continue
      if (size > 1) makeWin(vector, axis, valueIndex(parameter, value))
      else vector[from] = trialCoordinate(parameter, value, vector[from] as number)
    }
    return vector
  }
}

/** Changes coordinates of a choice so that value number `chosen` wins: exchanged with the winner, others lowered if need be. */
function makeWin(vector: number[], axis: Axis, chosen: number): void {
  const { from, size, weights } = axis
  const largest = winner(vector, axis)
  if (largest === chosen) return
  const moved = vector[from + largest] as number
  vector[from + largest] = vector[from + chosen] as number
  vector[from + chosen] = Math.max(moved, Number.EPSILON)
  for (let turn = 0; turn < size; turn++) {
    const winnerIndex = winner(vector, axis)
    if (winnerIndex === chosen) return
    // The coordinate whose power is that of the chosen one, and half of it: below that.
    const exponent =
      weights === null ? 1 : (weights[winnerIndex] as number) / (weights[chosen] as number)
    vector[from + winnerIndex] = moved ** exponent / 2
  }
}

/** Place of the largest of some coordinates, each to the power 1/weight; of equals the first. */
function winner(vector: readonly number[], { from, size, weights }: Axis): number {
  const score = (index: number): number => {
    const coordinate = vector[from + index] as number
    return weights === null ? coordinate : Math.log(coordinate) / (weights[index] as number)
  }
  let best = 0
  for (let index = 1; index < size; index++) if (score(index) > score(best)) best = index
  return best
}
