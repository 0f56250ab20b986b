import { describe, expect, it } from 'vitest'
import { readWav } from '../../../src-main/datasets/wav.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { riffChunk, wavBytes, type WavOptions } from '../../helpers/wav-bytes.ts'

describe('readWav', () => {
  const formats: [string, WavOptions, number[]][] = [
    ['8 bits, unsigned', { bits: 8, values: [0, 128, 192, 255] }, [-1, 0, 0.5, 127 / 128]],
    ['16 bits', { values: [-32_768, 0, 16_384, 32_767] }, [-1, 0, 0.5, 32_767 / 32_768]],
    [
      '24 bits',
      { bits: 24, values: [-8_388_608, -1, 4_194_304, 5] },
      [-1, -(2 ** -23), 0.5, 5 * 2 ** -23],
    ],
    ['32 bits', { bits: 32, values: [-2_147_483_648, 0, 1_073_741_824] }, [-1, 0, 0.5]],
    ['float of 32 bits', { code: 3, bits: 32, values: [-1, 0.25, 1.5] }, [-1, 0.25, 1.5]],
    ['float of 64 bits', { code: 3, bits: 64, values: [-1, 0.25, 1.5] }, [-1, 0.25, 1.5]],
    ['the extensible header', { extensible: true, values: [16_384] }, [0.5]],
    [
      'two channels, as their mean',
      { channels: 2, values: [16_384, 0, -32_768, -32_768] },
      [0.25, -1],
    ],
  ]
  it.each(formats)('reads %s', (_name, options, expected) => {
    const { samples, sampleRate } = readWav('x.wav', wavBytes(options))
    expect([...samples]).toEqual(expected.map(Math.fround))
    expect(sampleRate).toBe(8_000)
  })

  it('passes over chunks that it does not know, of odd length too', () => {
    const before = [riffChunk('LIST', Buffer.from('INFO!')), riffChunk('message', Buffer.alloc(4))]
    expect([...readWav('x', wavBytes({ values: [16_384], before })).samples]).toEqual([0.5])
  })

  const good = wavBytes({ values: [1, 2, 3] })
  const changed = (at: number, ...bytes: number[]) => {
    const copy = Buffer.from(good)
    copy.set(bytes, at)
    return copy
  }
  const refused: [string, Buffer, string][] = [
    ['nothing', Buffer.alloc(0), 'magic'],
    ['MP3 that is called WAV', Buffer.from('ID3\x03\0\0\0\0\0\0\0\0'), 'magic'],
    [
      'RIFF that is no WAVE',
      Buffer.concat([good.subarray(0, 8), Buffer.from('AVI '), good.subarray(12)]),
      'magic',
    ],
    ['a header alone', good.subarray(0, 12), 'chunks'],
    ['a file cut in its format', good.subarray(0, 30), 'chunks."fmt ".length'],
    ['a file cut in its samples', good.subarray(0, -2), 'chunks."data".length'],
    ['a chunk of 4 GB', changed(40, 0xff, 0xff, 0xff, 0xff), 'chunks."data".length'],
    [
      'a format of 8 bytes',
      riffChunk('RIFF', Buffer.concat([Buffer.from('WAVE'), riffChunk('fmt ', Buffer.alloc(8))])),
      'chunks.fmt.length',
    ],
    [
      'samples before the format',
      riffChunk('RIFF', Buffer.concat([Buffer.from('WAVE'), riffChunk('data', Buffer.alloc(8))])),
      'chunks',
    ],
    ['a format without samples', riffChunk('RIFF', good.subarray(8, 36)), 'chunks'],
    ['µ-law', wavBytes({ code: 7, bits: 8, values: [1] }), 'format'],
    ['ADPCM', wavBytes({ code: 17, bits: 8, values: [1] }), 'format'],
    ['12 bits', wavBytes({ bits: 16, values: [1] }).fill(12, 34, 35), 'bits'],
    ['float of 16 bits', wavBytes({ code: 1, bits: 16, values: [1] }).fill(3, 20, 21), 'bits'],
    ['no channels', changed(22, 0, 0), 'channels'],
    ['a thousand channels', changed(22, 0xe8, 3), 'channels'],
    ['no sample rate', changed(24, 0, 0, 0, 0), 'sampleRate'],
    ['a rate of 4 GHz', changed(24, 0xff, 0xff, 0xff, 0xff), 'sampleRate'],
    ['frames of a wrong size', wavBytes({ blockAlign: 3, values: [1, 2, 3] }), 'blockAlign'],
    ['no samples', wavBytes({ values: [] }), 'chunks.data.length'],
    ['half a frame', wavBytes({ channels: 2, values: [1, 2, 3] }), 'chunks.data.length'],
    ['NaN', wavBytes({ code: 3, bits: 32, values: [0, Number.NaN] }), 'samples[1]'],
    ['infinity', wavBytes({ code: 3, bits: 32, values: [Number.POSITIVE_INFINITY] }), 'samples[0]'],
  ]
  it.each(refused)('refuses %s', async (_name, content, field) => {
    const error = await catchAppError(() => readWav('digits/0/a.wav', content))
    expect(error.code).toBe('data.invalid')
    expect(error.detail).toMatchObject({ path: 'digits/0/a.wav', field })
  })

  it('reads or refuses, and nothing else, whatever byte of the header is changed', async () => {
    for (let at = 0; at < good.length; at++) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        const content = changed(at, value)
        try {
          readWav('x', content)
        } catch {
          expect((await catchAppError(() => readWav('x', content))).code).toBe('data.invalid')
        }
      }
    }
  })
})
