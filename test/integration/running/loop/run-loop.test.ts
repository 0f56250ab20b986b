import { expect, it } from 'vitest'
import { metricRow } from '../../../../src-main/core/trial/metric-value.ts'
import { studySpecificationSchema } from '../../../../src-main/core/study/study-specification.ts'
import type { Executor } from '../../../../src-main/running/executors/executor.ts'
import { StudyRunner } from '../../../../src-main/running/loop/study-runner.ts'
import type { TrialFiles } from '../../../../src-main/running/trial-files/trial-files.ts'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { sampleEnvironment } from '../../../helpers/store-samples.ts'
import { unlimitedResources } from '../../../helpers/unlimited-resources.ts'

const specification = studySpecificationSchema.parse({
  name: 'loop',
  objective: { function: 'branin' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  pruner: { name: 'median' },
  stop: { trials: 3 },
  seed: 9,
})

/** Reports one step, and ends. */
const executor: Executor = {
  start: ({ trialNumber }, listener) => {
    const nothing = (): void => undefined
    const train = async () => {
      listener.started(null, undefined)
      listener.metrics(metricRow(1, { value: trialNumber }))
      await listener.judge(1, trialNumber)
      const values = [trialNumber]
      return { state: 'complete', values, bestStep: 1, artifacts: [] } as const
    }
    return { outcome: train(), suspend: nothing, cancel: nothing, abort: nothing }
  },
  test: () => Promise.reject(new Error('there is no test split')),
  close: () => Promise.resolve(),
}

it('a study that is changed while the files of an ended trial are put away goes on', async () => {
  const store = openStudyStore(':memory:')
  try {
    const study = store.createStudy({
      specification,
      source: '',
      environment: sampleEnvironment,
      createdAtMs: 0,
    })
    let changes = 0
    const files: Pick<TrialFiles, 'collect' | 'settle'> = {
      collect: () => Promise.resolve({ artifacts: [] }),
      settle: async () => {
        changes++
        runner.refresh()
        return Promise.resolve()
      },
    }
    const runner = new StudyRunner({
      store,
      study,
      executor,
      now: () => 1_000,
      resources: unlimitedResources(() => 1_000),
      files: files as TrialFiles,
    })
    expect(await runner.run()).toMatchObject({ state: 'finished' })
    expect(changes).toBe(3)
    expect(store.trials(study.id).map(({ state }) => state)).toEqual([
      'complete',
      'complete',
      'complete',
    ])
  } finally {
    store.close()
  }
})
