import { z } from 'zod'
import { givenOptions } from '../../sampler.ts'
import { evenStart, populationStarts } from '../population-start.ts'

/** Options of `nsga2` and `nsga3` in a study file, the presets, and the settings that result. */

const nsgaPresets = ['tunewright', 'optuna', 'deap'] as const
export const nsgaCrossovers = [
  'uniform',
  'twoPoint',
  'blend',
  'simulatedBinary',
  'vsbx',
  'simplex',
  'unimodalNormal',
] as const

const nsgaSelections = ['tournament', 'lexicase'] as const

const probability = z.number().min(0).max(1)

/** The options that both samplers have. */
const shared = {
  preset: z.enum(nsgaPresets).default('tunewright').describe('option.genetic.preset'),
  population: z.int().min(2).max(10_000).optional().describe('option.nsga.population'),
  offspring: z.int().min(1).max(10_000).optional().describe('option.nsga.offspring'),
  start: z.enum(populationStarts).optional().describe('option.nsga.start'),
  selection: z.enum(nsgaSelections).optional().describe('option.nsga.selection'),
  tournamentSize: z.int().min(1).max(1000).optional().describe('option.nsga.tournamentSize'),
  lexicaseTolerance: z
    .union([z.number().min(0), z.literal('automatic')])
    .optional()
    .describe('option.nsga.lexicaseTolerance'),
  crossover: z.enum(nsgaCrossovers).optional().describe('option.nsga.crossover'),
  crossoverProbability: probability.optional().describe('option.nsga.crossoverProbability'),
  swapProbability: probability.optional().describe('option.nsga.swapProbability'),
  crossoverEta: z.number().min(0).max(1000).optional().describe('option.nsga.crossoverEta'),
  blendAlpha: z.number().min(0).max(10).optional().describe('option.nsga.blendAlpha'),
  mutation: z.enum(['polynomial', 'uniform']).optional().describe('option.nsga.mutation'),
  mutationProbability: probability.optional().describe('option.nsga.mutationProbability'),
  mutationEta: z.number().min(0).max(1000).optional().describe('option.nsga.mutationEta'),
  avoidRepeats: z.boolean().optional().describe('option.nsga.avoidRepeats'),
}

export const nsga2OptionsSchema = z.strictObject({
  ...shared,
  survival: z
    .enum(['crowding', 'hypervolume', 'strength'])
    .default('crowding')
    .describe('option.nsga.survival'),
})
export type Nsga2Options = z.output<typeof nsga2OptionsSchema>

export const nsga3OptionsSchema = z.strictObject({
  ...shared,
  divisions: z.int().min(1).max(1000).optional().describe('option.nsga.divisions'),
})
export type Nsga3Options = z.output<typeof nsga3OptionsSchema>

type Given = { [Key in keyof Nsga2Options]: NonNullable<Nsga2Options[Key]> }

export interface NsgaSettings extends Readonly<
  Omit<Required<Given>, 'preset' | 'survival' | 'mutationProbability'>
> {
  /** Who wins a tournament: rank, then the less crowded; or whoever dominates, else the last drawn (Optuna). */
  readonly tournament: 'rank' | 'dominance'
  /** Null: one value per child on average. */
  readonly mutationProbability: number | null
}

const tunewright: NsgaSettings = {
  population: 15,
  offspring: 1,
  start: evenStart,
  selection: 'tournament',
  tournamentSize: 3,
  lexicaseTolerance: 'automatic',
  tournament: 'rank',
  crossover: 'uniform',
  crossoverProbability: 0.9,
  swapProbability: 0.5,
  crossoverEta: 20,
  blendAlpha: 0.5,
  mutation: 'polynomial',
  mutationProbability: null,
  mutationEta: 3,
  avoidRepeats: true,
}

const presets: Readonly<Record<(typeof nsgaPresets)[number], NsgaSettings>> = {
  tunewright,
  optuna: {
    ...tunewright,
    population: 50,
    offspring: 50,
    start: 'random',
    tournamentSize: 2,
    tournament: 'dominance',
    mutation: 'uniform',
    avoidRepeats: false,
  },
  deap: {
    ...tunewright,
    population: 100,
    offspring: 100,
    start: 'random',
    tournamentSize: 2,
    crossover: 'simulatedBinary',
    mutationEta: 20,
    avoidRepeats: false,
  },
}

/**
 * The settings of a preset with the options that a study file changes; a generational preset whose
 * population is changed breeds as many children.
 * @param usualPopulation of the preset `tunewright`
 */
export function resolveNsgaSettings(
  options: Partial<Omit<Nsga2Options, 'survival'>>,
  usualPopulation: number,
): NsgaSettings {
  const name = options.preset ?? 'tunewright'
  const preset = presets[name]
  const population =
    options.population ?? (name === 'tunewright' ? usualPopulation : preset.population)
  const isGenerational = preset.offspring === preset.population
  const offspring = isGenerational ? population : preset.offspring
  return { ...preset, offspring, ...givenOptions(options, preset), population }
}
