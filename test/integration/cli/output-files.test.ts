import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runInHost } from '../../helpers/command-host.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-output-'))
const run = (...parameters: string[]) => runInHost(['--db', 'test.sqlite', ...parameters], scratch)
const begins = (file: string): string =>
  readFileSync(path.join(scratch, file)).subarray(0, 15).toString('latin1')

const study = `name: small
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
stop: { trials: 3 }
`

beforeAll(async () => {
  writeFileSync(path.join(scratch, 'small.yaml'), study)
  expect((await run('run', 'small.yaml')).exitCode).toBe(0)
})
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})

describe('a file is written as what it is called', () => {
  it.each([
    [['report', 'small', '-o', 'a.htm'], '<!doctype html>'],
    [['report', 'small', '-o', 'a.md'], '# '],
    [['report', 'small', '-o', 'a.tex'], '%'],
    [['report', 'small', '-o', 'a.json'], '{'],
    [['report', 'small', '-o', 'a.zip', '--format', 'svg'], 'PK'],
    [['report', 'small', '-o', 'a.bin', '--format', 'html'], '<!doctype html>'],
    [['export', 'small', '-o', 'b.csv'], 'number,state,'],
    [['export', 'small', '-o', 'b.json'], '{'],
    [['export', 'small', '-o', 'b.parquet'], 'PAR1'],
    [['export', 'small', '-o', 'b.sqlite'], 'SQLite format 3'],
  ])('%j', async (words, start) => {
    const { exitCode, stderr } = await run(...words)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(begins(words[3] ?? '').startsWith(start)).toBe(true)
  })
})

describe('a name that says something else, or nothing, is refused before anything is written', () => {
  it.each([
    [['report', 'small', '-o', 'c.pdf', '--format', 'html'], /-o "c\.pdf": .*html.*\.html, \.htm/],
    [['report', 'small', '-o', 'c.zip'], /-o "c\.zip": .*csv, figures, svg.*--format/],
    [['report', 'small', '-o', 'c.docx'], /-o "c\.docx": must end in/],
    [['export', 'small', '-o', 'c.json', '--format', 'csv'], /FILE "c\.json": .*\.csv/],
    [['export', 'small', '-o', 'c.txt'], /FILE "c\.txt": must end in/],
    [['run', 'small.yaml', '--report', 'c.pdf', '--name', 'new'], /--report "c\.pdf": .*\.html/],
  ])('%j', async (words, rule) => {
    const { exitCode, stderr } = await run(...words)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(rule)
    const file = words.find(word => word.startsWith('c.')) ?? ''
    expect(existsSync(path.join(scratch, file))).toBe(false)
    expect((await run('show', 'new')).exitCode).toBe(2)
  })
})

describe('a file that is there', () => {
  it.each([
    ['report', 'small', '-o', 'kept.html'],
    ['report', 'small', '-o', 'kept.md'],
    ['export', 'small', '-o', 'kept.csv'],
    ['run', 'small.yaml', '--name', 'again', '--report', 'kept.htm'],
  ])('stays without --force: %s %s', async (...words) => {
    const file = path.join(scratch, words.at(-1) ?? '')
    writeFileSync(file, 'mine')
    const { exitCode, stderr } = await run(...words)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(file)
    expect(stderr).toContain('--force')
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })

  it('gives way to --force', async () => {
    writeFileSync(path.join(scratch, 'old.csv'), 'mine')
    const { exitCode } = await run('export', 'small', '-o', 'old.csv', '--force')
    expect(exitCode).toBe(0)
    expect(begins('old.csv').startsWith('number,state,')).toBe(true)
  })
})

/** The charts that a Markdown report links to, as they lie beside it. */
function figuresOf(file: string): string[] {
  const text = readFileSync(path.join(scratch, file), 'utf8')
  const links = [...text.matchAll(/]\((.+?\.svg)\)/g)].map(([, link]) => decodeURI(link ?? ''))
  expect(links.length).toBeGreaterThan(0)
  return links.map(link => readFileSync(path.join(scratch, path.dirname(file), link), 'utf8'))
}

it('writes the figures of a Markdown report beside it', async () => {
  expect((await run('report', 'small', '-o', 'my report.md')).exitCode).toBe(0)
  for (const figure of figuresOf('my report.md')) expect(figure.startsWith('<')).toBe(true)
})

it('keeps the figures of two studies apart', async () => {
  writeFileSync(path.join(scratch, 'other.yaml'), `${study}seed: 7\n`)
  expect((await run('run', 'other.yaml', '--name', 'other')).exitCode).toBe(0)
  const written = async (name: string): Promise<string> => {
    const { exitCode } = await run('report', name, '--format', 'markdown', '--sections', 'history')
    expect(exitCode).toBe(0)
    return path.join('test-reports', `${name}.md`)
  }
  const small = await written('small')
  const before = figuresOf(small)
  expect(figuresOf(await written('other'))).not.toEqual(before)
  expect(figuresOf(small)).toEqual(before)
})
