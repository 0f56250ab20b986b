import { afterEach, expect, it, vi } from 'vitest'
import { ssh } from '../../../../../../src-main/running/executors/ssh/common/definition.ts'
import type { EventRecord } from '../../../../../../src-main/core/study/events.ts'
import type {
  AttemptOutcome,
  StartMessage,
} from '../../../../../../src-main/core/processes/trainer-protocol.ts'
import { LOCAL_MACHINE } from '../../../../../../src-main/core/trial/trial.ts'
import { GpuHolds } from '../../../../../../src-main/platform/machine/gpu-holds.ts'
import type {
  Executor,
  ExecutionSlot,
} from '../../../../../../src-main/running/executors/executor.ts'
import { StudyResources } from '../../../../../../src-main/running/resources/study-resources.ts'
import {
  MachineSlots,
  type LocalSlots,
} from '../../../../../../src-main/running/executors/ssh/node/machine-slots.ts'
import { LocalTrials } from '../../../../../../src-main/running/executors/ssh/node/local-trials.ts'
import { AppError } from '../../../../../../src-main/core/errors/errors.ts'
import { verbatim } from '../../../../../../src-main/core/errors/message.ts'
import { noCpuEnergy } from '../../../../../helpers/unlimited-resources.ts'

afterEach(() => vi.useRealTimers())

const options = ssh.optionsSchema.parse({
  machines: [{ host: 'a', gpus: 1 }],
  lostAfterSeconds: 1,
})

const first = (free: readonly number[]): number | null => free[0] ?? null

it('this computer takes trials in its turn, as long as it has what they need', async () => {
  let hasRoom = true
  const freed: number[] = []
  const choices: number[] = []
  const local: LocalSlots = {
    slots: 2,
    choose: (free, running) => {
      choices.push(running)
      return hasRoom ? first(free) : null
    },
    free: slot => freed.push(slot),
  }
  const slots = new MachineSlots({ options, local })
  const take = async () => slots.take(() => true)
  expect(await take()).toEqual({ host: LOCAL_MACHINE, slot: 0, gpus: [] })
  expect(await take()).toEqual({ host: 'a', slot: 0, gpus: [0] })
  expect(await take()).toEqual({ host: LOCAL_MACHINE, slot: 1, gpus: [] })
  expect(choices).toEqual([0, 1])
  slots.release({ host: LOCAL_MACHINE, slot: 0 })
  slots.release({ host: 'a', slot: 0 })
  expect(freed).toEqual([0])
  hasRoom = false
  expect(await take()).toMatchObject({ host: 'a' })
  let isWanted = true
  const waiting = slots.take(() => isWanted)
  slots.wake()
  isWanted = false
  slots.wake()
  expect(await waiting).toBeNull()
})

it('no study pauses for want of machines that has places here', async () => {
  vi.useFakeTimers()
  let hasRoom = false
  const local: LocalSlots = {
    slots: 1,
    choose: free => (hasRoom ? first(free) : null),
    free: () => undefined,
  }
  const error = new AppError('machine.unreachable', { machine: 'a', reason: verbatim('off') })
  const alone = new MachineSlots({ options })
  const refused = expect(alone.take(() => rests(alone))).rejects.toMatchObject({
    code: 'machine.none',
  })
  // Also while this computer has no room for one.
  const mixed = new MachineSlots({ options, local })
  const taken = mixed.take(() => rests(mixed))
  await vi.advanceTimersByTimeAsync(10_000)
  await refused
  hasRoom = true
  mixed.wake()
  expect(await taken).toMatchObject({ host: LOCAL_MACHINE })

  /** The machine fails each time. */
  function rests(machineSlots: MachineSlots): true {
    machineSlots.rest('a', error)
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
  const begun: { start: StartMessage; slot: ExecutionSlot | undefined }[] = []
  const end = Promise.withResolvers<AttemptOutcome>()
  const requests: string[] = []
  const executor: Pick<Executor, 'start' | 'reserve' | 'slots'> = {
    start: (start, listener, slot) => {
      begun.push({ start, slot })
      listener.started(null, 7)
      return {
        outcome: end.promise,
        cancel: () => requests.push('cancel'),
        abort: () => requests.push('abort'),
      }
    },
    reserve: () => true,
  }
  const events: Pick<EventRecord, 'kind' | 'detail'>[] = []
  const localTrials = new LocalTrials(
    {
      slots: 2,
      resources,
      studyId: 1,
      now: () => 0,
      store: { recordEvent: (_, event) => ({ ...event, id: 1 }) },
      onWait: event => events.push(event),
    },
    executor,
    () => undefined,
  )
  expect(localTrials.choose([0, 1], 0)).toBe(0)
  expect(gpuHolds.held('g')).toBe(1)
  const heard: unknown[] = []
  const job = localTrials.begin(
    {
      attemptId: 1,
      trialNumber: 4,
      parameters: {},
      seed: 1,
      goals: [],
      artifactDirectory: null,
      unjudged: true,
    },
    {
      assigned: machine => heard.push(machine),
      started: (_, pid) => heard.push(pid),
      taken: () => heard.push('taken'),
      metrics: () => undefined,
      judge: async () => 'continue',
    },
    0,
  )
  expect(heard).toEqual([LOCAL_MACHINE, 7, 'taken'])
  expect(begun[0]?.slot?.environment).toMatchObject({ CUDA_VISIBLE_DEVICES: 'g' })
  expect(begun[0]?.start).not.toHaveProperty('unjudged')
  expect(localTrials.choose([1], 1)).toBeNull()
  expect(events).toMatchObject([{ kind: 'slot.waiting', detail: { gpus: 0, wanted: 1 } }])
  job.stop('cancel')
  job.leave()
  expect(requests).toEqual(['cancel', 'abort'])
  end.resolve({ state: 'canceled' })
  expect(await job.follow()).toEqual({ state: 'canceled' })
  localTrials.free(0)
  expect(localTrials.choose([0, 1], 0)).toBe(0)
  resources.close()
})
