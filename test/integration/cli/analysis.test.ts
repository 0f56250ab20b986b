import { mkdirSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import { runInHost } from '../../helpers/command-host.ts'
import { jsonObjects } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { startSuggest } from '../../helpers/suggest-client.ts'

const scratch = useScratchFolders()
const repository = path.join(import.meta.dirname, '../../..')

const branin = (name: string, seed: number): string => `name: ${name}
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
sampler: { name: random }
stop: { trials: 25 }
seed: ${seed}
`

it('says what mattered, and how two studies compare', async () => {
  const folder = scratch()
  const run = (...words: string[]) => runInHost(['--db', 'a.sqlite', ...words], folder)
  for (const [name, seed] of [
    ['one', 1],
    ['two', 2],
  ] as const) {
    writeFileSync(path.join(folder, `${name}.yaml`), branin(name, seed))
    expect((await run('run', `${name}.yaml`)).exitCode).toBe(0)
  }
  const output = (await run('importance', 'one')).stdout
  expect(output).toMatch(/x0 +0\.\d+ ± /)
  expect(output).toMatch(
    / (decides?|seems? to matter most): \d+ % of the differences \(\d+–\d+ %\)/,
  )
  expect(output).toContain('x0 × x1: ')
  expect(output).toMatch(/The rest, -?[\d.e-]+, is what three or more/)
  const [answer] = jsonObjects((await run('--json', 'importance', 'one')).stdout)
  expect(answer).toMatchObject({
    ok: true,
    method: 'fanova',
    remaining: expect.any(Number) as number,
  })
  const compared = await run('compare', 'one', 'two')
  expect(compared.stdout).toMatch(/Median value .* against .*Cliff’s delta/)
  const [comparison] = jsonObjects((await run('--json', 'compare', 'one', 'two')).stdout)
  expect(comparison).toMatchObject({ ok: true, pairs: [{ unit: 'trials' }] })
  // A study without a value has a dash, as in the list.
  const client = startSuggest(['--db', 'a.sqlite'], folder)
  client.send({
    name: 'untold',
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: { x: { float: [0, 1] } },
  })
  await client.call({ ask: 1 })
  await client.end()
  expect((await run('compare', 'one', 'untold')).stdout).toMatch(/\nuntold +\d +–\n/)
  const alone = await run('compare', 'one')
  expect(alone).toMatchObject({ exitCode: 2 })
  expect(alone.stderr).toContain('two studies or more')
})

it('warns of a goal that seeks the worst of a known metric, and refuses one that the data never have', async () => {
  const folder = scratch()
  const rows = Array.from({ length: 40 }, (_, row) => `${row % 7},${row % 3}`)
  writeFileSync(path.join(folder, 'table.csv'), `x,y\n${rows.join('\n')}\n`)
  const study = (goal: string): string => `name: goal
objective: { task: tabular, data: { file: table.csv, target: y, problem: classification } }
goals: [{ ${goal} }]
space: { epochs: { fixed: 1 } }
stop: { trials: 1 }
engine: cpu
`
  const file = path.join(folder, 'study.yaml')
  writeFileSync(file, study('metric: validationAccuracy, direction: minimize'))
  const checked = await runInHost(['check', file], folder)
  expect(checked.exitCode).toBe(0)
  expect(checked.stdout).toContain('Warning: Goal validation accuracy: minimize seeks its worst')
  const ran = await runInHost(['--db', 'a.sqlite', 'run', file], folder)
  expect(ran.stdout).toContain('Warning: Goal validation accuracy')
  writeFileSync(file, study('metric: validationAuc, direction: maximize'))
  const refused = await runInHost(['--db', 'b.sqlite', 'run', file], folder)
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain('goals[0].metric')
})

it('takes relative paths from where npm was called', () => {
  const folder = path.join(scratch(), 'elsewhere')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'mine.yaml'), branin('mine', 1))
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(repository, 'bin/tunewright.cjs'), 'check', 'mine.yaml'],
    {
      cwd: repository,
      encoding: 'utf8',
      env: {
        ...process.env,
        LANG: 'en_US.UTF-8',
        LC_ALL: '',
        NO_COLOR: '1',
        npm_lifecycle_event: 'tunewright',
        INIT_CWD: folder,
      },
    },
  )
  expect({ stdout, stderr }).toEqual({
    stdout: expect.stringContaining('mine: no problems') as string,
    stderr: '',
  })
})
