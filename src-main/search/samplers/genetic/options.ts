import { z } from 'zod'

/** Options of `genetic`; presets and defaults stand in `settings.ts`, the reasons for them in `genetic.ts`. */
const probability = z.number().min(0).max(1)

export const geneticOptionsSchema = z.strictObject({
  preset: z
    .enum(['tunewright', 'deap'])
    .default('tunewright')
    .describe('Whose settings are taken; the other options change single ones of them.'),
  algorithm: z
    .enum(['simple', 'muPlusLambda', 'muCommaLambda'])
    .optional()
    .describe(
      'simple: the offspring replace the population; muPlusLambda: the best of both survive; muCommaLambda: the best of the offspring do.',
    ),
  population: z.int().min(2).max(10_000).optional().describe('Individuals per island (μ), ≥ 2.'),
  offspring: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      'Trials per generation and island (λ); simple makes as many as its population needs.',
    ),
  start: z
    .enum(['latinHypercube', 'random'])
    .optional()
    .describe('How the first population is drawn.'),
  selection: z
    .enum(['tournament', 'roulette', 'universalSampling', 'best', 'random'])
    .optional()
    .describe('How parents are chosen; roulette and universalSampling go by linear ranks.'),
  tournamentSize: z.int().min(1).max(1000).optional().describe('Individuals in a tournament.'),
  crossover: z
    .enum(['onePoint', 'twoPoint', 'uniform', 'blend', 'simulatedBinary'])
    .optional()
    .describe('How two parents make a child.'),
  crossoverProbability: probability.optional().describe('Share of children with two parents.'),
  crossoverGeneProbability: probability
    .optional()
    .describe('Share of genes that uniform and simulatedBinary cross; 0.5.'),
  crossoverEta: z
    .number()
    .gt(0)
    .max(1000)
    .optional()
    .describe('simulatedBinary: the larger, the nearer to the parents; 20.'),
  blendAlpha: z
    .number()
    .min(0)
    .max(10)
    .optional()
    .describe('blend: how far beyond the parents, in their distance.'),
  mutation: z
    .enum(['gaussian', 'polynomial', 'logUniform', 'uniform'])
    .optional()
    .describe('How a number changes; a choice takes any other of its values.'),
  mutationProbability: probability.optional().describe('Share of children that are mutated.'),
  mutationGeneProbability: probability
    .optional()
    .describe('Share of genes that a mutation changes, one at least.'),
  mutationSigma: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('Standard deviation of gaussian, largest step of logUniform; share of the range.'),
  mutationEta: z
    .number()
    .gt(0)
    .max(1000)
    .optional()
    .describe('polynomial: the larger, the smaller the steps; 20.'),
  elites: z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe('Best parents that survive in simple and muCommaLambda; 0.'),
  avoidRepeats: z
    .boolean()
    .optional()
    .describe('Mutate again when a point of a finite space was tried already.'),
  islands: z.int().min(1).max(100).optional().describe('Populations that evolve apart; 1.'),
  migrationInterval: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Generations between two migrations of the best to the next island.'),
  migrants: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('Individuals that leave each island then.'),
  constraints: z
    .enum(['feasibleFirst', 'penalty'])
    .optional()
    .describe('Feasible before infeasible, or penalty times the violation added to the value.'),
  penalty: z.number().gt(0).optional().describe('Factor of constraints: penalty.'),
})
export type GeneticOptions = z.output<typeof geneticOptionsSchema>
