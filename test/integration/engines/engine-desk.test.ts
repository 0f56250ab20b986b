import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { EngineDesk } from '../../../src-main/engines/engine-desk.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

beforeEach(() => {
  vi.stubEnv('TUNEWRIGHT_ENGINES', scratch())
})
afterEach(() => {
  vi.unstubAllEnvs()
})

it('keeps what a check found, a refusal with its reason included', async () => {
  const checksPath = path.join(scratch(), 'engine-checks.json')
  const desk = new EngineDesk({ checksPath, now: () => 5 })
  expect(desk.rows().every(({ lastCheck }) => lastCheck === null)).toBe(true)
  expect(desk.rows().map(({ name }) => name)).toEqual([
    ...['tensorflow', 'webgpu', 'wasm', 'cpu'],
    ...['lightgbm', 'xgboost'],
  ])
  const check = await desk.check('tensorflow')
  expect(check).toMatchObject({ ok: false, error: { code: 'engine.notInstalled' } })
  const later = new EngineDesk({ checksPath, now: () => 9 })
  const [tensorflow, webgpu] = later.rows()
  expect(tensorflow).toMatchObject({ lastCheck: { atMs: 5, check }, pack: { installed: null } })
  expect(webgpu?.lastCheck).toBeNull()
  writeFileSync(checksPath, 'no JSON')
  expect(new EngineDesk({ checksPath, now: () => 9 }).rows()[0]?.lastCheck).toBeNull()
})

it('says how an installation goes and why it failed; one at a time', async () => {
  const folder = scratch()
  const wheel = path.join(folder, 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl')
  writeFileSync(wheel, 'no wheel')
  const desk = new EngineDesk({ checksPath: path.join(folder, 'checks.json'), now: Date.now })
  expect(desk.installation).toEqual({ phase: 'none' })
  desk.install({ engine: 'tensorflow', gpu: false, wheels: [wheel] })
  expect(desk.installation.phase).not.toBe('none')
  const error = await catchAppError(async () => {
    desk.install({ engine: 'tensorflow', gpu: false, wheels: [wheel] })
  })
  expect(error.code).toBe('engine.installing')
  await vi.waitUntil(() => desk.installation.phase === 'failed', { timeout: 30_000 })
  expect(desk.installation).toMatchObject({ error: { code: 'pack.refused' } })
  // The next one may try.
  desk.install({ engine: 'tensorflow', gpu: false, wheels: [wheel] })
  await vi.waitUntil(() => desk.installation.phase === 'failed', { timeout: 30_000 })
  expect(await desk.remove('tensorflow')).toBe(false)
  expect(desk.installation).toEqual({ phase: 'none' })
})
