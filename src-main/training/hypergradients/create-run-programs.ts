import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { RowSource } from '../data/row-source.ts'
import type {
  Engine,
  Program,
  ProgramFunction,
  StateEntry,
  TensorData,
  TensorSpecification,
} from '../programs/program.ts'
import { forwardTangents } from './forward-mode.ts'
import type { HyperValues } from './hyper-values.ts'
import type { InnerBatch, InnerProblem } from './inner-problem.ts'
import { reverseHypergradient } from './reverse-mode.ts'
import { drawBatches, noiseSeeds, rowEntries } from './run-rows.ts'
import {
  type HyperVector,
  initialState,
  inner,
  sumOf,
  train,
  type UnrolledRun,
} from './unrolled-run.ts'

export interface RunRequest {
  readonly engine: Engine
  readonly problem: InnerProblem
  readonly training: RowSource
  /** Rows whose loss is differentiated. */
  readonly validation: RowSource
  /** Rows that no gradient sees; null for none. */
  readonly holdout: RowSource | null
  readonly steps: number
  /** Rows of a step; all training rows if there are no more. */
  readonly batchSize: number
  /** Initial weights, order of batches, noise. */
  readonly seed: number
  /** One array per variable; default: drawn by the seed. */
  readonly initialWeights?: readonly Float32Array[]
}

interface RunResult {
  readonly trainLoss: number
  readonly validationLoss: number
  readonly validationOutputs: Float32Array
  /** Null without holdout rows. */
  readonly holdoutLoss: number | null
  readonly holdoutOutputs: Float32Array | null
  /** One array per variable of the network. */
  readonly weights: readonly Float32Array[]
}

/** An inner run as whole programs: captured where the engine can, one per kind of question. */
export interface RunPrograms {
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
  readonly initialWeights: readonly Float32Array[]
  /** Statistics of the program that ran last, e.g. whether it was captured. */
  readonly lastProgram: Program | null
  dispose(): void
}

export function createRunPrograms(request: RunRequest): RunPrograms {
  const { engine, problem, training, validation, holdout, steps } = request
  const { network, settings } = problem
  const inputShape = settings.network.inputShape
  const whole = request.batchSize >= training.rows
  const batchSize = whole ? training.rows : request.batchSize
  const hasNoise = settings.head.includes('inputNoise')
  const initialWeights = request.initialWeights ?? network.initialValues(request.seed)
  const weightCount = network.variables.length

  const entries: StateEntry[] = [
    ...network.variables.map(({ name, shape }, at) => ({
      ...{ name, shape, dtype: 'float32' as const },
      data: initialWeights[at] as Float32Array,
    })),
    ...rowEntries('training', training, inputShape),
    ...rowEntries('validation', validation, inputShape),
    ...(holdout === null ? [] : rowEntries('holdout', holdout, inputShape)),
  ]
  const state = engine.createState(entries)
  const float = (length: number): TensorSpecification => ({ shape: [length], dtype: 'float32' })
  const hyperFeeds = [
    float(steps * problem.groups),
    float(1),
    float(problem.decayCount),
    float(problem.headSize),
  ]
  const int = (...shape: number[]): TensorSpecification => ({ shape, dtype: 'int32' })
  const feeds = [
    ...hyperFeeds,
    ...(whole ? [] : [int(steps, batchSize)]),
    ...(hasNoise ? [int(steps, 2)] : []),
  ]
  const fixedData: TensorData[] = [
    ...(whole ? [] : [drawBatches(training.rows, batchSize, steps, request.seed)]),
    ...(hasNoise ? [noiseSeeds(steps, request.seed)] : []),
  ]
  const key = `hypergradient ${problem.key} ${JSON.stringify({ steps, batchSize, whole, rows: [training.rows, validation.rows, holdout?.rows ?? 0] })}`
  const programs = new Map<string, Program>()
  let lastProgram: Program | null = null

  /** The run and its rows from a program's tensors. */
  function open(state: readonly Tensor[], fed: readonly Tensor[]) {
    const [inputs, targets, validInputs, validTargets, holdInputs, holdTargets] =
      state.slice(weightCount)
    const [rates, momentum, decay, head, ...rest] = fed as [Tensor, Tensor, Tensor, Tensor]
    const others = rest as Tensor[]
    const indices = whole ? null : (others[0] as Tensor)
    const seeds = hasNoise ? (others[whole ? 0 : 1] as Tensor) : null
    const batch = (step: number): InnerBatch => {
      const rows = indices === null ? null : rowOf(indices, step, batchSize)
      const pick = (all: Tensor): Tensor => (rows === null ? all : tf.gather(all, rows))
      return {
        inputs: pick(inputs as Tensor),
        targets: pick(targets as Tensor),
        seed: seeds === null ? null : rowOf(seeds, step, 2),
      }
    }
    const run: UnrolledRun = { problem, steps, batch, rates, momentum, decay, head }
    const start = initialState(state.slice(0, weightCount))
    const rowsOf = {
      inputs,
      targets,
      validInputs,
      validTargets,
      holdInputs,
      holdTargets,
    } as Record<
      'inputs' | 'targets' | 'validInputs' | 'validTargets' | 'holdInputs' | 'holdTargets',
      Tensor
    >
    return { run, start, rows: rowsOf }
  }

  type Opened = ReturnType<typeof open>

  /** Outputs that every program has, from the last weights and what the validation rows gave. */
  function results(
    { rows }: Opened,
    weights: readonly Tensor[],
    valid: { readonly outputs: Tensor; readonly loss: Tensor },
  ): Tensor[] {
    const trained = problem.evaluate(weights, rows.inputs, rows.targets)
    const held =
      holdout === null
        ? []
        : Object.values(problem.evaluate(weights, rows.holdInputs, rows.holdTargets))
    return [trained.loss, valid.loss, valid.outputs, ...held, ...weights.map(one => tf.clone(one))]
  }

  function program(
    name: string,
    own: readonly TensorSpecification[],
    fn: ProgramFunction,
  ): Program {
    let made = programs.get(name)
    if (made === undefined) {
      made = engine.compile(`${key} ${name}`, fn, [...feeds, ...own], state)
      programs.set(name, made)
    }
    lastProgram = made
    return made
  }

  const feedsOf = (values: HyperValues): TensorData[] => [
    values.rates,
    values.momentum,
    values.decay,
    values.head,
    ...fixedData,
  ]

  function readResult(outputs: readonly Float32Array[]): {
    result: RunResult
    rest: readonly Float32Array[]
  } {
    const held = holdout === null ? 0 : 2
    const first = (at: number): number => (outputs[at] as Float32Array)[0] as number
    return {
      result: {
        trainLoss: first(0),
        validationLoss: first(1),
        validationOutputs: outputs[2] as Float32Array,
        // `evaluate` gives outputs before the loss.
        holdoutOutputs: held === 0 ? null : (outputs[3] as Float32Array),
        holdoutLoss: held === 0 ? null : first(4),
        weights: outputs.slice(3 + held, 3 + held + weightCount),
      },
      rest: outputs.slice(3 + held + weightCount),
    }
  }

  return {
    initialWeights,
    get lastProgram() {
      return lastProgram
    },
    async value(values) {
      const asked = program('value', [], (tensors, fed) => {
        const opened = open(tensors, fed)
        const { weights } = train(opened.run, opened.start)
        const valid = problem.evaluate(weights, opened.rows.validInputs, opened.rows.validTargets)
        return { state: tensors, outputs: results(opened, weights, valid) }
      })
      return readResult(await asked.run(feedsOf(values))).result
    },
    async reverse(values, { horizon = steps, checkpointEvery = 1 } = {}) {
      const name = `reverse ${horizon} ${checkpointEvery}`
      const asked = program(name, [], (tensors, fed) => {
        const opened = open(tensors, fed)
        const { validInputs, validTargets } = opened.rows
        const outer = (weights: readonly Tensor[]) => {
          const valid = problem.evaluationGradient(weights, validInputs, validTargets)
          return { gradient: valid.gradient, last: results(opened, weights, valid) }
        }
        const every = checkpointEvery
        const { gradient, last } = reverseHypergradient(opened.run, opened.start, outer, {
          horizon,
          every,
        })
        const { rates, momentum, decay, head } = gradient
        return { state: tensors, outputs: [...last, rates, momentum, decay, head] }
      })
      const { result, rest } = readResult(await asked.run(feedsOf(values)))
      const [rates, momentum, decay, head] = rest as [
        Float32Array,
        Float32Array,
        Float32Array,
        Float32Array,
      ]
      return { ...result, gradient: { rates, momentum, decay, head } }
    },
    async forward(values, directions) {
      const count = directions.length
      const own = Array.from({ length: count }, () => hyperFeeds).flat()
      const asked = program(`forward ${count}`, own, (tensors, fed) => {
        const opened = open(tensors, fed)
        const given = directions.map((_, at): HyperVector => {
          const [rates, momentum, decay, head] = fed.slice(feeds.length + 4 * at) as [
            Tensor,
            Tensor,
            Tensor,
            Tensor,
          ]
          return { rates, momentum, decay, head }
        })
        const { state, tangents } = forwardTangents(opened.run, opened.start, given)
        const { validInputs, validTargets } = opened.rows
        const valid = problem.evaluationGradient(state.weights, validInputs, validTargets)
        const derivatives = tangents.map(tangent =>
          sumOf(tangent.map((dw, at) => inner(dw, valid.gradient[at] as Tensor))),
        )
        const outputs = results(opened, state.weights, valid)
        return { state: tensors, outputs: [...outputs, ...derivatives] }
      })
      const data = directions.flatMap(({ rates, momentum, decay, head }) => [
        rates,
        momentum,
        decay,
        head,
      ])
      const { result, rest } = readResult(await asked.run([...feedsOf(values), ...data]))
      return { ...result, derivatives: rest.map(one => one[0] as number) }
    },
    dispose() {
      for (const one of programs.values()) one.dispose()
      state.dispose()
    },
  }
}

/** Row `step` of an int32 matrix, as a vector. */
function rowOf(matrix: Tensor, step: number, length: number): Tensor {
  return tf.reshape(tf.slice(matrix, [step, 0], [1, length]), [length])
}
