import type { SpaceSpecification } from '../../src-main/core/study/space-specification.ts'
import type { TrialSnapshot } from '../../src-main/core/trial/trial.ts'
import { hypervolume } from '../../src-main/math/pareto/hypervolume.ts'
import { vectorFunctions } from '../../src-main/math/test-functions/vector-functions.ts'
import { askSampler, createSamplerOf, type StudyPlan } from './propose-trials.ts'

export interface VectorStudyPlan {
  readonly sampler: string
  readonly options?: Readonly<Record<string, unknown>>
  /** Name of a function with several goals or constraints, at its usual dimension. */
  readonly problem: string
  readonly goals?: number
  readonly trials: number
  readonly seed: number
  /** Trials that run while the next is proposed, and this one; default 1. */
  readonly parallelTrials?: number
}

/** Runs a study on a function, without noise; all its trials are complete at the end. */
export function runVectorStudy(study: VectorStudyPlan): TrialSnapshot[] {
  const { sampler, options, trials, seed, parallelTrials = 1 } = study
  const problem = vectorFunctions[study.problem]
  if (problem === undefined) throw new Error(`no function ${study.problem}`)
  const goals = study.goals ?? problem.objectives.usual
  const names = Array.from({ length: problem.dimension(goals) }, (_, index) => `x${index}`)
  const space: SpaceSpecification = Object.fromEntries(
    names.map((name, index) => [name, { float: [...problem.bounds(index)] as [number, number] }]),
  )
  const plan: StudyPlan = {
    sampler,
    ...(options === undefined ? {} : { options }),
    space,
    seed,
    trials,
    goals: Array.from({ length: goals }, (_, goal) => ({
      metric: `f${goal}`,
      direction: 'minimize' as const,
    })),
    constraints: Array.from({ length: problem.constraints }, (_, index) => `g${index}`),
  }
  const createdSampler = createSamplerOf(plan)
  const history: TrialSnapshot[] = []
  const finish = (number: number): void => {
    const trial = history[number]
    if (trial === undefined) return
    const x = names.map(name => Number(trial.parameters[name]))
    const { objectives, constraints } = problem.evaluate(x, goals)
    history[number] = { ...trial, state: 'complete', values: objectives, constraints }
  }
  for (let number = 0; number < trials; number++) {
    const answer = askSampler(createdSampler, plan, history, number)
    if ('exhausted' in answer) throw new Error(`${sampler} is exhausted`)
    const { parameters } = answer
    history.push({ number, state: 'running', parameters, values: [], reports: [] })
    finish(number - parallelTrials + 1)
  }
  for (let number = Math.max(trials - parallelTrials + 1, 0); number < trials; number++)
    finish(number)
  return history
}

/** Hypervolume of the feasible ones among the first trials. */
export function hypervolumeAfter(
  trials: readonly TrialSnapshot[],
  count: number,
  reference: readonly number[],
): number {
  const feasible = trials
    .slice(0, count)
    .filter(({ constraints = [] }) => constraints.every(value => value <= 0))
  return hypervolume(
    feasible.map(({ values }) => values),
    reference,
  )
}
