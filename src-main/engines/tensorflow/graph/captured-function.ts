import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type {
  TrainingFunction,
  EngineState,
  TensorSpecification,
} from '../../../training/compiled/compiled-function.ts'
import type { FunctionChecks } from '../../function-checks.ts'
import type { TensorflowKernels } from '../kernels/tensorflow-kernels.ts'
import { dataTypeOf, dataTypes } from '../library/data-types.ts'
import { watchRandomness } from '../../watch-randomness.ts'
import type { ChooseCall } from '../call-kind.ts'
import { CaptureError } from './capture-error.ts'
import { finishAsLoop, type FinishedFunction, finishPlain } from './finished-function.ts'
import { GraphTracer } from './graph-tracer.ts'
import type { LoopConditions } from './loop-conditions.ts'

/** One training function as a graph that TensorFlow runs whole. */
export interface CapturedFunction extends FinishedFunction {
  /** Its inputs: indexes of the state tensors, then of the feeds, that it uses. */
  readonly stateInputs: readonly number[]
  readonly feedInputs: readonly number[]
  /** Which state tensors its first results replace; the others stay as they are. */
  readonly stateOutputs: readonly number[]
  /** Shapes of the results after those. */
  readonly outputShapes: readonly (readonly number[])[]
  readonly nodeCount: number
}

export interface CaptureRequest {
  readonly kernels: TensorflowKernels
  readonly name: string
  readonly chooseCall: ChooseCall
  readonly conditions: LoopConditions
  readonly fn: TrainingFunction
  readonly feeds: readonly TensorSpecification[]
  readonly entries: EngineState['entries']
  readonly checks: FunctionChecks
}

/**
 * Calls a training function once with symbols for all state and feeds: no operation runs, no data is
 * needed, and what would have to be known beforehand (a value, a shape that depends on data) is an error.
 * @throws AppError `compiledFunction.invalid` for a wrong state or output; anything else that was thrown means that
 *   the function cannot be captured
 */
export function captureFunction(request: CaptureRequest): CapturedFunction {
  const { kernels, name, fn, feeds, entries, checks, conditions } = request
  const { backend, session } = kernels
  const tracer = new GraphTracer(session, () => kernels.nextId())
  const symbol = ({ shape, dtype }: TensorSpecification) =>
    backend.createOutputTensor(tracer.addInput({ shape: [...shape], type: dataTypeOf(dtype) }))

  function trace(): CapturedFunction {
    const state = entries.map(symbol)
    const fed = feeds.map(symbol)
    const refuse = () => {
      throw new CaptureError('drawsNumbers')
    }
    const result = watchRandomness(refuse, () => fn(state, fed))
    checks.nextState(result.state)
    for (const output of result.outputs) checks.output(output)
    const ids = (tensors: readonly Tensor[]) => backend.getInputTensorIds(tensors)
    const before = ids(state)
    const after = ids(result.state)
    const stateOutputs = entries.flatMap((_, index) =>
      after[index] === before[index] ? [] : [index],
    )
    const replaced = stateOutputs.map(index => after[index] as number)
    const results = [...replaced, ...ids(result.outputs)]
    for (const id of results) tracer.use(id)
    const usedInputs = tracer.usedInputs()
    const typeOf = ({ dtype }: TensorSpecification) => dataTypeOf(dtype)
    const inputSpecifications = [...entries, ...feeds]
    const givenIds = [...before, ...ids(fed)]
    const next = (index: number) => {
      const result = stateOutputs.indexOf(index)
      return result === -1 ? null : result
    }
    const finished =
      request.chooseCall(tracer.operations) === 'optimized'
        ? finishPlain(tracer, name, results)
        : finishAsLoop(tracer, name, {
            inputs: usedInputs.map(index => ({
              id: givenIds[index] as number,
              type: typeOf(inputSpecifications[index] as TensorSpecification),
              next: next(index),
            })),
            results,
            resultTypes: [
              ...stateOutputs.map(index => typeOf(entries[index] as TensorSpecification)),
              ...result.outputs.map(() => dataTypes.float),
            ],
            conditions,
          })
    return {
      ...finished,
      stateInputs: usedInputs.filter(index => index < entries.length),
      feedInputs: usedInputs.flatMap(index =>
        index < entries.length ? [] : [index - entries.length],
      ),
      stateOutputs,
      outputShapes: result.outputs.map(output => output.shape),
      nodeCount: tracer.nodeCount,
    }
  }

  try {
    let captured: CapturedFunction | null = null
    kernels.whileTracing(tracer, () => {
      tf.tidy(() => {
        captured = trace()
      })
    })
    return captured as unknown as CapturedFunction
  } finally {
    tracer.dispose()
  }
}
