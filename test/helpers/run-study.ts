import type { SpaceSpecification } from '../../src-main/core/study/space-specification.ts'
import type { Assignment, TrialSnapshot } from '../../src-main/core/trial/trial.ts'
import { samplers } from '../../src-main/search/samplers/registry.ts'
import { askSampler, samplerContextOf } from './propose-trials.ts'

export type Objective = (parameters: Assignment) => number
export type Detail = Record<string, number | string | null>

export interface StudyRun {
  readonly best: number
  readonly details: Detail[]
  readonly points: Assignment[]
}

/** Runs a study of an objective with one sampler; the best is the best feasible value. */
export function runStudy(
  name: string,
  space: SpaceSpecification,
  objective: Objective,
  trials: number,
  {
    seed = 0,
    parallelTrials = 1,
    options = {},
    maximize = false,
    constraint,
  }: {
    readonly seed?: number
    readonly parallelTrials?: number
    readonly options?: Readonly<Record<string, unknown>>
    readonly maximize?: boolean
    /** Feasible where it is at most 0. */
    readonly constraint?: Objective
  } = {},
): StudyRun {
  const definition = samplers[name]
  if (definition === undefined) throw new Error(`no sampler ${name}`)
  const plan = { sampler: name, space, trials, seed, options }
  const context = {
    ...samplerContextOf(plan),
    goals: [{ metric: 'value', direction: maximize ? 'maximize' : 'minimize' } as const],
    constraints: constraint === undefined ? [] : ['constraint'],
  }
  const parsed = definition.optionsSchema.parse(options)
  const problems = definition.check(parsed, context)
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  const sampler = definition.create(parsed, context)
  const snapshots: TrialSnapshot[] = []
  const details: Detail[] = []
  const finish = (index: number): void => {
    const running = snapshots[index]
    if (running?.state !== 'running') return
    snapshots[index] = {
      ...running,
      state: 'complete',
      values: [objective(running.parameters)],
      ...(constraint === undefined ? {} : { constraints: [constraint(running.parameters)] }),
    }
  }
  for (let number = 0; number < trials; number++) {
    // Trial n ends just before trial n + slots is proposed; odd ones one proposal later.
    finish(number - parallelTrials - (number % 2))
    finish(number - parallelTrials)
    const answer = askSampler(sampler, plan, snapshots, number)
    if ('exhausted' in answer) throw new Error(`${name} never ends`)
    details.push(answer.provenance.detail as Detail)
    snapshots.push({
      number,
      state: 'running',
      parameters: answer.parameters,
      values: [],
      reports: [],
    })
  }
  snapshots.forEach((_, index) => {
    finish(index)
  })
  const values = snapshots
    .filter(({ constraints }) => (constraints?.[0] ?? 0) <= 0)
    .map(trial => trial.values[0] as number)
  return {
    best: maximize ? Math.max(...values) : Math.min(...values),
    details,
    points: snapshots.map(({ parameters }) => parameters),
  }
}

/** Floats x0, x1, … with equal bounds. */
export function cube(dimension: number, low: number, high: number): SpaceSpecification {
  return Object.fromEntries(
    Array.from({ length: dimension }, (_, axis) => [
      `x${axis}`,
      { float: [low, high] as [number, number] },
    ]),
  )
}

export function at(parameters: Assignment, axis: number): number {
  return parameters[`x${axis}`] as number
}

export function list(parameters: Assignment): number[] {
  return Object.values(parameters) as number[]
}

/** Optima off the center, so that starting there is no help. */
export const sphere: Objective = p =>
  list(p).reduce((sum, value, axis) => sum + (value - (axis % 2 ? 0.3 : 0.65)) ** 2, 0)
export const ellipsoid: Objective = p =>
  list(p).reduce(
    (sum, value, axis) =>
      sum + 10 ** ((6 * axis) / (list(p).length - 1)) * (value - (axis % 2 ? 0.3 : 0.65)) ** 2,
    0,
  )
/** The same turned by 45° in pairs: no axis is special. */
export const turned: Objective = p => {
  const shifted = list(p).map((value, axis) => value - (axis % 2 ? 0.3 : 0.65))
  return shifted.reduce((sum, value, axis) => {
    const partner = shifted[axis ^ 1] as number
    const along = (axis % 2 ? value - partner : value + partner) * Math.SQRT1_2
    return sum + (axis % 2 ? 1e4 : 1) * along ** 2
  }, 0)
}

/** How many of the seeds 1 to 10 come below a bound. */
export function successes(bound: number, run: (seed: number) => number): number {
  return [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter(seed => run(seed) < bound).length
}
