import { rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EngineInfo } from '../../../src-main/core/machine/engine.ts'
import type { PlaceableGpu } from '../../../src-main/core/machine/gpus.ts'
import type { GpuSample, ResourceSample } from '../../../src-main/core/trial/resources.ts'
import { AttemptMeter, ResourceTrack } from '../../../src-main/running/resources/attempt-meter.ts'
import { CpuEnergy, type CpuEnergyShare } from '../../../src-main/platform/machine/cpu-energy.ts'
import { GpuHolds } from '../../../src-main/platform/machine/gpu-holds.ts'
import { MemoryAdmission } from '../../../src-main/running/resources/memory-admission.ts'
import { StudyResources } from '../../../src-main/running/resources/study-resources.ts'
import { noCpuEnergy } from '../../helpers/unlimited-resources.ts'
import { visibleGpus } from '../../../src-main/running/resources/resources-of-study.ts'
import { setFakeDomain } from '../../helpers/fake-powercap.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

const gigabyte = 1e9

function gpu(uuid: string, usedBytes: number, powerWatts: number | null = 100): GpuSample {
  return {
    uuid,
    vendor: 'nvidia',
    name: 'GPU',
    busy: 0.5,
    memoryBytes: usedBytes,
    memoryTotalBytes: 10 * gigabyte,
    temperatureCelsius: 50,
    powerWatts,
  }
}

describe('samples of an attempt', () => {
  const sample = (second: number): ResourceSample => ({
    atMs: second * 1_000,
    cpus: second % 2,
    memoryBytes: second,
    gpu: { ...gpu('GPU-0', second), powerWatts: 100 + (second % 2) },
    processor: { powerWatts: 50 + (second % 2), energyJoules: 2 },
  })

  it('stay as they are while there are few', () => {
    const track = new ResourceTrack(8)
    const samples = [1, 2, 3].map(sample)
    for (const resourceSample of samples) track.add(resourceSample)
    expect(track.samples).toEqual(samples)
  })

  it('are bounded and still span the whole attempt', () => {
    const track = new ResourceTrack(8)
    for (let second = 1; second <= 1_000; second++) {
      track.add(sample(second))
      expect(track.samples.length).toBeLessThanOrEqual(8)
    }
    expect(track.samples.length).toBeGreaterThanOrEqual(4)
    expect(track.samples.at(-1)).toMatchObject({ atMs: 1_000_000, memoryBytes: 1_000 })
    const [first] = track.samples
    // Means of rates, the largest of levels.
    expect(first?.cpus).toBeCloseTo(0.5, 2)
    expect(first?.gpu?.powerWatts).toBeCloseTo(100.5, 2)
    expect(first?.memoryBytes).toBe((first?.atMs ?? 0) / 1_000)
    expect(first?.processor?.powerWatts).toBeCloseTo(50.5, 2)
    const joules = track.samples.map(({ processor }) => processor?.energyJoules ?? 0)
    expect(joules.reduce((sum, value) => sum + value, 0)).toBe(2_000)
  })

  it('know the last step that was reported by then', () => {
    const track = new ResourceTrack(2)
    track.add(sample(1))
    track.add({ ...sample(2), step: 5 })
    track.add({ ...sample(3), step: 7 })
    expect(track.samples.map(({ step }) => step)).toEqual([5, 7])
  })

  it('say nothing of energy, or of a share, that one of them lacks', () => {
    const track = new ResourceTrack(2)
    const { processor: _, ...unmeasured } = sample(1)
    track.add({ ...unmeasured, gpu: { ...gpu('GPU-0', 1), busy: null } })
    track.add(sample(2))
    expect(track.samples).toHaveLength(1)
    expect(track.samples[0]).not.toHaveProperty('processor')
    expect(track.samples[0]?.gpu?.busy).toBe(0.5)
  })
})

describe('meter of an attempt', () => {
  it('counts processors, energy by its share of the power, and the peak of its own GPU memory', () => {
    let atMs = 0
    let held = 1 * gigabyte
    const meter = new AttemptMeter({
      pid: 7,
      deviceUuids: [],
      readings: {
        gpus: () => [gpu('GPU-0', 5 * gigabyte), gpu('GPU-1', 0)],
        memoryOf: pid => (pid === 7 ? { uuid: 'GPU-0', memoryBytes: held } : null),
      },
      sharers: uuid => (uuid === 'GPU-0' ? 2 : 1),
      cpuEnergy: noCpuEnergy,
      now: () => atMs,
    })
    expect(meter.costs).toEqual({})
    meter.take({ rssBytes: 100, cpuMs: 0 })
    atMs = 2_000
    held = 3 * gigabyte
    meter.take({ rssBytes: 300, cpuMs: 3_000 })
    atMs = 3_000
    held = 2 * gigabyte
    meter.take({ rssBytes: 200, cpuMs: 3_500 })
    // 100 W between two attempts for 3 s.
    expect(meter.costs).toEqual({
      energyJoules: 150,
      gpuEnergyJoules: 150,
      peakGpuMemoryBytes: 3 * gigabyte,
    })
    expect(meter.peakMemoryBytes).toBe(300)
    expect(meter.samples.map(({ cpus }) => cpus)).toEqual([1.5, 0.5])
    expect(meter.samples[0]?.gpu).toMatchObject({ uuid: 'GPU-0', memoryBytes: 3 * gigabyte })
  })

  it('takes the device that its process was given where the driver does not know the process', () => {
    const meter = new AttemptMeter({
      pid: 7,
      deviceUuids: ['GPU-1'],
      now: () => 0,
      sharers: () => 1,
      cpuEnergy: noCpuEnergy,
      readings: { gpus: () => [gpu('GPU-1', gigabyte, null)], memoryOf: () => null },
    })
    meter.take({ rssBytes: 1, cpuMs: 0 })
    // The device does not say its power.
    expect(meter.costs).toEqual({ peakGpuMemoryBytes: gigabyte })
  })
})

describe('energy of the processors in an attempt', () => {
  function open() {
    const folder = scratch()
    let atMs = 0
    const count = (joules: number): void => {
      setFakeDomain(folder, { entry: 'intel-rapl:0', name: 'package-0', joules })
    }
    count(0)
    const energy = new CpuEnergy({ folder, now: () => atMs })
    const meter = (cpuEnergy: CpuEnergyShare, powerWatts: number | null = null): AttemptMeter =>
      new AttemptMeter({
        pid: 7,
        deviceUuids: ['GPU-1'],
        sharers: () => 1,
        now: () => atMs,
        cpuEnergy,
        readings: { gpus: () => [gpu('GPU-1', 1, powerWatts)], memoryOf: () => null },
      })
    const pass = (seconds: number, joules: number | null): void => {
      atMs += seconds * 1_000
      if (joules !== null) count(joules)
    }
    return { energy, meter, pass, folder }
  }

  it('joins its samples, is a cost, and makes up the sum with that of the GPU', () => {
    const { energy, meter, pass } = open()
    const firstMeter = meter(energy.share(), 100)
    const other = meter(energy.share())
    firstMeter.take({ rssBytes: 1, cpuMs: 0 })
    pass(2, 40)
    firstMeter.take({ rssBytes: 1, cpuMs: 1 })
    expect(firstMeter.samples[0]?.processor).toEqual({ powerWatts: 20, energyJoules: 20 })
    other.close()
    pass(1, 50)
    firstMeter.take({ rssBytes: 1, cpuMs: 2 })
    expect(firstMeter.costs).toMatchObject({
      cpuEnergyJoules: 30,
      gpuEnergyJoules: 300,
      energyJoules: 330,
    })
  })

  it('is a cost without a GPU, and of an attempt that was looked at only once', () => {
    const { energy, meter, pass } = open()
    const firstMeter = meter(energy.share())
    pass(0.2, 3)
    firstMeter.take({ rssBytes: 1, cpuMs: 0 })
    expect(firstMeter.costs).toMatchObject({ cpuEnergyJoules: 3, energyJoules: 3 })
    expect(firstMeter.costs).not.toHaveProperty('gpuEnergyJoules')
  })

  it('is left out, with the sum, where the counter was gone for a while', () => {
    const { energy, meter, pass, folder } = open()
    const firstMeter = meter(energy.share(), 100)
    firstMeter.take({ rssBytes: 1, cpuMs: 0 })
    rmSync(path.join(folder, 'intel-rapl:0'), { recursive: true })
    pass(40, null)
    firstMeter.take({ rssBytes: 1, cpuMs: 0 })
    pass(1, 10)
    firstMeter.take({ rssBytes: 1, cpuMs: 0 })
    for (const sample of firstMeter.samples) expect(sample).not.toHaveProperty('processor')
    expect(firstMeter.costs).toEqual({ gpuEnergyJoules: 4_100, peakGpuMemoryBytes: 1 })
  })
})

describe('memory admission', () => {
  it('forbids nothing that nobody knows, and always lets one trial run', () => {
    const admission = new MemoryAdmission()
    const running = [{ memoryBytes: gigabyte }]
    expect(admission.admits({ freeBytes: 0, running })).toBe(true)
    admission.learn(2 * gigabyte)
    expect(admission.admits({ freeBytes: 0, running: [] })).toBe(true)
    expect(admission.admits({ freeBytes: 0, running })).toBe(false)
  })

  it('wants room for the largest trial so far and for what the running ones may still take', () => {
    const admission = new MemoryAdmission()
    admission.learn(2 * gigabyte)
    admission.learn(1 * gigabyte)
    // 2.2 GB for the new one, 1.2 GB for the growth of the running one.
    const running = [{ memoryBytes: gigabyte }]
    expect(admission.admits({ freeBytes: 3.3 * gigabyte, running })).toBe(false)
    expect(admission.admits({ freeBytes: 3.5 * gigabyte, running })).toBe(true)
  })
})

describe('what a study may use', () => {
  const cuda: EngineInfo = {
    name: 'tensorflow',
    device: 'device:GPU:0, CPU',
    versions: {},
  }
  const wasm: EngineInfo = { name: 'wasm', device: 'WebAssembly', versions: {} }

  function nvidia(uuid: string): PlaceableGpu {
    return { uuid, vendor: 'nvidia', visibleAs: uuid, isPart: false }
  }

  function open(uuids: readonly string[], used: Record<string, number>, trainsOnGpu = true) {
    const devices = uuids.map(nvidia)
    return new StudyResources({
      readings: {
        placeable: () => devices,
        gpuHolds: new GpuHolds(),
        gpus: () => Object.entries(used).map(([uuid, bytes]) => gpu(uuid, bytes)),
        memoryOf: () => null,
        freeMemoryBytes: () => 1_000 * gigabyte,
        cpuEnergy: { share: () => noCpuEnergy },
      },
      devices,
      trainsOnGpu,
      now: () => 0,
    })
  }

  it('spreads slots over the GPUs', () => {
    const resources = open(['GPU-a', 'GPU-b'], {})
    const environments = [0, 1, 2].map(slot => resources.place(slot, slot).environment)
    expect(environments.map(environment => environment['CUDA_VISIBLE_DEVICES'])).toEqual([
      'GPU-a',
      'GPU-b',
      'GPU-a',
    ])
    expect(open([], {}).place(0, 0).environment).toEqual({})
  })

  it('lets the first trial on a GPU find out alone what trials need, and then as many as fit', () => {
    const used = { 'GPU-a': 0 }
    const resources = open(['GPU-a'], used)
    expect(resources.shortage(0)).toBeNull()
    resources.place(0, 0)
    expect(resources.shortage(1)).toMatchObject({ memory: 'gpu', expectedBytes: 0 })
    used['GPU-a'] = 3 * gigabyte
    resources.begin(0, 1, cuda).take({ rssBytes: 1, cpuMs: 0 })
    resources.end(0)
    used['GPU-a'] = 0
    resources.place(1, 0)
    // 10 GB free, and each needs 3.3 GB at most.
    expect(resources.shortage(1)).toBeNull()
    resources.place(2, 1)
    expect(resources.shortage(2)).toBeNull()
    resources.place(3, 2)
    expect(resources.shortage(3)).toMatchObject({ memory: 'gpu' })
    resources.end(3)
    expect(resources.shortage(3)).toBeNull()
  })

  it('shares the memory of a device between trials whose own the driver does not know', () => {
    const used = { 'GPU-a': 0 }
    const devices = [nvidia('GPU-a')]
    const resources = new StudyResources({
      readings: {
        placeable: () => devices,
        gpuHolds: new GpuHolds(),
        memoryOf: () => null,
        gpus: () => Object.entries(used).map(([uuid, bytes]) => gpu(uuid, bytes)),
        freeMemoryBytes: () => 1_000 * gigabyte,
        cpuEnergy: { share: () => noCpuEnergy },
      },
      devices,
      demand: { perTrial: 0.5 },
      trainsOnGpu: false,
      now: () => 0,
    })
    const start = (number: number) => {
      expect(resources.shortage(number % 2, number === 0)).toBeNull()
      resources.place(number, number % 2)
      return resources.begin(number, number, null)
    }
    // Each takes 4 of 10 GB.
    const [first, second] = [start(0), start(1)]
    used['GPU-a'] = 8 * gigabyte
    for (const meter of [first, second]) meter.take({ rssBytes: 1, cpuMs: 0 })
    expect(first.costs).toMatchObject({ peakGpuMemoryBytes: 8 * gigabyte })
    resources.end(0)
    resources.free(0)
    used['GPU-a'] = 4 * gigabyte
    second.take({ rssBytes: 1, cpuMs: 0 })
    start(2)
  })

  it('does not count GPU memory once trials turn out to train elsewhere', () => {
    const resources = open(['GPU-a'], { 'GPU-a': 10 * gigabyte })
    resources.place(0, 0)
    expect(resources.shortage(1)).not.toBeNull()
    resources.begin(0, 1, wasm)
    expect(resources.shortage(1)).toBeNull()
  })

  it('keeps to the GPUs that a person has chosen', () => {
    const gpus = [nvidia('GPU-a1'), nvidia('GPU-b2')]
    const chosen = (names?: string) =>
      visibleGpus(gpus, { CUDA_VISIBLE_DEVICES: names }).map(({ uuid }) => uuid)
    expect(chosen()).toEqual(['GPU-a1', 'GPU-b2'])
    expect(chosen('1')).toEqual(['GPU-b2'])
    expect(chosen('GPU-b, 0')).toEqual(['GPU-b2', 'GPU-a1'])
    expect(chosen('')).toEqual([])
    // The GPU of the processor, 0, is given to no trial, and counts all the same.
    const amd = ['1', '2'].map((visibleAs): PlaceableGpu => {
      return { uuid: `amd-${visibleAs}`, vendor: 'amd', visibleAs, isPart: false }
    })
    const ofAmd = (names: string) => visibleGpus(amd, { HIP_VISIBLE_DEVICES: names })
    expect([ofAmd('0'), ofAmd('1'), ofAmd('2,1')]).toEqual([[], [amd[0]], amd.toReversed()])
  })
})
