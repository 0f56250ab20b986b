import { ownValue } from '../../../core/values/named-values.ts'
import { z } from 'zod'
import { unknownName } from '../../../core/values/closest-name.ts'
import { getOrInsertComputed } from '../../../core/values/get-or-insert-computed.ts'
import { msg } from '../../../core/errors/message.ts'
import { type Problem, problemValue } from '../../../core/errors/problem.ts'
import type { Assignment, TrialSnapshot, ParameterValue } from '../../../core/trial/trial.ts'
import { createPermutation } from '../../../math/random/permutation.ts'
import { type Axis, type Enumeration, enumerateSpace, wholeAxis } from '../../space/enumeration.ts'
import type { Sampler, SamplerContext, SamplerDefinition } from '../sampler.ts'
import { clamp, roundTo, sum } from '../../../math/numbers.ts'
import type {
  FloatParameter,
  IntParameter,
  Parameter,
  SearchSpace,
} from '../../space/search-space.ts'
import { fromUnit, valueCount } from '../../space/unit-cube.ts'

/**
 * Grid search: every combination of a finite set of values per parameter, each once, in an order
 * shuffled by the study seed. Conditional spaces are walked as a tree: combinations that differ only
 * in inactive parameters are one cell. Cells are computed from their number, so a grid of billions
 * costs nothing; which cells have been tried is read from the trials, whatever their state
 * (interrupted trials run again by themselves).
 *
 * Limits: at most 2⁵³ − 1 cells. Ends the study when every cell has been proposed.
 */
const pointsSchema = z.int().min(2).max(1_000_000)

export const gridOptionsSchema = z.strictObject({
  points: z
    .union([pointsSchema, z.record(z.string(), pointsSchema)])
    .default(5)
    .describe('option.grid.points'),
  shuffle: z.boolean().default(true).describe('option.grid.shuffle'),
})
export type GridOptions = z.output<typeof gridOptionsSchema>

const DEFAULT_POINTS = 5

/** Values of all axes together that a grid may write down; more would freeze the check. */
const MAX_LISTED_VALUES = 2_000_000

export const gridSampler: SamplerDefinition<GridOptions> = {
  name: 'grid',
  docs: 'samplers/grid-and-random',
  proposals: 'listed',
  optionsSchema: gridOptionsSchema,
  check: checkGrid,
  create: createGridSampler,
}

function checkGrid(options: GridOptions, { space }: SamplerContext) {
  const byName = new Map(space.parameters.map(parameter => [parameter.name, parameter]))
  const named = typeof options.points === 'number' ? {} : options.points
  const problems: Problem[] = Object.entries(named).flatMap(([name, value]) => {
    const parameter = byName.get(name)
    if (parameter !== undefined && canBeThinned(parameter)) return []
    const rule =
      parameter === undefined
        ? unknownName('parameter', name, [...byName.keys()])
        : msg('rule.gridPoints')
    return [{ path: ['sampler', 'points', name], value: problemValue(value), rule }]
  })
  const listed = sum(space.parameters.map(parameter => listedValues(options, parameter, space)))
  if (listed > MAX_LISTED_VALUES) {
    const rule = msg('rule.gridValues', { count: listed, limit: MAX_LISTED_VALUES })
    return [...problems, { path: ['sampler'], value: problemValue(options), rule }]
  }
  const { size, isCountable } = gridCells(options, space)
  if (!isCountable) {
    problems.push({ path: ['space'], value: null, rule: msg('rule.entangledConditions') })
  } else if (size > Number.MAX_SAFE_INTEGER) {
    const rule = msg('rule.gridCells', { count: size, limit: Number.MAX_SAFE_INTEGER })
    problems.push({ path: ['sampler'], value: problemValue(options), rule })
  }
  return problems
}

/** The cells of the grid, numbered with the first parameter varying fastest. */
export function gridCells(options: GridOptions, space: SamplerContext['space']): Enumeration {
  const axes = space.parameters.map(
    parameter =>
      [parameter.name, gridAxis(parameter, space, pointsOf(options, parameter))] as const,
  )
  return enumerateSpace(space, new Map(axes))
}

/** How many values a parameter is asked to have on the grid. */
interface Points {
  /** ≥ 2. */
  readonly count: number
  /** Whether the file names this very parameter. */
  readonly isNamed: boolean
}

function pointsOf({ points }: GridOptions, { name }: Parameter): Points {
  if (typeof points === 'number') return { count: points, isNamed: false }
  const named = ownValue(points, name)
  return { count: named ?? DEFAULT_POINTS, isNamed: named !== undefined }
}

function createGridSampler(options: GridOptions, context: SamplerContext): Sampler {
  const cells = gridCells(options, context.space)
  const order = options.shuffle
    ? createPermutation(cells.size, { seed: context.seed, number: 0, purpose: 'grid' })
    : { at: (position: number) => position, positionOf: (cell: number) => cell }
  /** Position of each trial's cell, -1 off the grid; by identity, because trials never change theirs. */
  const positions = new WeakMap<Assignment, number>()

  function positionOf(trial: TrialSnapshot): number {
    return getOrInsertComputed(positions, trial.parameters, () => {
      const cell = cells.indexOf(trial.parameters)
      return cell < 0 ? -1 : order.positionOf(cell)
    })
  }

  return {
    propose({ trials, refused = 0 }) {
      const triedPositions = new Set<number>()
      for (const trial of trials) triedPositions.add(positionOf(trial))
      let position = 0
      while (triedPositions.has(position)) position++
      if (position >= cells.size) {
        const tried = { cells: cells.size - refused, ...(refused > 0 && { broken: refused }) }
        return { exhausted: true, reason: msg('ending.gridTried', tried) }
      }
      const cell = order.at(position)
      return {
        parameters: cells.assignmentAt(cell),
        provenance: {
          sampler: 'grid',
          reason: msg('proposal.gridCell', { cell: position + 1, cells: cells.size }),
          detail: { cell, position, cells: cells.size },
        },
      }
    },
  }
}

/** Ranges of whole numbers up to this size are taken whole unless `points` names the parameter. */
const WHOLE_RANGE = 10

/**
 * The values of one parameter on the grid.
 *
 * - choice, ordinal, fixed, floats with a step, ints with a step above 1: every value;
 * - ints with step 1: every value if there are at most `points` or at most 10, otherwise `points`
 *   of them, evenly spread (geometrically with log) and rounded, both bounds included;
 * - floats without a step: `points` values, likewise; of normal distributions, the middles of `points`
 *   equally likely parts.
 * Where a range is thinned, values that a condition of another parameter names stay on the grid, so
 * no branch is lost.
 *
 */
function gridAxis(parameter: Parameter, space: SearchSpace, points: Points): Axis {
  if (!isThinned(parameter, points)) return wholeAxis(parameter)
  const { count } = points
  const isWhole = parameter.kind === 'int'
  if (!isWhole && parameter.normal !== null) {
    return listAxis(
      Array.from({ length: count }, (_, index) => fromUnit(parameter, (index + 0.5) / count)),
    )
  }
  const { valueAt, indexNear } = spread(parameter, count)
  const wanted = wantedValues(parameter, space)
  if (isSpreadApart(parameter, count) && wanted.length === 0) {
    const exactAt = isWhole ? (index: number) => Math.round(valueAt(index)) : valueAt
    return spreadAxis(count, exactAt, indexNear)
  }
  const even = Array.from({ length: count }, (_, index) => valueAt(index))
  return listAxis(isWhole ? [...even.map(Math.round), ...wanted].sort((a, b) => a - b) : even)
}

/** Values of an axis that have to be written down to know which of them are the same; 0 if none has. */
function listedValues(options: GridOptions, parameter: Parameter, space: SearchSpace): number {
  const points = pointsOf(options, parameter)
  if (!isThinned(parameter, points)) return 0
  const wanted = wantedValues(parameter, space).length
  return wanted === 0 && isSpreadApart(parameter, points.count) ? 0 : points.count + wanted
}

/** Whether an axis takes some values of a range. */
function isThinned(
  parameter: Parameter,
  { count, isNamed }: Points,
): parameter is FloatParameter | IntParameter {
  if (!canBeThinned(parameter)) return false
  const values = valueCount(parameter)
  if (parameter.kind === 'float') return values > 1
  return values > (isNamed ? count : Math.max(count, WHOLE_RANGE))
}

/** Values that conditions of other parameters name. */
function wantedValues({ name }: Parameter, space: SearchSpace): readonly number[] {
  return space.parameters
    .flatMap(child => child.when.filter(condition => condition.parent === name))
    .flatMap(condition => condition.values as readonly number[])
}

/**
 * Whether `points` decides how many values of this parameter stand on the grid; the others are taken
 * whole.
 */
function canBeThinned(parameter: Parameter): boolean {
  if (parameter.kind === 'float') return parameter.step === null
  return parameter.kind === 'int' && parameter.step === 1
}

/** `points` values from low to high, both exactly included; some are equal where the range is narrow. */
function spread({ low, high, log }: FloatParameter | IntParameter, points: number) {
  const shareOf = (value: number): number =>
    log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)
  return {
    valueAt: (index: number): number => {
      if (index === 0) return low
      if (index === points - 1) return high
      const share = index / (points - 1)
      const value = log
        ? Math.exp((1 - share) * Math.log(low) + share * Math.log(high))
        : (1 - share) * low + share * high
      return clamp(tidy(value, high - low), low, high)
    },
    /** Where a value stands if it is one of them; one off at the most. */
    indexNear: (value: number): number => Math.round(shareOf(value) * (points - 1)),
  }
}

/** A share of a value that is far beyond what rounding and `tidy` shift it by. */
const CLEAR_SHARE = 1e-10

/** Whether no two values of a spread can be the same, so that they need not be written down to be counted. */
function isSpreadApart(parameter: FloatParameter | IntParameter, points: number): boolean {
  const { kind, low, high, log } = parameter
  if (kind === 'float' && parameter.normal !== null) return false
  if (log) return kind === 'float' && Math.log(high / low) / (points - 1) > CLEAR_SHARE
  const largest = Math.max(Math.abs(low), Math.abs(high))
  return (high - low) / (points - 1) > CLEAR_SHARE * largest
}

/** The largest shift, as a share of the range, that nobody minds. */
const NEGLIGIBLE_SHARE = 1e-9

/** 12 significant digits, 0.01 instead of 0.010000000000000004, unless the range is too narrow for it. */
function tidy(value: number, range: number): number {
  const rounded = roundTo(value, 12)
  return Math.abs(rounded - value) <= NEGLIGIBLE_SHARE * range ? rounded : value
}

/** Values that are computed from their number, all different. */
function spreadAxis(
  size: number,
  valueAt: (index: number) => number,
  indexNear: (value: number) => number,
): Axis {
  return {
    size,
    valueAt,
    indexOf(value) {
      if (typeof value !== 'number') return -1
      const near = indexNear(value)
      const exactIndex = [near, near - 1, near + 1].find(
        index => index >= 0 && index < size && valueAt(index) === value,
      )
      return exactIndex ?? -1
    },
  }
}

/** Each value once: a double would be a cell that no trial can ever mark as tried. */
function listAxis(all: readonly ParameterValue[]): Axis {
  const values = [...new Set(all)]
  return {
    size: values.length,
    valueAt: index => values[index] as ParameterValue,
    indexOf: value => values.indexOf(value),
  }
}
