import { beforeAll, describe, expect, it } from 'vitest'
import type { EngineName } from '../../src-main/core/machine/engines/registry.ts'
import { loadEngine } from '../../src-main/engines/load-engine.ts'
import {
  compileInnerRun,
  type CompiledInnerRun,
} from '../../src-main/training/hypergradients/compile-inner-run.ts'
import {
  hyperFields,
  type HyperValues,
  moved,
} from '../../src-main/training/hypergradients/hyper-values.ts'
import { compileImplicitGradient } from '../../src-main/training/hypergradients/implicit-gradient.ts'
import {
  createInnerProblem,
  type HeadHyperparameter,
} from '../../src-main/training/hypergradients/inner-problem.ts'
import {
  requireRightKernels,
  requireRightRun,
  testKernels,
  testRun,
} from '../../src-main/training/hypergradients/self-test.ts'
import { tangentRules } from '../../src-main/training/hypergradients/tangents/tangent-rules.ts'
import type { Engine } from '../../src-main/training/compiled/compiled-function.ts'
import { catchAppError } from '../helpers/catch-error.ts'
import {
  innerProduct,
  networks,
  relativeDirection,
  rowsFor,
  usualValues,
  wholeHead,
} from '../helpers/hypergradient-problems.ts'

type Model = keyof typeof networks

/** Between reverse and forward mode: two orders of the same float32 sums. */
const betweenModes = 1e-3
/** Between a mode and central differences of whole runs. */
const toDifferences = 0.01

/** The derivative at 0 by central differences of two widths, whose largest error cancels (Richardson). */
async function extrapolated(
  width: number,
  value: (at: number) => Promise<number>,
): Promise<number> {
  const slope = async (h: number): Promise<number> =>
    ((await value(h)) - (await value(-h))) / (2 * h)
  return (4 * (await slope(width / 2)) - (await slope(width))) / 3
}

export interface HypergradientSuiteOptions {
  /** Training steps that gradients go through. */
  readonly lengths: readonly number[]
  /** Networks beside logistic regression that are trained to their minimum, again and again. */
  readonly minima: readonly Model[]
  readonly minimumTimeoutMs: number
  /** The engine that finds those minima: thousands of trainings' steps, which software for a GPU cannot do in time. */
  readonly minimaOn?: EngineName
  /** Runs after which no tensor may be left. */
  readonly turns: number
}

export const wholeSuite: HypergradientSuiteOptions = {
  lengths: [1, 7, 50],
  minima: ['MLP', 'CNN'],
  minimumTimeoutMs: 300_000,
  turns: 30,
}

/** What hypergradients promise on every engine. */
export function describeHypergradients(
  name: EngineName,
  { lengths, minima, minimumTimeoutMs, minimaOn, turns }: HypergradientSuiteOptions = wholeSuite,
): void {
  describe(`hypergradients on ${name}`, () => {
    let engine: Engine
    beforeAll(async () => {
      engine = await loadEngine(name)
    })

    function programsOf(
      model: Model,
      steps: number,
      options: {
        readonly head?: readonly HeadHyperparameter[]
        readonly batchSize?: number
        readonly decayPerInput?: boolean
      } = {},
    ) {
      const network = networks[model]
      const problem = createInnerProblem({
        network,
        loss: 'crossEntropy',
        decayPerInput: options.decayPerInput ?? false,
        head: options.head ?? [],
      })
      const compiled = compileInnerRun({
        engine,
        problem,
        training: rowsFor(network, 24, 0),
        validation: rowsFor(network, 24, 1),
        holdout: null,
        steps,
        batchSize: options.batchSize ?? 24,
        seed: 3,
      })
      return { compiled, values: usualValues(problem, steps) }
    }

    async function difference(
      compiled: CompiledInnerRun,
      values: HyperValues,
      direction: HyperValues,
    ): Promise<number> {
      return extrapolated(0.02, async side => {
        const { validationLoss } = await compiled.value(moved(values, direction, side))
        return validationLoss
      })
    }

    async function requireAgreement(
      compiled: CompiledInnerRun,
      values: HyperValues,
    ): Promise<void> {
      const direction = relativeDirection(values, 1)
      const { gradient, validationLoss } = await compiled.reverse(values)
      const reverse = innerProduct(gradient, direction)
      const { derivatives } = await compiled.forward(values, [direction])
      const wanted = await difference(compiled, values, direction)
      expect(Math.abs(wanted)).toBeGreaterThan(1e-4)
      expect(Math.abs((derivatives[0] as number) / reverse - 1)).toBeLessThan(betweenModes)
      expect(Math.abs(reverse / wanted - 1)).toBeLessThan(toDifferences)
      expect((await compiled.value(values)).validationLoss).toBeCloseTo(validationLoss, 5)
      compiled.dispose()
    }

    it.each(
      (['logistic regression', 'MLP', 'CNN', 'separable CNN'] as const).flatMap(model =>
        lengths.map(steps => [model, steps] as const),
      ),
    )('reverse = forward = differences through %s, K = %i', async (model, steps) => {
      const { compiled, values } = programsOf(model, steps)
      await requireAgreement(compiled, values)
    })

    it('for every hyperparameter of the loss, batches, and a decay per input', async () => {
      const options = { head: wholeHead, batchSize: 10, decayPerInput: true }
      const { compiled, values } = programsOf('MLP', 5, options)
      const { gradient } = await compiled.reverse(values)
      const fields = { rates: [0, 3, 9], momentum: [0], decay: [0, 5, 8], head: [0, 1, 2, 4] }
      const zero = moved(values, values, -1)
      const entries = hyperFields.flatMap(field => fields[field].map(entry => ({ field, entry })))
      const { derivatives } = await compiled.forward(
        values,
        entries.map(({ field, entry }) => ({ ...zero, [field]: zero[field].with(entry, 1) })),
      )
      for (const [at, { field, entry }] of entries.entries()) {
        const reverse = gradient[field][entry] as number
        const difference = Math.abs((derivatives[at] as number) - reverse)
        expect(difference, `${field} ${entry}`).toBeLessThan(1e-3 * Math.abs(reverse) + 1e-6)
      }
      await requireAgreement(compiled, values)
    })

    it('truncated, it is the gradient of the last steps; checkpoints change nothing', async () => {
      const { compiled, values } = programsOf('MLP', 9)
      const whole = (await compiled.reverse(values)).gradient
      const checkpointed = (await compiled.reverse(values, { checkpointEvery: 4 })).gradient
      const cut = (await compiled.reverse(values, { horizon: 4 })).gradient
      checkpointed.rates.forEach((value, at) => {
        expect(value).toBeCloseTo(whole.rates[at] as number, 6)
      })
      expect(cut.rates.slice(0, 10)).toEqual(new Float32Array(10))
      cut.rates.slice(10).forEach((value, at) => {
        expect(value).toBeCloseTo(whole.rates[10 + at] as number, 6)
      })
      compiled.dispose()
    })

    it('implicit differentiation at a minimum agrees with retraining', async () => {
      const network = networks['logistic regression']
      const problem = createInnerProblem({
        network,
        loss: 'crossEntropy',
        decayPerInput: true,
        head: ['labelSmoothing', 'classWeights'],
      })
      const compiled = compileImplicitGradient({
        engine,
        problem,
        training: rowsFor(network, 60, 0),
        validation: rowsFor(network, 60, 1),
        holdout: null,
        seed: 3,
      })
      const values = { ...usualValues(problem, 0), decay: new Float32Array(8).fill(0.05) }
      const fit = await compiled.fit(values, { tolerance: 1e-6 })
      const { gradient, residual } = await compiled.gradient(values, fit.weights)
      expect(residual).toBeLessThan(1e-3)
      const direction = relativeDirection(values, 2)
      const wanted = await extrapolated(0.2, async side => {
        const start = fit.weights
        const movedValues = moved(values, direction, side)
        const { weights } = await compiled.fit(movedValues, { start, tolerance: 1e-6 })
        return (await compiled.evaluate(weights)).validationLoss
      })
      const derivative = innerProduct({ ...gradient, momentum: Float32Array.of(0) }, direction)
      expect(Math.abs(derivative / wanted - 1)).toBeLessThan(toDifferences)
      compiled.dispose()
    })

    it.each(minima)(
      'implicit differentiation of %s, damped, agrees with trainings held at their weights',
      { timeout: minimumTimeoutMs },
      async model => {
        const network = networks[model]
        const problem = createInnerProblem({
          network,
          loss: 'crossEntropy',
          decayPerInput: false,
          head: [],
        })
        const programsOn = (chosen: Engine) =>
          compileImplicitGradient({
            engine: chosen,
            problem,
            training: rowsFor(network, 24, 0),
            validation: rowsFor(network, 24, 1),
            holdout: null,
            seed: 3,
          })
        const compiled = programsOn(engine)
        const trainer = minimaOn === undefined ? compiled : programsOn(await loadEngine(minimaOn))
        // A larger one would leave the weights of the CNN at nothing, and no gradient.
        const decay = model === 'CNN' ? 0.002 : 0.05
        const zero = new Float32Array(problem.decayCount)
        const values = { ...usualValues(problem, 0), decay: zero.map(() => decay) }
        const damping = 0.01
        const { weights } = await trainer.fit(values)
        const { gradient } = await compiled.gradient(values, weights, { damping })
        const wanted = await extrapolated(0.2, async side => {
          const changedDecay = { ...values, decay: zero.map(() => decay * (1 + side)) }
          const options = { start: weights, tolerance: 1e-6, pull: damping }
          const fit = await trainer.fit(changedDecay, options)
          return (await trainer.evaluate(fit.weights)).validationLoss
        })
        const derivative = decay * gradient.decay.reduce((sum, slope) => sum + slope, 0)
        expect(Math.abs(wanted)).toBeGreaterThan(1e-3)
        expect(Math.abs(derivative / wanted - 1)).toBeLessThan(toDifferences)
        if (trainer !== compiled) trainer.dispose()
        compiled.dispose()
      },
    )

    it('the self-test passes what is right and names what is wrong', async () => {
      const network = networks.CNN
      const settings = {
        network,
        loss: 'crossEntropy',
        decayPerInput: false,
        head: wholeHead,
      } as const
      const source = rowsFor(network, 6, 0)
      const [inputs, targets] = [new Float32Array(6 * 36), new Float32Array(18)]
      source.fill(null, 0, 6, inputs, targets)
      const rows = { inputs, targets, count: 6 }
      const right = createInnerProblem(settings)
      const weights = right.network.initialValues(1)
      const errors = await testKernels(engine, right, rows, weights)
      expect(errors.length).toBeGreaterThan(20)
      // Also where the engine remembers the compiled function.
      const again = await testKernels(engine, right, rows, weights)
      expect(again.map(({ kernel }) => kernel)).toEqual(errors.map(({ kernel }) => kernel))
      expect(requireRightKernels(errors)).toBeLessThan(0.02)
      // The saved output taken for the input: what makes nested gradients of TensorFlow.js wrong.
      const wrong = createInnerProblem(settings, {
        ...tangentRules,
        Sigmoid: call => (tangentRules['Tanh'] as (typeof tangentRules)[string])(call),
      })
      const broken = await testKernels(engine, wrong, rows, weights)
      const error = await catchAppError(() => requireRightKernels(broken))
      expect(error).toMatchObject({
        code: 'training.gradientWrong',
        detail: { operation: 'Sigmoid', layer: 'layers.3.convolution' },
      })
    })

    it('the self-test of a whole run finds a gradient that is off by a twentieth', async () => {
      const { compiled, values } = programsOf('MLP', 7)
      const { gradient } = await compiled.reverse(values)
      const direction = relativeDirection(values, 3)
      const derivative = innerProduct(gradient, direction)
      expect(await testRun(compiled, values, direction, derivative)).toBeLessThan(0.01)
      const error = await testRun(compiled, values, direction, derivative * 1.05)
      expect(() => {
        requireRightRun(error)
      }).toThrow('training.gradientWrong')
      compiled.dispose()
    })

    it('leaves no tensor behind, run after run', async () => {
      const before = engine.memory().tensors
      const { compiled, values } = programsOf('MLP', 3, { head: ['labelSmoothing'] })
      const both = async (): Promise<void> => {
        await compiled.reverse(values)
        await compiled.forward(values, [values])
      }
      // Engines that record compiled functions keep the tensors of a record.
      await both()
      await both()
      const { tensors } = engine.memory()
      for (let turn = 0; turn < turns; turn++) await both()
      expect(engine.memory().tensors).toBe(tensors)
      compiled.dispose()
      expect(engine.memory().tensors).toBe(before)
    })
  })
}
