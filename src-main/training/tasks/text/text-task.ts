import { z } from 'zod'
import { textDataSchema } from '../../../core/data/data-settings.ts'
import type { PreparedDataset } from '../../../core/data/dataset.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import type { HeldOut } from '../../data/folds.ts'
import { splitClasses } from '../../data/class-split.ts'
import { readTextSchema } from '../../data/dataset-schema.ts'
import { metricDefinitions } from '../../metrics/metric-definitions.ts'
import {
  applyTextPreprocessing,
  fitTextPreprocessing,
  type StoredTexts,
} from '../../text/text-preprocessing.ts'
import { classEvaluation } from '../class-evaluation.ts'
import { datasetArray } from '../dataset-array.ts'
import { createNetworkTask, type NetworkProblem } from '../network-task.ts'
import { textHyperparameters, type TextHyperparameters } from './hyperparameters.ts'
import { textNetwork } from './text-network.ts'

const settingsSchema = z.strictObject({
  task: z.literal('text').optional(),
  data: textDataSchema,
})

/** Inputs that shape a network. */
const inputsSchema = z.object({ classes: z.int() })

type TextSettings = z.output<typeof settingsSchema>

/** Classification of texts: topic, mood, spam. */
export const textTask = createNetworkTask({
  name: 'text',
  settingsSchema,
  hyperparameters: textHyperparameters,
  metrics: () => metricDefinitions('classification', true),
  defaultSpace: () => ({
    vocabularySize: { int: [1_000, 20_000], log: true },
    length: { int: [50, 400], log: true },
    embeddingDimensions: { int: [8, 64], log: true },
    model: { choice: ['mean', 'cnn1d', 'gru', 'attention'] },
    filters: { int: [16, 128], log: true, when: { model: 'cnn1d' } },
    kernelSize: { choice: [3, 5], when: { model: 'cnn1d' } },
    recurrentUnits: { int: [16, 64], log: true, when: { model: 'gru' } },
    bidirectional: { choice: [true, false], when: { model: 'gru' } },
    attentionBlocks: { int: [1, 2], when: { model: 'attention' } },
    attentionHeads: { choice: [1, 2, 4], when: { model: 'attention' } },
    feedForwardUnits: { int: [32, 128], log: true, when: { model: 'attention' } },
    attentionDropout: { float: [0, 0.3], when: { model: 'attention' } },
    layers: { int: [0, 1] },
    units: { int: [16, 128], log: true, when: { layers: 1 } },
    dropout: { float: [0, 0.5] },
    learningRate: { float: [3e-4, 1e-2], log: true },
    schedule: { choice: ['constant', 'cosine'] },
    batchSize: { ordinal: [16, 32, 64] },
    epochs: { fixed: 5 },
  }),
  rows: ({ data }) => ({ sizes: data, values: 0 }),
  inputs: manifest => ({ classes: readTextSchema(manifest).classNames.length }),
  network: (values, inputs) => textNetwork(values, inputsSchema.parse(inputs).classes),
  load: loadTexts,
})

/** Splits the texts; the vocabulary is that of the training split. */
function loadTexts(
  settings: TextSettings,
  dataset: PreparedDataset,
  values: TextHyperparameters,
  studySeed: number,
  fold: HeldOut | null = null,
): NetworkProblem {
  const { classNames, groupCounts } = readTextSchema(dataset.manifest)
  const texts: StoredTexts = {
    bytes: datasetArray(dataset, 'texts', Uint8Array),
    offsets: datasetArray(dataset, 'offsets', Int32Array),
  }
  const labels = datasetArray(dataset, 'labels', Int32Array)
  const groups = groupCounts === null ? null : datasetArray(dataset, 'groups', Int32Array)
  const split = splitClasses(
    dataset.manifest,
    settings.data,
    { labels, testLabels: null, groups },
    studySeed,
    fold,
  )
  const preprocessing = fitTextPreprocessing(values, texts, split.train)
  const evaluate = (rows: Int32Array) =>
    classEvaluation(
      applyTextPreprocessing(preprocessing, texts, rows),
      rows,
      labels,
      classNames.length,
    )
  return {
    network: textNetwork(values, classNames.length),
    loss: 'crossEntropy',
    metrics: metricDefinitions('classification', classNames.length === 2),
    model: {
      outputs: { kind: 'classes', names: classNames },
      preprocessing: {
        settings: { ...preprocessing.settings },
        vocabulary: preprocessing.vocabulary,
      },
      reading: readingOf(settings.data.source),
    },
    training: () => evaluate(split.train).source,
    evaluation: part => evaluate(split[part]),
  }
}

/** Encoding of files, or the column of a table. */
function readingOf(source: TextSettings['data']['source']): JsonObject {
  return 'folders' in source
    ? { encoding: source.encoding }
    : {
        text: source.text,
        delimiter: source.delimiter,
        encoding: source.encoding,
        header: source.header,
        ...(source.sheet === undefined ? {} : { sheet: source.sheet }),
      }
}
