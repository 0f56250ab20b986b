import { afterEach, expect, it, vi } from 'vitest'
import { executorSchema, type SshSettings } from '../../../src-main/contract/executor.ts'
import type { EventRecord } from '../../../src-main/core/study/events.ts'
import type {
  AttemptOutcome,
  StartMessage,
} from '../../../src-main/core/processes/trainer-protocol.ts'
import { HERE } from '../../../src-main/core/trial/trial.ts'
import { GpuHolds } from '../../../src-main/platform/machine/gpu-holds.ts'
import type { Executor, Place } from '../../../src-main/running/executor.ts'
import { StudyResources } from '../../../src-main/running/resources/study-resources.ts'
import { MachinePlaces, type PlacesHere } from '../../../src-main/running/ssh/machine-places.ts'
import { TrialsHere } from '../../../src-main/running/ssh/trials-here.ts'
import { AppError } from '../../../src-main/core/errors/errors.ts'
import { verbatim } from '../../../src-main/core/errors/fact.ts'
import { noCpuEnergy } from '../../helpers/unlimited-resources.ts'

afterEach(() => vi.useRealTimers())

const settings = executorSchema.parse({
  here: 2,
  ssh: [{ host: 'a', gpus: 1 }],
  lostAfterSeconds: 1,
}) as SshSettings

const first = (free: readonly number[]): number | null => free[0] ?? null

it('this computer takes trials in its turn, as long as it has what they need', async () => {
  let hasRoom = true
  const freed: number[] = []
  const asked: number[] = []
  const here: PlacesHere = {
    slots: 2,
    choose: (free, running) => {
      asked.push(running)
      return hasRoom ? first(free) : null
    },
    free: place => freed.push(place),
  }
  const places = new MachinePlaces({ settings, here })
  const take = async () => places.take(() => true)
  expect(await take()).toEqual({ host: HERE, place: 0, gpus: [] })
  expect(await take()).toEqual({ host: 'a', place: 0, gpus: [0] })
  expect(await take()).toEqual({ host: HERE, place: 1, gpus: [] })
  expect(asked).toEqual([0, 1])
  places.release({ host: HERE, place: 0 })
  places.release({ host: 'a', place: 0 })
  expect(freed).toEqual([0])
  hasRoom = false
  expect(await take()).toMatchObject({ host: 'a' })
  let isWanted = true
  const waiting = places.take(() => isWanted)
  places.wake()
  isWanted = false
  places.wake()
  expect(await waiting).toBeNull()
})

it('no study pauses for want of machines that has places here', async () => {
  vi.useFakeTimers()
  let hasRoom = false
  const here: PlacesHere = {
    slots: 1,
    choose: free => (hasRoom ? first(free) : null),
    free: () => undefined,
  }
  const error = new AppError('machine.unreachable', { machine: 'a', reason: verbatim('off') })
  const alone = new MachinePlaces({ settings })
  const refused = expect(alone.take(() => rests(alone))).rejects.toMatchObject({
    code: 'machine.none',
  })
  // Also while this computer has no room for one.
  const mixed = new MachinePlaces({ settings, here })
  const taken = mixed.take(() => rests(mixed))
  await vi.advanceTimersByTimeAsync(10_000)
  await refused
  hasRoom = true
  mixed.wake()
  expect(await taken).toMatchObject({ host: HERE })

  /** The machine fails each time. */
  function rests(places: MachinePlaces): true {
    places.rest('a', error)
    return true
  }
})

it('a trial here has GPUs of its own, waits for them and says so, and its time begins with it', async () => {
  const device = { uuid: 'g', vendor: 'nvidia', visibleAs: 'g', isPart: false } as const
  const gpuHolds = new GpuHolds()
  const resources = new StudyResources({
    readings: {
      gpus: () => [],
      placeable: () => [device],
      gpuHolds,
      memoryOf: () => null,
      freeMemoryBytes: () => Number.POSITIVE_INFINITY,
      cpuEnergy: { share: () => noCpuEnergy },
    },
    devices: [device],
    demand: { perTrial: 1 },
    trainsOnGpu: false,
    now: () => 0,
  })
  const begun: { start: StartMessage; place: Place | undefined }[] = []
  const end = Promise.withResolvers<AttemptOutcome>()
  const asked: string[] = []
  const executor: Pick<Executor, 'start' | 'reserve' | 'places'> = {
    start: (start, listener, place) => {
      begun.push({ start, place })
      listener.started(null, 7)
      return {
        outcome: end.promise,
        cancel: () => asked.push('cancel'),
        abort: () => asked.push('abort'),
      }
    },
    reserve: () => true,
  }
  const events: Pick<EventRecord, 'kind' | 'detail'>[] = []
  const here = new TrialsHere(
    {
      ...{ slots: 2, resources, studyId: 1, now: () => 0 },
      store: { recordEvent: (_, event) => ({ ...event, id: 1 }) },
      onWait: event => events.push(event),
    },
    executor,
    () => undefined,
  )
  expect(here.choose([0, 1], 0)).toBe(0)
  expect(gpuHolds.held('g')).toBe(1)
  const heard: unknown[] = []
  const job = here.begin(
    {
      ...{ attemptId: 1, trialNumber: 4, parameters: {}, seed: 1, goals: [] },
      ...{ artifactDirectory: null, unjudged: true },
    },
    {
      placed: machine => heard.push(machine),
      started: (_, pid) => heard.push(pid),
      taken: () => heard.push('taken'),
      metrics: () => undefined,
      judge: async () => 'continue',
    },
    0,
  )
  expect(heard).toEqual([HERE, 7, 'taken'])
  expect(begun[0]?.place?.environment).toMatchObject({ CUDA_VISIBLE_DEVICES: 'g' })
  expect(begun[0]?.start).not.toHaveProperty('unjudged')
  expect(here.choose([1], 1)).toBeNull()
  expect(events).toMatchObject([{ kind: 'slot.waiting', detail: { gpus: 0, wanted: 1 } }])
  job.stop('cancel')
  job.leave()
  expect(asked).toEqual(['cancel', 'abort'])
  end.resolve({ state: 'cancelled' })
  expect(await job.follow()).toEqual({ state: 'cancelled' })
  here.free(0)
  expect(here.choose([0, 1], 0)).toBe(0)
  resources.close()
})
