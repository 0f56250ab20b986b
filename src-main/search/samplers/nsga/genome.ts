import { ownValue, setOwnValue } from '../../../contract/named-values.ts'
import type { Assignment, ParameterValue } from '../../../contract/trial.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import { isActive } from '../../space/conditions.ts'
import type { Parameter, SearchSpace } from '../../space/search-space.ts'
import { fromUnit, toUnit, valueAt, valueCount } from '../../space/unit-cube.ts'
import { variedParameters } from '../unit-coordinates.ts'

/**
 * One gene per varied parameter: a coordinate in [0, 1], in the middle of its share for countable values; NaN
 * for a parameter that is inactive.
 */
export type Genome = Float64Array

/** Translates between assignments and genomes of a space. */
export interface GenePool {
  readonly parameters: readonly Parameter[]
  encode(assignment: Assignment): Genome
  /**
   * The assignment of a genome. Genes of parameters that turn out inactive are left out; missing ones of active
   * parameters are drawn at random.
   */
  decode(genome: Genome, random: RandomStream): Assignment
}

export function createGenePool(space: SearchSpace): GenePool {
  const parameters = variedParameters(space)
  return {
    parameters,
    encode: assignment =>
      Float64Array.from(parameters, parameter => {
        const value = ownValue(assignment, parameter.name)
        return value === undefined ? Number.NaN : toUnit(parameter, value)
      }),
    decode(genome, random) {
      const assignment: Record<string, ParameterValue> = {}
      let position = 0
      for (const parameter of space.parameters) {
        const isVaried = valueCount(parameter) > 1
        const gene = isVaried ? (genome[position++] as number) : 0
        if (!isActive(parameter, assignment)) continue
        setOwnValue(
          assignment,
          parameter.name,
          isVaried
            ? fromUnit(parameter, Number.isNaN(gene) ? random.uniform() : gene)
            : valueAt(parameter, 0),
        )
      }
      return assignment
    },
  }
}
