import { z } from 'zod'
import { imageDataSchema } from '../../../core/data/data-settings.ts'
import type { PreparedDataset } from '../../../core/data/dataset.ts'
import { createImageAugmentation } from '../../data/augment-images.ts'
import type { HeldOut } from '../../data/folds.ts'
import { splitClasses } from '../../data/class-split.ts'
import { readImageSchema } from '../../data/dataset-schema.ts'
import { createImageSource, fitPixelScaling, type StoredImages } from '../../data/image-source.ts'
import { classificationMetrics } from '../../metrics/classification.ts'
import { metricDefinitions } from '../../metrics/metric-definitions.ts'
import { datasetArray } from '../dataset-array.ts'
import { hypergradientSettingsSchema } from '../hypergradient/settings.ts'
import { createNetworkTask, type NetworkProblem } from '../network-task.ts'
import { imageHyperparameters, type ImageHyperparameters } from './hyperparameters.ts'
import { imageNetwork } from './image-network.ts'

const settingsSchema = z.strictObject({
  task: z.literal('image').optional(),
  data: imageDataSchema,
  hypergradients: hypergradientSettingsSchema.optional(),
})

/** Inputs that shape a network. */
const inputsSchema = z.object({
  imageShape: z.tuple([z.int(), z.int(), z.int()]),
  classes: z.int(),
})

type ImageSettings = z.output<typeof settingsSchema>

/** Classification of images of one size by a dense or a convolutional network. */
export const imageTask = createNetworkTask({
  name: 'image',
  settingsSchema,
  hypergradients: settings => settings.hypergradients,
  hyperparameters: imageHyperparameters,
  // MNIST has ten classes; sets with two have a further metric, known once the files are read.
  metrics: settings => metricDefinitions('classification', settings.data.source !== 'mnist'),
  defaultSpace: () => ({
    model: { choice: ['mlp', 'cnn'] },
    layers: { int: [1, 3] },
    units: { int: [32, 256], log: true },
    convolutionBlocks: { int: [1, 3], when: { model: 'cnn' } },
    convolutionKind: { choice: ['plain', 'separable'], when: { convolutionBlocks: [2, 3] } },
    filters: { int: [8, 32], log: true, when: { model: 'cnn' } },
    kernelSize: { choice: [3, 5], when: { model: 'cnn' } },
    pooling: { choice: ['max', 'average'], when: { model: 'cnn' } },
    activation: { choice: ['relu', 'tanh', 'elu'] },
    shift: { int: [0, 2] },
    dropout: { float: [0, 0.5] },
    batchNormalization: { choice: [true, false] },
    residual: { choice: [true, false], when: { model: 'cnn' } },
    l2: { float: [1e-6, 1e-2], log: true },
    optimizer: { choice: ['momentum', 'rmsprop', 'adam'] },
    learningRate: { float: [1e-4, 1e-1], log: true },
    momentum: { float: [0.5, 0.99], when: { optimizer: 'momentum' } },
    schedule: { choice: ['constant', 'cosine'] },
    batchSize: { ordinal: [32, 64, 128, 256] },
    epochs: { fixed: 5 },
  }),
  rows({ data }, manifest) {
    const [height, width, channels] = readImageSchema(manifest).imageShape
    return { sizes: data, values: height * width * channels }
  },
  inputs(manifest) {
    const { imageShape, classNames } = readImageSchema(manifest)
    return { imageShape, classes: classNames.length }
  },
  network(values, inputs) {
    const { imageShape, classes } = inputsSchema.parse(inputs)
    return imageNetwork(values, imageShape, classes)
  },
  load: loadImages,
})

/** Splits the images and scales them by the training split. */
function loadImages(
  settings: ImageSettings,
  dataset: PreparedDataset,
  values: ImageHyperparameters,
  studySeed: number,
  fold: HeldOut | null = null,
): NetworkProblem {
  const { imageShape, classNames, testClassCounts, groupCounts } = readImageSchema(dataset.manifest)
  const classes = classNames.length
  const imageSize = imageShape.reduce((product, length) => product * length, 1)
  const images: StoredImages = {
    pixels: datasetArray(dataset, 'trainImages', Uint8Array),
    labels: datasetArray(dataset, 'trainLabels', Int32Array),
    imageSize,
    classes,
  }
  const testImages: StoredImages =
    testClassCounts === null
      ? images
      : {
          pixels: datasetArray(dataset, 'testImages', Uint8Array),
          labels: datasetArray(dataset, 'testLabels', Int32Array),
          imageSize,
          classes,
        }
  const split = splitClasses(
    dataset.manifest,
    settings.data,
    {
      labels: images.labels,
      testLabels: testClassCounts === null ? null : testImages.labels,
      groups: groupCounts === null ? null : datasetArray(dataset, 'groups', Int32Array),
    },
    studySeed,
    fold,
  )
  const scaling = fitPixelScaling(images, split.train)
  return {
    network: imageNetwork(values, imageShape, classes),
    loss: 'crossEntropy',
    metrics: metricDefinitions('classification', classes === 2),
    model: {
      outputs: { kind: 'classes', names: classNames },
      preprocessing: { ...scaling },
      reading: { imageShape },
    },
    training: () => createImageSource(images, split.train, scaling),
    augment: createImageAugmentation(values, imageShape),
    evaluation(part) {
      const stored = part === 'test' ? testImages : images
      const rows = split[part]
      const labels = rows.map(row => stored.labels[row] as number)
      return {
        source: createImageSource(stored, rows, scaling),
        measure: outputs => classificationMetrics(outputs, labels, classes),
        truth: { rows, targets: labels },
      }
    },
  }
}
