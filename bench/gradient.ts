import process from 'node:process'
import { parseArgs } from 'node:util'
import type { EnginePreference } from '../src-main/core/machine/engine.ts'
import type { SpaceSpecification } from '../src-main/core/study/space-specification.ts'
import type { Assignment, ParameterGradient, TrialSnapshot } from '../src-main/core/trial/trial.ts'
import { median } from '../src-main/math/statistics/quantile.ts'
import { loadEngine } from '../src-main/engines/load-engine.ts'
import { createRandomStream } from '../src-main/math/random/stream.ts'
import { samplers } from '../src-main/search/samplers/registry.ts'
import { buildSpace } from '../src-main/search/space/build-space.ts'
import { compileInnerRun } from '../src-main/training/hypergradients/compile-inner-run.ts'
import type { HyperValues } from '../src-main/training/hypergradients/hyper-values.ts'
import { compileImplicitGradient } from '../src-main/training/hypergradients/implicit-gradient.ts'
import { createInnerProblem } from '../src-main/training/hypergradients/inner-problem.ts'
import type { Engine } from '../src-main/training/compiled/compiled-function.ts'
import { loadDigits } from '../test/helpers/digits.ts'
import { rowsFor, usualValues } from '../test/helpers/hypergradient-problems.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { writePicture } from './gradient-picture.ts'

/**
 * `npm run bench:gradient`: what hypergradients buy, on softmax regression over digits of 8 × 8 pixels: the 50 step sizes
 * of 50 momentum steps, and one L2 weight per pixel. Validation and test loss against training-equivalents: processor
 * time in units of one plain training of the same problem. `--engine`, `--equivalents` (200; a quarter of it for the L2
 * weights, whose trainings run to the minimum), `--picture FILE.svg`.
 */

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', default: 'auto' },
    equivalents: { type: 'string', default: '200' },
    picture: { type: 'string' },
  },
})
const equivalents = Number(options.equivalents)

interface Answer {
  readonly validation: number
  readonly test: number
  readonly gradient?: ParameterGradient
}

interface Problem {
  readonly space: SpaceSpecification
  readonly gradientOptions: Readonly<Record<string, unknown>>
  evaluate(parameters: Assignment, withGradient: boolean): Promise<Answer>
  dispose(): void
}

const network = { inputShape: [64], layers: [{ kind: 'dense' as const, units: 10 }] }
const { training, validation, test: holdout } = loadDigits()

/** The same parameter with a number behind its name. */
function repeated(name: string, count: number, float: [number, number]): SpaceSpecification {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`${name}${at + 1}`, { float, log: true }]),
  )
}

function scheduleProblem(engine: Engine): Problem {
  const steps = 50
  const problem = createInnerProblem({
    network,
    loss: 'crossEntropy',
    decayPerInput: false,
    head: [],
  })
  const compiled = compileInnerRun({
    engine,
    problem,
    training,
    validation,
    holdout,
    steps,
    batchSize: training.rows,
    seed: 0,
    initialWeights: [new Float32Array(640), new Float32Array(10)],
  })
  return {
    space: repeated('learningRateStep', steps, [0.01, 30]),
    gradientOptions: { stepSize: 0.01 },
    async evaluate(parameters, withGradient) {
      const values: HyperValues = {
        rates: Float32Array.from(Object.values(parameters) as number[]),
        momentum: Float32Array.of(0.9),
        decay: new Float32Array(1),
        head: new Float32Array(problem.headSize).fill(1),
      }
      if (!withGradient) {
        const { validationLoss, holdoutLoss } = await compiled.value(values)
        return { validation: validationLoss, test: holdoutLoss as number }
      }
      const { validationLoss, holdoutLoss, gradient } = await compiled.reverse(values)
      const named = Object.keys(parameters).map((name, at) => [name, gradient.rates[at] as number])
      return {
        validation: validationLoss,
        test: holdoutLoss as number,
        gradient: Object.fromEntries(named) as ParameterGradient,
      }
    },
    dispose: () => {
      compiled.dispose()
    },
  }
}

function decayProblem(engine: Engine): Problem {
  const problem = createInnerProblem({
    network,
    loss: 'crossEntropy',
    decayPerInput: true,
    head: [],
  })
  const compiled = compileImplicitGradient({
    engine,
    problem,
    training,
    validation,
    holdout,
    seed: 0,
  })
  return {
    space: repeated('l2Input', 64, [1e-7, 1]),
    gradientOptions: { stepSize: 0.03 },
    async evaluate(parameters, withGradient) {
      const values: HyperValues = {
        rates: new Float32Array(0),
        momentum: new Float32Array(0),
        decay: Float32Array.from(Object.values(parameters) as number[]),
        head: new Float32Array(problem.headSize).fill(1),
      }
      const { weights } = await compiled.fit(values, { tolerance: 1e-5 })
      const { validationLoss, holdoutLoss } = await compiled.evaluate(weights)
      const losses = { validation: validationLoss, test: holdoutLoss as number }
      if (!withGradient) return losses
      const { gradient } = await compiled.gradient(values, weights)
      const named = Object.keys(parameters).map((name, at) => [name, gradient.decay[at] as number])
      return { ...losses, gradient: Object.fromEntries(named) as ParameterGradient }
    },
    dispose: () => {
      compiled.dispose()
    },
  }
}

interface Point {
  readonly equivalents: number
  readonly validation: number
  /** Of the trial with the best validation loss so far. */
  readonly test: number
  /** Of this very trial. */
  readonly trialAnswer: Answer
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Processor time of one plain training: the median of some at random points, after a first one. */
async function unitMs(problem: Problem): Promise<number> {
  const { create } = samplers['random'] as (typeof samplers)[string]
  const sampler = create({}, contextOf(problem.space))
  const times: number[] = []
  for (let number = 0; number < 6; number++) {
    const random = createRandomStream({ seed: 99, number, purpose: 'proposal' })
    const proposal = sampler.propose({ trials: [], trialNumber: number, random })
    const before = cpuMs()
    if ('parameters' in proposal) await problem.evaluate(proposal.parameters, false)
    times.push(cpuMs() - before)
  }
  return median(times.slice(1))
}

function contextOf(space: SpaceSpecification) {
  return {
    space: buildSpace(space),
    goals: [{ metric: 'validation', direction: 'minimize' as const }],
    constraints: [],
    parallelTrials: 1,
    seed: 1,
    trialBudget: null,
  }
}

/** One study; its best validation loss over the time that its trainings took. */
async function study(
  problem: Problem,
  name: string,
  unit: number,
  budget: number,
): Promise<Point[]> {
  const definition = samplers[name] as (typeof samplers)[string]
  const samplerOptions = name === 'gradient' ? { ...problem.gradientOptions, patience: 1000 } : {}
  const sampler = definition.create(
    definition.optionsSchema.parse(samplerOptions),
    contextOf(problem.space),
  )
  const trials: TrialSnapshot[] = []
  const points: Point[] = []
  // The first run builds a program, which no later one does.
  const [first] = [sampler.propose(request(trials, 0))]
  if ('parameters' in first) await problem.evaluate(first.parameters, name === 'gradient')
  let spent = 0
  let best = { validation: Number.POSITIVE_INFINITY, test: Number.NaN }
  while (spent < budget * unit) {
    const answer = sampler.propose(request(trials, trials.length))
    if ('exhausted' in answer) break
    const before = cpuMs()
    const result = await problem.evaluate(answer.parameters, name === 'gradient')
    spent += cpuMs() - before
    trials.push({
      number: trials.length,
      state: 'complete',
      parameters: answer.parameters,
      values: [result.validation],
      reports: [],
      ...(result.gradient === undefined ? {} : { gradient: result.gradient }),
    })
    if (result.validation < best.validation) best = result
    const trialAnswer = { validation: result.validation, test: result.test }
    points.push({
      equivalents: spent / unit,
      validation: best.validation,
      test: best.test,
      trialAnswer,
    })
  }
  return points
}

function request(trials: readonly TrialSnapshot[], trialNumber: number) {
  const random = createRandomStream({ seed: 1, number: trialNumber, purpose: 'proposal' })
  return { trials, trialNumber, random }
}

function at(points: readonly Point[], equivalents: number): Point | undefined {
  return points.findLast(point => point.equivalents <= equivalents)
}

async function compare(title: string, problem: Problem, budget: number) {
  const marks = [5, 10, 20, 50, 100, 200].filter(mark => mark <= budget)
  const unit = await unitMs(problem)
  console.log(`\n${title}: one training takes ${unit.toFixed(1)} ms of processor time`)
  const curves: Record<string, Point[]> = {}
  for (const name of ['gradient', 'random', 'tpe'])
    curves[name] = await study(problem, name, unit, budget)
  const cell = (point: Point | undefined): string =>
    point === undefined ? '–' : `${point.validation.toFixed(4)} (${point.test.toFixed(4)})`
  printTable(
    ['validation (test) after', 'one trial', ...marks.map(mark => `${mark} trainings`)],
    Object.entries(curves).map(([name, points]) => [
      name,
      cell(points[0]),
      ...marks.map(mark => cell(at(points, mark))),
    ]),
  )
  const { gradient = [], random = [] } = curves
  const target = random.at(-1)?.validation ?? 0
  const reached = gradient.find(({ validation: value }) => value <= target)?.equivalents ?? null
  const factor = reached === null ? null : budget / reached
  console.log(
    reached === null
      ? `gradient does not reach what random search has after ${budget}`
      : `gradient has what random search has after ${budget} trainings after ${reached.toFixed(1)}: ${(factor as number).toFixed(0)} times fewer`,
  )
  problem.dispose()
  return { title, unitMs: unit, curves, target, reached, factor }
}

/**
 * Milliseconds of one reverse hypergradient through 50 steps of a small network: the first, the median of 60 after it, the
 * quickest, and processor time of each, which a busy machine changes little.
 */
async function reverseMs(engine: Engine) {
  const definition = {
    inputShape: [20],
    layers: [
      { kind: 'dense' as const, units: 32 },
      { kind: 'activation' as const, activation: 'tanh' as const },
      { kind: 'dense' as const, units: 3 },
    ],
  }
  const problem = createInnerProblem({
    network: definition,
    loss: 'crossEntropy',
    decayPerInput: false,
    head: [],
  })
  const compiled = compileInnerRun({
    engine,
    problem,
    holdout: null,
    steps: 50,
    batchSize: 200,
    seed: 1,
    training: rowsFor(definition, 200, 0),
    validation: rowsFor(definition, 100, 1),
  })
  const values = usualValues(problem, 50)
  const times: number[] = []
  const cpuTimes: number[] = []
  for (let turn = 0; turn < 61; turn++) {
    const [before, cpuBefore] = [performance.now(), cpuMs()]
    await compiled.reverse(values)
    times.push(performance.now() - before)
    cpuTimes.push(cpuMs() - cpuBefore)
  }
  compiled.dispose()
  const [first = Number.NaN, ...then] = times
  const cpu = median(cpuTimes.slice(1))
  return { first, then: median(then), quickest: Math.min(...then), cpu }
}

const engine = await loadEngine(options.engine as EnginePreference)
console.log(`engine ${engine.info.name}`)
const reverse = await reverseMs(engine)
console.log(
  `reverse mode, 50 steps, MLP 20-32-3, 200 rows: ${reverse.first.toFixed(0)} ms first, then ${reverse.then.toFixed(1)} ms (quickest ${reverse.quickest.toFixed(1)}), ${reverse.cpu.toFixed(1)} ms of processor time`,
)
const results = [
  await compare('50 step sizes', scheduleProblem(engine), equivalents),
  await compare('64 L2 weights', decayProblem(engine), equivalents / 4),
]
writeResults('gradient', { ...benchMachine(), engine: engine.info.name, reverse, results })
if (options.picture !== undefined) {
  const [schedule, decay] = results
  const colors = { gradient: '#c0392b', tpe: '#2471a3', random: '#7f8c8d' }
  const path = decay?.curves['gradient'] ?? []
  writePicture(options.picture, [
    {
      title: '50 step sizes: best validation loss',
      horizontal: 'training-equivalents',
      lines: Object.entries(colors).map(([name, color]) => ({
        name,
        color,
        points: (schedule?.curves[name] ?? []).map(
          ({ equivalents: x, validation: y }) => [x, y] as const,
        ),
      })),
    },
    {
      title: '64 L2 weights: loss along the descent',
      horizontal: 'outer step',
      namesAt: 120,
      lines: [
        {
          name: 'validation: the gradient sees it',
          color: '#c0392b',
          points: path.map(
            ({ trialAnswer }, index) => [index + 1, trialAnswer.validation] as const,
          ),
        },
        {
          name: 'other rows: it does not',
          color: '#1e8449',
          points: path.map(({ trialAnswer }, index) => [index + 1, trialAnswer.test] as const),
        },
      ],
    },
  ])
}
engine.dispose()
