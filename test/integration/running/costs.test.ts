import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  studySpecificationSchema,
  type StudySpecificationInput,
} from '../../../src-main/core/study/study-specification.ts'
import type { AttemptOutcome } from '../../../src-main/core/processes/trainer-protocol.ts'
import type { Executor } from '../../../src-main/running/executors/executor.ts'
import { noCpuEnergy } from '../../helpers/unlimited-resources.ts'
import { GpuHolds } from '../../../src-main/platform/machine/gpu-holds.ts'
import { StudyResources } from '../../../src-main/running/resources/study-resources.ts'
import { StudyRunner } from '../../../src-main/running/loop/study-runner.ts'
import { createStudy } from '../../../src-main/features/studies/node/create-study.ts'
import { runStudy } from '../../../src-main/running/run-study.ts'
import { MachineMonitor } from '../../../src-main/platform/machine/machine-monitor.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import type { StudyStore } from '../../../src-main/platform/storage/study-store.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { fakeNvidiaSmi } from '../../helpers/fake-nvidia-smi.ts'
import { setFakeDomain } from '../../helpers/fake-powercap.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { sampleEnvironment } from '../../helpers/store-samples.ts'

const scratch = useScratchFolders()
const table = fileURLToPath(new URL('../../fixtures/data/breast-cancer.csv', import.meta.url))

const study: StudySpecificationInput = {
  name: 'costs',
  objective: { task: 'tabular', data: { file: table, target: 'diagnosis' } },
  goals: [
    { metric: 'validationLoss', direction: 'minimize' },
    { metric: 'parameterCount', direction: 'minimize' },
  ],
  constraints: [{ metric: 'modelBytes', atMost: 2_000 }],
  space: { units: { int: [8, 32], step: 8 }, layers: { fixed: 1 }, epochs: { fixed: 3 } },
  sampler: { name: 'grid' },
  engine: 'wasm',
  stop: { trials: 4 },
}

async function run(
  specification: StudySpecificationInput,
  {
    folder = scratch(),
    powercap = path.join(folder, 'none'),
    meanwhile = async () => {},
  }: {
    readonly folder?: string
    readonly powercap?: string
    readonly meanwhile?: (store: StudyStore, studyId: number) => Promise<void>
  } = {},
) {
  const workspace = locateWorkspace(path.join(folder, 'studies.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  // The machine that tests run on may have counters of its own.
  const monitor = new MachineMonitor({ now: Date.now, powercapFolder: powercap })
  try {
    const { id } = await createStudy({
      file: {
        specification: studySpecificationSchema.parse(specification),
        source: '',
        directory: folder,
      },
      store,
      datasetCacheDirectory: workspace.datasetCacheDirectory,
      now: Date.now,
    })
    const created = store.findStudy(String(id))
    const [result] = await Promise.all([
      runStudy({ store, study: created, workspace, now: Date.now, monitor }),
      meanwhile(store, id),
    ])
    const trials = store.trials(id)
    const resources = trials.map(({ number }) => store.resources(id, number))
    const stepTimes = trials.map(({ number }) => store.stepTimes(id, number))
    return { result, trials, resources, stepTimes, history: store.history(id) }
  } finally {
    monitor.close()
    store.close()
  }
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('what a training uses', () => {
  it(
    'is stored while it runs, with the step that it has reached',
    { timeout: 90_000 },
    async () => {
      vi.stubEnv('PATH', scratch())
      const seen: string[] = []
      const { trials, resources, stepTimes } = await run(
        {
          name: 'long',
          objective: { function: 'sphere', dimension: 1, steps: 120, durationMs: 100 },
          goals: [{ metric: 'value', direction: 'minimize' }],
          space: { x0: { float: [-5, 5] } },
          stop: { trials: 1 },
        },
        {
          meanwhile: async (store, studyId) => {
            await vi.waitFor(
              () => {
                const [trial] = store.trials(studyId)
                const samples = store.resources(studyId, 0).at(-1)?.samples ?? []
                expect(samples.at(-1)?.step).toBeGreaterThan(0)
                seen.push(trial?.state ?? '')
              },
              { timeout: 60_000, interval: 100 },
            )
          },
        },
      )
      expect(seen).toEqual(['running'])
      expect(trials.map(({ state }) => state)).toEqual(['complete'])
      expect(resources[0]?.[0]?.samples.at(-1)?.step).toBeGreaterThan(60)
      const attempt = trials[0]?.attempts[0]
      expect(stepTimes[0]).toEqual({
        startedAtMs: attempt?.startedAtMs,
        finishedAtMs: attempt?.finishedAtMs,
        isFirst: true,
        samples: resources[0]?.[0]?.samples.map(({ atMs, step }) =>
          step === undefined ? { atMs } : { atMs, step },
        ),
      })
    },
  )
})

describe('what a training costs', () => {
  it('is a metric of every trial: a goal, a constraint', async () => {
    vi.stubEnv('PATH', scratch())
    const { trials } = await run(study)
    expect(trials).toHaveLength(4)
    for (const { parameters, values, constraints, metrics } of trials) {
      // 30 inputs, 2 classes.
      const units = Number(parameters['units'])
      const count = 31 * units + 2 * (units + 1)
      expect(values[1]).toBe(count)
      expect(constraints).toEqual([4 * count - 2_000])
      const valuesOf = (metric: string) => metrics[metric]?.values
      expect(valuesOf('parameterCount')).toEqual([count])
      expect(metrics['trainingSeconds']?.steps).toEqual([3])
      expect(valuesOf('trainingSeconds')?.[0]).toBeGreaterThan(0)
      // Wine counts a part of it as the working set.
      const least = process.platform === 'win32' ? 5e6 : 20e6
      expect(valuesOf('peakMemoryBytes')?.[0]).toBeGreaterThan(least)
      expect(valuesOf('energyJoules')).toBeUndefined()
    }
  })

  it('is known of a network before training, and beyond a limit nothing is trained', async () => {
    for (const name of ['grid', 'tpe', 'gp', 'auto'] as const) {
      const { trials } = await run({
        ...study,
        goals: [{ metric: 'validationLoss', direction: 'minimize' }],
        constraints: [{ metric: 'multiplyAdds', atMost: 32 * 17 }, 'trainingSeconds'],
        sampler: { name },
        stop: { trials: 6 },
      })
      expect(trials.length).toBeGreaterThan(3)
      for (const { parameters, state, values, constraints, metrics, reason } of trials) {
        const multiplyAdds = 32 * Number(parameters['units'])
        expect(constraints?.[0]).toBe(multiplyAdds - 32 * 17)
        if (multiplyAdds <= 32 * 17) {
          expect(state).toBe('complete')
          expect(metrics['multiplyAdds']?.values).toEqual([multiplyAdds])
          continue
        }
        expect(state).toBe('pruned')
        expect(values).toEqual([Number.NaN])
        expect(constraints?.[1]).toBeNaN()
        expect(metrics).toEqual({})
        expect(reason).toEqual({
          code: 'pruning.tooCostly',
          values: { metric: 'multiplyAdds', value: multiplyAdds, limit: 32 * 17 },
        })
      }
    }
  })

  it('has the time of predictions where the study looks at it, for networks and trees', async () => {
    const { trials } = await run({
      ...study,
      goals: [
        { metric: 'validationLoss', direction: 'minimize' },
        { metric: 'latencyMs', direction: 'minimize' },
      ],
      constraints: [],
      space: { family: { choice: ['network', 'boosting', 'forest', 'linear'] } },
      enqueue: ['network', 'boosting', 'forest', 'linear'].map(family => ({ family })),
      stop: { trials: 4 },
    })
    for (const { values, metrics, state } of trials) {
      expect(state).toBe('complete')
      const valueOf = (metric: string) => metrics[metric]?.values[0] ?? Number.NaN
      expect(values[1]).toBe(valueOf('latencyMs'))
      expect(valueOf('latencyMs')).toBeGreaterThan(0)
      // A machine that others use may take a hundred times as long; seconds would be another unit.
      expect(valueOf('latencyMs')).toBeLessThan(1_000)
      expect(valueOf('latencyBatch32Ms')).toBeGreaterThan(0)
      expect(valueOf('latencyDeviationMs')).toBeGreaterThanOrEqual(0)
      expect(valueOf('multiplyAdds')).toBeGreaterThan(0)
    }
  })

  it.skipIf(isSkipped('shell'))(
    'has energy and memory of the GPU where nvidia-smi can read it, and samples join the attempt',
    async () => {
      vi.stubEnv('PATH', fakeNvidiaSmi(scratch()))
      const { trials, resources } = await run({
        ...study,
        goals: [{ metric: 'energyJoules', direction: 'minimize' }],
        constraints: [{ metric: 'peakGpuMemoryBytes', atMost: 600 * 2 ** 20 }],
        // Long enough for a heartbeat or two.
        space: { epochs: { fixed: 40 }, units: { int: [256, 257] } },
        sampler: { name: 'random' },
        stop: { trials: 1 },
      })
      const [trial] = trials
      const seconds = trial?.metrics['trainingSeconds']?.values[0] ?? 0
      expect(trial?.constraints).toEqual([-100 * 2 ** 20])
      // 100 W, from the first to the last time that the process was looked at.
      expect(trial?.values[0]).toBeGreaterThan(0)
      expect(trial?.values[0]).toBeLessThan(101 * (seconds + 1))
      const [{ attempt, samples } = { attempt: 0, samples: [] }] = resources[0] ?? []
      expect(attempt).toBe(1)
      expect(samples.length).toBeGreaterThan(0)
      expect(samples.at(-1)).toMatchObject({
        gpu: { uuid: 'GPU-0', busy: 0.4, memoryBytes: 500 * 2 ** 20, temperatureCelsius: 55 },
      })
    },
  )

  it('has energy of the processors where their counters can be read: a goal, and samples of the attempt', async () => {
    vi.stubEnv('PATH', scratch())
    const powercap = scratch()
    let joules = 0
    const count = (): void => {
      setFakeDomain(powercap, { entry: 'intel-rapl:0', name: 'package-0', joules })
    }
    count()
    const timer = setInterval(() => {
      joules++
      count()
    }, 20)
    const { trials, resources } = await run(
      {
        ...study,
        goals: [{ metric: 'energyJoules', direction: 'minimize' }],
        constraints: [{ metric: 'cpuEnergyJoules', atMost: 1e6 }],
        space: { epochs: { fixed: 40 }, units: { int: [256, 257] } },
        sampler: { name: 'random' },
        stop: { trials: 1 },
      },
      { powercap },
    ).finally(() => {
      clearInterval(timer)
    })
    const [trial] = trials
    const spent = trial?.metrics['cpuEnergyJoules']?.values[0] ?? 0
    expect(spent).toBeGreaterThan(0)
    expect(spent).toBeLessThanOrEqual(joules)
    expect(trial?.values).toEqual([spent])
    expect(trial?.constraints).toEqual([spent - 1e6])
    expect(trial?.metrics['gpuEnergyJoules']).toBeUndefined()
    const samples = resources[0]?.[0]?.samples ?? []
    const joined = samples.map(({ processor }) => processor?.energyJoules ?? Number.NaN)
    expect(joined.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(spent)
    // Between two of them the clock of this process may stand still on a busy machine.
    const watts = samples.map(({ processor }) => processor?.powerWatts ?? 0)
    expect(Math.max(...watts)).toBeGreaterThan(0)
  })

  it.each(['energyJoules', 'cpuEnergyJoules', 'gpuEnergyJoules', 'peakGpuMemoryBytes'])(
    'is asked for in vain where it cannot be measured: the study says so before its first trial: %s',
    async metric => {
      vi.stubEnv('PATH', scratch())
      const constraints = [{ metric, atMost: 5 }]
      await expect(run({ ...study, constraints })).rejects.toMatchObject({
        code: 'training.invalid',
        detail: { field: 'constraints.metric', value: metric },
      })
    },
  )
})

describe('exhausted memory', () => {
  it('is a failed trial with the reason, and a point that the search keeps away from', async () => {
    vi.stubEnv('PATH', scratch())
    const { trials, history, result } = await run({
      ...study,
      objective: {
        task: 'image',
        data: { source: 'mnist', train: 8_192, validation: 100, test: 100 },
      },
      goals: [{ metric: 'validationLoss', direction: 'minimize' }],
      constraints: [],
      space: {
        model: { fixed: 'cnn' },
        epochs: { fixed: 1 },
        convolutionBlocks: { fixed: 1 },
        // The first activation of 8,192 images takes 13 GB with 512 filters; WebAssembly has 4.
        filters: { choice: [512, 1] },
        batchSize: { fixed: 8_192 },
      },
      sampler: { name: 'grid' },
      stop: { trials: 2 },
    })
    expect(result.end.state).toBe('finished')
    const large = trials.find(({ parameters }) => parameters['filters'] === 512)
    const small = trials.find(({ parameters }) => parameters['filters'] === 1)
    expect(large).toMatchObject({
      state: 'failed',
      attempts: [{ failure: { class: 'memory', reason: { code: 'error.training.memory' } } }],
    })
    // The process was replaced.
    expect(small).toMatchObject({ state: 'complete' })
    expect(history.filter(({ byAccident }) => byAccident === true)).toHaveLength(0)
  })
})

describe('slots', () => {
  it('stay empty while memory is short, and say why', async () => {
    const store = openStudyStore(':memory:')
    let running = 0
    let most = 0
    let started = 0
    let meet: () => void = () => undefined
    /** When three run at once. */
    const met = new Promise<void>(resolve => {
      meet = resolve
    })
    const executor: Executor = {
      start: ({ trialNumber }, listener) => {
        started++
        most = Math.max(most, ++running)
        if (most === 3) meet()
        listener.started(null, 1_000 + trialNumber)
        listener.used?.({ rssBytes: 1e9, cpuMs: 0 })
        const over = trialNumber < 4 ? new Promise(resolve => setTimeout(resolve, 20)) : met
        const outcome = over.then((): AttemptOutcome => {
          running--
          return { state: 'complete', values: [trialNumber], bestStep: null, artifacts: [] }
        })
        const nothing = (): void => undefined
        return {
          outcome,
          pause: nothing,
          continue: nothing,
          suspend: nothing,
          cancel: nothing,
          abort: nothing,
        }
      },
      test: () => Promise.reject(new Error('there is no test split')),
      close: () => Promise.resolve(),
    }
    /** Two trials do not fit at first. */
    const freeMemoryBytes = (): number => (started < 5 ? 2e9 : 100e9)
    const created = store.createStudy({
      specification: studySpecificationSchema.parse({
        name: 'short',
        objective: { function: 'branin' },
        goals: [{ metric: 'value', direction: 'minimize' }],
        space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
        parallelTrials: 3,
        stop: { trials: 8 },
      }),
      source: '',
      environment: sampleEnvironment,
      createdAtMs: 0,
    })
    const resources = new StudyResources({
      readings: {
        gpus: () => [],
        placeable: () => [],
        gpuHolds: new GpuHolds(),
        memoryOf: () => null,
        freeMemoryBytes,
        cpuEnergy: { share: () => noCpuEnergy },
      },
      devices: [],
      trainsOnGpu: false,
      now: Date.now,
    })
    // As after an earlier session: 1.1 GB each, and those that run have 0.1 GB to grow.
    resources.learn(1e9, 0)
    await new StudyRunner({
      store,
      study: created,
      executor,
      resources,
      now: Date.now,
    }).run()
    const waiting = store.events(created.id).filter(({ kind }) => kind === 'slot.waiting')
    const complete = store.trials(created.id).filter(({ state }) => state === 'complete')
    store.close()
    expect(complete).toHaveLength(8)
    expect(most).toBe(3)
    expect(waiting.length).toBeGreaterThan(0)
    expect(waiting[0]?.detail).toMatchObject({ memory: 'main', expectedBytes: 1.1e9 })
  })
})
