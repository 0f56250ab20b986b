import { readFile } from 'node:fs/promises'
import { AppError, reasonOf } from '../../core/errors/errors.ts'
import type {
  Loss,
  NetworkDefinition,
  OptimizerName,
} from '../../training/models/network-definition.ts'
import type { TensorSpecification } from '../../training/compiled/compiled-function.ts'
import type { StepScalars } from '../../training/compiled/compiled-network.ts'

/** A tensor as the stored cases keep it. */
export interface StoredTensor extends TensorSpecification {
  readonly data: readonly number[]
}

/** One operation: given `inputs` and `attributes`, an engine must give `outputs`. */
export interface OperationCase {
  readonly name: string
  /** Key of the table in `operations.ts`. */
  readonly operation: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly inputs: readonly StoredTensor[]
  readonly outputs: readonly StoredTensor[]
  /** Allowed error; see `run-conformance.ts`. */
  readonly tolerance?: number
}

/** A short training from given weights over given batches. */
export interface TrainingCase {
  readonly name: string
  readonly network: NetworkDefinition
  readonly loss: Loss
  readonly optimizer: OptimizerName
  readonly scalars: StepScalars
  readonly batchSize: number
  /** Trained variables before and after, in the order of the network. */
  readonly before: readonly StoredTensor[]
  readonly after: readonly StoredTensor[]
  readonly batches: readonly { readonly inputs: StoredTensor; readonly targets: StoredTensor }[]
  /** Loss of every batch before its update. */
  readonly losses: readonly number[]
}

export interface ConformanceCases {
  /** The library that computed the stored results. */
  readonly source: string
  readonly cases: readonly OperationCase[]
  readonly trainings: readonly TrainingCase[]
}

const file = new URL('../../../resources/conformance/cases.generated.json', import.meta.url)

/** The cases that ship with the application. */
export async function readConformanceCases(): Promise<ConformanceCases> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ConformanceCases
  } catch (error) {
    throw new AppError('file.unreadable', { path: file.pathname, reason: reasonOf(error) }, error)
  }
}
