import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anyVendorVariables,
  type GpuDemand,
  gpuSlots,
  gpusOfSlot,
  gpuVariables,
  gpuVendors,
  type PlaceableGpu,
} from '../../../../src-main/core/machine/gpus.ts'
import { GpuHolds } from '../../../../src-main/platform/machine/gpu-holds.ts'
import { placeGpus, shareOf } from '../../../../src-main/running/resources/gpu-placement.ts'
import { gpuDemand } from '../../../../src-main/running/resources/resources-of-study.ts'
import { StudyResources } from '../../../../src-main/running/resources/study-resources.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'
import { noCpuEnergy } from '../../../helpers/unlimited-resources.ts'

const nvidia = (uuid: string, isPart = false): PlaceableGpu => {
  return { uuid, vendor: 'nvidia', visibleAs: uuid, isPart }
}
const amd = (ordinal: number): PlaceableGpu => {
  return { uuid: `amd-${ordinal}`, vendor: 'amd', visibleAs: String(ordinal), isPart: false }
}

/** A machine of mixed vendors, some of NVIDIA's divided. */
const machine = fc
  .array(fc.record({ vendor: fc.constantFrom(...gpuVendors), isPart: fc.boolean() }), {
    maxLength: 8,
  })
  .map(gpus =>
    gpus
      .map(({ vendor, isPart }, index): PlaceableGpu => {
        const uuid = `${vendor}-${index}`
        return { uuid, vendor, visibleAs: uuid, isPart: isPart && vendor === 'nvidia' }
      })
      .sort((a, b) => gpuVendors.indexOf(a.vendor) - gpuVendors.indexOf(b.vendor)),
  )
const demand = fc.oneof(
  fc.constantFrom(0.1, 0.25, 1 / 3, 0.5, 0.7, 1, 2, 3, 4).map(perTrial => ({ perTrial })),
)
/** Begins and ends of trials, and devices that vanish and come back. */
const acts = fc.array(
  fc.oneof(
    fc.record({ act: fc.constant('begin' as const), demand }),
    fc.record({ act: fc.constant('end' as const), which: fc.nat() }),
    fc.record({ act: fc.constant('vanish' as const), which: fc.nat() }),
    fc.record({ act: fc.constant('return' as const) }),
  ),
  { maxLength: 60 },
)

describe('placement of trials on GPUs', () => {
  it('never gives more of a device than there is, nor one that is gone, and mixes nothing', () => {
    fc.assert(
      fc.property(machine, acts, (devices, steps) => {
        const holds = new GpuHolds()
        const running: { given: readonly PlaceableGpu[]; share: number; end: () => void }[] = []
        let presentDevices = devices
        for (const step of steps) {
          if (step.act === 'vanish') {
            presentDevices = presentDevices.filter(
              (_, index) => index !== step.which % Math.max(1, presentDevices.length),
            )
          } else if (step.act === 'return') presentDevices = devices
          else if (step.act === 'end') {
            running.splice(step.which % Math.max(1, running.length), 1)[0]?.end()
          } else begin(step.demand)
          for (const { uuid } of devices) {
            const load = running
              .filter(({ given: ownDevices }) => ownDevices.some(device => device.uuid === uuid))
              .reduce((sum, { share }) => sum + share, 0)
            expect(load).toBeLessThanOrEqual(1 + 1e-6)
            expect(holds.held(uuid)).toBeCloseTo(load, 9)
          }
        }
        for (const { end } of running) end()
        for (const { uuid } of devices) expect(holds.held(uuid)).toBe(0)

        function begin(wanted: { readonly perTrial: number }): void {
          const held = (uuid: string): number => holds.held(uuid)
          const placement = placeGpus({ devices: presentDevices, held, demand: wanted })
          const count = Math.max(1, wanted.perTrial)
          if (placement === null) {
            // Nobody could have done better.
            const room = presentDevices.filter(
              device => held(device.uuid) + shareOf(wanted) <= 1 + 1e-9,
            )
            const most = gpuVendors.map(vendor => room.filter(device => device.vendor === vendor))
            if (count === 1) expect(room).toEqual([])
            else {
              for (const alike of most)
                expect(alike.filter(device => !device.isPart).length).toBeLessThan(count)
            }
            return
          }
          expect(placement).toHaveLength(count)
          expect(new Set(placement).size).toBe(count)
          expect(placement.every(device => presentDevices.includes(device))).toBe(true)
          expect(new Set(placement.map(({ vendor }) => vendor)).size).toBe(1)
          // A process sees one part at most.
          if (count > 1) expect(placement.some(({ isPart }) => isPart)).toBe(false)
          const uuids = placement.map(({ uuid }) => uuid)
          const end = holds.take(uuids, shareOf(wanted))
          running.push({ given: placement, share: shareOf(wanted), end })
        }
      }),
    )
  })

  it('spreads shares, and gives a set as a whole', () => {
    const devices = [nvidia('a'), nvidia('b')]
    const held = new Map([['a', 0.5]])
    const gpusFor = (wanted: GpuDemand) =>
      placeGpus({ devices, held: uuid => held.get(uuid) ?? 0, demand: wanted })
    expect(gpusFor({ perTrial: 0.5 })).toEqual([devices[1]])
    expect(gpusFor({ sets: [['a', 'b'], ['b']] })).toEqual([devices[1]])
    expect(gpusFor({ sets: [['a', 'b']] })).toBeNull()
    expect(gpusFor({ sets: [['gone']] })).toBeNull()
  })

  it('tells each vendor’s programs what they may see, and hides the others', () => {
    expect(gpuVariables([nvidia('GPU-1'), nvidia('GPU-2')], ['nvidia'])).toEqual({
      CUDA_VISIBLE_DEVICES: 'GPU-1,GPU-2',
    })
    expect(gpuVariables([amd(1)], ['nvidia', 'amd', 'intel'])).toEqual({
      CUDA_VISIBLE_DEVICES: '-1',
      HIP_VISIBLE_DEVICES: '1',
    })
    const arc = { vendor: 'intel', visibleAs: '0' } as const
    expect(gpuVariables([arc], ['intel'])).toEqual({ ZE_AFFINITY_MASK: '0' })
    expect(gpuVariables([], ['nvidia'])).toEqual({})
    // A set that a person names.
    expect(gpuVariables([nvidia('GPU-1'), amd(1), nvidia('GPU-2')], ['nvidia', 'amd'])).toEqual({
      CUDA_VISIBLE_DEVICES: 'GPU-1,GPU-2',
      HIP_VISIBLE_DEVICES: '1',
    })
  })

  it('gives the places of a machine elsewhere GPUs that do not overlap beyond their shares', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16 }),
        fc.constantFrom(0.1, 0.25, 1 / 3, 0.5, 1, 2, 3, 4),
        (gpus, perTrial) => {
          const load = new Map<number, number>()
          for (let slot = 0; slot < gpuSlots(gpus, perTrial); slot++) {
            const given = gpusOfSlot(slot, gpus, perTrial)
            expect(given).toHaveLength(Math.max(1, perTrial))
            for (const gpu of given) load.set(gpu, (load.get(gpu) ?? 0) + Math.min(1, perTrial))
          }
          for (const [gpu, sum] of load) {
            expect(gpu).toBeLessThan(gpus)
            expect(sum).toBeLessThanOrEqual(1 + 1e-6)
          }
        },
      ),
    )
    expect(anyVendorVariables(gpusOfSlot(1, 4, 2))).toEqual({
      CUDA_VISIBLE_DEVICES: '2,3',
      HIP_VISIBLE_DEVICES: '2,3',
      ZE_AFFINITY_MASK: '2,3',
    })
    expect(anyVendorVariables(gpusOfSlot(1, 0, 2))).toEqual({})
  })
})

describe('a study that asks for GPUs', () => {
  function open(
    wanted: GpuDemand,
    devices: readonly PlaceableGpu[],
    gpuHolds = new GpuHolds(),
    now = () => 0,
  ) {
    let presentDevices = devices
    let free = 10e9
    let memory = 1e12
    const resources = new StudyResources({
      readings: {
        gpus: () =>
          presentDevices.map(({ uuid, vendor }) => ({
            uuid,
            vendor,
            name: uuid,
            busy: 0,
            temperatureCelsius: 50,
            powerWatts: 100,
            memoryTotalBytes: 10e9,
            memoryBytes: 10e9 - free,
          })),
        placeable: () => presentDevices,
        memoryOf: () => null,
        freeMemoryBytes: () => memory,
        cpuEnergy: { share: () => noCpuEnergy },
        gpuHolds,
      },
      devices,
      demand: wanted,
      trainsOnGpu: false,
      now,
    })
    const set = (remaining: readonly PlaceableGpu[], freeBytes = free): void => {
      presentDevices = remaining
      free = freeBytes
    }
    const setMemory = (bytes: number): void => void (memory = bytes)
    return { resources, set, setMemory }
  }
  const four = ['a', 'b', 'c', 'd'].map(uuid => nvidia(uuid))

  it('begins when all have ended that ran when it came to be the first that waits', () => {
    const scenario = fc.record({
      demands: fc.array(fc.constantFrom(0.25, 0.5, 1, 2, 3, 4), { minLength: 2, maxLength: 5 }),
      // Who asks first, and whose trial ends.
      steps: fc.array(fc.record({ asks: fc.nat(), ends: fc.nat() }), {
        minLength: 40,
        maxLength: 120,
      }),
    })
    fc.assert(
      fc.property(scenario, ({ demands, steps }) => {
        const holds = new GpuHolds()
        const studies = demands.map(perTrial => open({ perTrial }, four, holds).resources)
        let running: { readonly study: number; readonly slot: number }[] = []
        let slots = 0
        /** Not where its own trials alone are in the way: equal shares on four devices. */
        const waits = (study: number): boolean => {
          const perTrial = demands[study] ?? 0
          const ownCount = running.filter(slotOfStudy => slotOfStudy.study === study).length
          const most = perTrial < 1 ? 4 * Math.floor(1 / perTrial) : Math.floor(4 / perTrial)
          return ownCount < most
        }
        /** Those that wait, longest first. */
        const waiting = new Map<number, object>()
        let first: object | undefined
        /** Trials that ran when the first of them became that, and run still. */
        let before = new Set<number>()
        for (const { asks, ends } of steps) {
          for (let turn = 0; turn < studies.length; turn++) {
            const study = (asks + turn) % studies.length
            // As many as there is room for: slots without end.
            while (studies[study]?.shortage(slots) === null) {
              running.push({ study, slot: slots++ })
              waiting.delete(study)
            }
            if (!waits(study)) waiting.delete(study)
            else if (!waiting.has(study)) waiting.set(study, {})
          }
          const [now] = waiting.values()
          if (now !== first) before = new Set(running.map(({ slot }) => slot))
          first = now
          if (first !== undefined) expect(before.size).toBeGreaterThan(0)
          const ended = running[ends % running.length]
          if (ended === undefined) throw new Error('nothing runs')
          studies[ended.study]?.free(ended.slot)
          running = running.filter(slotOfStudy => slotOfStudy !== ended)
          before.delete(ended.slot)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('keeps nothing where its own trial is in the way', () => {
    const holds = new GpuHolds()
    const wide = open({ perTrial: 3 }, four, holds).resources
    const narrow = open({ perTrial: 1 }, four, holds).resources
    expect(wide.shortage(0)).toBeNull()
    expect(wide.shortage(1)).toEqual({ gpus: 1, wanted: 3 })
    expect(narrow.shortage(0)).toBeNull()
    // With three of four held by another study it waits for that one.
    wide.free(0)
    expect(narrow.shortage(1)).toBeNull()
    expect(wide.shortage(0)).toEqual({ gpus: 2, wanted: 3 })
    expect(narrow.shortage(2)).not.toBeNull()
  })

  it('keeps its place while memory is short, and no device for longer than a moment', () => {
    const holds = new GpuHolds()
    let nowMs = 0
    const wide = open({ perTrial: 2 }, four, holds, () => nowMs)
    const narrow = () => open({ perTrial: 1 }, four, holds, () => nowMs).resources
    const [first, second] = [narrow(), narrow()]
    // One of its trials runs, another one waits until the third device is free.
    expect(wide.resources.shortage(0)).toBeNull()
    wide.resources.place(0, 0)
    wide.resources.begin(0, 1, null)
    wide.resources.learn(4e11, 0)
    expect(first.shortage(0)).toBeNull()
    expect(wide.resources.shortage(1)).toEqual({ gpus: 1, wanted: 2 })
    first.free(0)
    wide.setMemory(1e9)
    for (; nowMs < 20_000; nowMs += 1_000) {
      expect(wide.resources.shortage(1)).toMatchObject({ memory: 'main' })
      if (nowMs < 10_000) expect(first.shortage(0)).not.toBeNull()
    }
    expect(first.shortage(0)).toBeNull()
    expect(first.shortage(1)).toBeNull()
    expect(second.shortage(0)).not.toBeNull()
    // It is still before the other one.
    wide.setMemory(1e12)
    expect(wide.resources.shortage(1)).toEqual({ gpus: 0, wanted: 2 })
    first.free(0)
    expect(second.shortage(0)).not.toBeNull()
    first.free(1)
    expect(wide.resources.shortage(1)).toBeNull()
  })

  it('keeps nothing for one that ended, or asks no more', () => {
    const holds = new GpuHolds()
    let nowMs = 0
    const two = four.slice(0, 2)
    const wide = open({ perTrial: 2 }, two, holds, () => nowMs).resources
    const narrow = open({ perTrial: 1 }, two, holds, () => nowMs).resources
    expect(narrow.shortage(0)).toBeNull()
    expect(wide.shortage(0)).toEqual({ gpus: 1, wanted: 2 })
    expect(narrow.shortage(1)).toEqual({ gpus: 0, wanted: 1 })
    nowMs = 11_000
    expect(narrow.shortage(1)).toBeNull()
    expect(wide.shortage(0)).toEqual({ gpus: 0, wanted: 2 })
    narrow.free(0)
    expect(narrow.shortage(0)).not.toBeNull()
    wide.close()
    expect(narrow.shortage(0)).toBeNull()
  })

  it('gets as many as it says, waits for more, and shares the machine with other studies', () => {
    const holds = new GpuHolds()
    const { resources } = open({ perTrial: 2 }, four, holds)
    const other = open({ perTrial: 1 }, four, holds).resources
    expect(resources.shortage(0, true)).toBeNull()
    expect(resources.place(7, 0).environment).toEqual({ CUDA_VISIBLE_DEVICES: 'a,b' })
    expect(other.shortage(0, true)).toBeNull()
    expect(other.place(0, 0).environment).toEqual({ CUDA_VISIBLE_DEVICES: 'c' })
    // Alone or not: a GPU that another trial has is not to be had.
    expect(resources.shortage(1, true)).toEqual({ gpus: 1, wanted: 2 })
    other.free(0)
    expect(resources.shortage(1)).toBeNull()
    expect(resources.place(8, 1).environment).toEqual({ CUDA_VISIBLE_DEVICES: 'c,d' })
    // A further attempt in the slot keeps them.
    resources.end(8)
    expect(resources.place(8, 1).environment).toEqual({ CUDA_VISIBLE_DEVICES: 'c,d' })
    resources.close()
    expect(four.map(({ uuid }) => holds.held(uuid))).toEqual([0, 0, 0, 0])
  })

  it('waits for a device that has vanished, and takes it again', () => {
    const { resources, set } = open({ perTrial: 1 }, [nvidia('a')])
    set([])
    expect(resources.shortage(0, true)).toEqual({ gpus: 0, wanted: 1 })
    set([nvidia('a')])
    expect(resources.shortage(0, true)).toBeNull()
  })

  it('is admitted by the memory of each device, and measured over all it has', () => {
    const { resources, set } = open({ perTrial: 0.5 }, [nvidia('a')])
    // Nobody has to find out alone what a trial needs: the study says how many fit.
    expect(resources.shortage(0, true)).toBeNull()
    resources.place(0, 0)
    expect(resources.shortage(1)).toBeNull()
    resources.free(1)
    resources.learn(0, 6e9)
    set([nvidia('a')], 5e9)
    expect(resources.shortage(1)).toMatchObject({ memory: 'gpu', freeBytes: 5e9 })

    const pair = open({ perTrial: 2 }, four).resources
    pair.shortage(0, true)
    pair.place(0, 0)
    const meter = pair.begin(0, 1, null)
    meter.take({ rssBytes: 1, cpuMs: 0 })
    expect(meter.deviceUuids).toEqual(['a', 'b'])
    expect(meter.costs).toMatchObject({ peakGpuMemoryBytes: 0 })
  })

  it('is refused where the machine could never give it, and names what it does not know', async () => {
    const study = (gpus: number | (number | string)[][]) => ({ gpus, executor: undefined })
    const refused = (gpus: number | (number | string)[][], devices = four) =>
      catchAppError(() => gpuDemand(study(gpus), devices))
    expect(gpuDemand(study(2), four)).toEqual({ perTrial: 2 })
    const elsewhere = { ssh: { machines: [{ host: 'a', slots: 1, gpus: 2 }] } }
    expect(gpuDemand({ gpus: 2, executor: elsewhere }, [])).toBeNull()
    expect(gpuDemand({ gpus: 2, executor: { ...elsewhere, local: {} } }, four)).toEqual({
      perTrial: 2,
    })
    expect(gpuDemand(study([[0, 'c'], ['d']]), four)).toEqual({ sets: [['a', 'c'], ['d']] })
    expect(await refused(5)).toMatchObject({ code: 'training.invalid', detail: { field: 'gpus' } })
    expect(await refused(0.5, [])).toMatchObject({ detail: { field: 'gpus', value: '0.5' } })
    expect(await refused(2, [nvidia('a'), amd(0)])).toMatchObject({ code: 'training.invalid' })
    expect(await refused(2, [nvidia('a', true), nvidia('b', true)])).toMatchObject({
      code: 'training.invalid',
    })
    expect(await refused([[9]])).toMatchObject({ detail: { field: 'gpus[0]', value: '9' } })
  })
})
