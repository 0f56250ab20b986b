import { readFileSync } from 'node:fs'
import type { Assignment } from '../../src-main/core/trial/trial.ts'
import type { Loss, NetworkDefinition } from '../../src-main/training/models/network-definition.ts'
import type { TableInputs } from '../../src-main/training/tasks/tabular/table-network.ts'

/** A network of a built-in task with its weights, and what another library computes with it. */
export interface ReferenceCase {
  readonly name: string
  readonly source: string
  readonly task: 'tabular' | 'image' | 'audio' | 'text'
  readonly parameters: Assignment
  /** Columns of a table whose categories have embeddings. */
  readonly table?: Pick<TableInputs, 'numbers' | 'categories'>
  readonly network: NetworkDefinition
  readonly loss: Loss
  readonly parameterCount: number
  readonly weights: readonly { name: string; shape: number[]; data: number[] }[]
  readonly rows: number
  readonly inputs: readonly number[]
  readonly targets: readonly number[]
  readonly outputs?: readonly number[]
  readonly probabilities?: readonly number[]
  readonly losses: readonly number[]
  readonly afterStep: readonly number[] | null
  /** Of the step alone; the losses count all classes alike. */
  readonly classWeights?: readonly number[]
}

/** Made by generate.py (PyTorch, Keras, scikit-learn), generate_embeddings.py and generate_keras.py (Keras). */
const files = ['networks', 'embeddings', 'keras-networks'].map(name => {
  const file = new URL(`../fixtures/networks/${name}.generated.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as {
    readonly cases: readonly ReferenceCase[]
    readonly learningRate: number
  }
})

export const referenceCases: readonly (ReferenceCase & { readonly learningRate: number })[] =
  files.flatMap(({ cases, learningRate }) =>
    cases.map(referenceCase => ({ ...referenceCase, learningRate })),
  )
