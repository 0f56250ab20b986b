import type { z } from 'zod'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'
import type { freezeThawOptionsSchema } from '../../src-main/search/samplers/freeze-thaw/options.ts'
import { tinyTasks } from '../../test/helpers/tiny-tasks.ts'

/**
 * The studies whose results `bench:golden` records: every sampler and every pruner, each in at least two of the 57, over functions with
 * learning curves and small trainings. All run one trial at a time on engines whose results repeat bit for bit.
 */

type Study = Omit<StudySpecificationInput, 'name'>
type Problem = Omit<Study, 'stop'>

/** A study under a name of the recording, which no renaming of the product reaches. */
export interface GoldenStudy {
  readonly name: string
  readonly specification: StudySpecificationInput
}

const steps = 9

const common = {
  engine: 'cpu',
  goals: [{ metric: 'value', direction: 'minimize' }],
} satisfies Partial<Study>

const curve = {
  ...common,
  objective: { function: 'branin', steps },
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  seed: 3,
} satisfies Problem

/** Each kind of parameter. */
const mixed = {
  ...common,
  objective: { function: 'styblinskiTang', dimension: 6, steps: 6 },
  space: {
    x0: { float: [-5, 5], step: 0.25 },
    x1: { int: [-5, 5] },
    x2: { choice: [-4, -2.9, 0, 2.5, 4], weights: [1, 1, 2, 2, 1] },
    x3: { ordinal: [-5, -3, -1, 1, 3, 5] },
    x4: { normal: [0, 2], bounds: [-5, 5] },
    x5: { float: [0.01, 5], log: true },
  },
  seed: 5,
} satisfies Problem

const related = {
  ...common,
  objective: { function: 'rastrigin', dimension: 3, steps: 4 },
  space: { x0: { float: [-5, 5] }, x1: { float: [-5, 5] }, x2: { int: [-5, 5] } },
  relations: ['x0 < x1'],
  seed: 11,
} satisfies Problem

const constrained = {
  ...curve,
  objective: { function: 'constrainedBranin', steps: 4 },
  constraints: ['c1'],
  seed: 13,
} satisfies Problem

const twoGoals = {
  ...common,
  objective: { function: 'zdt1', dimension: 3, steps: 6 },
  goals: [
    { metric: 'f1', direction: 'minimize' },
    { metric: 'f2', direction: 'minimize' },
  ],
  space: { x0: { float: [0, 1] }, x1: { float: [0, 1] }, x2: { float: [0, 1] } },
  seed: 17,
} satisfies Problem

const threeGoals = {
  ...common,
  objective: { function: 'dtlz2', dimension: 4, objectives: 3, steps: 4 },
  goals: [
    { metric: 'f1', direction: 'minimize' },
    { metric: 'f2', direction: 'minimize' },
    { metric: 'f3', direction: 'minimize' },
  ],
  space: {
    x0: { float: [0, 1] },
    x1: { float: [0, 1] },
    x2: { float: [0, 1] },
    x3: { ordinal: [0, 0.25, 0.5, 0.75, 1] },
  },
  seed: 19,
} satisfies Problem

/** Conditions, and steps at which the validation loss turns. */
const network = {
  engine: 'cpu',
  objective: {
    task: 'tabular',
    data: { file: 'penguins.csv', target: 'species', train: 60, validation: 60, test: 60 },
  },
  goals: [{ metric: 'validationLoss', direction: 'minimize' }],
  space: {
    optimizer: { choice: ['sgd', 'momentum', 'adam'] },
    momentum: { float: [0, 0.95], when: { optimizer: 'momentum' } },
    learningRate: { float: [0.003, 0.5], log: true },
    layers: { int: [1, 2] },
    units: { int: [3, 12] },
    units2: { int: [2, 6], when: { layers: 2 } },
    dropout: { float: [0, 0.4] },
    batchSize: { ordinal: [10, 20, 30] },
    epochs: { fixed: steps },
  },
  seed: 23,
} satisfies Problem

/** Half of the space diverges. */
const failing = {
  ...network,
  space: {
    optimizer: { choice: ['sgd', 'momentum'] },
    learningRate: { float: [0.05, 100], log: true },
    layers: { int: [2, 4] },
    units: { fixed: 12 },
    activation: { fixed: 'linear' },
    epochs: { fixed: 5 },
  },
  seed: 29,
} satisfies Problem

const trees = {
  engine: 'cpu',
  objective: { task: 'tabular', data: { file: 'diabetes.csv', target: 'progression', train: 120 } },
  goals: [{ metric: 'validationLoss', direction: 'minimize' }],
  space: {
    family: { choice: ['boosting', 'forest', 'linear'] },
    rounds: { int: [5, 20], when: { family: 'boosting' } },
    leaves: { int: [3, 9], when: { family: 'boosting' } },
    trees: { int: [3, 10], when: { family: 'forest' } },
  },
  seed: 31,
} satisfies Problem

/** Weights that trainings of a population share. */
const population = {
  ...network,
  space: {
    learningRate: { float: [0.001, 0.3], log: true },
    dropout: { float: [0, 0.5] },
    units: { fixed: 6 },
    epochs: { fixed: 8 },
  },
  seed: 37,
} satisfies Problem

const hypergradients = {
  engine: 'cpu',
  objective: {
    task: 'tabular',
    data: { file: 'penguins.csv', target: 'species', train: 90, validation: 60, test: 60 },
    hypergradients: { mode: 'reverse', steps: 10, batchSize: 16 },
  },
  goals: [{ metric: 'holdoutLoss', direction: 'minimize' }],
  space: {
    layers: { int: [0, 1] },
    units: { fixed: 5 },
    activation: { fixed: 'tanh' },
    learningRate: { float: [0.01, 1], log: true },
    momentum: { float: [0, 0.99] },
  },
  seed: 41,
} satisfies Problem

function freezeThaw(options: z.input<typeof freezeThawOptionsSchema>): Study['sampler'] {
  return { name: 'freezeThaw', ...options }
}

const none = {} satisfies Partial<Study>
const median = { pruner: { name: 'median', startupTrials: 3 } } satisfies Partial<Study>
const percentile = {
  pruner: { name: 'percentile', percentile: 40, startupTrials: 3 },
} satisfies Partial<Study>
const wilcoxon = { pruner: { name: 'wilcoxon', startupSteps: 3 } } satisfies Partial<Study>
const halving = {
  pruner: { name: 'successiveHalving', minResource: 1, reductionFactor: 2 },
} satisfies Partial<Study>
const asha = {
  pruner: { name: 'asha', minResource: 1, reductionFactor: 2 },
} satisfies Partial<Study>
const hyperband = {
  pruner: { name: 'hyperband', minResource: 1, maxResource: 6, reductionFactor: 2 },
} satisfies Partial<Study>
const pareto = { pruner: { name: 'pareto', startupTrials: 4 } } satisfies Partial<Study>
const overfitting = { pruner: { name: 'overfitting', patience: 2 } } satisfies Partial<Study>
const patient = {
  pruner: { name: 'patient', patience: 2, wrapped: { name: 'median', startupTrials: 2 } },
} satisfies Partial<Study>
const promotion = { pruner: { name: 'promotion', maxResource: steps } } satisfies Partial<Study>

const expected: Study['space'][string] = {
  float: [-5, 10],
  prior: { center: 3, confidence: 'high' },
}

/** @param folder for the data of texts and sounds */
export function samplersByPruners(folder: string): GoldenStudy[] {
  const { image, text, audio } = tinyTasks(folder)
  const loss = network.goals
  const studies: Record<string, Study> = {
    'random + median': { ...trees, ...median, sampler: { name: 'random' }, stop: { trials: 16 } },
    'random + hyperband': {
      ...curve,
      ...hyperband,
      sampler: { name: 'random' },
      stop: { trials: 40 },
    },
    'random + none': {
      ...trees,
      ...none,
      sampler: { name: 'random' },
      folds: 3,
      replicates: { count: 2, seeds: 'shared' },
      race: {},
      stop: { trials: 12 },
    },
    'grid + asha': {
      ...curve,
      ...asha,
      sampler: { name: 'grid', points: 5 },
      stop: { trials: 25 },
    },
    'grid + percentile': {
      ...mixed,
      ...percentile,
      sampler: { name: 'grid', points: 3, shuffle: true },
      stop: { trials: 30 },
    },
    'sobol + threshold': {
      ...curve,
      pruner: { name: 'threshold', upper: 120, warmupSteps: 2 },
      sampler: { name: 'sobol' },
      stop: { trials: 32 },
    },
    'sobol + pareto': {
      ...twoGoals,
      ...pareto,
      sampler: { name: 'sobol', scramble: 'shift' },
      stop: { trials: 32 },
    },
    'halton + wilcoxon': {
      ...curve,
      ...wilcoxon,
      sampler: { name: 'halton' },
      stop: { trials: 30 },
    },
    'halton + promotion': {
      ...curve,
      ...promotion,
      sampler: { name: 'halton' },
      stop: { trials: 40 },
    },
    'latinHypercube + successiveHalving': {
      ...mixed,
      ...halving,
      sampler: { name: 'latinHypercube' },
      stop: { trials: 30 },
    },
    'latinHypercube + rules': {
      ...network,
      pruner: {
        name: 'rules',
        rules: [
          { name: 'threshold', metric: 'trainLoss', upper: 1.3, warmupSteps: 3 },
          { name: 'median', metric: 'validationAccuracy', direction: 'maximize', startupTrials: 3 },
        ],
      },
      sampler: { name: 'latinHypercube' },
      stop: { trials: 20 },
    },
    'anneal + asha': { ...mixed, ...asha, sampler: { name: 'anneal' }, stop: { trials: 40 } },
    'anneal + overfitting': {
      ...network,
      ...overfitting,
      sampler: { name: 'anneal' },
      stop: { trials: 20 },
    },
    'catcma + hyperband': {
      ...mixed,
      ...hyperband,
      sampler: { name: 'catcma' },
      stop: { trials: 40 },
    },
    'catcma + median': {
      ...curve,
      ...median,
      sampler: { name: 'catcma', population: 4 },
      enqueue: [{ x0: 9, x1: 14 }],
      stop: { trials: 40 },
    },
    'catcma + none': { ...constrained, ...none, sampler: { name: 'catcma' }, stop: { trials: 30 } },
    'cmaes + patient': {
      ...failing,
      pruner: { name: 'patient', patience: 0, wrapped: { name: 'threshold', upper: 0.8 } },
      sampler: { name: 'cmaes' },
      stop: { trials: 20, failures: 20 },
    },
    'cmaes + percentile': {
      ...related,
      ...percentile,
      sampler: { name: 'cmaes', covariance: 'separable' },
      stop: { trials: 40 },
    },
    'cmaes + none': {
      ...mixed,
      ...none,
      sampler: { name: 'cmaes', selection: 'plus' },
      stop: { trials: 40 },
    },
    'forest + median': { ...mixed, ...median, sampler: { name: 'forest' }, stop: { trials: 30 } },
    'forest + threshold': {
      ...failing,
      pruner: { name: 'threshold', upper: 50 },
      sampler: { name: 'forest', startupTrials: 5 },
      stop: { trials: 24, failures: 20 },
    },
    'forest + rules': {
      ...curve,
      pruner: {
        name: 'rules',
        rules: [
          {
            name: 'patient',
            metric: 'value',
            patience: 1,
            wrapped: { name: 'median', startupTrials: 3 },
          },
          { name: 'asha', metric: 'value' },
        ],
        ends: 'any',
      },
      sampler: { name: 'forest', startupTrials: 6 },
      stop: { trials: 24 },
    },
    'gp + none': { ...related, ...none, sampler: { name: 'gp' }, stop: { trials: 20 } },
    'gp + hyperband': { ...mixed, ...hyperband, sampler: { name: 'gp' }, stop: { trials: 20 } },
    'gp + wilcoxon': {
      ...constrained,
      ...wilcoxon,
      space: { ...curve.space, x0: expected },
      sampler: { name: 'gp' },
      stop: { trials: 20 },
    },
    'gp + median': {
      ...failing,
      ...median,
      sampler: { name: 'gp', startupTrials: 5 },
      stop: { trials: 20, failures: 20 },
    },
    'gp + asha': {
      ...curve,
      ...asha,
      warmStart: [{ study: 'random + hyperband' }],
      sampler: { name: 'gp', startupTrials: 4 },
      seed: 59,
      stop: { trials: 16 },
    },
    'genetic + successiveHalving': {
      ...mixed,
      ...halving,
      sampler: { name: 'genetic', population: 8 },
      stop: { trials: 40 },
    },
    'genetic + overfitting': {
      ...network,
      ...overfitting,
      sampler: { name: 'genetic', population: 6 },
      stop: { trials: 24 },
    },
    'pso + promotion': {
      ...curve,
      ...promotion,
      sampler: { name: 'pso', particles: 5 },
      stop: { trials: 40 },
    },
    'pso + patient': {
      ...mixed,
      ...patient,
      sampler: { name: 'pso', particles: 6 },
      stop: { trials: 40 },
    },
    'de + asha': {
      ...curve,
      ...asha,
      sampler: { name: 'de', population: 6 },
      stop: { trials: 40 },
    },
    'de + pareto': {
      ...network,
      pruner: {
        name: 'pareto',
        startupTrials: 4,
        metrics: [
          { metric: 'validationLoss', direction: 'minimize' },
          { metric: 'validationAccuracy', direction: 'maximize' },
        ],
      },
      sampler: { name: 'de', population: 6 },
      stop: { trials: 24 },
    },
    'tpe + median': {
      ...curve,
      ...median,
      space: { ...curve.space, x0: expected },
      enqueue: [{ x0: -3, x1: 12 }, { x1: 2 }],
      sampler: { name: 'tpe', startupTrials: 6 },
      stop: { trials: 40 },
    },
    'tpe + wilcoxon': {
      ...mixed,
      ...wilcoxon,
      duplicates: 'redraw',
      sampler: { name: 'tpe', startupTrials: 6 },
      stop: { trials: 40 },
    },
    'tpe + rules': {
      ...failing,
      pruner: {
        name: 'rules',
        rules: [{ name: 'percentile', metric: 'validationLoss', percentile: 60, startupTrials: 2 }],
      },
      sampler: { name: 'tpe', startupTrials: 6 },
      stop: { trials: 24, failures: 20 },
    },
    'tpe + none': {
      ...twoGoals,
      ...none,
      sampler: { name: 'tpe', startupTrials: 6 },
      stop: { trials: 30 },
    },
    'tpe + hyperband': {
      ...curve,
      pruner: { name: 'hyperband', maxResource: steps, compat: 'optuna' },
      sampler: { name: 'tpe', preset: 'optuna-5', startupTrials: 6 },
      stop: { trials: 40 },
    },
    'nsga2 + pareto': {
      ...twoGoals,
      ...pareto,
      sampler: { name: 'nsga2', population: 8 },
      stop: { trials: 40 },
    },
    'nsga2 + none': {
      ...related,
      ...none,
      duplicates: 'reuse',
      sampler: { name: 'nsga2', population: 8 },
      stop: { trials: 40 },
    },
    'nsga3 + percentile': {
      ...threeGoals,
      ...percentile,
      sampler: { name: 'nsga3', population: 8 },
      stop: { trials: 40 },
    },
    'nsga3 + none': {
      ...twoGoals,
      ...none,
      sampler: { name: 'nsga3', population: 6 },
      stop: { trials: 40 },
    },
    'pbt + none': {
      ...curve,
      ...none,
      sampler: { name: 'pbt', population: 4, interval: 2, steps },
      stop: { trials: 24 },
    },
    'pbt + median': {
      ...population,
      ...median,
      sampler: { name: 'pbt', population: 4, interval: 2, exploit: 'tournament' },
      stop: { trials: 16 },
    },
    'pb2 + none': {
      ...population,
      ...none,
      sampler: { name: 'pb2', population: 4, interval: 2 },
      stop: { trials: 16 },
    },
    'pb2 + threshold': {
      ...curve,
      pruner: { name: 'threshold', upper: 300 },
      sampler: { name: 'pb2', population: 4, interval: 3, steps },
      stop: { trials: 24 },
    },
    'freezeThaw + none': {
      ...curve,
      ...none,
      sampler: freezeThaw({ steps, startupTrials: 4 }),
      stop: { trials: 30 },
    },
    'freezeThaw + median': {
      ...network,
      ...median,
      sampler: freezeThaw({ steps, startupTrials: 4, increments: false }),
      stop: { trials: 14 },
    },
    'auto + none': { ...curve, ...none, sampler: { name: 'auto' }, stop: { trials: 24 } },
    'auto + promotion': {
      ...network,
      ...promotion,
      sampler: { name: 'auto' },
      stop: { trials: 20 },
    },
    'auto + pareto': { ...twoGoals, ...pareto, sampler: { name: 'auto' }, stop: { trials: 20 } },
    'gradient + none': {
      ...hypergradients,
      ...none,
      sampler: { name: 'gradient', iterations: 5, outer: { name: 'random' } },
      stop: { trials: 16 },
    },
    'gradient + patient': {
      ...curve,
      ...patient,
      sampler: { name: 'gradient', estimator: 'spsa', start: 'random', iterations: 4 },
      stop: { trials: 30 },
    },
    'mix + asha': {
      ...mixed,
      ...asha,
      sampler: {
        name: 'mix',
        samplers: [
          { name: 'random', weight: 1 },
          { name: 'tpe', weight: 2, startupTrials: 5 },
          { name: 'catcma', weight: 1 },
        ],
      },
      stop: { trials: 30 },
    },
    'mix + successiveHalving': {
      objective: audio.objective,
      engine: 'cpu',
      goals: loss,
      ...halving,
      space: {
        model: { fixed: 'gru' },
        recurrentUnits: { int: [2, 4] },
        units: { int: [2, 5] },
        bands: { int: [4, 8] },
        windowMs: { fixed: 20 },
        hopMs: { fixed: 10 },
        learningRate: { float: [0.001, 0.1], log: true },
        epochs: { fixed: 4 },
      },
      sampler: { name: 'mix', samplers: [{ name: 'sobol' }, { name: 'anneal' }] },
      seed: 43,
      stop: { trials: 10 },
    },
    'portfolio + successiveHalving': {
      objective: text.objective,
      engine: 'cpu',
      goals: loss,
      ...halving,
      space: {
        vocabularySize: { int: [8, 14] },
        length: { fixed: 5 },
        embeddingDimensions: { int: [2, 4] },
        model: { choice: ['gru', 'mean'] },
        recurrentUnits: { int: [2, 4], when: { model: 'gru' } },
        units: { int: [2, 5] },
        learningRate: { float: [0.001, 0.1], log: true },
        epochs: { fixed: 4 },
      },
      sampler: {
        name: 'portfolio',
        samplers: [{ name: 'random' }, { name: 'tpe', startupTrials: 4 }],
      },
      seed: 47,
      stop: { trials: 14 },
    },
    'portfolio + overfitting': {
      objective: image.objective,
      engine: 'cpu',
      goals: loss,
      ...overfitting,
      space: {
        model: { choice: ['mlp', 'cnn'] },
        filters: { int: [1, 3], when: { model: 'cnn' } },
        convolutionBlocks: { fixed: 1 },
        units: { int: [2, 8] },
        shift: { int: [0, 2] },
        flip: { choice: [true, false] },
        rotate: { float: [0, 10] },
        mixup: { float: [0, 0.4] },
        learningRate: { float: [0.001, 0.1], log: true },
        epochs: { fixed: 5 },
      },
      replicates: { count: 2 },
      sampler: {
        name: 'portfolio',
        samplers: [{ name: 'catcma' }, { name: 'de' }, { name: 'gp', startupTrials: 4 }],
      },
      seed: 53,
      stop: { trials: 10 },
    },
  }
  return Object.entries(studies).map(([name, study]) => ({
    name,
    specification: { name, ...study },
  }))
}

/** Turns of a population that copy weights; larger than those above. */
export const populationStudy: GoldenStudy = {
  name: 'population',
  specification: {
    name: 'population',
    ...population,
    sampler: { name: 'pbt', population: 6, interval: 1, steps: 6 },
    stop: { trials: 36 },
  },
}

/** What changes about the quickstart: a small part of its images, one trial at a time, an engine that every machine has. */
export const smallQuickstart = {
  objective: { task: 'image', data: { source: 'mnist', train: 1000, validation: 500 } },
  parallelTrials: 1,
  engine: 'wasm',
} satisfies Partial<StudySpecificationInput>

export interface ResumedStudy extends GoldenStudy {
  /**
   * Where its sessions are interrupted; the last one runs to its end. One whose search and trainer are killed goes on by itself, so that
   * it can only be the last.
   */
  readonly ends: readonly {
    readonly how: 'pause' | 'kill main' | 'kill search and trainer'
    readonly trialNumber: number
  }[]
}

export const resumedStudies: readonly ResumedStudy[] = [
  {
    name: 'resumed tpe',
    specification: {
      name: 'resumed tpe',
      ...mixed,
      ...hyperband,
      sampler: { name: 'tpe', startupTrials: 6 },
      stop: { trials: 30 },
    },
    ends: [
      { how: 'kill main', trialNumber: 9 },
      { how: 'pause', trialNumber: 17 },
    ],
  },
  {
    name: 'resumed catcma',
    specification: {
      name: 'resumed catcma',
      ...network,
      ...median,
      sampler: { name: 'catcma' },
      checkpoint: { everySteps: 2 },
      stop: { trials: 16 },
    },
    ends: [
      { how: 'pause', trialNumber: 5 },
      { how: 'kill main', trialNumber: 11 },
    ],
  },
  {
    name: 'resumed population',
    specification: {
      name: 'resumed population',
      ...population,
      sampler: { name: 'pb2', population: 3, interval: 2 },
      retry: { killed: 3 },
      stop: { trials: 12 },
    },
    ends: [
      { how: 'kill main', trialNumber: 4 },
      { how: 'kill search and trainer', trialNumber: 8 },
    ],
  },
]
