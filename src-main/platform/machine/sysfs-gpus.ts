import { realpathSync } from 'node:fs'
import path from 'node:path'
import { namesIn, textIn } from './kernel-files.ts'
import { type GpuVendor, gpuVendors, type PlaceableGpu } from '../../core/machine/gpus.ts'
import type { GpuSample } from '../../core/trial/resources.ts'

/** AMD's and Intel's GPUs as Linux shows them: files that are read, no program that is started. */

const vendors: Readonly<Record<string, GpuVendor>> = { '0x1002': 'amd', '0x8086': 'intel' }

/** Power over a shorter time would be noise: several ask within a moment. */
const MIN_SPAN_MS = 500

/** The runtime does not know it. */
const NOT_COUNTED = 1_000_000

interface Card {
  readonly vendor: GpuVendor
  readonly uuid: string
  readonly name: string
  /** Of the device. */
  readonly folder: string
  /** `card0` and its like. */
  readonly card: string
  readonly sensors: string | null
  readonly placeable: PlaceableGpu | null
}

interface SpentEnergy {
  readonly microjoules: number
  readonly atMs: number
  /** Since the reading before; null at the first. */
  readonly watts: number | null
}

interface SysfsGpusOptions {
  readonly now: () => number
  /** Default: that of Linux. */
  readonly folder?: string
}

export class SysfsGpus {
  readonly #now: () => number
  readonly #cards: readonly Card[]
  readonly #energy = new Map<string, SpentEnergy>()

  constructor({ now, folder = '/sys' }: SysfsGpusOptions) {
    this.#now = now
    this.#cards = findCards(folder)
  }

  /** One that has vanished is not among them. */
  gpus(): readonly GpuSample[] {
    return this.#cards.flatMap(card => this.#read(card) ?? [])
  }

  /** Those on which programs compute, and which are still there. */
  placeable(): readonly PlaceableGpu[] {
    return this.#cards.flatMap(({ placeable, folder }) =>
      placeable !== null && textIn(folder, 'vendor') !== null ? [placeable] : [],
    )
  }

  #read(card: Card): GpuSample | null {
    const { uuid, vendor, name, folder, sensors } = card
    if (textIn(folder, 'vendor') === null) return null
    const memory = memoryOf(card)
    const percent = number(folder, 'gpu_busy_percent')
    const millidegrees = sensors === null ? null : number(sensors, 'temp1_input')
    return {
      uuid,
      vendor,
      name,
      ...memory,
      busy: percent === null ? null : percent / 100,
      temperatureCelsius: millidegrees === null ? null : millidegrees / 1_000,
      powerWatts: sensors === null ? null : this.#power(uuid, sensors),
    }
  }

  /** AMD says the power, Intel what was spent so far. */
  #power(uuid: string, sensors: string): number | null {
    const microwatts = number(sensors, 'power1_average') ?? number(sensors, 'power1_input')
    if (microwatts !== null) return microwatts / 1e6
    const microjoules = number(sensors, 'energy1_input')
    if (microjoules === null) return null
    const atMs = this.#now()
    const before = this.#energy.get(uuid)
    const spanMs = before === undefined ? Infinity : atMs - before.atMs
    if (before !== undefined && spanMs >= 0 && spanMs < MIN_SPAN_MS) return before.watts
    const spent = before === undefined ? -1 : microjoules - before.microjoules
    const watts = spent < 0 || spanMs < 0 ? null : spent / 1_000 / spanMs
    this.#energy.set(uuid, { microjoules, atMs, watts })
    return watts
  }
}

function memoryOf({
  vendor,
  folder,
  card,
}: Card): Pick<GpuSample, 'memoryBytes' | 'memoryTotalBytes'> {
  if (vendor === 'amd') {
    return {
      memoryTotalBytes: number(folder, 'mem_info_vram_total') ?? 0,
      memoryBytes: number(folder, 'mem_info_vram_used') ?? 0,
    }
  }
  const total =
    number(card, 'lmem_total_bytes') ?? number(folder, 'tile0/physical_vram_size_bytes') ?? 0
  const free = number(card, 'lmem_avail_bytes')
  return { memoryTotalBytes: total, memoryBytes: free === null ? 0 : Math.max(0, total - free) }
}

/** In the order in which the runtimes of their vendors count them. */
function findCards(root: string): Card[] {
  const drm = path.join(root, 'class/drm')
  const nodes = computeNodes(root)
  const ordinals: Record<string, number> = { amd: 0, intel: 0 }
  const cards = namesIn(drm)
    .filter(name => /^card\d+$/.test(name))
    .flatMap(name => describe(path.join(drm, name), nodes) ?? [])
    .toSorted(
      (left, right) =>
        gpuVendors.indexOf(left.vendor) - gpuVendors.indexOf(right.vendor) ||
        left.order - right.order ||
        compare(left.address, right.address),
    )
  return cards.map(({ order, address, integrated, ...card }) => {
    const counts = card.vendor === 'intel' || order !== NOT_COUNTED
    const ordinal = counts ? (ordinals[card.vendor] ?? 0) : 0
    if (counts) ordinals[card.vendor] = ordinal + 1
    const { uuid, vendor } = card
    const placeable =
      counts && !integrated ? { uuid, vendor, visibleAs: String(ordinal), isPart: false } : null
    return { ...card, placeable }
  })
}

interface FoundCard extends Omit<Card, 'placeable'> {
  /** Among those that compute. */
  readonly order: number
  readonly address: string
  /** Of a processor, whose memory it shares. */
  readonly integrated: boolean
}

function describe(card: string, nodes: readonly ComputeNode[]): FoundCard | null {
  const folder = path.join(card, 'device')
  const vendor = vendors[textIn(folder, 'vendor') ?? '']
  if (vendor === undefined) return null
  const uevent = textIn(folder, 'uevent') ?? ''
  const address = /^PCI_SLOT_NAME=(.+)$/m.exec(uevent)?.[1] ?? path.basename(realPath(folder))
  const id = /^PCI_ID=(.+)$/m.exec(uevent)?.[1] ?? ''
  const [sensor] = namesIn(path.join(folder, 'hwmon'))
  const sensors = sensor === undefined ? null : path.join(folder, 'hwmon', sensor)
  const minor = namesIn(path.join(folder, 'drm'))
    .map(name => /^renderD(\d+)$/.exec(name)?.[1])
    .find(renderMinor => renderMinor !== undefined)
  const order = nodes.findIndex(node => String(node.renderMinor) === minor)
  const product = textIn(folder, 'product_name') ?? ''
  const unique = textIn(folder, 'unique_id') ?? ''
  const identity = { vendor, folder, card, sensors, address }
  const integrated =
    vendor === 'amd'
      ? nodes[order]?.isProcessor === true
      : memoryOf({ ...identity, uuid: '', name: '', placeable: null }).memoryTotalBytes === 0
  // What Intel builds into processors is for screens.
  if (vendor === 'intel' && integrated) return null
  return {
    ...identity,
    integrated,
    order: vendor === 'intel' || order >= 0 ? order : NOT_COUNTED,
    uuid: unique === '' ? `${vendor}-${address}` : `${vendor}-${unique}`,
    name: product === '' ? `${vendor === 'amd' ? 'AMD' : 'Intel'} GPU ${id}`.trim() : product,
  }
}

interface ComputeNode {
  readonly renderMinor: number
  readonly isProcessor: boolean
}

/** The GPUs on which AMD's runtime computes, in its order. */
function computeNodes(root: string): ComputeNode[] {
  const folder = path.join(root, 'class/kfd/kfd/topology/nodes')
  return namesIn(folder)
    .toSorted((left, right) => Number(left) - Number(right))
    .flatMap(name => {
      const properties = new Map(
        (textIn(path.join(folder, name), 'properties') ?? '')
          .split('\n')
          .map(line => line.split(' ') as [string, string]),
      )
      if (Number(properties.get('simd_count') ?? 0) === 0) return []
      return [
        {
          renderMinor: Number(properties.get('drm_render_minor')),
          isProcessor: Number(properties.get('cpu_cores_count') ?? 0) > 0,
        },
      ]
    })
}

function number(folder: string, file: string): number | null {
  const read = textIn(folder, file)
  const value = read === null || read === '' ? Number.NaN : Number(read)
  return Number.isFinite(value) ? value : null
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
