import { messageOf } from '../../core/errors/errors.ts'
import { compileNetwork } from '../../training/compiled/compile-network.ts'
import type { Engine, EngineState, TensorData } from '../../training/compiled/compiled-function.ts'
import {
  readConformanceCases,
  type OperationCase,
  type StoredTensor,
  type TrainingCase,
} from './conformance-cases.ts'
import { operations } from './operations.ts'

/** Allowed errors, relative to the largest expected number or 1: about a hundred float32 roundings. */
const OPERATION_TOLERANCE = 2e-5
/** Four optimizer steps amplify roundings. */
const TRAINING_TOLERANCE = 2e-4

interface ConformanceFailure {
  readonly case: string
  /** max |got − expected| / max(1, |expected|); Infinity if it did not compute. */
  readonly error: number
  readonly tolerance: number
  /** The error if no number came out; absent otherwise. */
  readonly reason?: string
}

export interface ConformanceResult {
  readonly passed: number
  readonly failed: readonly ConformanceFailure[]
}

/**
 * Computes every stored case, forward and backward, and whole short trainings, and compares with the
 * results of an independent library. Takes about a second.
 */
export async function runConformance(engine: Engine): Promise<ConformanceResult> {
  const { cases, trainings } = await readConformanceCases()
  const failed: ConformanceFailure[] = []
  const state = engine.createState([])

  async function judge(
    name: string,
    tolerance: number,
    measure: () => Promise<number>,
  ): Promise<void> {
    try {
      const error = await measure()
      if (!(error <= tolerance)) failed.push({ case: name, error, tolerance })
    } catch (error) {
      failed.push({
        case: name,
        error: Number.POSITIVE_INFINITY,
        tolerance,
        reason: messageOf(error),
      })
    }
  }

  for (const operationCase of cases) {
    const tolerance = operationCase.tolerance ?? OPERATION_TOLERANCE
    await judge(operationCase.name, tolerance, () => operationError(engine, state, operationCase))
  }
  for (const trainingCase of trainings) {
    await judge(trainingCase.name, TRAINING_TOLERANCE, () => trainingError(engine, trainingCase))
  }
  state.dispose()
  return { passed: cases.length + trainings.length - failed.length, failed }
}

async function operationError(
  engine: Engine,
  state: EngineState,
  operationCase: OperationCase,
): Promise<number> {
  const operation = operations[operationCase.operation]
  if (operation === undefined) throw new Error(`unknown operation '${operationCase.operation}'`)
  const compiled = engine.compile(
    `conformance/${operationCase.name}`,
    (_, feeds) => ({ state: [], outputs: operation([...feeds], operationCase.attributes) }),
    operationCase.inputs,
    state,
  )
  const data = operationCase.inputs.map(toData)
  await compiled.run(data)
  // The second run is the one that an engine with compiled functions replays.
  const outputs = await compiled.run(data)
  compiled.dispose()
  if (outputs.length !== operationCase.outputs.length) {
    throw new Error(`${outputs.length} results instead of ${operationCase.outputs.length}`)
  }
  return Math.max(
    ...outputs.map((output, index) => scaledError(output, toData(operationCase.outputs[index]!))),
  )
}

async function trainingError(engine: Engine, trainingCase: TrainingCase): Promise<number> {
  const { network, loss, optimizer, batchSize } = trainingCase
  const compiledNetwork = compileNetwork({
    engine,
    network,
    loss,
    optimizer,
    batchSize,
    clipsGradients: trainingCase.scalars.clipNorm !== undefined,
    evaluationBatchSize: batchSize,
    seed: 0,
  })
  try {
    const isTrained = (name: string) => !/\.moving(Mean|Variance)$/.test(name)
    const before = trainingCase.before.values()
    const weights = (await compiledNetwork.readWeights()).map(tensor => {
      if (!isTrained(tensor.name)) return tensor
      const stored = before.next().value as StoredTensor
      return { name: tensor.name, shape: stored.shape, data: toData(stored) }
    })
    compiledNetwork.writeWeights(weights)
    const losses: number[] = []
    for (const [step, batch] of trainingCase.batches.entries()) {
      const [inputs, targets] = [batch.inputs, batch.targets].map(toData) as [
        Float32Array,
        Float32Array,
      ]
      losses.push(await compiledNetwork.step(inputs, targets, trainingCase.scalars, step))
    }
    const after = (await compiledNetwork.readWeights()).filter(tensor => isTrained(tensor.name))
    return Math.max(
      scaledError(losses, trainingCase.losses),
      ...after.map((tensor, index) => scaledError(tensor.data, toData(trainingCase.after[index]!))),
    )
  } finally {
    compiledNetwork.dispose()
  }
}

function toData(tensor: StoredTensor): TensorData {
  return tensor.dtype === 'int32' ? Int32Array.from(tensor.data) : Float32Array.from(tensor.data)
}

/** Infinity where lengths differ or a number is not finite. */
function scaledError(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (got.length !== expected.length) return Number.POSITIVE_INFINITY
  let scale = 1
  let largest = 0
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs((got[index] as number) - (expected[index] as number))
    if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY
    scale = Math.max(scale, Math.abs(expected[index] as number))
    largest = Math.max(largest, difference)
  }
  return largest / scale
}
