import { z } from 'zod'
import { unknownName } from '../../contract/closest-name.ts'
import { fact } from '../../contract/fact.ts'
import { type Problem, problemValue } from '../../contract/problem.ts'
import type { Exhausted, Proposal } from '../../contract/search-protocol.ts'
import type { Assignment, TrialSnapshot } from '../../contract/trial.ts'
import { createPermutation } from '../../math/random/permutation.ts'
import { type Enumeration, enumerateSpace } from '../space/enumeration.ts'
import { canBeThinned, gridAxis } from './grid-axis.ts'
import type { ProposalRequest, Sampler, SamplerContext, SamplerDefinition } from './sampler.ts'

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

function checkGrid(options: GridOptions, { space }: SamplerContext): Problem[] {
  const path = ['sampler', 'points']
  const byName = new Map(space.parameters.map(parameter => [parameter.name, parameter]))
  const named = typeof options.points === 'number' ? {} : options.points
  const problems: Problem[] = Object.entries(named).flatMap(([name, value]) => {
    const parameter = byName.get(name)
    if (parameter !== undefined && canBeThinned(parameter)) return []
    const rule =
      parameter === undefined
        ? unknownName('parameter', name, [...byName.keys()])
        : fact('rule.gridPoints')
    return [{ path: [...path, name], value: problemValue(value), rule }]
  })
  const { size } = gridCells(options, space)
  if (size > Number.MAX_SAFE_INTEGER) {
    problems.push({
      path: ['sampler'],
      value: problemValue(options),
      rule: fact('rule.gridCells', { count: size, limit: Number.MAX_SAFE_INTEGER }),
    })
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
    let position = positions.get(trial.parameters)
    if (position === undefined) {
      const cell = cells.indexOf(trial.parameters)
      position = cell < 0 ? -1 : order.positionOf(cell)
      positions.set(trial.parameters, position)
    }
    return position
  }

  return {
    propose({ trials }: ProposalRequest): Proposal | Exhausted {
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
