import { describe, expect, it } from 'vitest'
import { loadEngine } from '../../../../src-main/engines/load-engine.ts'
import { compileInnerRun } from '../../../../src-main/training/hypergradients/compile-inner-run.ts'
import { createInnerProblem } from '../../../../src-main/training/hypergradients/inner-problem.ts'
import { networks, rowsFor, usualValues } from '../../../helpers/hypergradient-problems.ts'
import { hasTensorflow } from '../../../helpers/tensorflow-pack.ts'
import { describeHypergradients } from '../../../suites/hypergradient-suite.ts'

describe.skipIf(!hasTensorflow)('with TensorFlow', () => {
  describeHypergradients('tensorflow')

  it('a run with its hypergradient is one captured function', async () => {
    const engine = await loadEngine('tensorflow')
    const network = networks.MLP
    const problem = createInnerProblem({
      network,
      loss: 'crossEntropy',
      decayPerInput: false,
      head: [],
    })
    const compiled = compileInnerRun({
      engine,
      problem,
      holdout: null,
      steps: 10,
      batchSize: 24,
      seed: 1,
      training: rowsFor(network, 24, 0),
      validation: rowsFor(network, 24, 1),
    })
    const values = usualValues(problem, 10)
    for (const run of [() => compiled.reverse(values), () => compiled.forward(values, [values])]) {
      await run()
      await run()
      // The same compiled function twice: nothing is traced or built again.
      const wanted = { executor: 'captured', fallbackReason: null, runs: 2 }
      expect(compiled.lastFunction?.statistics).toEqual(wanted)
    }
    compiled.dispose()
  })
})
