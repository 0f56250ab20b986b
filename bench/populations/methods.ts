import { fileURLToPath } from 'node:url'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'

const digits = fileURLToPath(new URL('../../resources/samples/digits.csv', import.meta.url))

/** The problems, and the methods that have to solve them. */

/** Epochs of a whole training. */
export const epochs = 27
/** Trainings side by side in a population; so the budget of every method is `population · epochs`. */
export const population = 12
export const budget = population * epochs

export type Method =
  'random' | 'asha' | 'asha, schedules' | 'auto, asha' | 'promotion' | 'freezeThaw' | 'pbt' | 'pb2'

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
  'auto, asha': { sampler: { name: 'auto' }, pruner: { name: 'asha', ...halving } },
  promotion: { pruner: { name: 'promotion', ...halving } },
  freezeThaw: { sampler: { name: 'freezeThaw', steps: epochs } },
  pbt: { sampler: { name: 'pbt', ...turns } },
  pb2: { sampler: { name: 'pb2', ...turns } },
}

type Problem = Pick<StudySpecificationInput, 'objective' | 'space'>

/**
 * `digits`: few images, so what bounds the loss is what can be learned from them. `images`: every epoch shows other
 * shifts to a network of 16 units, so there is always more to learn, and what bounds the loss is the noise of a rate that has not fallen.
 * `speech`: spoken words by convolutions over the frames of their spectrograms.
 */
const problems = (recordings: string) =>
  ({
    digits: {
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
      space: { dropout: { float: [0, 0.6] }, units: { fixed: 32 } },
    },
    images: {
      objective: { task: 'image', data: { source: 'mnist', train: 10_000, validation: 3_000 } },
      space: { model: { fixed: 'mlp' }, shift: { fixed: 2 }, units: { fixed: 16 } },
    },
    speech: {
      objective: {
        task: 'audio',
        data: { source: { folders: recordings, seconds: 0.6 }, validation: 0.2, test: 0.2 },
      },
      space: {
        model: { fixed: 'cnn1d' },
        filters: { fixed: 16 },
        bands: { fixed: 24 },
        dropout: { float: [0, 0.5] },
      },
    },
  }) as const satisfies Record<string, Problem>

export type ProblemName = keyof ReturnType<typeof problems>
export const problemNames = Object.keys(problems('')) as ProblemName[]

export interface StudyRequest {
  readonly problem: ProblemName
  /** Of `speech`: a ZIP file with a folder of recordings for each word. */
  readonly recordings: string
  readonly method: Method
  readonly seed: number
  readonly engine: 'wasm' | 'tensorflow'
}

/** A small network and noisy gradients: where it ends depends on how the learning rate falls. */
export function studyOf({ problem, recordings, method, seed, engine }: StudyRequest) {
  const { space, ...otherKeys } = methods[method]
  const { objective, space: problemSpace } = problems(recordings)[problem]
  return {
    name: `${problem}, ${method}, seed ${seed}`,
    objective,
    goals: [{ metric: 'validationLoss', direction: 'minimize' }],
    space: {
      learningRate: { float: [1e-3, 1], log: true },
      momentum: { float: [0.5, 0.95] },
      optimizer: { fixed: 'momentum' },
      schedule: { fixed: 'constant' },
      batchSize: { fixed: 16 },
      epochs: { fixed: epochs },
      ...problemSpace,
      ...space,
    },
    sampler: { name: 'random' },
    stop: { epochs: budget },
    engine,
    seed,
    ...otherKeys,
  } satisfies StudySpecificationInput
}
