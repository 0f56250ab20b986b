import { type MessageDescriptor, msg } from '../errors/message.ts'
import type { GpuVendor } from './gpus.ts'
import type { PlainError, SerializedError } from '../errors/errors.ts'

/**
 * Whether the energy of the processors is measured: the counters that Linux offers as powercap, one per package
 * (the chip with its cores and caches).
 */
export type CpuEnergyState =
  | { readonly state: 'measured'; readonly packages: number }
  /** The counter is there but tells nothing; `code` is the system's, e.g. `EACCES`, or `notANumber`. */
  | { readonly state: 'unreadable'; readonly file: string; readonly code: string }
  /** This system or processor offers no counter. */
  | { readonly state: 'absent' }

interface CpuDevice {
  readonly name: string
  readonly cores: number
  readonly energy: CpuEnergyState
}

/** A driver's words for a GPU through WebGPU: names, and no figure of its use. */
export interface WebgpuAdapterInfo {
  readonly vendor: string
  readonly architecture: string
  readonly device: string
  readonly description: string
  /** A program that stands in for a GPU. */
  readonly isSoftware: boolean
}

export type GpuDevice =
  | {
      /** Files of Linux for AMD's and Intel's. */
      readonly source: 'nvidia-smi' | 'sysfs'
      readonly vendor: GpuVendor
      readonly uuid: string
      readonly name: string
      readonly memoryTotalBytes: number
      /** The driver says the power, so energy is measured. */
      readonly measuresPower: boolean
    }
  | (WebgpuAdapterInfo & { readonly source: 'webgpu' })

/** Findings of a child that asked WebGPU for its adapters. */
export type AdapterProbe =
  | { readonly ok: true; readonly adapters: readonly WebgpuAdapterInfo[] }
  | { readonly ok: false; readonly error: SerializedError }

/** The processors and GPUs of this machine. */
export interface MachineDevices {
  readonly cpu: CpuDevice
  readonly gpus: readonly GpuDevice[]
  /** Why WebGPU could not be asked; null if it could. */
  readonly probeFailure: PlainError | null
}

/** `amd, rdna-3, Radeon RX 7900 XTX, software`: what is known of an adapter, for a person and for the record. */
export function adapterName(adapter: WebgpuAdapterInfo): string {
  const { vendor, architecture, device, description, isSoftware } = adapter
  const parts = [vendor, architecture, device, description].filter(text => text !== '')
  return [...parts, ...(isSoftware ? ['software'] : [])].join(', ')
}

export function cpuEnergyMessage(energy: CpuEnergyState): MessageDescriptor {
  switch (energy.state) {
    case 'measured':
      return msg('devices.energyMeasured', { packages: energy.packages })
    case 'absent':
      return msg('devices.energyAbsent')
    case 'unreadable': {
      const { file, code } = energy
      return code === 'EACCES' || code === 'EPERM'
        ? msg('devices.energyForbidden', { file })
        : msg('devices.energyUnreadable', { file, reason: code })
    }
  }
}

/** @param memory the size of its memory, for people */
export function gpuMessage(
  device: GpuDevice,
  memory: (bytes: number) => string,
): MessageDescriptor {
  if (device.source === 'webgpu') {
    // The sentence says whether it is software.
    const name = adapterName({ ...device, isSoftware: false })
    return msg(device.isSoftware ? 'devices.softwareGpu' : 'devices.webGpu', { name })
  }
  return msg(device.measuresPower ? 'devices.gpuMeasured' : 'devices.gpu', {
    name: device.name,
    source: device.source,
    memory: memory(device.memoryTotalBytes),
  })
}
