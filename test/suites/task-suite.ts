import { isCostMetric } from '../../src-main/core/trial/cost-metrics.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PreparedDataset } from '../../src-main/core/data/dataset.ts'
import type { EngineName } from '../../src-main/core/machine/engines/registry.ts'
import type { Goal } from '../../src-main/core/study/study-specification.ts'
import type { Assignment } from '../../src-main/core/trial/trial.ts'
import { loadEngine } from '../../src-main/engines/load-engine.ts'
import { readWeightsFile, writeWeightsFile } from '../../src-main/trainer/models/weights-file.ts'
import type {
  ObjectiveHost,
  ObjectiveResult,
} from '../../src-main/training/objectives/objective-host.ts'
import type { Engine } from '../../src-main/training/compiled/compiled-function.ts'
import type { NetworkDefinition } from '../../src-main/training/models/network-definition.ts'
import { findTask } from '../../src-main/training/tasks/registry.ts'
import { catchAppError } from '../helpers/catch-error.ts'
import { trainInterrupted } from '../helpers/interrupted-training.ts'
import { loadTaskData } from '../helpers/load-task-data.ts'
import { recordingHost, type RecordingHost } from '../helpers/recording-host.ts'

/** A task on real data, with what every trial of it has to reach. */
export interface TaskCase {
  readonly objective: { readonly task: string; readonly data: object }
  /** Learns well with these. */
  readonly parameters: Assignment
  /** Few rows and epochs: for checks that need no learning. */
  readonly quick: { readonly data: object; readonly parameters: Assignment }
  /** The hyperparameter that says how many steps there are; `epochs` if absent, which have batches. */
  readonly counter?: 'epochs' | 'rounds' | 'trees'
  readonly goal: Goal
  /** A metric of validation and test (without the split's name) and its least value after training. */
  readonly reaches: readonly { readonly measure: string; readonly least: number }[]
  /** Declared metrics that this data set does not have, e.g. while the problem is `auto`. */
  readonly absentMetrics?: readonly string[]
}

/** The law of every task. */
export function describeTask(name: string, engineName: EngineName, task: TaskCase): void {
  describe(`${name} on ${engineName}`, () => {
    const built = findTask(task.objective.task)
    const { counter = 'epochs' } = task
    const hasBatches = counter === 'epochs'
    const cacheDirectory = mkdtempSync(path.join(tmpdir(), 'tunewright-task-'))
    let engine: Engine
    let dataset: PreparedDataset
    beforeAll(async () => {
      engine = await loadEngine(engineName)
      dataset = await loadTaskData(task.objective, cacheDirectory)
    })
    afterAll(() => {
      engine.dispose()
      rmSync(cacheDirectory, { recursive: true, force: true })
    })

    const sharedOf = (data: object, parameters: Assignment, seeds = { study: 1, trial: 2 }) => ({
      settings: built.settingsSchema.parse({ ...task.objective, data }),
      dataset,
      engine,
      parameters,
      studySeed: seeds.study,
      trialSeed: seeds.trial,
    })
    const quick = async (
      host: RecordingHost,
      options: { seeds?: { study: number; trial: number }; goal?: Goal; set?: Assignment } = {},
    ): Promise<ObjectiveResult> =>
      built.train({
        ...sharedOf(task.quick.data, { ...task.quick.parameters, ...options.set }, options.seeds),
        goals: [options.goal ?? task.goal],
        host,
      })
    const quickTest = async (weights: NonNullable<ObjectiveResult['weights']>['best']) =>
      built.test({ ...sharedOf(task.quick.data, task.quick.parameters), weights })

    it('learns from real data', async () => {
      const shared = sharedOf(task.objective.data, task.parameters)
      const result = await built.train({ ...shared, goals: [task.goal], host: recordingHost() })
      expect(result.finished).toBe(true)
      // What was shown before the training is what was trained.
      const { settings, parameters } = shared
      const sketch = built.sketch(settings, built.inputs(dataset.manifest), parameters)
      expect(sketch === null).toBe(result.model?.network === undefined)
      if (sketch !== null) {
        const network = result.model?.network as NetworkDefinition
        expect(sketch.inputShape).toEqual(network.inputShape)
        expect(sketch.layers.map(({ kind }) => kind)).toEqual(
          network.layers.map(({ kind }) => kind),
        )
        const sizes = (result.weights?.best ?? [])
          .filter(({ name }) => !name.includes('moving'))
          .map(({ data }) => data.length)
        expect(sketch.parameterCount).toBe(sizes.reduce((sum, size) => sum + size, 0))
      }
      const test = await built.test({ ...shared, weights: result.weights?.best ?? [] })
      for (const { measure, least } of task.reaches) {
        expect(result.best?.metrics[`validation${measure}`]).toBeGreaterThan(least)
        expect(test[`test${measure}`]).toBeGreaterThan(least)
      }
    })

    const positions = [
      { step: 1, batch: 1 },
      { step: 2, batch: 0 },
    ]
    it.each(positions.filter(({ batch }) => hasBatches || batch === 0))(
      'goes on from a checkpoint at $step epochs and $batch batches bit for bit',
      async position => {
        const train = async (host: ObjectiveHost): Promise<ObjectiveResult> =>
          built.train({
            ...sharedOf(task.quick.data, task.quick.parameters),
            goals: [task.goal],
            host,
          })
        const whole = recordingHost()
        const result = await train(whole)
        const interrupted = await trainInterrupted(train, position)
        expect(interrupted.reports).toEqual(whole.reports)
        expect(interrupted.result).toEqual(result)
      },
    )

    it('reports every declared metric after every epoch, and finite values', async () => {
      const host = recordingHost()
      await quick(host)
      const absent = task.absentMetrics ?? []
      const { settings } = sharedOf(task.quick.data, {})
      // What a training costs is measured by the process around it.
      const declared = built
        .metrics(settings)
        .map(metric => metric.name)
        .filter(metric => !isCostMetric(metric))
      const expected = declared.filter(metric => !absent.includes(metric)).sort()
      expect(declared).toEqual(expect.arrayContaining([...absent]))
      expect(host.reports.map(report => report.step)).toEqual(
        Array.from({ length: Number(task.quick.parameters[counter]) }, (_, index) => index + 1),
      )
      for (const { metrics } of host.reports) {
        expect(Object.keys(metrics).sort()).toEqual(expected)
        expect(Object.values(metrics).every(Number.isFinite)).toBe(true)
      }
    })

    it('names test metrics as validation metrics', async () => {
      const result = await quick(recordingHost())
      const test = await quickTest(result.weights?.best ?? [])
      const reported = Object.keys(result.last?.metrics ?? {})
        .filter(metric => metric.startsWith('validation'))
        .map(metric => metric.replace('validation', 'test'))
      expect(Object.keys(test)).toEqual(reported)
    })

    it('stops where the host says stop', async () => {
      const atReport = recordingHost({ step: 1 })
      expect(await quick(atReport)).toMatchObject({ finished: false, last: { step: 1 } })
      expect(atReport.reports).toHaveLength(1)
      const atBatch = recordingHost({ checkpoint: 2 })
      const last = hasBatches ? null : { step: 1 }
      expect(await quick(atBatch)).toMatchObject({ finished: false, last })
      expect(atBatch.checkpointCalls()).toBe(2)
    })

    it('repeats bit for bit; both seeds matter', async () => {
      const run = async (study: number, trial: number) => {
        const host = recordingHost()
        const { weights } = await quick(host, { seeds: { study, trial } })
        return { reports: host.reports, weights }
      }
      const first = await run(1, 2)
      expect(await run(1, 2)).toEqual(first)
      expect((await run(1, 3)).reports).not.toEqual(first.reports)
      expect((await run(9, 2)).reports).not.toEqual(first.reports)
    })

    it('keeps best and last weights apart', async () => {
      // Whoever looks for the worst accuracy or fit finds it after the first epoch.
      const upsideDown: Goal = { metric: 'validationLoss', direction: 'maximize' }
      const result = await quick(recordingHost(), { goal: upsideDown })
      expect(result.best?.step).toBe(1)
      expect(result.last?.step).toBe(task.quick.parameters[counter])
      const best = await quickTest(result.weights?.best ?? [])
      const last = await quickTest(result.weights?.last ?? [])
      expect(best['testLoss']).toBeGreaterThan(last['testLoss'] ?? Number.NaN)
    })

    it('gives the same test metrics for weights that went through a file', async () => {
      const { weights } = await quick(recordingHost())
      const file = path.join(cacheDirectory, 'weights.safetensors')
      await writeWeightsFile(file, weights?.best ?? [])
      expect(await quickTest(await readWeightsFile(file))).toEqual(
        await quickTest(weights?.best ?? []),
      )
    })

    it('gives all tensors back', async () => {
      const before = engine.memory()
      const { weights } = await quick(recordingHost())
      await quick(recordingHost({ checkpoint: 3 }))
      await quickTest(weights?.best ?? [])
      expect(engine.memory()).toEqual(before)
    })

    it('says what is wrong with parameters, goals and data', async () => {
      const unknown = await catchAppError(() => quick(recordingHost(), { set: { unitz: 3 } }))
      expect(unknown.detail).toMatchObject({ field: 'unitz', value: 3 })
      const goal: Goal = { metric: 'validationMagic', direction: 'maximize' }
      const host = recordingHost()
      const unreported = await catchAppError(() => quick(host, { goal }))
      expect(unreported.detail).toMatchObject({ field: 'goals.metric', value: 'validationMagic' })
      expect(host.checkpointCalls()).toBe(0)
      const kind = dataset.manifest.kind === 'image' ? 'table' : 'image'
      const foreign = { ...dataset, manifest: { ...dataset.manifest, kind } as const }
      const shared = sharedOf(task.quick.data, {})
      const wrongKind = await catchAppError(() =>
        built.train({ ...shared, dataset: foreign, goals: [task.goal], host: recordingHost() }),
      )
      expect(wrongKind.code).toBe('data.invalid')
    })

    it.runIf(hasBatches)('fails as not finite when the learning rate is absurd', async () => {
      const set = { optimizer: 'sgd', learningRate: 100, activation: 'linear', epochs: 50 }
      const error = await catchAppError(() => quick(recordingHost(), { set }))
      expect(error.code).toBe('training.nonFinite')
    })
  })
}
