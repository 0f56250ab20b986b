import { z } from 'zod'
import { unknownName } from '../../contract/closest-name.ts'
import { remembered } from '../../contract/remembered.ts'
import { fact } from '../../contract/fact.ts'
import { type Problem, problemValue } from '../../contract/problem.ts'
import type { Assignment, TrialSnapshot, ParameterValue } from '../../contract/trial.ts'
import { createPermutation } from '../../math/random/permutation.ts'
import { type Axis, type Enumeration, enumerateSpace, wholeAxis } from '../space/enumeration.ts'
import type { Sampler, SamplerContext, SamplerDefinition } from './sampler.ts'
import { clamp, roundTo } from '../../math/numbers.ts'
import type { Parameter, SearchSpace } from '../space/search-space.ts'
import { fromUnit, valueCount } from '../space/unit-cube.ts'

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

export const gridSampler: SamplerDefinition<GridOptions> = {
  name: 'grid',
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
        : fact('rule.gridPoints')
    return [{ path: ['sampler', 'points', name], value: problemValue(value), rule }]
  })
  const { size } = gridCells(options, space)
  if (size > Number.MAX_SAFE_INTEGER) {
    const rule = fact('rule.gridCells', { count: size, limit: Number.MAX_SAFE_INTEGER })
    problems.push({ path: ['sampler'], value: problemValue(options), rule })
  }
  return problems
}

/** The cells of the grid, numbered with the first parameter varying fastest. */
export function gridCells(options: GridOptions, space: SamplerContext['space']): Enumeration {
  const axes = space.parameters.map(parameter => {
    const given = typeof options.points === 'number' ? undefined : options.points[parameter.name]
    const general = typeof options.points === 'number' ? options.points : DEFAULT_POINTS
    const axis = gridAxis(parameter, space, given ?? general, given !== undefined)
    return [parameter.name, axis] as const
  })
  return enumerateSpace(space, new Map(axes))
}

function createGridSampler(options: GridOptions, context: SamplerContext): Sampler {
  const cells = gridCells(options, context.space)
  const order = options.shuffle
    ? createPermutation(cells.size, { seed: context.seed, number: 0, purpose: 'grid' })
    : { at: (position: number) => position, positionOf: (cell: number) => cell }
  /** Position of each trial's cell, -1 off the grid; by identity, because trials never change theirs. */
  const positions = new WeakMap<Assignment, number>()

  function positionOf(trial: TrialSnapshot): number {
    return remembered(positions, trial.parameters, () => {
      const cell = cells.indexOf(trial.parameters)
      return cell < 0 ? -1 : order.positionOf(cell)
    })
  }

  return {
    propose({ trials }) {
      const tried = new Set<number>()
      for (const trial of trials) tried.add(positionOf(trial))
      let position = 0
      while (tried.has(position)) position++
      if (position >= cells.size) {
        return { exhausted: true, reason: fact('ending.gridTried', { cells: cells.size }) }
      }
      const cell = order.at(position)
      return {
        parameters: cells.assignmentAt(cell),
        provenance: {
          sampler: 'grid',
          reason: fact('proposal.gridCell', { cell: position + 1, cells: cells.size }),
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
 * @param points values that the study file asks for; ≥ 2
 * @param named whether the file names this very parameter in `points`
 */
function gridAxis(parameter: Parameter, space: SearchSpace, points: number, named: boolean): Axis {
  const count = valueCount(parameter)
  if (parameter.kind === 'float' && parameter.step === null && count > 1) {
    return listAxis(
      parameter.normal === null
        ? spread(parameter.low, parameter.high, parameter.log, points)
        : Array.from({ length: points }, (_, index) => fromUnit(parameter, (index + 0.5) / points)),
    )
  }
  const thinned =
    parameter.kind === 'int' &&
    canBeThinned(parameter) &&
    count > (named ? points : Math.max(points, WHOLE_RANGE))
  if (!thinned) return wholeAxis(parameter)
  const wanted = space.parameters
    .flatMap(child => child.when.filter(condition => condition.parent === parameter.name))
    .flatMap(condition => condition.values as readonly number[])
  const even = spread(parameter.low, parameter.high, parameter.log, points).map(Math.round)
  return listAxis([...even, ...wanted].sort((a, b) => a - b))
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
function spread(low: number, high: number, log: boolean, points: number): number[] {
  return Array.from({ length: points }, (_, index) => {
    if (index === 0) return low
    if (index === points - 1) return high
    const share = index / (points - 1)
    const value = log
      ? Math.exp((1 - share) * Math.log(low) + share * Math.log(high))
      : (1 - share) * low + share * high
    return clamp(tidy(value, high - low), low, high)
  })
}

/** The largest shift, as a share of the range, that nobody minds. */
const NEGLIGIBLE_SHARE = 1e-9

/** 12 significant digits, 0.01 instead of 0.010000000000000004, unless the range is too narrow for it. */
function tidy(value: number, range: number): number {
  const rounded = roundTo(value, 12)
  return Math.abs(rounded - value) <= NEGLIGIBLE_SHARE * range ? rounded : value
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
