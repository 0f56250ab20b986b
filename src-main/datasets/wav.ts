import { msg } from '../core/errors/message.ts'
import { invalidData } from '../core/errors/invalid-data.ts'

/**
 * Reads WAV files: RIFF chunks, linear PCM of 8 (unsigned), 16, 24 and 32 bits and IEEE float of 32 and
 * 64 bits, plain or with the extensible header. IBM, Microsoft: Multimedia programming interface and data
 * specifications 1.0, 1991, chapter 3; Microsoft: Multiple channel audio data and WAVE files, 2001.
 */

const FORMAT_PCM = 1
const FORMAT_FLOAT = 3
const FORMAT_EXTENSIBLE = 0xfffe
const formatNames: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'µ-law',
  17: 'IMA ADPCM',
  80: 'MPEG',
  85: 'MP3',
}
const pcmBits = [8, 16, 24, 32]
const floatBits = [32, 64]
const CHUNK_HEADER_BYTES = 8
const FORMAT_BYTES = 16
/** The format code inside the extensible header. */
const SUB_FORMAT_AT = 24
const LOWEST_RATE = 1_000
const HIGHEST_RATE = 384_000
const MAX_CHANNELS = 32
/** Values of one channel, read whole: 25 minutes at 44.1 kHz. */
const MAX_FRAMES = 64_000_000

/** A recording as one channel. */
export interface Recording {
  /** Samples per second. */
  readonly sampleRate: number
  /** Mean of the channels; full scale is −1 … 1. */
  readonly samples: Float32Array
  readonly channels: number
  readonly bits: number
}

interface Format {
  readonly code: number
  readonly channels: number
  readonly sampleRate: number
  readonly bits: number
  readonly frameBytes: number
}

/**
 * @param path names the file in errors
 * @throws AppError `data.invalid`
 */
export function readWav(path: string, content: Uint8Array): Recording {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const text = (at: number) => Buffer.from(content.subarray(at, at + 4)).toString('latin1')
  if (content.length < 12 || text(0) !== 'RIFF' || text(8) !== 'WAVE') {
    const first = Buffer.from(content.subarray(0, 12)).toString('hex')
    throw invalidData(path, 'magic', first, msg('rule.begins', { format: 'WAV' }))
  }
  let format: Format | null = null
  for (let at = 12; at + CHUNK_HEADER_BYTES <= content.length;) {
    const type = text(at)
    const length = view.getUint32(at + 4, true)
    const start = at + CHUNK_HEADER_BYTES
    if (start + length > content.length) {
      const rule = msg('rule.bytesLeft', { limit: content.length - start })
      throw invalidData(path, `chunks.${JSON.stringify(type)}.length`, length, rule)
    }
    if (type === 'fmt ') format = readFormat(path, view, start, length)
    if (type === 'data') {
      if (format === null) throw invalidData(path, 'chunks', type, msg('rule.wavChunks'))
      return readSamples(path, view, start, length, format)
    }
    // Chunks begin at even places.
    at = start + length + (length % 2)
  }
  throw invalidData(path, 'chunks', 'no data', msg('rule.wavChunks'))
}

function readFormat(path: string, view: DataView, start: number, length: number): Format {
  if (length < FORMAT_BYTES) {
    throw invalidData(
      path,
      'chunks.fmt.length',
      length,
      msg('rule.atLeast', { limit: FORMAT_BYTES }),
    )
  }
  const written = view.getUint16(start, true)
  const extended = written === FORMAT_EXTENSIBLE && length >= SUB_FORMAT_AT + 2
  const code = extended ? view.getUint16(start + SUB_FORMAT_AT, true) : written
  const channels = view.getUint16(start + 2, true)
  const sampleRate = view.getUint32(start + 4, true)
  const frameBytes = view.getUint16(start + 12, true)
  const bits = view.getUint16(start + 14, true)
  if (code !== FORMAT_PCM && code !== FORMAT_FLOAT)
    throw invalidData(path, 'format', formatNames[code] ?? code, msg('rule.wavFormat'))
  const allowed = code === FORMAT_PCM ? pcmBits : floatBits
  if (!allowed.includes(bits))
    throw invalidData(path, 'bits', bits, msg('rule.oneOf', { values: allowed }))
  if (channels < 1 || channels > MAX_CHANNELS) {
    throw invalidData(
      path,
      'channels',
      channels,
      msg('rule.between', { low: 1, high: MAX_CHANNELS }),
    )
  }
  if (sampleRate < LOWEST_RATE || sampleRate > HIGHEST_RATE) {
    const rule = msg('rule.between', { low: LOWEST_RATE, high: HIGHEST_RATE })
    throw invalidData(path, 'sampleRate', sampleRate, rule)
  }
  if (frameBytes !== (channels * bits) / 8) {
    const rule = msg('rule.equal', { value: (channels * bits) / 8 })
    throw invalidData(path, 'blockAlign', frameBytes, rule)
  }
  return { code, channels, sampleRate, bits, frameBytes }
}

function readSamples(
  path: string,
  view: DataView,
  start: number,
  length: number,
  format: Format,
): Recording {
  const { channels, sampleRate, bits, frameBytes } = format
  const frames = length / frameBytes
  if (frames < 1 || !Number.isInteger(frames)) {
    const rule = msg('rule.multipleOf', { divisor: frameBytes })
    throw invalidData(path, 'chunks.data.length', length, rule)
  }
  if (frames > MAX_FRAMES)
    throw invalidData(path, 'frames', frames, msg('rule.atMost', { limit: MAX_FRAMES }))
  const read = sampleReader(view, format)
  const sampleBytes = bits / 8
  const samples = new Float32Array(frames)
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) {
      sum += read(start + frame * frameBytes + channel * sampleBytes)
    }
    samples[frame] = sum / channels
  }
  const odd = samples.findIndex(value => !Number.isFinite(value))
  if (odd >= 0) throw invalidData(path, `samples[${odd}]`, String(samples[odd]), msg('rule.finite'))
  return { sampleRate, samples, channels, bits }
}

/** One sample at a place, as a number from −1 to 1. */
function sampleReader(view: DataView, { code, bits }: Format): (at: number) => number {
  if (code === FORMAT_FLOAT) {
    return bits === 32 ? at => view.getFloat32(at, true) : at => view.getFloat64(at, true)
  }
  switch (bits) {
    case 8:
      return at => (view.getUint8(at) - 128) / 128
    case 16:
      return at => view.getInt16(at, true) / 32_768
    case 24:
      return at => (view.getUint16(at, true) + view.getInt8(at + 2) * 65_536) / 8_388_608
    default:
      return at => view.getInt32(at, true) / 2_147_483_648
  }
}
