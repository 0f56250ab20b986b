import type { RandomStream } from '../../../../math/random/random-stream.ts'
import type { Parameter } from '../../../space/search-space.ts'
import {
  fromUnit,
  gridShare,
  toUnit,
  valueAt,
  valueCount,
  valueIndex,
} from '../../../space/unit-cube.ts'

/**
 * Changes the gene of one parameter, a coordinate in [0, 1]. A choice, which has no order, takes any of its other values; a number
 * moves, and where its values can be counted at least to the neighbor on that side (at an end, the other one).
 * @param move the gene of a number somewhere else in [0, 1]
 */
export function mutateGene(
  parameter: Parameter,
  gene: number,
  move: (gene: number) => number,
  random: RandomStream,
): number {
  const count = valueCount(parameter)
  if (parameter.kind === 'choice') {
    const index = valueIndex(parameter, fromUnit(parameter, gene))
    const other = random.integer(count - 1)
    return toUnit(parameter, valueAt(parameter, other < index ? other : other + 1))
  }
  const moved = move(gene)
  if (count === Number.POSITIVE_INFINITY) return moved
  const index = valueIndex(parameter, fromUnit(parameter, gene))
  if (valueIndex(parameter, fromUnit(parameter, moved)) !== index) return moved
  const up = index === 0 || (moved > gene && index < count - 1)
  const [low, high] = gridShare(parameter, up ? index + 1 : index - 1)
  return (low + high) / 2
}
