import type { GeneticOptions } from './options.ts'

/** What each option means: `options.ts`. */
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
    start: 'latinHypercube',
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

/** The settings of a preset with the options that a study file changes. */
export function resolveGeneticSettings({ preset, ...options }: GeneticOptions): GeneticSettings {
  const changed = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...presets[preset], ...(Object.fromEntries(changed) as Partial<GeneticSettings>) }
}
