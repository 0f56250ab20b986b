import type { ParameterValue, TrialSnapshot } from '../../src-main/core/trial/trial.ts'
import { mean } from '../../src-main/math/numbers.ts'
import type { RandomStream } from '../../src-main/math/random/random-stream.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { testFunctions } from '../../src-main/math/test-functions/test-functions.ts'
import type { TrainingValues } from '../../src-main/search/estimated-best/measured-noise.ts'
import { boxSpace, vectorOf } from './problems/closed-forms.ts'
import type { SearchProblem } from './problems/problem.ts'
import { loadProblem } from './problems/registry.ts'
import {
  levelsOf,
  type NoiseLevel,
  simulatedPruners,
  type SimulatedStudy,
  simulateStudy,
} from './simulated-study.ts'

/**
 * Studies whose best trial is partly luck, from two sets of generators that share no function, no noise level, no form of noise and no
 * number of trials: one to develop the estimated best with, the other to report of.
 */
export const generatorNames = ['development', 'heldOut'] as const
export type GeneratorName = (typeof generatorNames)[number]

/** How a study shows its noise: not at all, by several trainings a trial, or by its best trials tried again. */
export const repetitionForms = ['once', 'trainings', 'repeats'] as const
export type RepetitionForm = (typeof repetitionForms)[number]

/** A function with the best of spread points and the distance of their median from it, by which noise is scaled. */
interface ScaledProblem extends SearchProblem {
  readonly best: number
  readonly scale: number
}

interface Generators {
  readonly problems: readonly ScaledProblem[]
  readonly trialCounts: readonly number[]
  /** Shares of the scale. */
  readonly noiseLevels: readonly number[]
  readonly trainingCounts: readonly number[]
  /** The factor of a trial's noise by the height of its value above the best, in scales, its parameters and its luck. */
  readonly noiseShapes: Readonly<
    Record<
      string,
      (height: number, first: ParameterValue | undefined, random: RandomStream) => number
    >
  >
}

export interface NoisyStudy {
  readonly problem: string
  readonly pruner: string
  readonly form: RepetitionForm
  readonly noiseShape: string
  readonly trainingCount: number
  readonly scale: number
  readonly specification: SimulatedStudy['specification']
  readonly trials: readonly TrialSnapshot[]
  /** Of every trial. */
  readonly truth: readonly number[]
  readonly trainings: TrainingValues
}

const samplers = ['random', 'tpe', 'gp', 'auto']

/** @param halfWidth of the box where it is not the usual one; its minimum is then off the center */
function plain(name: string, dimensions: number, halfWidth?: number): SearchProblem {
  const { bounds, evaluate } = testFunctions[name]!
  return {
    name: `${name}${dimensions}`,
    space: boxSpace(dimensions, index =>
      halfWidth === undefined ? bounds(index) : [-0.8 * halfWidth, halfWidth],
    ),
    evaluate: point => evaluate(vectorOf(point, dimensions)),
  }
}

/** A sum of 64 waves with random directions: a draw of a smooth random function. */
function waves(dimensions: number, seed: number): SearchProblem {
  const random = createRandomStream({ seed, number: dimensions, purpose: 'waves' })
  const all = Array.from({ length: 64 }, () => ({
    frequencies: Array.from({ length: dimensions }, () => 4 * random.normal()),
    phase: 2 * Math.PI * random.uniform(),
  }))
  return {
    name: `waves${dimensions}_${seed}`,
    space: boxSpace(dimensions, () => [0, 1]),
    evaluate: point => {
      const x = vectorOf(point, dimensions)
      return all.reduce(
        (sum, { frequencies, phase }) =>
          sum +
          Math.cos(frequencies.reduce((angle, f, at) => angle + f * (x[at] as number), phase)),
        0,
      )
    },
  }
}

async function withScales(problems: readonly SearchProblem[]): Promise<ScaledProblem[]> {
  return await Promise.all(
    problems.map(async problem => {
      const { best, middle } = await levelsOf(problem)
      return { ...problem, best, scale: middle - best }
    }),
  )
}

const registered = async (names: readonly string[]): Promise<SearchProblem[]> =>
  await Promise.all(names.map(async name => (await loadProblem(name))!))

const generators: Readonly<Record<GeneratorName, () => Promise<Generators>>> = {
  development: async () => ({
    problems: await withScales([
      plain('sphere', 1),
      plain('sphere', 2),
      plain('sphere', 5),
      plain('hartmann6', 6),
      plain('rosenbrock', 2),
      plain('rosenbrock', 4),
      plain('rastrigin', 1),
      plain('rastrigin', 2),
      plain('griewank', 2, 40),
      waves(1, 1),
      waves(2, 2),
      waves(2, 3),
      waves(4, 4),
      ...(await registered([
        'held_ellipsoid8',
        'held_michalewicz5',
        'held_dixonprice4',
        'held_network_c',
        'held_choices6',
        'held_mixint_rastrigin10',
      ])),
    ]),
    trialCounts: [15, 30, 50, 90],
    noiseLevels: [0.03, 0.1, 0.3],
    trainingCounts: [2, 3, 5],
    noiseShapes: {
      equal: () => 1,
      byTrial: (_height, _first, random) => Math.exp(0.6 * random.normal()),
      byValue: height => 0.5 + Math.min(height, 3),
    },
  }),
  heldOut: async () => ({
    problems: await withScales([
      plain('branin', 2),
      plain('sixHumpCamel', 2),
      plain('ackley', 1, 8),
      plain('ackley', 2),
      plain('ackley', 4),
      plain('levy', 1),
      plain('levy', 3),
      plain('styblinskiTang', 1),
      plain('styblinskiTang', 3),
      ...(await registered([
        'held_schwefel4',
        'held_network_a',
        'held_network_b',
        'held_network_d',
        'held_mixint_ackley5',
        'held_mixint_ellipsoid10',
        'held_choices10',
        'mixcond',
      ])),
    ]),
    trialCounts: [20, 40, 60, 100],
    noiseLevels: [0.02, 0.05, 0.2, 0.4],
    trainingCounts: [2, 3, 4, 5],
    noiseShapes: {
      same: () => 1,
      // The same for every trial but one in four, which is three times as noisy.
      mixed: (_height, _first, random) => (random.uniform() < 0.25 ? 3 : 1),
      // As a learning rate that is too high.
      half: (_height, first, _random) => (isUpper(first) ? 2.5 : 0.8),
      steep: height => Math.min(0.3 + height ** 2, 4),
    },
  }),
}

/** Of the numbers every second stripe; of categories every second one. */
function isUpper(value: ParameterValue | undefined): boolean {
  if (typeof value === 'number') return Math.sin(value) > 0
  return String(value).length % 2 === 0
}

function pick<Item>(items: readonly Item[], random: RandomStream): Item {
  return items[random.integer(items.length)]!
}

/** A study as it is after its trials were trained several times, or its best ones tried again. */
function repeated(
  { trials, truth, deviations }: SimulatedStudy,
  form: RepetitionForm,
  {
    trainingCount,
    scale,
    random,
  }: { readonly trainingCount: number; readonly scale: number; readonly random: RandomStream },
): Pick<NoisyStudy, 'trials' | 'truth' | 'trainings'> {
  const trainings = new Map<number, number[]>()
  if (form === 'once') return { trials, truth, trainings }
  const complete = trials.filter(({ state }) => state === 'complete')
  if (form === 'repeats') {
    const again = [...complete]
      .sort((a, b) => a.values[0]! - b.values[0]!)
      .slice(0, 1 + random.integer(4))
      .map((trial, index) => {
        const { origin: _, ...fresh } = trial
        const value = truth[trial.number]! + deviations[trial.number]! * random.normal()
        const number = trials.length + index
        return { trial: { ...fresh, number, values: [value] }, truth: truth[trial.number]! }
      })
    return {
      trials: [...trials, ...again.map(({ trial }) => trial)],
      truth: [...truth, ...again.map(repeat => repeat.truth)],
      trainings,
    }
  }
  // A hard fold is hard for all.
  const folds = Array.from({ length: trainingCount }, () => 0.5 * scale * random.normal())
  for (const { number, values } of complete) {
    // The mean of the trainings is the value of the trial.
    const deviation = deviations[number]! * Math.sqrt(folds.length)
    const rests = folds.map(() => deviation * random.normal())
    const each = folds.map((fold, at) => values[0]! + rests[at]! - mean(rests) + fold - mean(folds))
    trainings.set(number, each)
  }
  return { trials, truth, trainings }
}

/**
 * The studies of a set of generators, from the first seed on: every problem and, for each, every pruner in turn; the rest at random.
 * @param isNoisy false: the same value comes out every time
 */
export async function* noisyStudies(
  name: GeneratorName,
  firstSeed: number,
  isNoisy: boolean,
): AsyncGenerator<NoisyStudy> {
  const { problems, trialCounts, noiseLevels, trainingCounts, noiseShapes } =
    await generators[name]()
  for (let seed = firstSeed; ; seed++) {
    const random = createRandomStream({ seed, number: 0, purpose: 'bench of the estimated best' })
    const problem = problems[seed % problems.length]!
    const pruner = simulatedPruners[Math.floor(seed / problems.length) % simulatedPruners.length]!
    const { scale, best } = problem
    const form = pick(isNoisy ? repetitionForms.slice(1) : repetitionForms, random)
    const trainingCount = pick(trainingCounts, random)
    const level = isNoisy ? scale * pick(noiseLevels, random) : 0
    const noiseShape = pick(Object.keys(noiseShapes), random)
    const noise: NoiseLevel = (truth, parameters, ofTrial) =>
      level *
      noiseShapes[noiseShape]!(
        Math.max(truth - best, 0) / scale,
        Object.values(parameters)[0],
        ofTrial,
      )
    const study = await simulateStudy({
      problem,
      scale,
      pruner,
      noise,
      seed,
      sampler: pick(samplers, random),
      trials: pick(trialCounts, random),
    })
    yield {
      problem: problem.name,
      pruner: pruner.name,
      form,
      noiseShape,
      trainingCount,
      scale,
      specification: study.specification,
      ...repeated(study, form, { trainingCount, scale, random }),
    }
  }
}
