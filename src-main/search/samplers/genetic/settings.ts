import { z } from 'zod'
import { givenOptions } from '../sampler.ts'
import { evenStart, populationStarts } from '../shared/population-start.ts'

/** The options without their preset. */
type Given = Required<{ [Key in keyof GeneticOptions]: NonNullable<GeneticOptions[Key]> }>

export interface GeneticSettings extends Readonly<
  Omit<Given, 'preset' | 'mutationGeneProbability'>
> {
  /** Null: such that one gene of those active is mutated on average. */
  readonly mutationGeneProbability: number | null
}

/** The set of DEAP's examples and of the books. */
const deap: GeneticSettings = {
  algorithm: 'simple',
  population: 50,
  offspring: 50,
  start: 'random',
  selection: 'tournament',
  tournamentSize: 3,
  crossover: 'twoPoint',
  crossoverProbability: 0.5,
  crossoverGeneProbability: 0.5,
  crossoverEta: 20,
  blendAlpha: 0.5,
  mutation: 'gaussian',
  mutationProbability: 0.2,
  mutationGeneProbability: 0.1,
  mutationSigma: 0.1,
  mutationEta: 20,
  elites: 0,
  avoidRepeats: false,
  islands: 1,
  migrationInterval: 5,
  migrants: 1,
  constraints: 'feasibleFirst',
  penalty: 1000,
}

const presets: Readonly<Record<GeneticOptions['preset'], GeneticSettings>> = {
  deap,
  tunewright: {
    ...deap,
    algorithm: 'muPlusLambda',
    population: 10,
    offspring: 1,
    start: evenStart,
    crossover: 'blend',
    crossoverProbability: 0.9,
    blendAlpha: 0.25,
    mutation: 'logUniform',
    mutationProbability: 0.9,
    mutationGeneProbability: null,
    mutationSigma: 0.5,
    avoidRepeats: true,
  },
}

/** Whether individuals carry a deviation of each gene, which is inherited and mutated with it. */
export function isStrategy({ crossover, mutation }: GeneticSettings): boolean {
  return crossover === 'strategyBlend' || mutation === 'logNormal'
}

/** The settings of a preset with the options that a study file changes. */
export function resolveGeneticSettings({ preset, ...options }: GeneticOptions): GeneticSettings {
  return { ...presets[preset], ...givenOptions(options, presets[preset]) }
}

export const geneticCrossovers = [
  'onePoint',
  'twoPoint',
  'uniform',
  'messyOnePoint',
  'blend',
  'strategyBlend',
  'simulatedBinary',
  'simulatedBinaryUnbounded',
  'ordered',
  'partiallyMatched',
  'uniformPartiallyMatched',
] as const

export const geneticMutations = [
  'gaussian',
  'polynomial',
  'logUniform',
  'logNormal',
  'uniform',
  'uniformInteger',
  'flipBit',
  'shuffleIndexes',
  'inversion',
] as const

/** Options of `genetic`; the reasons for presets and defaults stand in `genetic.ts`. */
const probability = z.number().min(0).max(1)

export const geneticOptionsSchema = z.strictObject({
  preset: z.enum(['tunewright', 'deap']).default('tunewright').describe('option.genetic.preset'),
  algorithm: z
    .enum(['simple', 'muPlusLambda', 'muCommaLambda'])
    .optional()
    .describe('option.genetic.algorithm'),
  population: z.int().min(2).max(10_000).optional().describe('option.genetic.population'),
  offspring: z.int().min(1).max(10_000).optional().describe('option.genetic.offspring'),
  start: z.enum(populationStarts).optional().describe('option.genetic.start'),
  selection: z
    .enum(['tournament', 'roulette', 'universalSampling', 'best', 'random'])
    .optional()
    .describe('option.genetic.selection'),
  tournamentSize: z.int().min(1).max(1000).optional().describe('option.genetic.tournamentSize'),
  crossover: z.enum(geneticCrossovers).optional().describe('option.genetic.crossover'),
  crossoverProbability: probability.optional().describe('option.genetic.crossoverProbability'),
  crossoverGeneProbability: probability
    .optional()
    .describe('option.genetic.crossoverGeneProbability'),
  crossoverEta: z.number().gt(0).max(1000).optional().describe('option.genetic.crossoverEta'),
  blendAlpha: z.number().min(0).max(10).optional().describe('option.genetic.blendAlpha'),
  mutation: z.enum(geneticMutations).optional().describe('option.genetic.mutation'),
  mutationProbability: probability.optional().describe('option.genetic.mutationProbability'),
  mutationGeneProbability: probability
    .optional()
    .describe('option.genetic.mutationGeneProbability'),
  mutationSigma: z.number().gt(0).max(1).optional().describe('option.genetic.mutationSigma'),
  mutationEta: z.number().gt(0).max(1000).optional().describe('option.genetic.mutationEta'),
  elites: z.int().min(0).max(10_000).optional().describe('option.genetic.elites'),
  avoidRepeats: z.boolean().optional().describe('option.genetic.avoidRepeats'),
  islands: z.int().min(1).max(100).optional().describe('option.genetic.islands'),
  migrationInterval: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('option.genetic.migrationInterval'),
  migrants: z.int().min(1).max(1000).optional().describe('option.genetic.migrants'),
  constraints: z
    .enum(['feasibleFirst', 'penalty'])
    .optional()
    .describe('option.genetic.constraints'),
  penalty: z.number().gt(0).optional().describe('option.genetic.penalty'),
})
export type GeneticOptions = z.output<typeof geneticOptionsSchema>
