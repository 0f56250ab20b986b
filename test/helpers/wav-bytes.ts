export interface WavOptions {
  readonly code?: number
  readonly channels?: number
  readonly sampleRate?: number
  readonly bits?: number
  readonly blockAlign?: number
  /** Frame after frame, channels together; whole numbers as stored. */
  readonly values: readonly number[]
  readonly extensible?: boolean
  /** Chunks before `fmt `. */
  readonly before?: readonly Buffer[]
}

/** One RIFF chunk, padded to an even length. */
export function riffChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.write(type, 0, 'latin1')
  head.writeUInt32LE(data.length, 4)
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)])
}

/** Bytes of a WAV file. */
export function wavBytes(options: WavOptions): Buffer {
  const { code = 1, channels = 1, sampleRate = 8_000, bits = 16, values, before = [] } = options
  const blockAlign = options.blockAlign ?? (channels * bits) / 8
  const format = Buffer.alloc(options.extensible === true ? 40 : 16)
  format.writeUInt16LE(options.extensible === true ? 0xfffe : code, 0)
  format.writeUInt16LE(channels, 2)
  format.writeUInt32LE(sampleRate, 4)
  format.writeUInt32LE((sampleRate * blockAlign) >>> 0, 8)
  format.writeUInt16LE(blockAlign, 12)
  format.writeUInt16LE(bits, 14)
  if (options.extensible === true) format.writeUInt16LE(code, 24)
  const data = Buffer.alloc((values.length * bits) / 8)
  for (const [index, value] of values.entries()) {
    const at = (index * bits) / 8
    if (code === 3 && bits === 64) data.writeDoubleLE(value, at)
    else if (code === 3) data.writeFloatLE(value, at)
    else if (bits === 8) data.writeUInt8(value, at)
    else data.writeIntLE(value, at, bits / 8)
  }
  const chunks = [...before, riffChunk('fmt ', format), riffChunk('data', data)]
  const body = Buffer.concat([Buffer.from('WAVE'), ...chunks])
  return riffChunk('RIFF', body)
}
