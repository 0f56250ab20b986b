import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runInHost } from '../../helpers/command-host.ts'
import { jsonObjects } from '../../helpers/run-tunewright.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-model-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})

const run = (...parameters: string[]) => runInHost(['--db', 'test.sqlite', ...parameters], scratch)
const write = (name: string, text: string) => {
  writeFileSync(path.join(scratch, name), text)
}

const rows = Array.from(
  { length: 80 },
  (_, n) => `${n % 2 ? 5 + (n % 7) : -5 - (n % 5)},${n % 2 ? 'up' : 'down'}`,
)

describe('a model from a study to new data', () => {
  beforeAll(async () => {
    write('table.csv', `x,way\n${rows.join('\n')}\n`)
    write(
      'study.yaml',
      `name: ways
objective: { task: tabular, data: { file: table.csv, target: way } }
goals: [{ metric: validationAccuracy, direction: maximize }]
space: { learningRate: { float: [0.01, 0.1], log: true }, units: { fixed: 4 }, epochs: { fixed: 10 } }
stop: { trials: 2 }
engine: wasm
seed: 3
`,
    )
    const { stderr, exitCode } = await run('run', 'study.yaml')
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
  })

  it('is written with its card and used on a table whose columns stand in another order', async () => {
    expect((await run('model', 'ways', 'model')).exitCode).toBe(0)
    const card = readFileSync(path.join(scratch, 'model/README.md'), 'utf8')
    expect(card).toContain('# Model of the study “ways”')
    expect(card).toMatch(/- test accuracy: `[\d.]+` \(`testAccuracy`\)/)
    expect(card).not.toContain(scratch)
    write('new.csv', 'note,x\na,9\nb,-9\nc,?\n')
    const predicted = await run('predict', 'model', 'new.csv')
    expect(predicted.stderr).toBe('')
    const table = parse<Record<string, string>>(predicted.stdout, { columns: true })
    expect(table.map(row => [row.name, row.prediction])).toEqual([
      ['2', 'up'],
      ['3', 'down'],
      ['4', expect.stringMatching(/up|down/)],
    ])
    for (const row of table) {
      const sum = Number(row['probability.down']) + Number(row['probability.up'])
      expect(sum).toBeCloseTo(1, 6)
    }
    const [answer] = jsonObjects(
      (await run('--json', 'predict', 'model', 'new.csv', '-o', 'out.csv')).stdout,
    )
    expect(answer).toMatchObject({ rows: 3 })
    expect(readFileSync(path.join(scratch, 'out.csv'), 'utf8')).toBe(predicted.stdout)
  })

  it('has its card in Chinese too, and the network as an ONNX file if asked for', async () => {
    const written = await run('--language', 'zh-CN', 'model', 'ways', 'zh', '--onnx')
    expect(written.exitCode).toBe(0)
    const card = readFileSync(path.join(scratch, 'zh/README.md'), 'utf8')
    expect(card).toContain('# 研究“ways”的模型')
    expect(card).toContain('model.onnx')
    const session = await InferenceSession.create(path.join(scratch, 'zh/model.onnx'))
    const input = new Tensor('float32', Float32Array.of(-2, 2), [2, 1])
    const { probabilities } = await session.run({ input })
    await session.release()
    const [down = 0, up = 0, down2 = 0, up2 = 0] = [...(probabilities?.data as Float32Array)]
    expect(down).toBeGreaterThan(up)
    expect(up2).toBeGreaterThan(down2)
  })

  it('is not written over other files, nor is there one before a trial is complete', async () => {
    write('file.txt', 'mine')
    const full = await run('model', 'ways', '.')
    expect(full.exitCode).not.toBe(0)
    expect(full.stderr).toContain('the folder must be empty')
    expect(existsSync(path.join(scratch, 'file.txt'))).toBe(true)
    write(
      'branin.yaml',
      `name: branin
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
stop: { trials: 1 }
`,
    )
    await run('run', 'branin.yaml')
    const none = await run('model', 'branin', 'none')
    expect(none.exitCode).not.toBe(0)
    expect(none.stderr).toContain('no model is kept')
    expect(existsSync(path.join(scratch, 'none'))).toBe(false)
  })

  it('says what is wrong with new data', async () => {
    write('wrong.csv', 'y\n1\n')
    const { stderr, exitCode } = await run('predict', 'model', 'wrong.csv')
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('must have this column')
  })
})
