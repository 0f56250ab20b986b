import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { ErrorAnalysis } from '../../../src-main/core/questions/error-analysis.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { jsonObjects, runTunewright } from '../../helpers/run-tunewright.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-errors-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})
const root = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url))
const run = (...parameters: string[]) =>
  runTunewright(['--db', 'test.sqlite', ...parameters], scratch)

/** Gives 5 % of the rows another class, drawn with a seed. */
function plant(
  file: string,
  target: string,
): { readonly text: string; readonly rows: Set<number> } {
  const [head = '', ...lines] = readFileSync(root(file), 'utf8').trim().split('\n')
  const at = head.split(',').indexOf(target)
  const cells = lines.map(line => line.split(','))
  const classes = [...new Set(cells.map(row => row[at]!))].sort()
  const random = createRandomStream({ seed: 1, number: 0, purpose: 'planted' })
  const rows = random.shuffled([...cells.keys()]).slice(0, Math.round(0.05 * cells.length))
  for (const row of rows) {
    const others = classes.filter(name => name !== cells[row]![at])
    cells[row]![at] = others[random.integer(others.length)]!
  }
  const text = [head, ...cells.map(row => row.join(','))].join('\n')
  return { text: `${text}\n`, rows: new Set(rows) }
}

async function study(name: string, settings: object): Promise<void> {
  const shared = { name, engine: 'wasm', seed: 1, stop: { trials: 1 }, sampler: { name: 'random' } }
  writeFileSync(path.join(scratch, 'study.json'), JSON.stringify({ ...shared, ...settings }))
  const { stderr, exitCode } = await run('run', 'study.json')
  expect([stderr, exitCode]).toEqual(['', 0])
}

async function errorsOf(name: string, ...options: string[]): Promise<ErrorAnalysis> {
  const { stdout } = await run('--json', 'errors', name, ...options)
  return jsonObjects(stdout)[0] as unknown as ErrorAnalysis
}

describe('planted label errors', () => {
  it.each([
    ['resources/samples/digits.csv', 'digit', 30],
    ['test/fixtures/data/breast-cancer.csv', 'diagnosis', 10],
  ])('stand among the first 8 %% that are shown: %s', async (file, target, ridge) => {
    const { text, rows } = plant(file, target)
    writeFileSync(path.join(scratch, `${target}.csv`), text)
    const data = { file: `${target}.csv`, target, problem: 'classification' }
    await study(target, {
      objective: { task: 'tabular', data },
      goals: [{ metric: 'validationLoss', direction: 'minimize' }],
      space: { family: { fixed: 'linear' }, ridge: { fixed: ridge } },
      folds: 5,
    })
    const { classes, folds } = await errorsOf(target, '--limit', '100000')
    expect(folds).toBe(5)
    const order = classes!.labels.rows.map(({ row }) => row)
    const planted = order.filter(row => rows.has(row))
    const first = order.slice(0, Math.floor(0.08 * order.length))
    const share = first.filter(row => rows.has(row)).length / planted.length
    // Measured: 98.5 % of 65 on the digits, 95.7 % of 23 on the other table.
    expect(share).toBeGreaterThanOrEqual(0.9)
    // As many as were planted, by the calibrated joint.
    expect(Math.abs(classes!.labels.estimate - planted.length)).toBeLessThan(0.25 * planted.length)
  })

  it('are told to a person, in both languages and in the report', async () => {
    const { stdout } = await run('errors', 'diagnosis', '--limit', '3')
    expect(stdout).toContain('Trial 0: 455 rows, each validated in one of 5 folds')
    expect(stdout).toContain('Possibly wrong labels')
    expect((await run('--language', 'zh-CN', 'errors', 'diagnosis')).stdout).toContain(
      '可能有误的标签',
    )
    for (const [format, ending] of [
      ['html', 'html'],
      ['markdown', 'md'],
      ['latex', 'tex'],
    ]) {
      const file = `report.${ending}`
      await run('report', 'diagnosis', '--format', format!, '--sections', 'errors', '-o', file)
      const text = readFileSync(path.join(scratch, file), 'utf8')
      expect(text).toContain('Worst errors')
      expect(text).toContain('radius')
    }
  })

  it('are refused for trials without predictions, by name', async () => {
    const { stderr, exitCode } = await run('errors', 'diagnosis', '--trial', '7')
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('7')
    await study('nothing', {
      objective: { function: 'branin' },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
    })
    expect((await run('errors', 'nothing')).stderr).toContain('predictions')
  })
})

describe('errors of numbers', () => {
  it('are residuals, with slices and bootstrap intervals; rows stay out when the data are gone', async () => {
    const file = path.join(scratch, 'diabetes.csv')
    writeFileSync(file, readFileSync(root('test/fixtures/data/diabetes.csv')))
    await study('numbers', {
      objective: { task: 'tabular', data: { file, target: 'progression', ignore: ['sex'] } },
      goals: [{ metric: 'validationRmse', direction: 'minimize' }],
      space: { family: { fixed: 'linear' }, ridge: { fixed: 3 } },
    })
    const analysis = await errorsOf('numbers')
    expect(analysis).toMatchObject({ rows: 88, folds: 1, classes: null, withoutData: null })
    const { values, worst, slices } = analysis
    expect(values?.points).toHaveLength(88)
    const squares = values!.points.map(({ error }) => error ** 2)
    const rmse = Math.sqrt(squares.reduce((a, b) => a + b) / squares.length)
    expect(values?.rootMeanSquare).toBeCloseTo(rmse, 9)
    const sizes = worst.map(({ loss }) => Math.abs(loss))
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
    // Named by the line of the file, the head being its first; a column that a person excluded stays out.
    for (const { row, source, content } of worst) {
      expect(source).toEqual({ kind: 'line', line: row + 2 })
      expect(content?.kind === 'cells' && content.cells.map(({ name }) => name)).toEqual([
        'age',
        'bmi',
        'bp',
        's1',
        's2',
        's3',
        's4',
        's5',
        's6',
      ])
    }
    for (const { error, interval } of slices.flatMap(column => column.slices)) {
      expect(interval[0]).toBeLessThan(error)
      expect(interval[1]).toBeGreaterThan(error)
    }
    expect(await errorsOf('numbers')).toEqual(analysis)
    rmSync(file)
    const gone = await errorsOf('numbers')
    expect(gone.withoutData).not.toBeNull()
    expect(gone).toMatchObject({ values, slices: [] })
  })
})
