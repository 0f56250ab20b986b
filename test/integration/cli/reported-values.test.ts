import { appendFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, vi } from 'vitest'
import { runInHost } from '../../helpers/command-host.ts'
import { killGroup } from '../../helpers/process-group.ts'
import { jsonObjects, startTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { startSuggest } from '../../helpers/suggest-client.ts'

/** The command line prints a trial's own values, wherever it prints them. */
const scratch = useScratchFolders()

const space = { x: { float: [0, 1] } }

it('says the value by which a trial is judged, not one of its curve', async () => {
  const folder = scratch()
  const client = startSuggest(['--db', 'a.sqlite'], folder)
  client.send({ name: 'told', goals: [{ metric: 'loss', direction: 'minimize' }], space })
  const { trial } = await client.call({ ask: 1 })
  await client.call({ report: { trial, step: 1, metrics: { loss: 0.9, accuracy: 0.5 } } })
  await client.call({ tell: { trial, values: [0.125] } })
  await client.end()
  const run = async (...words: string[]) =>
    (await runInHost(['--db', 'a.sqlite', ...words], folder)).stdout
  expect(await run('list')).toContain('0.125')
  for (const command of ['best', 'show']) {
    const text = await run(command, 'told')
    expect(text).toContain('loss: 0.125')
    expect(text).not.toContain('0.9')
    expect(text).toContain('accuracy: 0.5')
  }
})

it('says that further metrics are those of the first of several trainings', async () => {
  const folder = scratch()
  const code = `process.stdout.write(JSON.stringify({ loss: process.pid, accuracy: 0.5 }))`
  appendFileSync(
    path.join(folder, 'twice.yaml'),
    `name: twice
objective: { command: [${JSON.stringify(process.execPath)}, -e, ${JSON.stringify(code)}] }
goals: [{ metric: loss, direction: minimize }]
space: { x: { float: [0, 1] } }
replicates: { count: 2 }
stop: { trials: 1 }
`,
  )
  const run = async (...words: string[]) =>
    (await runInHost(['--db', 'a.sqlite', ...words], folder)).stdout
  const label =
    /\n {2}loss: \d.* ± \d.* \(mean ± standard deviation of 2 replicates\)\n {4}Replicates: \d.*, \d.*\n {2}of the first of its 2 trainings alone:\n {4}accuracy: 0\.5/
  await run('trust', 'twice.yaml', '--yes')
  expect(await run('run', 'twice.yaml')).toMatch(label)
  for (const command of ['best', 'show']) expect(await run(command, 'twice')).toMatch(label)
})

it('shows the front of several goals', async () => {
  const folder = scratch()
  const client = startSuggest(['--db', 'a.sqlite'], folder)
  const goals = ['loss', 'size'].map(metric => ({ metric, direction: 'minimize' }))
  client.send({ name: 'two', goals, space })
  for (const values of [
    [1, 4],
    [2, 2],
    [3, 3],
  ]) {
    const { trial } = await client.call({ ask: 1 })
    await client.call({ tell: { trial, values } })
  }
  await client.end()
  const { stdout } = await runInHost(['--db', 'a.sqlite', 'best', 'two'], folder)
  expect(stdout).toMatch(/Pareto front, 2 trials:\ntrial +loss +size +parameters\n0 .*\n1 /)
  expect(stdout).toMatch(/Best trial by loss: 0\n.*\n {2}loss: 1\.000\n {2}size: 4\.000\n/)
  const bestOutput = await runInHost(['--db', 'a.sqlite', '--json', 'best', 'two'], folder)
  const [best] = jsonObjects(bestOutput.stdout)
  expect(best).toMatchObject({ number: 0, front: [{ values: [1, 4] }, { values: [2, 2] }] })
})

it('does not call the trials of a killed study running', async () => {
  const folder = scratch()
  const file = path.join(folder, 'slow.yaml')
  appendFileSync(
    file,
    `name: slow
objective: { function: branin, steps: 6, durationMs: 500 }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
stop: { trials: 8 }
parallelTrials: 2
`,
  )
  const running = startTunewright(['--json', '--db', 'a.sqlite', 'run', file], folder)
  await vi.waitUntil(() => running.stdout().includes('"number":1'), { timeout: 60_000 })
  killGroup(running.child.pid)
  await running.result
  const table = await runInHost(['--db', 'a.sqlite', 'show', 'slow'], folder)
  expect(table.stdout).not.toContain('running')
  expect(table.stdout).toContain('2 (2 interrupted)')
  const snapshot = await runInHost(['--db', 'a.sqlite', '--json', 'show', 'slow'], folder)
  expect(jsonObjects(snapshot.stdout)[0]).toMatchObject({
    trials: [{ state: 'interrupted' }, { state: 'interrupted' }],
  })
})

it('refuses to extend by nothing, and says when there is nothing to extend', async () => {
  const folder = scratch()
  const client = startSuggest(['--db', 'a.sqlite'], folder)
  client.send({ name: 'none', goals: [{ metric: 'loss', direction: 'minimize' }], space })
  await client.call({ ask: 1 })
  await client.end()
  for (const [epochs, rule] of [
    ['0', 'from 1 to'],
    ['-3', 'from 1 to'],
    ['4', 'no trial is complete'],
  ] as const) {
    const words = ['--db', 'a.sqlite', 'extend', 'none', '--epochs', epochs]
    const { stderr, exitCode } = await runInHost(words, folder)
    expect({ epochs, stderr, exitCode }).toEqual({
      epochs,
      stderr: expect.stringContaining(rule) as string,
      exitCode: 2,
    })
  }
})
