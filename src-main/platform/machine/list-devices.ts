import os from 'node:os'
import type { AdapterProbe, GpuDevice, MachineDevices } from '../../core/machine/devices.ts'
import { serializeError } from '../../core/errors/errors.ts'
import { connect } from '../processes/connect.ts'
import type { CpuEnergy } from './cpu-energy.ts'
import type { MachineMonitor } from './machine-monitor.ts'

/** A driver answers within a second, or hangs. */
const LIMIT_MS = 30_000

/**
 * The processors and GPUs of this machine and what of them is measured: GPUs that nvidia-smi or the kernel reads, and those that WebGPU
 * offers beside them, which say their names alone.
 * @param probe asks WebGPU; default: in a throw-away process
 */
export async function listDevices(
  monitor: Pick<MachineMonitor, 'ready' | 'gpus'> & {
    readonly cpuEnergy: Pick<CpuEnergy, 'state'>
  },
  probe: () => Promise<AdapterProbe> = probeAdapters,
): Promise<MachineDevices> {
  await monitor.ready
  const read = monitor
    .gpus()
    .map(({ uuid, vendor, name, memoryTotalBytes, powerWatts }): GpuDevice => ({
      source: vendor === 'nvidia' ? 'nvidia-smi' : 'sysfs',
      uuid,
      vendor,
      name,
      memoryTotalBytes,
      measuresPower: powerWatts !== null,
    }))
  const adapterProbe = await probe()
  return {
    cpu: {
      name: os.cpus()[0]?.model.trim() ?? '',
      cores: os.availableParallelism(),
      energy: monitor.cpuEnergy.state,
    },
    gpus: [...read, ...(adapterProbe.ok ? remainingAdapters(read, adapterProbe.adapters) : [])],
    probeFailure: adapterProbe.ok ? null : withoutStack(adapterProbe.error),
  }
}

/** WebGPU does not say the UUID of an adapter, but its vendor: those of one whose GPUs were read are these. */
function remainingAdapters(
  read: readonly GpuDevice[],
  adapters: Extract<AdapterProbe, { ok: true }>['adapters'],
): GpuDevice[] {
  const vendors = new Set(read.map(device => ('uuid' in device ? device.vendor : '')))
  return adapters
    .filter(({ vendor }) => ![...vendors].some(vendorName => vendorName === vendor.toLowerCase()))
    .map(adapter => ({ source: 'webgpu', ...adapter }))
}

/** The adapters that WebGPU offers, asked in a throw-away process. */
export async function probeAdapters(): Promise<AdapterProbe> {
  try {
    return {
      ok: true,
      adapters: await connect('list-adapters', { kind: 'once', limitMs: LIMIT_MS }).call('list'),
    }
  } catch (error) {
    return { ok: false, error: serializeError(error) }
  }
}

function withoutStack({
  stack: _,
  ...plain
}: Extract<AdapterProbe, { ok: false }>['error']): MachineDevices['probeFailure'] {
  return plain
}
