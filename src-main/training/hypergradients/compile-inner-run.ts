import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type {
  CompiledFunction,
  TensorData,
  TensorSpecification,
} from '../compiled/compiled-function.ts'
import { forwardTangents } from './forward-mode.ts'
import { type HyperValues, listFields, nameFields } from './hyper-values.ts'
import type { InnerBatch, InnerProblem } from './inner-problem.ts'
import {
  drawBatches,
  evaluateSplits,
  type InnerEvaluation,
  type InnerRequest,
  noiseSeeds,
  readEvaluation,
  rowCounts,
  splitEntries,
  type SplitTensors,
  vector,
  weightEntries,
} from './inner-rows.ts'
import { reverseHypergradient } from './reverse-mode.ts'
import { initialState, inner, sumOf, train, type UnrolledRun } from './unrolled-run.ts'

export interface RunRequest extends InnerRequest {
  readonly steps: number
  /** Rows of a step; all training rows if there are no more. */
  readonly batchSize: number
  /** One array per variable; default: drawn by the seed. */
  readonly initialWeights?: readonly Float32Array[]
}

interface RunResult extends InnerEvaluation {
  /** One array per variable of the network. */
  readonly weights: readonly Float32Array[]
}

/** An inner run as compiled functions: captured where the engine can, one per kind of question. */
export interface CompiledInnerRun {
  /** Trains and evaluates. */
  value(values: HyperValues): Promise<RunResult>
  /** With the derivatives of the validation loss by every hyperparameter. */
  reverse(
    values: HyperValues,
    options?: { readonly horizon?: number; readonly checkpointEvery?: number },
  ): Promise<RunResult & { readonly gradient: HyperValues }>
  /** With its derivatives in some directions. */
  forward(
    values: HyperValues,
    directions: readonly HyperValues[],
  ): Promise<RunResult & { readonly derivatives: readonly number[] }>
  /** Statistics of the function that ran last, e.g. whether it was captured. */
  readonly lastFunction: CompiledFunction | null
  dispose(): void
}

export function compileInnerRun(request: RunRequest): CompiledInnerRun {
  const { problem, steps } = request
  const run = createRun(request)
  return {
    get lastFunction() {
      return run.lastFunction()
    },
    async value(values) {
      const { result } = await run.ask('value', values, opened =>
        outputsOf(opened, train(opened.run, opened.start).weights),
      )
      return result
    },
    async reverse(values, { horizon = steps, checkpointEvery: every = 1 } = {}) {
      const { result, remainingOutputs } = await run.ask(
        `reverse ${horizon} ${every}`,
        values,
        opened => {
          const outer = (weights: readonly Tensor[]) => {
            const valid = validationGradient(opened, weights)
            return { gradient: valid.gradient, last: outputsOf(opened, weights, valid) }
          }
          const options = { horizon, every }
          const { gradient, last } = reverseHypergradient(opened.run, opened.start, outer, options)
          return [...last, ...listFields(gradient)]
        },
      )
      return { ...result, gradient: nameFields(remainingOutputs) }
    },
    async forward(values, directions) {
      const name = `forward ${directions.length}`
      const trace = (opened: OpenedRun): Tensor[] => {
        const { state, tangents } = forwardTangents(opened.run, opened.start, opened.directions)
        const valid = validationGradient(opened, state.weights)
        const derivatives = tangents.map(tangent =>
          sumOf(tangent.map((dw, at) => inner(dw, valid.gradient[at] as Tensor))),
        )
        return [...outputsOf(opened, state.weights, valid), ...derivatives]
      }
      const { result, remainingOutputs } = await run.ask(name, values, trace, directions)
      return { ...result, derivatives: remainingOutputs.map(output => output[0] as number) }
    },
    dispose: run.dispose,
  }

  function validationGradient({ rows }: OpenedRun, weights: readonly Tensor[]) {
    return problem.evaluationGradient(weights, rows[2], rows[3])
  }

  /** Outputs that every compiled function has, from the last weights and what the validation rows gave. */
  function outputsOf(
    { rows }: OpenedRun,
    weights: readonly Tensor[],
    valid?: ReturnType<InnerProblem['evaluate']>,
  ): Tensor[] {
    const splits = evaluateSplits(problem, weights, rows, valid)
    return [...splits, ...weights.map(weight => tf.clone(weight))]
  }
}

/** The state of a run and its compiled functions, each compiled when it is first asked. */
function createRun(request: RunRequest) {
  const { engine, problem, training, steps, seed } = request
  const isWhole = request.batchSize >= training.rows
  const batchSize = isWhole ? training.rows : request.batchSize
  const layout = { problem, steps, batchSize, isWhole }
  const hasNoise = problem.settings.head.includes('inputNoise')
  const weights = request.initialWeights ?? problem.network.initialValues(seed)
  const state = engine.createState([...weightEntries(problem, weights), ...splitEntries(request)])
  const hyperFeeds = [steps * problem.groups, 1, problem.decayCount, problem.headSize].map(vector)
  const int = (...shape: number[]): TensorSpecification => ({ shape, dtype: 'int32' })
  const feeds = [
    ...hyperFeeds,
    ...(isWhole ? [] : [int(steps, batchSize)]),
    ...(hasNoise ? [int(steps, 2)] : []),
  ]
  const fixedData: TensorData[] = [
    ...(isWhole ? [] : [drawBatches(training.rows, batchSize, steps, seed)]),
    ...(hasNoise ? [noiseSeeds(steps, seed)] : []),
  ]
  const shape = JSON.stringify({ steps, batchSize, isWhole, rows: rowCounts(request) })
  const functions = new Map<string, CompiledFunction>()
  let lastFunction: CompiledFunction | null = null
  return {
    lastFunction: () => lastFunction,
    /** @param trace called once for each name */
    async ask(
      name: string,
      values: HyperValues,
      trace: (opened: OpenedRun) => Tensor[],
      directions: readonly HyperValues[] = [],
    ) {
      const compiled =
        functions.get(name) ??
        engine.compile(
          `hypergradient ${problem.key} ${shape} ${name}`,
          (tensors, fed) => ({ state: tensors, outputs: trace(openRun(layout, tensors, fed)) }),
          [...feeds, ...directions.flatMap(() => hyperFeeds)],
          state,
        )
      functions.set(name, compiled)
      lastFunction = compiled
      const data = [...listFields(values), ...fixedData, ...directions.flatMap(listFields)]
      const { evaluation, remainingOutputs } = readEvaluation(request, await compiled.run(data))
      const result = { ...evaluation, weights: remainingOutputs.slice(0, weights.length) }
      return { result, remainingOutputs: remainingOutputs.slice(weights.length) }
    },
    dispose: () => {
      for (const compiled of functions.values()) compiled.dispose()
      state.dispose()
    },
  }
}

type OpenedRun = ReturnType<typeof openRun>

/** The run, its rows and directions from a compiled function's tensors. */
function openRun(
  {
    problem,
    steps,
    batchSize,
    isWhole,
  }: { problem: InnerProblem; steps: number; batchSize: number; isWhole: boolean },
  tensors: readonly Tensor[],
  fed: readonly Tensor[],
) {
  const count = problem.variables.length
  const rows = tensors.slice(count) as unknown as SplitTensors
  const others = fed.slice(4)
  const indices = isWhole ? null : (others.shift() as Tensor)
  const hasNoise = problem.settings.head.includes('inputNoise')
  const seeds = hasNoise ? (others.shift() as Tensor) : null
  const batch = (step: number): InnerBatch => {
    const chosen = indices && rowOf(indices, step, batchSize)
    const [inputs, targets] = chosen
      ? [0, 1].map(at => tf.gather(rows[at] as Tensor, chosen))
      : rows
    return {
      inputs: inputs,
      targets: targets,
      seed: seeds && rowOf(seeds, step, 2),
    }
  }
  const run: UnrolledRun = { problem, steps, batch, ...nameFields(fed) }
  const directions = Array.from({ length: others.length / 4 }, (_, at) =>
    nameFields(others.slice(4 * at)),
  )
  return { run, rows, directions, start: initialState(tensors.slice(0, count)) }
}

/** Row `step` of an int32 matrix, as a vector. */
function rowOf(matrix: Tensor, step: number, length: number): Tensor {
  return tf.reshape(tf.slice(matrix, [step, 0], [1, length]), [length])
}
