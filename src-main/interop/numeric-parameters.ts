import type { ImportNote } from '../core/study/import-note.ts'
import type { ParameterSpecification } from '../core/study/space-specification.ts'
import { stepGridValue } from '../core/study/step-grid.ts'
import { roundTo } from '../math/numbers.ts'

type Bounds = [low: number, high: number]

/** A parameter of another program; numbers are asked for only where they are needed. */
export interface ForeignParameter {
  readonly program: string
  readonly name: string
  /** Get what differs here. */
  readonly notes: ImportNote[]
  bounds(this: void): Bounds
  /** Mean and standard deviation. */
  spread(this: void): [number, number]
  q(this: void): number
}

/**
 * The distributions that Hyperopt and W&B share, as parameters here. A grid is theirs: multiples of `q`, to which a
 * value is rounded after it is drawn, so that the outermost may lie half a step beyond the bounds.
 * @param name in one word, e.g. `qloguniform`; bounds of `log…` are natural logarithms
 * @returns null for any other distribution
 */
export function sharedDistribution(
  name: string,
  parameter: ForeignParameter,
): ParameterSpecification | null {
  const { bounds, spread, q } = parameter
  const cut = (specification: ParameterSpecification): ParameterSpecification => {
    const { program, notes } = parameter
    notes.push({ code: 'cutAtDeviations', parameter: parameter.name, program })
    return specification
  }
  switch (name) {
    case 'uniform':
      return { float: bounds() }
    case 'quniform':
      return uniformGrid(bounds(), q())
    case 'loguniform':
      return logUniform(exponentials(bounds()))
    case 'qloguniform':
      return logGrid(exponentials(bounds()), parameter)
    case 'normal':
      return cut({ normal: spread() })
    case 'qnormal':
      return cut({ normal: spread(), step: q() })
    case 'lognormal':
      return cut({ logNormal: spread() })
    case 'qlognormal':
      return cut({ logNormal: spread(), step: q() })
    default:
      return null
  }
}

function exponentials([low, high]: Bounds): Bounds {
  return [Math.exp(low), Math.exp(high)]
}

/** @param bounds of the values themselves, > 0 */
export function logUniform([low, high]: Bounds): ParameterSpecification {
  return { float: [tidy(low), tidy(high)], log: true }
}

/** A bound that was written as a logarithm, as the decimal that is meant: exp(log(0.1)) is 0.10000000000000002. */
function tidy(bound: number): number {
  const short = roundTo(bound, 6)
  return Math.abs(short - bound) <= 1e-12 * bound ? short : bound
}

/** A grid on a logarithmic scale, or on a plain one where it begins at 0. */
export function logGrid(
  bounds: Bounds,
  { name, notes, q }: ForeignParameter,
): ParameterSpecification {
  const grid = uniformGrid(bounds, q(), true)
  if (!('log' in grid)) notes.push({ code: 'plainScale', parameter: name })
  return grid
}

/** round(x / q) · q for x in [low, high]; whole numbers where all of them are. */
export function uniformGrid([low, high]: Bounds, q: number, log = false): ParameterSpecification {
  const grid = { low: 0, high: 0, step: q }
  const first = stepGridValue(grid, Math.round(low / q))
  // A bound that lies in the middle is reached by itself only, with probability 0.
  const last = stepGridValue(grid, Math.ceil(high / q - 0.5))
  if (first >= last) return { fixed: first }
  const scale = log && first > 0 ? { log: true } : {}
  const isWhole = Number.isInteger(q) && Number.isSafeInteger(first) && Number.isSafeInteger(last)
  return isWhole
    ? { int: [first, last], ...scale, ...(q === 1 ? {} : { step: q }) }
    : { float: [first, last], ...scale, step: q }
}
