/** The bands that a row of powers is summed into. */
export interface MelFilters {
  readonly bands: number
  /** First bin of every band and the weights from there on. */
  readonly first: Int32Array
  readonly weights: readonly Float64Array[]
}

/** Slaney's scale: linear below 1 kHz, logarithmic above; 27 bands per factor of 6.4. */
const BREAK_HERTZ = 1_000
const HERTZ_PER_MEL = 200 / 3
const BREAK_MEL = BREAK_HERTZ / HERTZ_PER_MEL
const LOG_STEP = Math.log(6.4) / 27

/**
 * Triangles that overlap by half, equally far apart on the mel scale from 0 to half the sample rate, each
 * with area 1 so that wide bands do not outweigh narrow ones. Slaney: Auditory toolbox 2. Interval Research,
 * technical report 1998-010. A band that is narrower than a bin may be empty; it is then 0 everywhere.
 * @param size numbers per transform
 */
export function createMelFilters(bands: number, size: number, sampleRate: number): MelFilters {
  const most = hertzToMel(sampleRate / 2)
  const edges = Array.from({ length: bands + 2 }, (_, index) =>
    melToHertz((most * index) / (bands + 1)),
  )
  const bins = size / 2 + 1
  const first = new Int32Array(bands)
  const weights = Array.from({ length: bands }, (_, band) => {
    const [low, center, high] = edges.slice(band, band + 3) as [number, number, number]
    const bandWeights: number[] = []
    for (let bin = 0; bin < bins; bin++) {
      const hertz = (bin * sampleRate) / size
      const weight = Math.min((hertz - low) / (center - low), (high - hertz) / (high - center))
      if (weight <= 0) continue
      if (bandWeights.length === 0) first[band] = bin
      bandWeights.push((weight * 2) / (high - low))
    }
    return Float64Array.from(bandWeights)
  })
  return { bands, first, weights }
}

function hertzToMel(hertz: number): number {
  return hertz < BREAK_HERTZ
    ? hertz / HERTZ_PER_MEL
    : BREAK_MEL + Math.log(hertz / BREAK_HERTZ) / LOG_STEP
}

function melToHertz(mel: number): number {
  return mel < BREAK_MEL
    ? mel * HERTZ_PER_MEL
    : BREAK_HERTZ * Math.exp(LOG_STEP * (mel - BREAK_MEL))
}
