import { msg } from '../../../src-main/core/errors/message.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { join } from 'node:path'
import type { AppEvent } from '../../../src-main/features/api/common/app-event.ts'
import {
  type StudySpecificationInput,
  studySpecificationSchema,
} from '../../../src-main/core/study/study-specification.ts'
import { EventHub } from '../../../src-main/features/api/node/event-hub.ts'
import { Interventions } from '../../../src-main/features/interventions/node/interventions.ts'
import { undoEvent } from '../../../src-main/features/interventions/node/undo-event.ts'
import { StudyHost } from '../../../src-main/features/studies/node/study-host.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../../src-main/platform/storage/study-store.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { errorOf, sampleEnvironment } from '../../helpers/store-samples.ts'

const scratch = useScratchFolders()
const base: StudySpecificationInput = {
  name: 'steered',
  objective: { function: 'branin', steps: 20, durationMs: 15 },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  stop: { trials: 500 },
}

let store: StudyStore
let host: StudyHost
let interventions: Interventions
let events: AppEvent[]
const studyId = 1

beforeEach(() => {
  const workspace = locateWorkspace(join(scratch(), 'studies.sqlite'))
  store = openStudyStore(workspace.databasePath)
  const hub = new EventHub()
  events = []
  hub.subscribe(event => events.push(event))
  host = new StudyHost({ store, workspace, hub, now: Date.now })
  interventions = new Interventions({ store, host, now: Date.now })
  store.createStudy({
    specification: studySpecificationSchema.parse(base),
    source: '',
    environment: sampleEnvironment,
    createdAtMs: 0,
  })
})

afterEach(async () => {
  await host.close()
  store.close()
})

function study() {
  return store.findStudy(String(studyId))
}

function undo(eventId: number) {
  return undoEvent(interventions, store, { studyId, eventId })
}

async function until(holds: () => boolean): Promise<void> {
  await vi.waitUntil(holds, { timeout: 20_000, interval: 20 })
}

describe('steering a running study', () => {
  it('gives it more slots and takes them back without ending a trial', async () => {
    host.start(studyId)
    await until(() => study().trials.running === 1)
    const event = interventions.change(studyId, { parallelTrials: 3 })
    await until(() => study().trials.running === 3)
    undo(event.id)
    await until(() => study().trials.running === 1 && study().trials.complete >= 3)
    expect(study().trials.canceled + study().trials.interrupted).toBe(0)
    expect(study().specification.parallelTrials).toBe(1)
  })

  it('tries queued points next, in their order, and can try a canceled trial again', async () => {
    host.start(studyId)
    await until(() => study().trials.running === 1)
    host.cancelTrial(studyId, 0)
    const origin = { kind: 'point', trialNumber: null } as const
    interventions.enqueue(studyId, { x0: 1, x1: 2 }, origin)
    const second = interventions.enqueue(studyId, { x0: 3, x1: 4 }, origin)
    undo(second.id)
    await until(() => study().trials.canceled === 1)
    interventions.retry(studyId, 0)
    await until(() => store.trials(studyId, { metrics: false }).length >= 4)
    const trials = store.trials(studyId, { metrics: false })
    expect(trials[1]?.parameters).toEqual({ x0: 1, x1: 2 })
    expect(trials[2]).toMatchObject({
      parameters: trials[0]?.parameters,
      provenance: { sampler: 'person', reason: msg('proposal.again', { trial: 0 }) },
    })
    expect(trials[3]?.provenance.sampler).toBe('auto')
    expect(store.queuedPoints(studyId)).toEqual([])
    errorOf('intervention.refused', () => undo(second.id))
  })

  it('tries what its file names before what is queued', async () => {
    const specification = {
      ...base,
      currentConfiguration: { x0: 0, x1: 0 },
      enqueue: [{ x0: 1, x1: 1 }],
    }
    const { id } = store.createStudy({
      specification: studySpecificationSchema.parse({ ...specification, name: 'file first' }),
      source: '',
      environment: sampleEnvironment,
      createdAtMs: 0,
    })
    interventions.enqueue(id, { x0: 2, x1: 2 }, { kind: 'point', trialNumber: null })
    host.start(id)
    const tried = () => store.trials(id, { metrics: false }).map(({ parameters }) => parameters)
    await until(() => tried().length >= 3)
    expect(tried().slice(0, 3)).toEqual([0, 1, 2].map(x => ({ x0: x, x1: x })))
  })

  it('stops after its running trials, unless a person thinks again', async () => {
    host.start(studyId)
    await until(() => study().trials.running === 1)
    host.stop(studyId, 'afterRunning')
    expect(host.row(studyId).requestedEnd).toBe('stop')
    host.keepRunning(studyId)
    expect(host.row(studyId).requestedEnd).toBeNull()
    await until(() => study().trials.complete >= 2)
    host.stop(studyId, 'afterRunning')
    await until(() => !host.isRunning(studyId))
    expect(study()).toMatchObject({
      state: 'stopped',
      reason: msg('ending.stoppedAfterTrials'),
      trials: { interrupted: 0 },
    })
  })

  it('ends at a lower limit, and goes on after a higher one', async () => {
    host.start(studyId)
    await until(() => study().trials.complete === 1)
    interventions.change(studyId, { stop: { trials: 2, failures: 5 } })
    await until(() => study().state === 'finished' && !host.isRunning(studyId))
    expect(study().reason).toEqual(msg('ending.trialsDone', { trials: 2 }))
    interventions.change(studyId, { stop: { trials: 3, failures: 5 } })
    expect(study().state).toBe('paused')
    host.start(studyId)
    await until(() => study().trials.complete === 3)
    await until(() => !host.isRunning(studyId))
    expect(study()).toMatchObject({
      state: 'finished',
      reason: msg('ending.trialsDone', { trials: 3 }),
    })
  })

  it('tells every face', () => {
    interventions.label(studyId, { tags: ['paper'] })
    expect(events.at(-1)).toMatchObject({
      type: 'intervention',
      study: { labels: { tags: ['paper'] } },
      event: { kind: 'study.labeled' },
    })
  })
})

describe('a baseline', () => {
  it('is pinned, stands in the row of the study, and is taken back', async () => {
    host.start(studyId)
    await until(() => study().trials.complete > 2)
    host.stop(studyId)
    await until(() => !host.isRunning(studyId))
    errorOf('trial.notFound', () => interventions.label(studyId, { baseline: { trial: 5_000 } }))
    const { id: eventId } = interventions.label(studyId, { baseline: { trial: 0 } })
    const { best } = host.row(studyId)
    const first = store.trial(studyId, 0).values[0] ?? Number.NaN
    expect(best?.baseline).toEqual({
      trialNumber: 0,
      value: first,
      difference: (best?.value ?? 0) - first,
      isBetter: best?.number !== 0,
      interval: null,
    })
    undoEvent(interventions, store, { studyId, eventId })
    expect(host.row(studyId).best).not.toHaveProperty('baseline')
  })
})

describe('another name', () => {
  it('is given and taken back, but not while the study runs', async () => {
    const { id: eventId } = interventions.rename(studyId, 'houses')
    expect(study()).toMatchObject({ name: 'houses', specification: { name: 'houses' } })
    expect(events.at(-1)).toMatchObject({ type: 'intervention', study: { name: 'houses' } })
    undoEvent(interventions, store, { studyId, eventId })
    expect(study().name).toBe('steered')
    host.start(studyId)
    await until(() => study().trials.running > 0)
    errorOf('intervention.refused', () => interventions.rename(studyId, 'other'))
    host.stop(studyId)
    await until(() => !host.isRunning(studyId))
  })
})

describe('what is refused', () => {
  it.each([
    ['a space that breaks rules', { space: { x0: { float: [9, 1] } } }, 'specification.invalid'],
    ['a parameter that is not there', { space: { x9: { float: [0, 1] } } }, 'intervention.refused'],
    ['an unknown pruner', { pruner: { name: 'scissors' } }, 'specification.invalid'],
    ['no change at all', { parallelTrials: 1 }, 'intervention.refused'],
  ] as const)('%s', (_what, change, code) => {
    errorOf(code, () => interventions.change(studyId, change as never))
    expect(store.events(studyId)).toHaveLength(1)
  })

  it('a point outside the space, naming parameter and rule', () => {
    const origin = { kind: 'point', trialNumber: null } as const
    const { detail } = errorOf('specification.invalid', () =>
      interventions.enqueue(studyId, { x0: 99 }, origin),
    )
    expect(detail.problems.map(({ path }) => path)).toEqual([['x0'], ['x1']])
  })

  it('deleting what runs; what does not goes and comes back', async () => {
    host.start(studyId)
    await until(() => study().trials.running === 1)
    errorOf('intervention.refused', () => interventions.remove(studyId))
    host.stop(studyId)
    await until(() => !host.isRunning(studyId))
    interventions.remove(studyId)
    expect(events.at(-1)).toMatchObject({ type: 'studyDeleted', studyId })
    interventions.restore(studyId)
    expect(study().state).toBe('stopped')
  })

  it('taking back twice, or what nobody did', () => {
    const event = interventions.note(studyId, addTrial(), 'odd')
    undo(event.id)
    expect(store.trial(studyId, 0).note).toBeUndefined()
    errorOf('intervention.refused', () => undo(event.id))
    errorOf('intervention.refused', () => undo(1))
    errorOf('intervention.refused', () => undo(9_999))
  })

  it('taking back over a later change', () => {
    const first = interventions.change(studyId, { parallelTrials: 2 })
    interventions.change(studyId, { parallelTrials: 4 })
    const { detail } = errorOf('intervention.refused', () => undo(first.id))
    expect(detail.rule).toEqual(
      msg('rule.intervention.changedSince', { paths: ['parallelTrials'] }),
    )
  })
})

function addTrial(): number {
  store.startTrial({
    studyId,
    number: 0,
    parameters: { x0: 1, x1: 1 },
    provenance: { sampler: 'random', reason: msg('proposal.random') },
    seed: 1,
    slot: 0,
    atMs: 1,
  })
  return 0
}
