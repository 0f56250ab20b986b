import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PreparedDataset } from '../../../src-main/core/data/dataset.ts'
import type { EngineName } from '../../../src-main/core/machine/engines/registry.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import type {
  ObjectiveHost,
  ObjectiveResult,
} from '../../../src-main/training/objectives/objective-host.ts'
import type { Engine } from '../../../src-main/training/compiled/compiled-function.ts'
import { findTask } from '../../../src-main/training/tasks/registry.ts'
import { optimizerNames } from '../../../src-main/training/tasks/training-hyperparameters.ts'
import { savingHost, trainInterrupted } from '../../helpers/interrupted-training.ts'
import { loadTaskData } from '../../helpers/load-task-data.ts'
import { hasTensorflow } from '../../helpers/tensorflow-pack.ts'
import { tinyTasks } from '../../helpers/tiny-tasks.ts'

/**
 * Every task with every optimizer on every CPU engine, from its data to its metrics: interrupted between two batches or epochs, then the
 * same bit for bit.
 */
const engineNames: readonly EngineName[] = [
  'cpu',
  'wasm',
  ...(hasTensorflow ? (['tensorflow'] as const) : []),
]
const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-resume-'))
const tiny = tinyTasks(folder)
const names = Object.keys(tiny) as (keyof typeof tiny)[]
const datasets = new Map<string, PreparedDataset>()
beforeAll(async () => {
  for (const name of names) datasets.set(name, await loadTaskData(tiny[name].objective, folder))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe.each(engineNames)('%s', engineName => {
  let engine: Engine
  beforeAll(async () => {
    engine = await loadEngine(engineName)
  })
  afterAll(() => {
    engine.dispose()
  })

  describe.each(names)('%s', name => {
    it.each(optimizerNames)('%s', async optimizer => {
      const { objective, parameters } = tiny[name]
      // Convolutions take the oracle seconds.
      const quick = engineName === 'cpu' && name === 'image' ? { model: 'mlp' } : {}
      const task = findTask(objective.task)
      const dataset = datasets.get(name)
      if (dataset === undefined) throw new Error(`no data of ${name}`)
      const train = async (host: ObjectiveHost): Promise<ObjectiveResult> =>
        task.train({
          settings: task.settingsSchema.parse(objective),
          dataset,
          engine,
          host,
          studySeed: 1,
          trialSeed: 2,
          parameters: { ...parameters, ...quick, optimizer },
          goals: [{ metric: 'validationLoss', direction: 'minimize' }],
        })
      const whole = savingHost(null)
      const result = await train(whole.host)
      expect(whole.reports.map(({ step }) => step)).toEqual([1, 2, 3])
      // A place of its own for every case: 24 rows are three batches of 8.
      const number = names.indexOf(name) * optimizerNames.length + optimizerNames.indexOf(optimizer)
      const random = createRandomStream({ seed: 1, number, purpose: engineName })
      const step = random.integer(3)
      const position = { step, batch: step === 0 ? 1 + random.integer(2) : random.integer(3) }
      const interrupted = await trainInterrupted(train, position)
      expect(interrupted.reports).toEqual(whole.reports)
      expect(interrupted.result).toEqual(result)
      expect(result.weights?.last.length).toBeGreaterThan(0)
    })
  })
})
