import type { JsonObject } from '../../src-main/core/values/json.ts'
import type { SpaceSpecification } from '../../src-main/core/study/space-specification.ts'
import type { Assignment, Provenance, TrialSnapshot } from '../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { samplers } from '../../src-main/search/samplers/registry.ts'
import { testFunctions } from '../../src-main/math/test-functions/test-functions.ts'
import { askSampler, samplerContextOf } from './propose-trials.ts'

export interface Simulation {
  readonly sampler: string
  readonly options?: Readonly<Record<string, unknown>>
  readonly space: SpaceSpecification
  readonly trials: number
  readonly seed?: number
  /** With several slots any of the running trials may end next. Default 1. */
  readonly parallelTrials?: number
  readonly maximize?: boolean
  /** Value of a trial; null: it fails. */
  readonly objective: (parameters: Assignment, number: number) => number | null
  readonly constraints?: (parameters: Assignment) => readonly number[]
}

export interface Simulated {
  readonly trials: readonly TrialSnapshot[]
  readonly provenances: readonly Provenance[]
  readonly details: readonly JsonObject[]
  /** Best value of the feasible trials; the worst infinity if there is none. */
  readonly best: number
}

/** Runs a study in memory. */
export function simulateStudy(simulation: Simulation): Simulated {
  const {
    sampler: name,
    options = {},
    space,
    seed = 0,
    parallelTrials = 1,
    maximize = false,
  } = simulation
  const plan = { sampler: name, options, space, seed, trials: simulation.trials }
  const definition = samplers[name]
  if (definition === undefined) throw new Error(`no sampler ${name}`)
  const sampler = definition.create(definition.optionsSchema.parse(options), {
    ...samplerContextOf(plan),
    parallelTrials,
    goals: [{ metric: 'value', direction: maximize ? 'maximize' : 'minimize' }],
  })
  const order = createRandomStream({ seed, number: 0, purpose: 'order of results' })
  const trials: TrialSnapshot[] = []
  const provenances: Provenance[] = []
  const running: number[] = []

  function finishOne(): void {
    const [index] = running.splice(order.integer(running.length), 1) as [number]
    const trial = trials[index] as TrialSnapshot
    const value = simulation.objective(trial.parameters, index)
    trials[index] =
      value === null
        ? { ...trial, state: 'failed' }
        : {
            ...trial,
            state: 'complete',
            values: [value],
            ...(simulation.constraints && {
              constraints: simulation.constraints(trial.parameters),
            }),
          }
  }

  for (let number = 0; number < simulation.trials; number++) {
    if (running.length === parallelTrials) finishOne()
    const answer = askSampler(sampler, plan, trials, number)
    if ('exhausted' in answer) throw new Error(`${name} is exhausted`)
    provenances.push(answer.provenance)
    trials.push({
      number,
      state: 'running',
      parameters: answer.parameters,
      values: [],
      reports: [],
    })
    running.push(number)
  }
  while (running.length > 0) finishOne()
  const sign = maximize ? -1 : 1
  const losses = trials
    .filter(({ constraints }) => (constraints ?? []).every(value => value <= 0))
    .map(({ values: [value] }) => sign * (value ?? Number.NaN))
    .filter(loss => !Number.isNaN(loss))
  return {
    trials,
    provenances,
    details: provenances.map(({ detail }) => detail ?? {}),
    best: sign * Math.min(...losses),
  }
}

/** `dimension` floats x0, x1, … between the same bounds. */
export function cube(dimension: number, low: number, high: number): SpaceSpecification {
  return Object.fromEntries(
    Array.from({ length: dimension }, (_, axis) => [
      `x${axis}`,
      { float: [low, high] as [number, number] },
    ]),
  )
}

export function numbersOf(parameters: Assignment): number[] {
  return Object.values(parameters).map(Number)
}

/** The regret of a test function, moved away from the middle of its bounds by `shift` per coordinate. */
export function regretOf(
  name: string,
  dimension: number,
  shift = 0,
): { readonly space: SpaceSpecification; readonly objective: (parameters: Assignment) => number } {
  const testFunction = testFunctions[name]
  if (testFunction === undefined) throw new Error(`no function ${name}`)
  const minimum = testFunction.minimum(dimension)
  return {
    space: Object.fromEntries(
      Array.from({ length: dimension }, (_, axis) => [
        `x${axis}`,
        { float: [...testFunction.bounds(axis)] as [number, number] },
      ]),
    ),
    objective: parameters =>
      testFunction.evaluate(numbersOf(parameters).map(value => value - shift)) - minimum,
  }
}

/** How many of the seeds 1 … `seeds` end at or below the bound. */
export function seedsWithin(bound: number, seeds: number, run: (seed: number) => number): number {
  return Array.from({ length: seeds }, (_, index) => run(index + 1)).filter(value => value <= bound)
    .length
}
