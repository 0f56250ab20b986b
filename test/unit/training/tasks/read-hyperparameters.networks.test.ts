import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EngineName } from '../../../../src-main/core/machine/engines/registry.ts'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import { describeNetwork } from '../../../../src-main/training/models/describe-network.ts'
import type { NetworkDefinition } from '../../../../src-main/training/models/network-definition.ts'
import { compileNetwork } from '../../../../src-main/training/compiled/compile-network.ts'
import type { Engine } from '../../../../src-main/training/compiled/compiled-function.ts'
import { audioHyperparameters } from '../../../../src-main/training/tasks/audio/hyperparameters.ts'
import { audioNetwork } from '../../../../src-main/training/tasks/audio/audio-network.ts'
import { imageHyperparameters } from '../../../../src-main/training/tasks/image/hyperparameters.ts'
import { imageNetwork } from '../../../../src-main/training/tasks/image/image-network.ts'
import { readHyperparameters } from '../../../../src-main/training/tasks/read-hyperparameters.ts'
import { tabularHyperparameters } from '../../../../src-main/training/tasks/tabular/hyperparameters.ts'
import { tableNetwork } from '../../../../src-main/training/tasks/tabular/table-network.ts'
import { textHyperparameters } from '../../../../src-main/training/tasks/text/hyperparameters.ts'
import { textNetwork } from '../../../../src-main/training/tasks/text/text-network.ts'
import { referenceCases as cases, type ReferenceCase } from '../../../helpers/reference-networks.ts'
import { hasTensorflow } from '../../../helpers/tensorflow-pack.ts'

/** All numbers are of the order of 1. */
const tolerance = 1e-4

const outputsOf = ({ targets, rows }: ReferenceCase) => targets.length / rows

/** The network that the task builds for the parameters. */
function built(referenceCase: ReferenceCase): NetworkDefinition {
  const outputs = outputsOf(referenceCase)
  const { inputShape } = referenceCase.network
  switch (referenceCase.task) {
    case 'tabular': {
      const values = readHyperparameters(tabularHyperparameters, referenceCase.parameters)
      const columns = referenceCase.table ?? { numbers: inputShape[0]!, categories: [] }
      return tableNetwork(values, { ...columns, features: inputShape[0]!, outputs })
    }
    case 'image': {
      const values = readHyperparameters(imageHyperparameters, referenceCase.parameters)
      return imageNetwork(values, inputShape as [number, number, number], outputs)
    }
    case 'audio': {
      const values = readHyperparameters(audioHyperparameters, referenceCase.parameters)
      return audioNetwork(values, inputShape[0]!, inputShape[1]!, outputs)
    }
    case 'text':
      return textNetwork(
        readHyperparameters(textHyperparameters, referenceCase.parameters),
        outputs,
      )
  }
}

function softmax(logits: Float32Array, width: number): number[] {
  return Array.from(logits, (logit, at) => {
    const start = at - (at % width)
    const row = logits.subarray(start, start + width)
    return Math.exp(logit) / row.reduce((sum, other) => sum + Math.exp(other), 0)
  })
}

function expectClose(got: ArrayLike<number>, expected: readonly number[]) {
  expect(got).toHaveLength(expected.length)
  const worst = Math.max(...expected.map((value, at) => Math.abs(value - (got[at] ?? Number.NaN))))
  expect(worst).toBeLessThan(tolerance)
}

const engines: EngineName[] = ['cpu', 'wasm', ...(hasTensorflow ? (['tensorflow'] as const) : [])]

describe('a network of the built-in tasks', () => {
  it.each(cases)('has as many parameters as elsewhere: $name', referenceCase => {
    const network = built(referenceCase)
    expect(network).toEqual(referenceCase.network)
    expect(describeNetwork(network).parameterCount).toBe(referenceCase.parameterCount)
  })

  it('is compared with every kind of model', () => {
    const kinds = new Set(cases.flatMap(({ network }) => network.layers.map(({ kind }) => kind)))
    for (const kind of [
      'dense',
      'convolution',
      'pool',
      'batchNormalization',
      'embedding',
      'categoryEmbedding',
      'residual',
      'separableConvolution',
      'positions',
      'layerNormalization',
      'stepMean',
    ] as const)
      expect(kinds).toContain(kind)
    const sources = cases.map(({ source }) => source.split(' ')[0])
    expect(new Set(sources)).toEqual(new Set(['PyTorch', 'Keras', 'scikit-learn']))
  })

  describe.each(engines)('on %s', name => {
    let engine: Engine
    beforeAll(async () => {
      engine = await loadEngine(name)
    })
    afterAll(() => {
      engine.dispose()
    })

    it.each(cases)('gives the outputs of $source: $name', async referenceCase => {
      const compiledNetwork = compileNetwork({
        engine,
        network: built(referenceCase),
        loss: referenceCase.loss,
        optimizer: 'sgd',
        seed: 0,
        batchSize: referenceCase.rows,
        evaluationBatchSize: referenceCase.rows,
        classWeights: referenceCase.classWeights
          ? Float32Array.from(referenceCase.classWeights)
          : null,
      })
      compiledNetwork.writeWeights(
        referenceCase.weights.map(weight => ({ ...weight, data: Float32Array.from(weight.data) })),
      )
      const inputs = Float32Array.from(referenceCase.inputs)
      const targets = Float32Array.from(referenceCase.targets)
      const { outputs, losses } = await compiledNetwork.evaluate(inputs, targets)
      if (referenceCase.outputs !== undefined) expectClose(outputs, referenceCase.outputs)
      if (referenceCase.probabilities !== undefined) {
        expectClose(softmax(outputs, outputsOf(referenceCase)), referenceCase.probabilities)
      }
      expectClose(losses, referenceCase.losses)
      if (referenceCase.afterStep !== null) {
        await compiledNetwork.step(
          inputs,
          targets,
          { learningRate: referenceCase.learningRate, momentum: 0, l2: 0 },
          0,
        )
        expectClose(await compiledNetwork.predict(inputs), referenceCase.afterStep)
      }
      compiledNetwork.dispose()
    })
  })
})
