import {
  type StudySpecification,
  studySpecificationSchema,
} from '../../src-main/core/study/study-specification.ts'
import type { TrialOrigin } from '../../src-main/core/trial/checkpoint.ts'
import type { Assignment, Report, TrialSnapshot } from '../../src-main/core/trial/trial.ts'
import { createSobol } from '../../src-main/math/quasi-random/sobol.ts'
import type { RandomStream } from '../../src-main/math/random/random-stream.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { median } from '../../src-main/math/statistics/quantile.ts'
import {
  assignmentAt,
  variedParameters,
} from '../../src-main/search/samplers/shared/unit-coordinates.ts'
import { buildSpace } from '../../src-main/search/space/build-space.ts'
import { StudySearch } from '../../src-main/search/study-search.ts'
import type { SearchProblem } from './problems/problem.ts'

/** Every trial is a training of so many steps. */
const SIMULATED_STEPS = 9

/** As a study file has it. */
interface SimulatedPruner {
  readonly name: string
  readonly [option: string]: unknown
}

/** Every pruner that a study can have, with options that make it end trials of {@link SIMULATED_STEPS} steps. */
export const simulatedPruners: readonly SimulatedPruner[] = [
  { name: 'none' },
  { name: 'median', startupTrials: 5 },
  { name: 'percentile', percentile: 25 },
  { name: 'threshold', upper: 0 },
  { name: 'wilcoxon', startupSteps: 4 },
  { name: 'successiveHalving', minResource: 1, reductionFactor: 3 },
  { name: 'asha', reductionFactor: 3 },
  { name: 'hyperband', reductionFactor: 3, minResource: 1, maxResource: SIMULATED_STEPS },
  { name: 'patient', patience: 2, wrapped: { name: 'median' } },
  { name: 'overfitting', patience: 3, minDelta: 0 },
  { name: 'pareto' },
  {
    name: 'rules',
    rules: [{ metric: 'trainLoss', name: 'median', direction: 'minimize' }],
  },
  {
    name: 'promotion',
    minResource: 1,
    reductionFactor: 3,
    maxResource: SIMULATED_STEPS,
  },
]

export interface SimulatedStudy {
  readonly specification: StudySpecification
  readonly trials: readonly TrialSnapshot[]
  /** Of every trial, by number: what it would give on average after all steps. */
  readonly truth: readonly number[]
  /** Of every trial, by number: the standard deviation of its value. */
  readonly deviations: readonly number[]
}

/** The standard deviation of the value of one trial, in the unit of the function. @param random of that trial */
export type NoiseLevel = (truth: number, parameters: Assignment, random: RandomStream) => number

/** The distance between the median and the best of 512 spread points: the unit of noise and regret. */
export async function scaleOf(problem: SearchProblem): Promise<number> {
  const { best, middle } = await levelsOf(problem)
  return middle - best
}

/** The median and the best of 512 spread points. */
export async function levelsOf(
  problem: SearchProblem,
): Promise<{ readonly best: number; readonly middle: number }> {
  const space = buildSpace(problem.space)
  const sobol = createSobol(variedParameters(space).length, 'owen', 1)
  const values: number[] = []
  for (let point = 0; point < 512; point++) {
    values.push(await problem.evaluate(assignmentAt(space, at => sobol.coordinate(point, at))))
  }
  return { best: Math.min(...values), middle: median(values) }
}

/** Minimizes the value of a problem, which the caller gives. @param keys what else the study file has */
export function simulatedSpecification(
  { space }: SearchProblem,
  keys: Readonly<Record<string, unknown>>,
): StudySpecification {
  return studySpecificationSchema.parse({
    name: 'bench',
    objective: { function: 'branin' },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space,
    ...keys,
  })
}

/**
 * A study whose trials have learning curves: at step s the value of the function, above it scale·rate/s, and the noise of
 * the trial, which is that of its seed and so the same at every step.
 */
export async function simulateStudy({
  problem,
  scale,
  sampler,
  pruner,
  trials,
  noise,
  seed,
}: {
  readonly problem: SearchProblem
  readonly scale: number
  readonly sampler: string
  readonly pruner: SimulatedPruner
  readonly trials: number
  readonly noise: NoiseLevel
  readonly seed: number
}): Promise<SimulatedStudy> {
  const specification = simulatedSpecification(problem, {
    seed,
    sampler: { name: sampler },
    pruner: pruner.name === 'threshold' ? { ...pruner, upper: 2 * scale } : pruner,
    stop: { trials },
  })
  const search = new StudySearch()
  search.open(specification, [])
  const snapshots: TrialSnapshot[] = []
  const truth: number[] = []
  const noises: number[] = []
  const deviations: number[] = []
  for (let number = 0; number < trials; number++) {
    const proposal = search.propose(number)
    if ('exhausted' in proposal) break
    const { parameters } = proposal
    const origin = 'origin' in proposal ? (proposal.origin as TrialOrigin | undefined) : undefined
    search.started(number, parameters, origin === undefined ? {} : { origin })
    const random = createRandomStream({ seed, number, purpose: `noise of ${problem.name}` })
    truth.push(await problem.evaluate(parameters))
    const normal = random.normal()
    deviations.push(noise(truth[number]!, parameters, random))
    noises.push(origin === undefined ? deviations[number]! * normal : noises[origin.trial]!)
    if (origin !== undefined) deviations[number] = deviations[origin.trial]!
    const height = (0.2 + 0.8 * random.uniform()) * scale
    const at = (step: number): number =>
      truth[number]! + noises[number]! + height * (1 / step - 1 / SIMULATED_STEPS)
    let state: 'complete' | 'pruned' = 'complete'
    let last = origin?.step ?? 0
    const reports: Report[] = []
    while (last < SIMULATED_STEPS && state === 'complete') {
      last++
      const value = at(last)
      reports.push({ step: last, value })
      const decision = search.judge(number, last, value, { trainLoss: value - 0.1 * scale })
      if (last < SIMULATED_STEPS && decision.action === 'prune') state = 'pruned'
    }
    const values = [at(last)]
    search.finished(number, state, values)
    snapshots.push({
      number,
      state,
      parameters,
      values,
      reports,
      ...(origin === undefined ? {} : { origin }),
    })
  }
  return { specification, trials: snapshots, truth, deviations }
}
