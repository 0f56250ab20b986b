import { fileURLToPath } from 'node:url'
import type { StudySpecificationInput } from '../../src-main/contract/study-specification.ts'

const digits = fileURLToPath(new URL('../../resources/samples/digits.csv', import.meta.url))

/** The problem that all methods have, and the methods. */

/** Epochs of a whole training. */
export const epochs = 27
/** Trainings side by side in a population; so the budget of every method is `population · epochs`. */
export const population = 12
export const budget = population * epochs

export type Method = 'random' | 'asha' | 'asha, schedules' | 'promotion' | 'pbt' | 'pb2'

const halving = { minResource: 1, maxResource: epochs, reductionFactor: 3 }
const turns = { population, interval: 3, steps: epochs }

export const methods: Readonly<Record<Method, Partial<StudySpecificationInput>>> = {
  random: {},
  asha: { pruner: { name: 'asha', ...halving } },
  // What a person would try who knows that rates should fall.
  'asha, schedules': {
    pruner: { name: 'asha', ...halving },
    space: { schedule: { choice: ['constant', 'step', 'linear', 'cosine', 'exponential'] } },
  },
  promotion: { pruner: { name: 'promotion', ...halving } },
  pbt: { sampler: { name: 'pbt', ...turns } },
  pb2: { sampler: { name: 'pb2', ...turns } },
}

/** A small network on few images and noisy gradients: where it ends depends on how the learning rate falls. */
export function studyOf(method: Method, seed: number, engine: 'wasm' | 'tensorflow') {
  const { space, ...rest } = methods[method]
  return {
    name: `${method}, seed ${seed}`,
    objective: {
      task: 'tabular',
      data: {
        file: digits,
        target: 'digit',
        problem: 'classification',
        validation: 400,
        test: 600,
      },
    },
    goals: [{ metric: 'validationLoss', direction: 'minimize' }],
    space: {
      learningRate: { float: [1e-3, 1], log: true },
      momentum: { float: [0.5, 0.95] },
      dropout: { float: [0, 0.6] },
      optimizer: { fixed: 'momentum' },
      schedule: { fixed: 'constant' },
      units: { fixed: 32 },
      batchSize: { fixed: 16 },
      epochs: { fixed: epochs },
      ...space,
    },
    sampler: { name: 'random' },
    stop: { epochs: budget },
    ...{ engine, seed },
    ...rest,
  } satisfies StudySpecificationInput
}
