import {
  KEPT_RESOURCE_SAMPLES,
  type AttemptGpuSample,
  type ResourceSample,
} from '../../contract/resources.ts'
import { mean } from '../../math/numbers.ts'

/**
 * The samples of one attempt, however long it runs: when there are too many, each two neighbours become one
 * and from then on a sample covers twice the time.
 */
export class ResourceTrack {
  readonly #most: number
  #samples: ResourceSample[] = []
  /** Readings per sample. */
  #stride = 1
  #pending: ResourceSample[] = []

  constructor(most = KEPT_RESOURCE_SAMPLES) {
    this.#most = most
  }

  add(sample: ResourceSample): void {
    this.#pending.push(sample)
    if (this.#pending.length < this.#stride) return
    this.#samples.push(merge(this.#pending))
    this.#pending = []
    if (this.#samples.length < this.#most) return
    const pairs: ResourceSample[] = []
    for (let at = 0; at < this.#samples.length; at += 2) {
      pairs.push(merge(this.#samples.slice(at, at + 2)))
    }
    this.#samples = pairs
    this.#stride *= 2
  }

  /** Oldest first. */
  get samples(): readonly ResourceSample[] {
    return this.#pending.length === 0 ? this.#samples : [...this.#samples, merge(this.#pending)]
  }
}

/** Means of what is a rate, sums of what is spent, the largest of what is a level, the last moment. */
function merge(samples: readonly ResourceSample[]): ResourceSample {
  const last = samples.at(-1)
  if (last === undefined) throw new RangeError('at least one sample')
  if (samples.length === 1) return last
  return {
    atMs: last.atMs,
    cpus: mean(samples.map(sample => sample.cpus)),
    memoryBytes: Math.max(...samples.map(sample => sample.memoryBytes)),
    gpu:
      last.gpu === null
        ? null
        : mergeGpu(
            samples.flatMap(({ gpu }) => gpu ?? []),
            last.gpu,
          ),
    ...mergeProcessor(samples),
  }
}

/** Nothing if one of them was not measured: the sum would be too small. */
function mergeProcessor(samples: readonly ResourceSample[]): Pick<ResourceSample, 'processor'> {
  const measured = samples.flatMap(({ processor }) => processor ?? [])
  if (measured.length < samples.length) return {}
  const powerWatts = mean(measured.map(one => one.powerWatts))
  const energyJoules = measured.reduce((sum, one) => sum + one.energyJoules, 0)
  return { processor: { powerWatts, energyJoules } }
}

function mergeGpu(samples: readonly AttemptGpuSample[], last: AttemptGpuSample): AttemptGpuSample {
  const shares = samples.flatMap(({ busy }) => busy ?? [])
  const powers = samples.flatMap(({ powerWatts }) => powerWatts ?? [])
  const temperatures = samples.flatMap(({ temperatureCelsius }) => temperatureCelsius ?? [])
  return {
    ...last,
    busy: shares.length === 0 ? null : mean(shares),
    memoryBytes: Math.max(...samples.map(sample => sample.memoryBytes)),
    powerWatts: powers.length === 0 ? null : mean(powers),
    temperatureCelsius: temperatures.length === 0 ? null : Math.max(...temperatures),
  }
}
