import process from 'node:process'
import { describe, expect, it } from 'vitest'
import {
  JsonLinesReader,
  readResults,
} from '../../../../src-main/platform/user-code/json-lines-reader.ts'
import {
  type OutputLine,
  OutputLines,
} from '../../../../src-main/platform/user-code/output-lines.ts'
import {
  PatternReader,
  patternProblem,
} from '../../../../src-main/platform/user-code/pattern-reader.ts'
import { textOf } from '../../../../src-main/platform/processes/system/terminal-text.ts'
import { ReportTrack } from '../../../../src-main/platform/user-code/report-track.ts'

const isWindows = process.platform === 'win32'

describe('JSON lines', () => {
  it('are metrics where they hold numbers, among any other output', () => {
    const rows = new JsonLinesReader().read([
      'Epoch 1',
      '{"step": 1, "loss": 0.5, "name": "x"}',
      '  {"loss": NaN, "bound": -Infinity, "text": "NaN is no number"}  ',
      '{"text": "only"}',
      '{"broken": ',
      '{"loss": "0.25"}',
    ])
    expect(rows).toEqual([
      { step: 1, metrics: { loss: 0.5 } },
      { step: null, metrics: { loss: Number.NaN, bound: Number.NEGATIVE_INFINITY } },
      { step: null, metrics: { loss: 0.25 } },
    ])
  })

  const read = (text: string) => readResults(text, 'results.json', String)

  it('or one object, or a list, make a results file', () => {
    const expected = [{ step: 3, loss: 1 }]
    expect(read('{"step": 3, "loss": 1}')).toEqual(expected)
    expect(read('[{"step": 3, "loss": 1}]')).toEqual(expected)
    expect(read('{"step": 3, "loss": 1}\n')).toEqual(expected)
    expect(read('{"loss": 1}\n\n{"loss": 2}\n')).toEqual([{ loss: 1 }, { loss: 2 }])
    expect(read(' \n')).toEqual([])
  })

  it.each([
    ['no JSON', { value: 'no JSON', line: 1 }],
    ['{"loss": 0.3', { value: '{"loss": 0.3', line: 1 }],
    ['{"loss": 1}\n\n{"loss": 0.', { value: '{"loss": 0.', line: 3 }],
    ['[{"loss": 1}, 2]', { value: '2' }],
    ['0.3', { value: '0.3' }],
  ])('make no results file where they are broken: %j', (text, detail) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'data.invalid',
        detail: expect.objectContaining({ path: 'results.json', ...detail }) as object,
      }) as Error,
    )
  })
})

describe('patterns', () => {
  it('take the step from a line before', () => {
    const reader = new PatternReader(['Epoch (?<step>\\d+)', 'loss[:=] *(?<loss>\\S+)'])
    expect(reader.read(['Epoch 4/10', 'loss: 1.5e-3', 'loss=nan'])).toEqual([
      { step: 4, metrics: { loss: 0.0015 } },
      { step: 4, metrics: { loss: Number.NaN } },
    ])
    expect(reader.read(['Epoch 5 loss: 2'])).toEqual([{ step: 5, metrics: { loss: 2 } }])
  })

  it('end when they take too long', () => {
    const reader = new PatternReader(['^(?<loss>(a+)+)$'], 100)
    expect(() => reader.read([`${'a'.repeat(60)}!`])).toThrow(
      expect.objectContaining({ code: 'command.pattern' }) as Error,
    )
  })

  it('are told what is wrong with them', () => {
    expect(patternProblem('(?<loss>\\S+)')).toBeNull()
    expect(patternProblem('(?<step>\\d+)')).toMatchObject({ code: 'rule.patternGroup' })
    expect(patternProblem('loss (\\S+')).toMatchObject({ code: 'rule.pattern' })
  })
})

function textsOf(lines: readonly OutputLine[]): string[] {
  return lines.map(({ text }) => text)
}

describe('OutputLines', () => {
  it('joins chunks, cuts at every kind of line end and inside endless lines', () => {
    const lines = new OutputLines()
    expect(textsOf(lines.add(Buffer.from('one\ntw')))).toEqual(['one'])
    const further = lines.add(Buffer.from('o\r 10%\r 20%\r\nend'))
    expect(textsOf(further)).toEqual(['two', ' 10%', ' 20%'])
    expect(lines.end()).toEqual([{ text: 'end', isCut: false }])
    const euro = Buffer.from('€\n')
    expect(lines.add(euro.subarray(0, 1))).toEqual([])
    expect(lines.add(euro.subarray(1))).toEqual([{ text: '€', isCut: false }])
    const pieces = lines.add(Buffer.alloc(200_000, 'x'))
    expect(pieces.map(({ text }) => text.length)).toEqual([65_536, 65_536, 65_536, 3_392])
    expect(pieces.every(({ isCut }) => isCut)).toBe(true)
    expect(lines.add(Buffer.from('y\n'))).toEqual([{ text: 'y', isCut: false }])
    const cutLine = lines.add(Buffer.from(`${'x'.repeat(65_535)}🙂\n`))
    expect(cutLine).toEqual([
      { text: 'x'.repeat(65_535), isCut: true },
      { text: '🙂', isCut: false },
    ])
  })
})

describe('lines that are no UTF-8', () => {
  // Elsewhere nobody knows the code page: every byte that is no ASCII is one sign.
  const fake = (bytes: Buffer): string =>
    [...bytes].map(byte => (byte < 0x80 ? String.fromCharCode(byte) : '#')).join('')

  it('are read as a terminal does, each for itself, wherever chunks are cut', () => {
    const text = Buffer.concat([
      Buffer.from('größer 学习\r\n'),
      Buffer.from([0x67, 0x72, 0x94, 0xe1, 0x65, 0x72, 0x0d, 0x0a]),
      Buffer.from('€\n'),
      Buffer.from([0xd1, 0xb5, 0xc1, 0xb7]),
    ])
    for (let size = 1; size <= text.length; size++) {
      const lines = new OutputLines(fake)
      const lineTexts: string[] = []
      for (let at = 0; at < text.length; at += size) {
        lineTexts.push(...textsOf(lines.add(text.subarray(at, at + size))))
      }
      expect([...lineTexts, ...textsOf(lines.end())]).toEqual([
        'größer 学习',
        'gr##er',
        '€',
        '####',
      ])
    }
  })

  it('are none where a long one is cut within a letter', () => {
    for (const letter of ['é', '学', '🙂']) {
      const whole = `${'x'.repeat(65_536)}${letter}`
      const bytes = Buffer.from(whole)
      for (let cut = 65_537; cut < bytes.length; cut++) {
        const lines = new OutputLines(() => 'cut')
        const parts = [bytes.subarray(0, cut), bytes.subarray(cut)]
        const cutLines = [...parts.flatMap(part => lines.add(part)), ...lines.end()]
        expect(textsOf(cutLines).join('')).toBe(whole)
      }
    }
  })

  it('are read in the code page that Windows names', () => {
    const calls: unknown[] = []
    const toLetters = (...words: readonly [number, number, Buffer, number, Buffer, number]) => {
      calls.push(words[0], words[5])
      return words[4].write('训练', 'utf16le') / 2
    }
    expect(textOf(Buffer.from([0xd1, 0xb5, 0xc1, 0xb7]), 936, { toLetters })).toBe('训练')
    expect(calls).toEqual([936, 8])
    expect(textOf(Buffer.from([0x67, 0x94]), 850, { toLetters: () => 0 })).toBe('g\ufffd')
  })

  const byWindows = [
    [936, [0xd1, 0xb5, 0xc1, 0xb7, 0x20, 0x7b], '训练 {'],
    [850, [0x67, 0x72, 0x94, 0xe1, 0x65, 0x72], 'größer'],
    [932, [0x8a, 0x77, 0x8f, 0x4b], '学習'],
    [1252, [0x67, 0x72, 0xf6, 0xdf, 0x65, 0x72], 'größer'],
    [437, [0x9b, 0x9c], '¢£'],
  ] as const
  it.runIf(isWindows).each(byWindows)(
    'are read by Windows itself: code page %i',
    (codePage, bytes, text) => {
      expect(textOf(Buffer.from(bytes), codePage)).toBe(text)
    },
  )
})

describe('ReportTrack', () => {
  const goals = [{ metric: 'loss', direction: 'minimize' }] as const

  it('joins metrics of one step, keeps the first value, drops steps that fall', () => {
    const track = new ReportTrack(goals, 'best')
    expect(track.take({ step: 1, metrics: { loss: 3 } })).toEqual({ step: 1, metrics: { loss: 3 } })
    expect(track.take({ step: 1, metrics: { loss: 9, accuracy: 0.5 } })).toEqual({
      step: 1,
      metrics: { accuracy: 0.5 },
    })
    expect(track.take({ step: 0, metrics: { loss: 1 } })).toBeNull()
    expect(track.take({ step: null, metrics: { loss: 4 } })?.step).toBe(2)
    expect(track.best).toEqual({ step: 1, metrics: { loss: 3, accuracy: 0.5 } })
  })

  it('judges by the last step when asked', () => {
    const track = new ReportTrack(goals, 'last')
    track.take({ step: 1, metrics: { loss: 3 } })
    track.take({ step: 2, metrics: { loss: 4 } })
    expect(track.best?.step).toBe(2)
  })

  it('refuses steps that are none', () => {
    for (const step of [-1, 0.5, Number.NaN, 2 ** 31]) {
      expect(() => new ReportTrack(goals, 'best').take({ step, metrics: { loss: 1 } })).toThrow(
        expect.objectContaining({ code: 'training.invalid' }) as Error,
      )
    }
  })
})

describe('reports of a program that goes on', () => {
  const goal = [{ metric: 'loss', direction: 'minimize' as const }]
  const columns = (
    names: readonly string[],
    steps: readonly number[],
    values: readonly number[],
  ) => ({
    names,
    steps: Int32Array.from(steps),
    values: Float64Array.from(values),
  })
  const earlier = {
    startStep: 2,
    columns: [
      columns(['loss'], [1, 2, 3, 4], [5, 1, 4, 0.5]),
      columns(['accuracy'], [1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4]),
    ],
  }

  it('count together with those before the step from which it goes on', () => {
    const track = new ReportTrack(goal, 'best', earlier)
    // The parent's, and one that it repeats.
    expect(track.take({ step: 2, metrics: { loss: 0 } })).toBeNull()
    expect(track.last).toBeNull()
    expect(track.take({ step: 4, metrics: { loss: 3 } })).toEqual({ step: 4, metrics: { loss: 3 } })
    expect(track.best).toEqual({ step: 2, metrics: { loss: 1, accuracy: 0.2 } })
    expect(track.last).toEqual({ step: 4, metrics: { loss: 3 } })
    track.take({ step: 5, metrics: { loss: 0.75, accuracy: 0.6 } })
    expect(track.best).toEqual({ step: 5, metrics: { loss: 0.75, accuracy: 0.6 } })
  })

  it('need a step', () => {
    const track = new ReportTrack(goal, 'best', earlier)
    expect(() => track.take({ step: null, metrics: { loss: 1 } })).toThrow(
      expect.objectContaining({ code: 'training.invalid' }) as Error,
    )
  })
})
