import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { verbatim } from '../../../src-main/core/errors/message.ts'
import { AppError } from '../../../src-main/core/errors/errors.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import { libraryFiles } from '../../../src-main/engines/tensorflow/library/library-files.ts'
import * as starter from '../../../src-main/engines/wasm/start-wasm-engine.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

vi.mock('../../../src-main/engines/wasm/start-wasm-engine.ts', { spy: true })

describe('loadEngine', () => {
  const scratchFolder = useScratchFolders()
  // As where no engine pack is installed.
  beforeEach(() => {
    vi.stubEnv('TUNEWRIGHT_ENGINES', '/nowhere')
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  const reason = verbatim('no binary')

  function breakWasm(): void {
    const error = new AppError('engine.unavailable', { engine: 'wasm', reason })
    vi.mocked(starter.startWasmEngine).mockRejectedValueOnce(error)
  }

  it('takes wasm for auto, without a reason to explain', async () => {
    const { info } = await loadEngine('auto')
    expect(info).toMatchObject({ name: 'wasm', device: 'WebAssembly SIMD', threads: 1 })
    expect(info.passedOver).toBeUndefined()
  })

  it('takes cpu for auto and says why if wasm does not start', async () => {
    breakWasm()
    const { info } = await loadEngine('auto')
    expect(info.name).toBe('cpu')
    expect(info.passedOver).toEqual([
      {
        engine: 'wasm',
        error: { code: 'engine.unavailable', detail: { engine: 'wasm', reason } },
      },
    ])
  })

  it('takes cpu for auto and says why if wasm computes wrongly', async () => {
    const wasm = await loadEngine('wasm')
    const broken = { ...wasm, compile: () => ({ ...wasm, run: async () => [Float32Array.of(1)] }) }
    const start = vi.mocked(starter.startWasmEngine)
    start.mockResolvedValueOnce(broken as never).mockResolvedValueOnce(broken as never)
    const { info } = await loadEngine('auto')
    expect(info.name).toBe('cpu')
    expect(info.passedOver).toMatchObject([
      { engine: 'wasm', error: { code: 'engine.nonConforming', detail: { engine: 'wasm' } } },
    ])
    expect(JSON.stringify(info.passedOver)).toContain('matrixProduct')
    await expect(loadEngine('wasm')).rejects.toMatchObject({ code: 'engine.nonConforming' })
  })

  it('never turns an engine that was asked for into another', async () => {
    breakWasm()
    await expect(loadEngine('wasm')).rejects.toMatchObject({
      code: 'engine.unavailable',
      detail: { engine: 'wasm', reason },
    })
  })

  it('refuses tensorflow without a pack and says how to get one', async () => {
    await expect(loadEngine('tensorflow')).rejects.toMatchObject({
      code: 'engine.notInstalled',
      detail: { engine: 'tensorflow' },
    })
  })

  it('takes wasm for auto and says why if the installed TensorFlow does not load', async () => {
    const engines = scratchFolder()
    const folder = path.join(engines, 'tensorflow', 'tensorflow')
    mkdirSync(folder, { recursive: true })
    vi.stubEnv('TUNEWRIGHT_ENGINES', engines)
    const missing = await loadEngine('auto')
    expect(missing.info.name).toBe('wasm')
    expect(missing.info.passedOver).toMatchObject([
      {
        engine: 'tensorflow',
        error: {
          detail: {
            reason: { code: expect.stringMatching(/^failure\.(missingFile|noLibraryForSystem)$/) },
          },
        },
      },
    ])
    for (const file of Object.values(libraryFiles('linux', 'x64')!) as string[]) {
      writeFileSync(path.join(folder, file), 'no library')
    }
    await expect(loadEngine('tensorflow')).rejects.toMatchObject({ code: 'engine.unavailable' })
  })

  it('leaves the error handling of the process as it was', async () => {
    const events = ['uncaughtException', 'unhandledRejection'] as const
    const before = events.map(event => process.listenerCount(event))
    await loadEngine('wasm')
    expect(events.map(event => process.listenerCount(event))).toEqual(before)
  })
})
