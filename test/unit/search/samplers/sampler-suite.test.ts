import { expect, it } from 'vitest'
import { samplers } from '../../../../src-main/search/samplers/registry.ts'
import { samplerGoalsSuite } from '../../../suites/sampler-goals-suite.ts'
import { type SamplerSuiteOptions, samplerSuite } from '../../../suites/sampler-suite.ts'

const gpLimits = { proposalCostLimit: 4_000_000, goalsCostLimit: 10_000_000 }

/** Every sampler of the registry, each with the options that are worth a run of their own. */
const runs: Readonly<Record<string, readonly SamplerSuiteOptions[]>> = {
  random: [{}],
  grid: [{ countsVisited: true }, { countsVisited: true, options: { points: 3 } }],
  sobol: [{}, { options: { scramble: 'shift' } }],
  halton: [{}],
  anneal: [{}, { options: { bestIndex: 5, shrink: 0.05 } }],
  catcma: [
    {},
    { options: { repeats: true, restarts: 'bipop', population: 5 } },
    { options: { start: 'random', restarts: 'none', sigma: 0.3, warmStart: 10 } },
  ],
  cmaes: [
    { replacedAmong: 700 },
    { options: { covariance: 'separable', population: 5 } },
    { options: { constants: 'classic', start: 'random', restarts: 'none', margin: false } },
    { options: { selection: 'plus', restarts: 'bipop' } },
    { options: { learningRates: 'adaptive', warmStart: 10 } },
  ],
  forest: [
    // About 19 ms on a machine of its own; on one whose caches are shared, twice as much beside the unit's.
    { proposalCostLimit: 2_000_000 },
    { options: { costs: 'raw', randomEvery: 0, trees: 10 }, proposalCostLimit: 2_000_000 },
  ],
  // One goal costs 0.8 million blocks, three goals 2.0 to 2.3 million: each has a model of its own.
  gp: [
    { options: { limit: 100 }, ...gpLimits },
    { options: { limit: 100, deterministic: true }, ...gpLimits },
  ],
  genetic: [
    { replacedAmong: 700 },
    { options: { preset: 'deap', population: 10 } },
    {
      options: {
        algorithm: 'muCommaLambda',
        population: 4,
        offspring: 6,
        crossover: 'simulatedBinary',
        islands: 2,
        migrants: 1,
      },
    },
  ],
  freezeThaw: [
    { options: { steps: 9 }, ...gpLimits },
    { options: { steps: 4, pieces: false, startupTrials: 5 }, ...gpLimits },
  ],
  pso: [
    { replacedAmong: 700 },
    { options: { topology: 'ring', inertia: 'falling', walls: 'periodic' } },
    { options: { swarms: 2, particles: 4, changeBeyond: 0 } },
  ],
  pbt: [{}, { options: { population: 16, exploit: 'tournament', resample: 0 } }],
  pb2: [{ options: { population: 16, interval: 2 } }],
  de: [
    { replacedAmong: 700 },
    { options: { population: 8, smallestPopulation: 4, start: 'random' } },
    { options: { strategy: 'rand1', adaptation: 'jde', population: 6, bounds: 'reflect' } },
  ],
  latinHypercube: [{}, { options: { trials: 16, centerd: true } }],
  nsga2: [
    {},
    { options: { preset: 'optuna', population: 6 } },
    { options: { preset: 'deap', population: 6, survival: 'strength' } },
    { options: { crossover: 'unimodalNormal', survival: 'hypervolume' } },
  ],
  nsga3: [{}, { options: { offspring: 4, crossover: 'simplex', divisions: 3 } }],
  auto: [{}],
  gradient: [
    {},
    { options: { optimizer: 'gradientDescent', bounds: 'logit', start: 'random' } },
    { options: { estimator: 'spsa', optimizer: 'momentum', draws: 2, outer: { name: 'tpe' } } },
    { options: { estimator: 'central', optimizer: 'rmsprop' } },
  ],
  mix: [
    { options: { samplers: [{ name: 'tpe' }] } },
    { options: { samplers: [{ name: 'tpe', weight: 3 }, { name: 'cmaes' }, { name: 'random' }] } },
  ],
  portfolio: [{ options: { samplers: [{ name: 'tpe' }, { name: 'cmaes' }, { name: 'sobol' }] } }],
  tpe: [
    {},
    ...['optuna-5', 'optuna-4', 'hyperopt', 'watanabe'].map(preset => ({ options: { preset } })),
  ],
}

it('runs over every sampler', () => {
  expect(Object.keys(runs).sort()).toEqual(Object.keys(samplers).sort())
})

for (const definition of Object.values(samplers)) {
  for (const options of runs[definition.name] ?? []) {
    samplerSuite(definition, options)
    samplerGoalsSuite(definition, options)
  }
}
