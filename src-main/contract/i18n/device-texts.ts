import { adapterName, type CpuEnergyState, type GpuDevice } from '../devices.ts'
import type { Language } from '../../i18n/language.ts'

/** What is known and measured of the machine's devices, the same words in the terminal and on the page. */
export interface DeviceTexts {
  /** In place of a figure. */
  readonly notAvailable: string
  readonly cpuEnergy: (energy: CpuEnergyState) => string
  readonly gpu: (device: GpuDevice, memory: (bytes: number) => string) => string
  readonly noGpu: string
  readonly notAsked: (reason: string) => string
  readonly packFindsNoGpu: string
}

function isForbidden(code: string): boolean {
  return code === 'EACCES' || code === 'EPERM'
}

const english: DeviceTexts = {
  notAvailable: 'not available from this driver',
  cpuEnergy: energy => {
    switch (energy.state) {
      case 'measured':
        return `measured by the counters of ${energy.packages === 1 ? 'the processor package: everything that runs on it' : `${energy.packages} processor packages: everything that runs on them`}, idle power included, main memory not; trials that run at the same time share it evenly`
      case 'absent':
        return 'not measured: this system offers no counters (powercap of Linux)'
      case 'unreadable':
        return `not measured: ${energy.file} ${isForbidden(energy.code) ? 'may not be read by this user (often by root alone)' : `cannot be read (${energy.code})`}`
    }
  },
  gpu: (device, memory) => {
    if (device.source === 'webgpu') {
      const what = device.isSoftware ? ' (a program that stands in for a GPU)' : ''
      return `${adapterName(device)}${what}, through WebGPU; utilisation, memory, temperature, power and energy: ${english.notAvailable}`
    }
    const power = device.measuresPower ? 'energy is measured' : `energy: ${english.notAvailable}`
    return `${device.name}, ${memory(device.memoryTotalBytes)}, through nvidia-smi; ${power}`
  },
  noGpu: 'none found by nvidia-smi or WebGPU',
  notAsked: reason => `WebGPU could not be asked for GPUs: ${reason}`,
  packFindsNoGpu:
    'The engine pack has CUDA, but TensorFlow found no GPU: it needs one of NVIDIA and its driver for CUDA 12. Until then it computes on the CPU.',
}

const chinese: DeviceTexts = {
  notAvailable: '此驱动程序不提供',
  cpuEnergy: energy => {
    switch (energy.state) {
      case 'measured':
        return `由 ${energy.packages} 个处理器封装的计数器测量：包括其上运行的一切以及空闲功耗，不包括内存；同时运行的试验平均分摊`
      case 'absent':
        return '未测量：此系统没有提供计数器（Linux 的 powercap）'
      case 'unreadable':
        return `未测量：${energy.file} ${isForbidden(energy.code) ? '当前用户无权读取（通常仅 root 可以）' : `无法读取（${energy.code}）`}`
    }
  },
  gpu: (device, memory) => {
    if (device.source === 'webgpu') {
      const what = device.isSoftware ? '（以软件模拟 GPU）' : ''
      return `${adapterName(device)}${what}，通过 WebGPU；利用率、显存、温度、功率和能耗：${chinese.notAvailable}`
    }
    const power = device.measuresPower ? '测量能耗' : `能耗：${chinese.notAvailable}`
    return `${device.name}，${memory(device.memoryTotalBytes)}，通过 nvidia-smi；${power}`
  },
  noGpu: 'nvidia-smi 和 WebGPU 均未找到',
  notAsked: reason => `无法通过 WebGPU 查询 GPU：${reason}`,
  packFindsNoGpu:
    '引擎包含有 CUDA，但 TensorFlow 未找到 GPU：需要 NVIDIA GPU 及其支持 CUDA 12 的驱动程序。在此之前使用 CPU 计算。',
}

export function deviceTexts(language: Language): DeviceTexts {
  return language === 'en' ? english : chinese
}
