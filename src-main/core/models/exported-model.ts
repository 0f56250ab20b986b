import { msg } from '../errors/message.ts'
import { breaks } from '../errors/schema-problems.ts'
import { z } from 'zod'
import type { JsonObject } from '../values/json.ts'
import { taskNames } from '../tasks/registry.ts'

/**
 * `model.json` beside the weights of a trained network: all that it takes to use them on new data. What
 * stands under `preprocessing` and `reading`, the task decides and checks.
 */

/** Kinds of layers that a stored network may have; `training/models/network-definition.ts` says what they are. */
export const layerKinds = [
  'dense',
  'convolution',
  'separableConvolution',
  'pool',
  'activation',
  'batchNormalization',
  'dropout',
  'flatten',
  'reshape',
  'embedding',
  'categoryEmbedding',
  'recurrent',
  'positions',
  'attention',
  'layerNormalization',
  'stepMean',
  'residual',
] as const

const jsonObject = z.record(z.string(), z.json()).transform(value => value as JsonObject)

/** Whoever builds the network checks the keys of a layer beside its kind; lists must be lists. */
const layerSchema = z
  .looseObject({
    kind: z.enum(layerKinds),
    tables: z
      .array(z.strictObject({ levels: z.int().min(1), dimensions: z.int().min(1) }))
      .exactOptional(),
  })
  .refine(
    ({ kind, tables }) => kind !== 'categoryEmbedding' || tables !== undefined,
    breaks(msg('rule.present'), ['tables']),
  )

/** Trees in place of a network; the weights are in the library's own format. */
const treesSchema = z.strictObject({
  family: z.enum(['boosting', 'forest']),
  library: z.string(),
  version: z.string(),
  /** Column to its share of the gain of all splits; absent in models from before. */
  gainShares: z.record(z.string(), z.number()).exactOptional(),
  objective: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['squaredError', 'absoluteError', 'logistic']) }),
    z.strictObject({ kind: z.literal('quantile'), quantile: z.number() }),
    z.strictObject({ kind: z.literal('softmax'), classes: z.int().min(2) }),
  ]),
})

/** Meaning of a model's outputs. */
export const outputsSchema = z.discriminatedUnion('kind', [
  /** Softmax over the outputs, in this order. */
  z.strictObject({ kind: z.literal('classes'), names: z.array(z.string()).min(2) }),
  /** value = output · deviation + mean */
  z.strictObject({
    kind: z.literal('value'),
    target: z.string(),
    mean: z.number(),
    deviation: z.number(),
  }),
])

const modelSchema = z.strictObject({
  format: z.literal(1),
  task: z.enum(taskNames),
  /** Absent where there are trees. */
  network: z
    .strictObject({
      inputShape: z.array(z.int().min(1)).min(1),
      layers: z.array(layerSchema).min(1),
    })
    .exactOptional(),
  trees: treesSchema.exactOptional(),
  outputs: outputsSchema,
  /** Fitted on the training rows: scaling, vocabulary, categories. */
  preprocessing: jsonObject,
  /**
   * Validation rows at the best step: how many of each class (outer) were taken for each class (inner), in the order of
   * `outputs.names`. Absent where nothing is classified.
   */
  confusion: z
    .array(z.array(z.int().min(0)).readonly())
    .readonly()
    .exactOptional(),
  /** How new files are read: size of images, column of texts, encoding. */
  reading: jsonObject,
})

export const exportedModelSchema = modelSchema.refine(
  ({ network, trees }) => (network === undefined) !== (trees === undefined),
  breaks(msg('rule.present'), ['network']),
)

export type ExportedModel = z.output<typeof exportedModelSchema>

const memberSchema = z.strictObject({
  trial: z.int().min(0),
  /** Its part of the mean; all of them sum to 1. */
  share: z.number().gt(0).max(1),
  model: exportedModelSchema,
})

/** `model.json` of several models that predict together; the names of tensors begin with `0.` for the first, and so on. */
export const exportedEnsembleSchema = z.strictObject({
  format: z.literal(1),
  members: z.tuple([memberSchema, memberSchema], memberSchema),
})

export type ExportedEnsemble = z.output<typeof exportedEnsembleSchema>

/** A model's prediction for one new row. */
export interface Prediction {
  /** File or line. */
  readonly name: string
  /** Class or number. */
  readonly prediction: string | number
  /** One per class, in the order of the model; null for numbers. */
  readonly probabilities: readonly number[] | null
  /** Columns of a table whose category no training row has had; it counts as missing. Absent: none. */
  readonly unseen?: readonly string[]
}
