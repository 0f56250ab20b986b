import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it, vi } from 'vitest'
import { RunConditionsService } from '../../../src-main/features/run-conditions/node/run-conditions-service.ts'
import { StudyHost } from '../../../src-main/features/studies/node/study-host.ts'
import { EventHub } from '../../../src-main/features/api/node/event-hub.ts'
import { msg } from '../../../src-main/core/errors/message.ts'
import { runConditionsSchema } from '../../../src-main/features/run-conditions/common/run-conditions.ts'
import {
  type StudySpecificationInput,
  studySpecificationSchema,
} from '../../../src-main/core/study/study-specification.ts'
import type { TrialRecord } from '../../../src-main/core/trial/trial.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { createStudy } from '../../../src-main/features/studies/node/create-study.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { calmReadings } from '../../helpers/calm-readings.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** Studies that give the machine away and go on, by simulated clocks and sensors. */
const data = fileURLToPath(new URL('../../fixtures/data/', import.meta.url))
const scratch = useScratchFolders()
/** Trainings take as long as this machine is busy. */
vi.setConfig({ testTimeout: 600_000 })
const patient = { timeout: 300_000, interval: 10 }

const study: Omit<StudySpecificationInput, 'name'> = {
  objective: { task: 'tabular', data: { file: 'breast-cancer.csv', target: 'diagnosis' } },
  goals: [{ metric: 'validationLoss', direction: 'minimize' }],
  space: {
    learningRate: { float: [0.001, 0.05], log: true },
    units: { fixed: 8 },
    dropout: { fixed: 0.2 },
    epochs: { fixed: 14 },
  },
  engine: 'wasm',
  sampler: { name: 'tpe' },
  stop: { trials: 3 },
  seed: 5,
}

let close: () => Promise<void> = async () => undefined
afterEach(async () => close())

const open = async (...names: readonly string[]) => openIn(scratch(), ...names)

async function openIn(folder: string, ...names: readonly string[]) {
  const workspace = locateWorkspace(path.join(folder, 'studies.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  for (const name of names) {
    await createStudy({
      file: {
        specification: studySpecificationSchema.parse({ name, ...study }),
        source: '',
        directory: data,
      },
      store,
      now: Date.now,
      datasetCacheDirectory: workspace.datasetCacheDirectory,
    })
  }
  const host = new StudyHost({ store, workspace, hub: new EventHub(), now: Date.now })
  const bugs: unknown[] = []
  const service = new RunConditionsService(
    {
      store,
      host,
      file: workspace.runConditionsFile,
      takesUpHeld: true,
      startsQueued: true,
      sensors: { read: () => calmReadings },
      log: (_, bug) => void bugs.push(bug),
    },
    // Looks are those of the test.
    1e9,
  )
  close = async () => {
    service.close()
    await host.close()
    store.close()
    expect(bugs).toEqual([])
  }
  const state = (id = 1) => store.studyById(id).state
  return { store, host, service, state, folder }
}

const curves = (trials: readonly TrialRecord[]) =>
  trials.map(({ number, state, parameters, values, metrics }) => ({
    number,
    state,
    parameters,
    values,
    loss: metrics['trainLoss']?.values,
  }))

it('a study that was held back several times is what it would have been, bit for bit', async () => {
  const plain = await open('plain')
  plain.host.start(1)
  await vi.waitUntil(() => plain.state() === 'finished', patient)
  const expected = curves(plain.store.snapshot(1).trials)
  expect(expected).toHaveLength(3)
  await close()

  const { store, host, service, state } = await open('held')
  service.set(runConditionsSchema.parse({ battery: true, windows: [] }))
  host.start(1)
  const reports = () =>
    store.snapshot(1).trials.reduce((sum, { lastStep }) => sum + (lastStep ?? 0), 0)
  // On battery in the middle of the first, the second and the third training.
  for (const [round, steps] of [3, 18, 31].entries()) {
    await vi.waitUntil(() => reports() >= steps || state() === 'finished', patient)
    if (state() === 'finished') break
    service.look({ ...calmReadings, onBattery: true })
    await vi.waitUntil(() => host.sessions.length === 0, patient)
    expect(state()).toBe('paused')
    expect(store.studyById(1).reason).toMatchObject({ code: 'ending.held' })
    service.look({ ...calmReadings, onBattery: true, isGoingToSleep: round === 1 })
    expect(host.sessions).toEqual([])
    service.look(calmReadings)
    expect(host.sessions).toEqual([1])
  }
  await vi.waitUntil(() => state() === 'finished', patient)
  expect(curves(store.snapshot(1).trials)).toEqual(expected)
  const paused = store.events(1).filter(({ kind }) => kind === 'study.paused')
  expect(paused.length).toBeGreaterThan(0)
  for (const { detail } of paused) expect(JSON.stringify(detail)).toContain('battery')
})

it('a study that was held when the application ended goes on when runConditions allow it', async () => {
  const first = await open('held')
  const machineOnBattery = { ...calmReadings, onBattery: true }
  first.service.set(runConditionsSchema.parse({ battery: true }))
  first.host.start(1)
  await vi.waitUntil(() => first.store.snapshot(1).trials.length > 0, patient)
  first.service.look(machineOnBattery)
  await vi.waitUntil(() => first.host.sessions.length === 0, patient)
  await close()
  const { host, service, state } = await openIn(first.folder)
  service.look(machineOnBattery)
  // Nobody can say that the battery is over.
  service.look({ ...calmReadings, onBattery: null })
  expect(host.sessions).toEqual([])
  expect(state()).toBe('paused')
  service.look(calmReadings)
  expect(host.sessions).toEqual([1])
  // What a person pauses stays so.
  host.pause(1)
  await vi.waitUntil(() => host.sessions.length === 0, patient)
  await close()
  const third = await openIn(first.folder)
  third.service.look(calmReadings)
  expect(third.host.sessions).toEqual([])
})

it('the queue starts one study after the other, not while studies hold back, and a pause of a person stands', async () => {
  const { store, host, service, state } = await open('first', 'second', 'third')
  service.set(runConditionsSchema.parse({ battery: true }))
  service.look({ ...calmReadings, onBattery: true })
  // The service looks at once: on battery nothing starts.
  vi.spyOn(host, 'start')
  service.enqueue({ study: 2, priority: 'low' })
  await vi.waitUntil(() => host.sessions.includes(2), patient)
  service.enqueue({ study: 3, priority: 'normal' })
  service.enqueue({ study: 1, priority: 'high' })
  expect(service.studyQueue.map(entry => entry.study)).toEqual([1, 3])
  service.move(3, 0)
  expect(service.studyQueue).toEqual([
    { study: 3, priority: 'high' },
    { study: 1, priority: 'high' },
  ])
  expect((await catchAppError(() => service.enqueue({ study: 2, priority: 'low' }))).code).toBe(
    'study.running',
  )
  expect((await catchAppError(() => service.move(2, 0))).code).toBe('usage.invalid')
  service.look(calmReadings)
  expect(host.sessions).toEqual([2])
  // A person's word: it stays paused, and the next one starts.
  service.look({ ...calmReadings, onBattery: true })
  await vi.waitUntil(() => host.sessions.length === 0, patient)
  host.pause(2)
  service.look(calmReadings)
  expect(state(2)).toBe('paused')
  expect(store.studyById(2).reason).toEqual(msg('ending.paused'))
  expect(host.sessions).toEqual([3])
  service.dequeue(1)
  host.stop(3)
  await vi.waitUntil(() => host.sessions.length === 0, patient)
  service.look(calmReadings)
  expect(host.sessions).toEqual([])
  expect(store.studyById(1).state).toBe('created')
})
