import process from 'node:process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { verbatim } from '../../../src-main/core/errors/message.ts'
import type {
  AdapterProbe,
  CpuEnergyState,
  WebgpuAdapterInfo,
} from '../../../src-main/core/machine/devices.ts'
import { AppError, serializeError } from '../../../src-main/core/errors/errors.ts'
import type { GpuSample } from '../../../src-main/core/trial/resources.ts'
import { deviceLines } from '../../../src-main/features/diagnostics/cli/doctor.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { listDevices, probeAdapters } from '../../../src-main/platform/machine/list-devices.ts'
import { mayUseSoftwareWebgpu } from '../../helpers/software-webgpu.ts'

const rtx: GpuSample = {
  vendor: 'nvidia',
  uuid: 'GPU-0',
  name: 'RTX',
  busy: 0,
  memoryBytes: 0,
  memoryTotalBytes: 8 * 2 ** 30,
  temperatureCelsius: null,
  powerWatts: 90,
}
const adapter = (vendor: string, isSoftware = false): WebgpuAdapterInfo => {
  return { vendor, architecture: 'arch', device: '', description: 'driver', isSoftware }
}
const offers =
  (...adapters: WebgpuAdapterInfo[]) =>
  async (): Promise<AdapterProbe> => ({ ok: true, adapters })

function machine(...gpus: readonly GpuSample[]) {
  const file = '/x/intel-rapl:0/energy_uj'
  const state: CpuEnergyState = { state: 'unreadable', file, code: 'EACCES' }
  return { ready: Promise.resolve(), gpus: () => gpus, cpuEnergy: { state } }
}

describe('devices', () => {
  it('are the GPUs that nvidia-smi reads and those that WebGPU offers beside them, none twice', async () => {
    const probe = offers(adapter('nvidia'), adapter('intel'))
    const both = await listDevices(machine(rtx), probe)
    expect(both.gpus).toEqual([
      {
        source: 'nvidia-smi',
        vendor: 'nvidia',
        uuid: 'GPU-0',
        name: 'RTX',
        memoryTotalBytes: 8 * 2 ** 30,
        measuresPower: true,
      },
      { source: 'webgpu', ...adapter('intel') },
    ])
    // Without nvidia-smi nobody else names it.
    const webgpu = await listDevices(machine(), probe)
    expect(webgpu.gpus).toEqual([
      { source: 'webgpu', ...adapter('nvidia') },
      { source: 'webgpu', ...adapter('intel') },
    ])
  })

  it('are told in plain words: what is measured, and why not', async () => {
    const probe = offers(adapter('amd'), adapter('mesa', true))
    const lines = deviceLines(
      { t: createTranslate('en') },
      await listDevices(machine({ ...rtx, powerWatts: null }), probe),
    )
    expect(lines).toEqual([
      'Energy of the processors: not measured: /x/intel-rapl:0/energy_uj may not be read by this user (often by root alone)',
      'GPU: RTX, 8 GiB, through nvidia-smi; energy: not available from this driver',
      'GPU: amd, arch, driver, through WebGPU; utilization, memory, temperature, power and energy are not available from this driver',
      'GPU: mesa, arch, driver (software renderer, not a GPU), through WebGPU; utilization, memory, temperature, power and energy are not available',
    ])
    const chinese = deviceLines(
      { t: createTranslate('zh-CN') },
      await listDevices(machine(), probe),
    )
    expect(chinese[0]).toMatch(/^处理器能耗：未测量.*root/)
    expect(chinese[1]).toContain('此驱动程序不提供')
  })

  it('say so where there is no GPU, or where WebGPU could not be asked', async () => {
    const context = { t: createTranslate('en') } as const
    const none = deviceLines(context, await listDevices(machine(), offers()))
    expect(none.at(-1)).toBe('GPU: none found by nvidia-smi, sysfs or WebGPU')
    const error = serializeError(
      new AppError('engine.unavailable', { engine: 'webgpu', reason: verbatim('no package') }),
    )
    const failed = await listDevices(machine(rtx), async () => ({ ok: false, error }))
    const lines = deviceLines(context, failed)
    expect(lines).toHaveLength(3)
    expect(lines.at(-1)).toMatch(/could not be asked.*no package/)
    expect(failed.probeFailure).not.toHaveProperty('stack')
  })
})

describe('the question to WebGPU', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it.runIf(process.platform === 'linux')('finds nothing without a driver', async () => {
    vi.stubEnv('VK_ICD_FILENAMES', '/nowhere')
    expect(await probeAdapters()).toEqual({ ok: true, adapters: [] })
  })

  it.runIf(mayUseSoftwareWebgpu)('names software as such, once', async () => {
    const probe = await probeAdapters()
    if (!probe.ok) throw new Error(probe.error.message)
    const software = probe.adapters.filter(({ isSoftware }) => isSoftware)
    expect(software).toHaveLength(1)
    expect(software[0]?.vendor).not.toBe('')
  })
})
