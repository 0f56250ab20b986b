import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { runInHost } from '../../helpers/command-host.ts'
import { jsonObjects, runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

describe('machines on the command line', () => {
  it('are added, listed and removed', async () => {
    const folder = scratch()
    const machine = async (...words: readonly string[]) =>
      runInHost(['--json', '--db', 'own.sqlite', 'machine', ...words], folder)
    expect((await machine('add', 'box2', '--host', 'me@box2')).exitCode).toBe(0)
    const listed = jsonObjects((await machine('list')).stdout)
    expect(listed).toMatchObject([{ name: 'box2', host: 'me@box2' }])
    expect((await machine('remove', 'box2')).exitCode).toBe(0)
    expect(jsonObjects((await machine('list')).stdout)).toEqual([])
  })

  it('are looked for before a study is made', async () => {
    const folder = scratch()
    writeFileSync(
      path.join(folder, 'study.yaml'),
      `name: elsewhere
objective: { command: [sh, -c, 'echo loss=1'] }
goals: [{ metric: loss, direction: minimize }]
space: { x: { int: [1, 9] } }
executor: { ssh: { machines: [{ host: stranger }] } }
stop: { trials: 1 }
`,
    )
    const tunewright = async (...words: readonly string[]) =>
      runInHost(['--db', 'own.sqlite', ...words], folder)
    expect((await tunewright('trust', 'study.yaml', '--yes')).exitCode).toBe(0)
    for (const command of ['check', 'run']) {
      const { exitCode, stderr } = await tunewright(command, 'study.yaml')
      expect(exitCode).toBe(2)
      expect(stderr).toContain('stranger')
    }
    expect((await tunewright('--json', 'list')).stdout).toBe('')
  })
})

describe('serve --optuna-watch', () => {
  it('looks for the file before it announces a page', async () => {
    const { exitCode, stdout, stderr } = await runTunewright(
      ['--db', 'own.sqlite', 'serve', '--optuna-watch', 'missing.db'],
      scratch(),
    )
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain('missing.db')
  })
})
