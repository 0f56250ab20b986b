import { readFileSync } from 'node:fs'
import path from 'node:path'
import { deflateSync, gzipSync } from 'node:zlib'
import { buildZip } from '../helpers/made-up-wheel.ts'

/** Small inputs that are made to take long, and names that are more than names. */

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')

/** A study file around `rest`. */
const study = (rest: string): string =>
  `name: a\nobjective: {function: branin}\ngoals: [{metric: value, direction: minimize}]\nspace: {x0: {float: [-5, 10]}, x1: {float: [0, 15]}}\nstop: {trials: 2}\n${rest}`

const letters = 'abcdefghij'
const laughs = [...letters].map((letter, index) => {
  const items = Array.from({ length: 9 }, () => (index === 0 ? 'x' : `*${letters[index - 1]}`))
  return `${letter}: &${letter} [${items.join(',')}]`
})
const merges = [...letters].map((letter, index) =>
  index === 0
    ? 'a: &a {x: 1}'
    : `${letter}: &${letter}\n  <<: [${Array.from({ length: 9 }, () => `*${letters[index - 1]}`).join(',')}]`,
)
const manyParameters = (space: (index: number) => string): string =>
  `name: a\nobjective: {function: branin}\ngoals: [{metric: value, direction: minimize}]\nstop: {trials: 2}\nspace:\n${lines(1_000, space)}\n`

/** Study files in YAML. */
export const studyBombs: Readonly<Record<string, string>> = {
  keys: lines(45_000, index => `k${index}: ${index}`),
  shortKeys: lines(100_000, index => `${index}: 1`),
  anchors: study(lines(50_000, index => `a${index}: &x${index} 1`)),
  anchorsInList: `a: [${'&a x,'.repeat(50_000)}]`,
  laughs: study(laughs.join('\n')),
  merges: study(merges.join('\n')),
  deepFlow: `deep: ${'['.repeat(100_000)}`,
  deepBlock: lines(1_200, index => `${' '.repeat(index)}a:`),
  spaces: study(' '.repeat(1_000_000)),
  comments: study('#a\n'.repeat(300_000)),
  documents: '---\n'.repeat(200_000),
  longKey: study(`? ${'k'.repeat(500_000)}\n: 1\n`),
  quotes: study(`x: "${'\\u0041'.repeat(100_000)}"`),
  tags: study('x: !!js/function "function(){}"'),
  floats: manyParameters(index => `  x${index}: {float: [0, 1]}`),
  choices: manyParameters(
    index =>
      `  x${index}: {choice: [${Array.from({ length: 60 }, (_, item) => `v${item}`).join(',')}]}`,
  ),
  conditions: manyParameters(
    index => `  x${index}: {choice: [a, b]${index === 0 ? '' : `, when: {x${index - 1}: a}`}}`,
  ),
  points: study(`enqueue:\n${lines(9_999, index => `  - {x0: ${index % 10}, x1: 1}`)}`),
  relations: study(`relations: [${Array.from({ length: 9_000 }, () => "'x0 < x1'").join(',')}]`),
  grid: study('sampler: {name: grid, points: 1000000}'),
  pattern: study('constraints: [{metric: "(a+)+$", atMost: 1}]'),
}

const png = (width: number, height: number): Buffer => {
  const chunk = (name: string, data: Buffer): Buffer => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(data.length)
    head.write(name, 4, 'latin1')
    return Buffer.concat([head, data, Buffer.alloc(4)])
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  const pixels = deflateSync(Buffer.alloc(10_000_000))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function npy(shape: string): Buffer {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }\n`
  const start = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1')
  start.writeUInt16LE(header.length, 8)
  return Buffer.concat([start, Buffer.from(header, 'latin1'), Buffer.alloc(8)])
}

/** Data files by their name. */
export const dataBombs: Readonly<Record<string, Buffer>> = {
  'endless-runs.parquet': readFileSync(
    path.resolve(import.meta.dirname, '../fixtures/data/endless-runs.parquet'),
  ),
  'columns.csv': Buffer.from(`${'a,'.repeat(200_000)}b\n${'1,'.repeat(200_000)}2\n`),
  'quote.csv': Buffer.from(`a,b\n"${'x'.repeat(3_000_000)}`),
  'quotes.csv': Buffer.from(`a,b\n${'""'.repeat(500_000)},1\n`),
  'numbers.csv': Buffer.from(`a\n${lines(20, () => '9'.repeat(100_000))}\n`),
  'dates.csv': Buffer.from(`a\n${lines(5_000, () => `2024-02-${' '.repeat(300)}30`)}\n`),
  'zeros.csv.gz': gzipSync(Buffer.alloc(50_000_000, 'a,1\n')),
  'nested.zip': buildZip([
    { name: 'a.zip', data: buildZip([{ name: 'a.csv', data: Buffer.alloc(20_000_000) }]) },
  ]),
  'entries.zip': buildZip(
    Array.from({ length: 20_000 }, (_, index) => ({
      name: `a/${index}.png`,
      data: Buffer.alloc(0),
    })),
  ),
  'shape.npy': npy('(1000000000, 1000)'),
  'pixels.png': png(60_000, 60_000),
}

/** They are shown, compared, looked up and written to files. */
export const hostileNames: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'length',
  'then',
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  "'; DROP TABLE x; --",
  '\u202egnp.exe',
  'a\u0000b',
  '\ud800',
  '\u200b',
  'ﷺ'.repeat(40),
  'é'.normalize('NFD'),
  '../../etc/passwd',
  'CON',
  'a/b',
  '-rf',
  '$(reboot)',
  '%s%n',
  '=HYPERLINK("x")',
  '|',
  '`x`',
  'x'.repeat(200),
  '1e999',
  'NaN',
  '[object Object]',
  '{{7*7}}',
  '\n\r\t',
  '"',
  '\\',
]
