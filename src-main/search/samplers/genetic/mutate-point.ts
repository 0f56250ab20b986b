import {
  flipBitMutation,
  inversionMutation,
  shuffleIndexesMutation,
  uniformIntegerMutation,
} from '../../../math/evolution/mutation/discrete.ts'
import { gaussianMutation } from '../../../math/evolution/mutation/gaussian.ts'
import { logNormalMutation } from '../../../math/evolution/mutation/log-normal.ts'
import { logUniformMutation } from '../../../math/evolution/mutation/log-uniform.ts'
import { boundedPolynomialMutation } from '../../../math/evolution/mutation/polynomial.ts'
import { clamp } from '../../../math/numbers.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import type { Parameter } from '../../space/search-space.ts'
import { valueCount } from '../../space/unit-cube.ts'
import { gridCoordinate } from '../gp/encoding.ts'
import { mutateGene } from '../shared/population/mutate-gene.ts'
import { clampDeviation, strategyOf } from './operators.ts'
import type { GeneticSettings } from './settings.ts'

/**
 * The mutations on points of the unit cube. Most change one gene after the other; `shuffleIndexes` and `inversion`
 * rearrange the numbers of a point, `logNormal` moves all of them by their own deviations. The gene of a choice
 * takes another of its values, whatever the mutation.
 */

/** The smallest step of `logUniform` is the largest one / 2^OCTAVES: a thousandth. */
const OCTAVES = 10
/** Binary digits of a coordinate. */
const BITS = 16
const LARGEST_CODE = 2 ** BITS - 1

/**
 * @param active axes of the parameters that the point's assignment has
 * @returns the mutant, and the axes that were meant to change
 */
export function mutatePoint(
  parameters: readonly Parameter[],
  point: readonly number[],
  active: readonly number[],
  settings: GeneticSettings,
  random: RandomStream,
): { readonly point: number[]; readonly axes: readonly number[] } {
  const { mutation } = settings
  if (mutation !== 'logNormal' && mutation !== 'shuffleIndexes' && mutation !== 'inversion') {
    const genes = [...point]
    const axes = chooseAxes(active, settings, random)
    for (const axis of axes) {
      const parameter = parameters[axis] as Parameter
      genes[axis] = mutateAxis(parameter, genes[axis] as number, settings, random)
    }
    return { point: genes, axes }
  }
  const isNumeric = (axis: number): boolean => parameters[axis]?.kind !== 'choice'
  const numeric = active.filter(isNumeric)
  const mutant = mutateNumbers(numeric, point, parameters.length, settings, random)
  for (const axis of chooseAxes(active, settings, random)) {
    if (isNumeric(axis)) continue
    const gene = mutant[axis] as number
    mutant[axis] = mutateAxis(parameters[axis] as Parameter, gene, settings, random)
  }
  return { point: mutant, axes: active.filter(axis => mutant[axis] !== point[axis]) }
}

/**
 * Each gene of an active parameter with the settings' probability, by default such that one is mutated on
 * average; one at least.
 */
function chooseAxes(
  active: readonly number[],
  { mutationGeneProbability }: GeneticSettings,
  random: RandomStream,
): readonly number[] {
  const probability = mutationGeneProbability ?? 1 / active.length
  const chosen = active.filter(() => random.uniform() < probability)
  if (chosen.length > 0 || active.length === 0) return chosen
  return [active[random.integer(active.length)] as number]
}

/** The mutations that look at several numbers at once. */
function mutateNumbers(
  axes: readonly number[],
  point: readonly number[],
  size: number,
  { mutation, mutationGeneProbability }: GeneticSettings,
  random: RandomStream,
): number[] {
  const mutant = [...point]
  const setGenes = (values: readonly number[], offset = 0): void => {
    axes.forEach((axis, index) => (mutant[axis + offset] = values[index] as number))
  }
  const genes = axes.map(axis => point[axis] as number)
  if (mutation === 'inversion') setGenes(inversionMutation(genes, random))
  else if (mutation === 'shuffleIndexes') {
    const probability = mutationGeneProbability ?? 1 / Math.max(axes.length, 1)
    setGenes(shuffleIndexesMutation(genes, probability, random))
  } else if (axes.length > 0) {
    const { deviations } = strategyOf(point, size)
    const genome = { genes, deviations: axes.map(axis => deviations[axis] as number) }
    // An evolution strategy moves every gene; that few move is for who says so.
    const moved = logNormalMutation(genome, 1, mutationGeneProbability ?? 1, random)
    setGenes(moved.genes.map(gene => clamp(gene, 0, 1)))
    setGenes(moved.deviations.map(clampDeviation), size)
  }
  return mutant
}

/** Changes the gene of one axis. */
function mutateAxis(
  parameter: Parameter,
  gene: number,
  settings: GeneticSettings,
  random: RandomStream,
): number {
  const move = (before: number): number =>
    clamp(moveGene(parameter, before, settings, random), 0, 1)
  return mutateGene(parameter, gene, move, random)
}

function moveGene(
  parameter: Parameter,
  gene: number,
  { mutation, mutationSigma, mutationEta }: GeneticSettings,
  random: RandomStream,
): number {
  switch (mutation) {
    case 'gaussian':
      return gaussianMutation([gene], 0, mutationSigma, 1, random)[0] as number
    case 'polynomial':
      return boundedPolynomialMutation([gene], mutationEta, 0, 1, 1, random)[0] as number
    case 'logUniform':
      return logUniformMutation([gene], mutationSigma, OCTAVES, 1, random)[0] as number
    case 'uniformInteger': {
      const count = valueCount(parameter)
      if (!Number.isFinite(count)) return random.uniform()
      const [index] = uniformIntegerMutation([0], 0, count - 1, 1, random)
      return gridCoordinate(parameter, index as number)
    }
    case 'flipBit':
      return flipBits(gene, random)
    default:
      return random.uniform()
  }
}

/** The coordinate as a binary number, of whose digits one flips on average, one at least. */
function flipBits(gene: number, random: RandomStream): number {
  const code = Math.round(gene * LARGEST_CODE)
  const bits = Array.from({ length: BITS }, (_, bit) => ((code >> bit) & 1) === 1)
  let mutant: boolean[]
  do mutant = flipBitMutation(bits, 1 / BITS, random)
  while (mutant.every((bit, index) => bit === bits[index]))
  return mutant.reduce((sum, bit, index) => sum + (bit ? 2 ** index : 0), 0) / LARGEST_CODE
}
