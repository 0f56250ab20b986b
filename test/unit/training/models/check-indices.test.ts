import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import type { NetworkDefinition } from '../../../../src-main/training/models/network-definition.ts'
import { compileNetwork } from '../../../../src-main/training/compiled/compile-network.ts'
import type { Engine } from '../../../../src-main/training/compiled/compiled-function.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'
import { categories, classes, dense, request, scalars } from '../../../helpers/small-trainings.ts'

const words: NetworkDefinition = {
  inputShape: [4],
  layers: [{ kind: 'embedding', tokens: 9, dimensions: 2 }, { kind: 'flatten' }, dense(classes)],
}

describe('what is looked up in a table', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await loadEngine('cpu')
  })
  afterAll(() => {
    engine.dispose()
  })

  it.each<[string, NetworkDefinition, number[], number, string]>([
    ['a category behind the last row', categories, [0, 0, 8, 4], 3, '4'],
    ['a category below 0', categories, [0, 0, -1, 0], 2, '-1'],
    ['half a category', categories, [0, 0, 0.5, 0], 2, '0.5'],
    ['a category that is no number', categories, [0, 0, Number.NaN, 0], 2, 'NaN'],
    ['a token behind the last one', words, [0, 8, 9, 0], 2, '9'],
  ])('is refused: %s', async (_, network, row, column, value) => {
    const compiledNetwork = compileNetwork({
      ...request(engine, network, 'sgd'),
      batchSize: 2,
      evaluationBatchSize: 2,
    })
    const inputs = Float32Array.from([0, 0, 0, 0, ...row])
    const targets = new Float32Array(2 * classes)
    for (const run of [
      () => compiledNetwork.step(inputs, targets, scalars, 0),
      () => compiledNetwork.evaluate(inputs, targets),
      () => compiledNetwork.predict(inputs),
    ]) {
      const error = await catchAppError(run)
      expect(error).toMatchObject({
        code: 'training.invalid',
        detail: { field: `inputs[${column}]`, value },
      })
    }
    compiledNetwork.dispose()
  })

  it('is every row of the table, and numbers are any', async () => {
    const compiledNetwork = compileNetwork({
      ...request(engine, categories, 'sgd'),
      batchSize: 2,
      evaluationBatchSize: 2,
    })
    const outputs = await compiledNetwork.predict(Float32Array.of(-0.5, 99, 0, 3, 1e6, -7, 8, 0))
    expect(outputs.every(Number.isFinite)).toBe(true)
    compiledNetwork.dispose()
  })
})
