import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { studySpecificationSchema } from '../../../src-main/core/study/study-specification.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { createStudy } from '../../../src-main/features/studies/node/create-study.ts'
import { runInHost } from '../../helpers/command-host.ts'
import { jsonObjects } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** Run conditions and the queue from a terminal; a service of the application reads the same file. */
const scratch = useScratchFolders()

const caller =
  (folder: string) =>
  async (...words: readonly string[]) =>
    runInHost(['--json', '--db', 'own.sqlite', ...words], folder)

describe('tunewright run-conditions', () => {
  it('changes what is named, and nothing else', async () => {
    const call = caller(scratch())
    const hours = ['--hours', '1-5 19:00-07:00']
    const set = await call(
      'run-conditions',
      'set',
      ...hours,
      '--other-load',
      '30',
      '--full-screen',
      'on',
    )
    const settings = {
      windows: [{ days: [1, 2, 3, 4, 5], from: '19:00', to: '07:00' }],
      sleep: true,
      battery: false,
      fullScreen: true,
      otherLoad: 0.3,
    }
    expect(jsonObjects(set.stdout)).toEqual([settings])
    const { otherLoad: _, ...otherSettings } = settings
    const again = await call('run-conditions', 'set', '--other-load', 'off', '--celsius', '80')
    expect(jsonObjects(again.stdout)).toEqual([{ ...otherSettings, celsius: 80 }])
    const answer = await call('run-conditions', 'show')
    expect(jsonObjects(answer.stdout)).toEqual([{ ...otherSettings, celsius: 80 }])
  })

  it.each([
    [['--hours', 'at night'], '--hours'],
    [['--celsius', '20'], '30'],
    [['--other-gpu-use', '101'], '--other-gpu-use'],
    [['--watts', ''], '--watts'],
    [['--battery', 'yes'], '--battery'],
  ])('refuses %j, and keeps what was set', async (words, named) => {
    const call = caller(scratch())
    const refused = await call('run-conditions', 'set', ...words)
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain(named)
    expect(jsonObjects((await call('run-conditions', 'show')).stdout)).toMatchObject([
      { windows: [] },
    ])
  })
})

it('studies wait, change places, and leave', async () => {
  const folder = scratch()
  const call = caller(folder)
  const workspace = locateWorkspace(path.join(folder, 'own.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  const axis = { float: [0, 1] as const }
  for (const name of ['first', 'second']) {
    const specification = studySpecificationSchema.parse({
      name,
      objective: { function: 'branin' },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x: axis, y: axis },
      stop: { trials: 5 },
    })
    const file = { specification, source: '', directory: folder }
    const { datasetCacheDirectory } = workspace
    await createStudy({ file, store, now: Date.now, datasetCacheDirectory })
  }
  // The writer that would start it runs it now.
  const change = { studyId: 1, reason: null, atMs: Date.now() }
  store.setStudyState({ ...change, state: 'running', event: 'study.started' })
  const running = await call('study-queue', 'add', 'first')
  expect(running.exitCode).toBe(2)
  expect(running.stderr).toContain('running already')
  store.setStudyState({ ...change, state: 'paused', event: 'study.paused' })
  store.close()
  const listed = async (...words: readonly string[]) => {
    const { stdout } = await call('study-queue', ...words)
    return jsonObjects(stdout)
  }
  await listed('add', 'first')
  expect(await listed('add', 'second', '--priority', 'low')).toEqual([
    { study: 'first', priority: 'normal' },
    { study: 'second', priority: 'low' },
  ])
  expect(await listed('move', 'second', '1')).toEqual([
    { study: 'second', priority: 'normal' },
    { study: 'first', priority: 'normal' },
  ])
  expect(await listed('remove', 'second')).toEqual([{ study: 'first', priority: 'normal' }])
  for (const words of [
    ['add', 'nobody'],
    ['move', 'second', '1'],
  ]) {
    const refused = await call('study-queue', ...words)
    expect(refused.exitCode).toBe(2)
  }
})
