import { expect, it } from 'vitest'
import { verbatim } from '../../../../src-main/core/errors/message.ts'
import { metricRow } from '../../../../src-main/core/trial/metric-value.ts'
import { studySpecificationSchema } from '../../../../src-main/core/study/study-specification.ts'
import type { Executor } from '../../../../src-main/running/executors/executor.ts'
import { StudyRunner } from '../../../../src-main/running/loop/study-runner.ts'
import type { TrialFiles } from '../../../../src-main/running/trial-files/trial-files.ts'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../../../src-main/platform/storage/study-store.ts'
import { studyOutcome } from '../../../helpers/study-outcome.ts'
import { sampleEnvironment } from '../../../helpers/store-samples.ts'
import { unlimitedResources } from '../../../helpers/unlimited-resources.ts'

const specification = studySpecificationSchema.parse({
  name: 'loop',
  objective: { function: 'branin' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  pruner: { name: 'median' },
  stop: { trials: 2 },
  seed: 9,
})

const nothing = (): void => undefined

/** Reports one step, and ends; the first attempt of trial 1 fails, whichever session starts it. */
function newExecutor(): Executor {
  let hasFailed = false
  return {
    start: ({ trialNumber }, listener) => {
      const train = async () => {
        listener.started(null, undefined)
        listener.metrics(metricRow(1, { value: trialNumber }))
        await listener.judge(1, trialNumber)
        if (trialNumber === 1 && !hasFailed) {
          hasFailed = true
          const failure = { class: 'killed', reason: verbatim('gone') } as const
          return { state: 'failed', failure } as const
        }
        const values = [trialNumber]
        return { state: 'complete', values, bestStep: 1, artifacts: [] } as const
      }
      return { outcome: train(), suspend: nothing, cancel: nothing, abort: nothing }
    },
    test: () => Promise.reject(new Error('there is no test split')),
    close: () => Promise.resolve(),
  }
}

function newStudy(store: StudyStore) {
  return store.createStudy({
    specification,
    source: '',
    environment: sampleEnvironment,
    createdAtMs: 0,
  })
}

/** What the loop writes by; each call is one commit. */
const commits: readonly (keyof StudyStore)[] = [
  'addElapsed',
  'appendMetrics',
  'failAttempt',
  'finishTrial',
  'interruptRunning',
  'setStudyState',
  'startAttempt',
  'startTrial',
]

/** A store of a process that is gone after so many commits: it throws at each one after them. */
function dyingStore(store: StudyStore, livesFor: number): StudyStore {
  let count = 0
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...parameters: unknown[]) => unknown
      if (typeof method !== 'function') return method
      return (...parameters: unknown[]) => {
        if (commits.some(commit => commit === name) && ++count > livesFor) throw new Error('killed')
        return method.apply(target, parameters)
      }
    },
  })
}

it('a session that dies between any two commits is followed by one that ends the study alike', async () => {
  const runTwice = async (livesFor: number) => {
    const store = openStudyStore(':memory:')
    try {
      const { id } = newStudy(store)
      const executor = newExecutor()
      const now = () => 1_000
      const session = async (sessionStore: StudyStore) => {
        const study = sessionStore.studyById(id)
        const resources = unlimitedResources(now)
        return new StudyRunner({ store: sessionStore, study, executor, now, resources }).run()
      }
      const death = await session(dyingStore(store, livesFor)).then(
        () => null,
        (error: unknown) => error,
      )
      if (death !== null) {
        expect(death).toEqual(new Error('killed'))
        expect(store.studyById(id).state).not.toBe('finished')
        const ends = store.trials(id).filter(({ state }) => state === 'complete')
        expect(await session(store)).toMatchObject({ state: 'finished' })
        expect(store.trials(id).slice(0, ends.length)).toEqual(ends)
      }
      return { isWhole: death === null, outcome: studyOutcome(store.snapshot(id)) }
    } finally {
      store.close()
    }
  }
  const whole = await runTwice(Number.POSITIVE_INFINITY)
  expect(whole.isWhole).toBe(true)
  for (let livesFor = 1, isWhole = false; !isWhole; livesFor++) {
    const result = await runTwice(livesFor)
    expect(result.outcome).toEqual(whole.outcome)
    isWhole = result.isWhole
  }
})

it('a study that is changed while the files of an ended trial are put away goes on', async () => {
  const store = openStudyStore(':memory:')
  try {
    const study = newStudy(store)
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
      executor: newExecutor(),
      now: () => 1_000,
      resources: unlimitedResources(() => 1_000),
      files: files as TrialFiles,
    })
    expect(await runner.run()).toMatchObject({ state: 'finished' })
    expect(changes).toBe(2)
    expect(store.trials(study.id).map(({ state }) => state)).toEqual(['complete', 'complete'])
  } finally {
    store.close()
  }
})
