import { z } from 'zod'

/** Options of `genetic`; presets and defaults stand in `settings.ts`, the reasons for them in `genetic.ts`. */
const probability = z.number().min(0).max(1)

export const geneticOptionsSchema = z.strictObject({
  preset: z.enum(['tunewright', 'deap']).default('tunewright').describe('option.genetic.preset'),
  algorithm: z
    .enum(['simple', 'muPlusLambda', 'muCommaLambda'])
    .optional()
    .describe('option.genetic.algorithm'),
  population: z.int().min(2).max(10_000).optional().describe('option.genetic.population'),
  offspring: z.int().min(1).max(10_000).optional().describe('option.genetic.offspring'),
  start: z.enum(['latinHypercube', 'random']).optional().describe('option.genetic.start'),
  selection: z
    .enum(['tournament', 'roulette', 'universalSampling', 'best', 'random'])
    .optional()
    .describe('option.genetic.selection'),
  tournamentSize: z.int().min(1).max(1000).optional().describe('option.genetic.tournamentSize'),
  crossover: z
    .enum(['onePoint', 'twoPoint', 'uniform', 'blend', 'simulatedBinary'])
    .optional()
    .describe('option.genetic.crossover'),
  crossoverProbability: probability.optional().describe('option.genetic.crossoverProbability'),
  crossoverGeneProbability: probability
    .optional()
    .describe('option.genetic.crossoverGeneProbability'),
  crossoverEta: z.number().gt(0).max(1000).optional().describe('option.genetic.crossoverEta'),
  blendAlpha: z.number().min(0).max(10).optional().describe('option.genetic.blendAlpha'),
  mutation: z
    .enum(['gaussian', 'polynomial', 'logUniform', 'uniform'])
    .optional()
    .describe('option.genetic.mutation'),
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
