import type { Assignment, ParameterValue } from '../../../contract/trial.ts'
import { type CmaState, sampleCma } from '../../../math/cma-es/distribution.ts'
import { clamp } from '../../../math/numbers.ts'
import { createRandomStream } from '../../../math/random/stream.ts'
import type { SearchSpace } from '../../space/search-space.ts'
import { toUnit } from '../../space/unit-cube.ts'
import { assignmentAt } from '../unit-coordinates.ts'
import { drawCategory } from '../cmaes/categories.ts'
import type { Encoding } from '../cmaes/encoding.ts'

/** What points are drawn from. */
export interface Source {
  /** Null if no parameter is numeric. */
  readonly cma: CmaState | null
  /** Per choice, the probabilities of its values. */
  readonly probabilities: readonly (readonly number[])[]
}

/** A point as it was drawn. */
export interface Draw {
  /** Numeric coordinates: not clipped to [0, 1], not rounded to a grid, with those of inactive parameters. */
  readonly point: Float64Array
  /** What it means: the nearest values. */
  readonly parameters: Assignment
}

/**
 * The draws that belong to a trial, one after the other: they depend on the seed, its number and the source
 * alone, so they can be repeated when the trial is told.
 */
export function createDraws(
  space: SearchSpace,
  encoding: Encoding,
  seed: number,
  trialNumber: number,
): (source: Source) => Draw {
  const random = createRandomStream({ seed, number: trialNumber, purpose: 'catcma draws' })
  return source => {
    const point = source.cma === null ? new Float64Array(0) : sampleCma(source.cma, random)
    const chosen = source.probabilities.map(values => drawCategory(values, random))
    let numeric = 0
    let choice = 0
    const coordinates = encoding.parameters.map(parameter =>
      parameter.kind === 'choice'
        ? toUnit(parameter, parameter.values[chosen[choice++] as number] as ParameterValue)
        : clamp(point[numeric++] as number, 0, 1),
    )
    return { point, parameters: assignmentAt(space, place => coordinates[place] as number) }
  }
}
