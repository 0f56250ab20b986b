import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { EngineService } from '../../../src-main/engines/engine-service.ts'
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
  const service = new EngineService({ checksPath, now: () => 5 })
  expect(service.rows().every(({ lastCheck }) => lastCheck === null)).toBe(true)
  expect(service.rows().map(({ name }) => name)).toEqual([
    'tensorflow',
    'webgpu',
    'wasm',
    'cpu',
    'lightgbm',
    'xgboost',
  ])
  const check = await service.check('tensorflow')
  expect(check).toMatchObject({ ok: false, error: { code: 'engine.notInstalled' } })
  const later = new EngineService({ checksPath, now: () => 9 })
  const [tensorflow, webgpu] = later.rows()
  expect(tensorflow).toMatchObject({ lastCheck: { atMs: 5, check }, pack: { installed: null } })
  expect(webgpu?.lastCheck).toBeNull()
  writeFileSync(checksPath, 'no JSON')
  expect(new EngineService({ checksPath, now: () => 9 }).rows()[0]?.lastCheck).toBeNull()
})

it('says how an installation goes and why it failed; one at a time', async () => {
  const folder = scratch()
  const wheel = path.join(folder, 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl')
  writeFileSync(wheel, 'no wheel')
  const service = new EngineService({ checksPath: path.join(folder, 'checks.json'), now: Date.now })
  expect(service.installation).toEqual({ phase: 'none' })
  service.install({ engine: 'tensorflow', gpu: false, wheels: [wheel] })
  expect(service.installation.phase).not.toBe('none')
  const error = await catchAppError(async () => {
    service.install({ engine: 'tensorflow', gpu: false, wheels: [wheel] })
  })
  expect(error.code).toBe('engine.installing')
  await vi.waitUntil(() => service.installation.phase === 'failed', { timeout: 30_000 })
  expect(service.installation).toMatchObject({ error: { code: 'pack.refused' } })
  // The next one may try.
  service.install({ engine: 'tensorflow', gpu: false, wheels: [wheel] })
  await vi.waitUntil(() => service.installation.phase === 'failed', { timeout: 30_000 })
  expect(await service.remove('tensorflow')).toBe(false)
  expect(service.installation).toEqual({ phase: 'none' })
})
