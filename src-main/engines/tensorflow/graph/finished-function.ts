import { dataTypes } from '../library/data-types.ts'
import type { GraphTracer } from './graph-tracer.ts'
import type { LoopConditions } from './loop-conditions.ts'
import { type LoopInput, planLoop } from './loop-plan.ts'

/** A function of the context and how it is called. */
export interface FinishedFunction {
  readonly name: string
  /** How many values come back, and where among them each of the results stands. */
  readonly returnCount: number
  readonly resultIndices: readonly number[]
  /** The other indices: inputs that come back as they were. */
  readonly spareIndices: readonly number[]
  /** How it is called as the body of a loop; null if it is called by its name. */
  readonly loop: LoopCall | null
}

interface LoopCall {
  /** Types of all values that it takes and gives back, as numbers of `TF_DataType`. */
  readonly types: Int32Array
  /** Types of the last of them, which are there for the loop alone; every call gives 1 for each. */
  readonly fillers: readonly number[]
  /** The name of the loop's condition. */
  readonly condition: string
}

/** The function takes the inputs that are used and gives back its results. */
export function finishPlain(
  tracer: GraphTracer,
  name: string,
  results: readonly number[],
): FinishedFunction {
  tracer.finish(name, results)
  return {
    name,
    returnCount: results.length,
    resultIndices: results.map((_, index) => index),
    spareIndices: [],
    loop: null,
  }
}

export interface LoopParts {
  /** Those that are used, by their numbers in the tracer. */
  readonly inputs: readonly (LoopInput & { readonly id: number })[]
  readonly results: readonly number[]
  /** Numbers of `TF_DataType`. */
  readonly resultTypes: readonly number[]
  readonly conditions: LoopConditions
}

/** The function is the body of a loop of one turn: it gives back as many values as it takes. */
export function finishAsLoop(
  tracer: GraphTracer,
  name: string,
  { inputs, results, resultTypes, conditions }: LoopParts,
): FinishedFunction {
  const { fillers: room, carried } = planLoop(inputs, resultTypes)
  // The last value is what the condition reads: 1 before the turn, 0 after it.
  const fillers = [...room, dataTypes.int32]
  const added = fillers.map(type => tracer.addInput({ shape: [], type }).id)
  for (const id of added) tracer.use(id)
  const inputIds = [...inputs.map(({ id }) => id), ...added]
  const end = tracer.createTensor([], dataTypes.int32, Int32Array.of(0))
  const returned = carried.map(
    (result, index) => (result === null ? inputIds : results)[result ?? index],
  )
  tracer.finish(name, [...(returned as number[]), end])
  const types = Int32Array.of(...inputs.map(({ type }) => type), ...fillers)
  return {
    name,
    returnCount: types.length,
    resultIndices: results.map((_, result) => carried.indexOf(result)),
    spareIndices: [...carried, null].flatMap((result, index) => (result === null ? [index] : [])),
    loop: { types, fillers, condition: conditions(types) },
  }
}
