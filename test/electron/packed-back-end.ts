import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, vi } from 'vitest'
import type { Envelope } from '../../src-main/core/processes/call.ts'
import { decodeWire, encodeWire } from '../../src-main/core/processes/wire.ts'
import { BackEndClient } from '../../src-main/hosts/desktop/back-end-client.ts'
import { locateInstallation } from '../../src-main/hosts/desktop/installation.ts'

/** A back end is slow to start under Wine. */
const patienceMs = process.platform === 'win32' ? 240_000 : 60_000

/**
 * The back end of a packed application, as its window starts it: by its own Node, from its own files.
 * @param resources the folder of the application's resources
 */
export async function runStudyAndEngine(resources: string, folder: string): Promise<void> {
  const installation = locateInstallation({
    isPackaged: true,
    appPath: path.join(resources, 'app.asar'),
    resourcesPath: resources,
    platform: process.platform,
    nodeVariable: undefined,
  })
  for (const file of [
    installation.nodeBinary,
    fileURLToPath(installation.backEndEntry),
    installation.licenses,
  ]) {
    expect(existsSync(file), file).toBe(true)
  }
  const log: string[] = []
  const client = new BackEndClient({
    window: null,
    entry: installation.backEndEntry,
    binary: installation.nodeBinary,
    databasePath: path.join(folder, 'packaged.sqlite'),
    environment: {},
    onConnection: () => undefined,
    onEvent: () => undefined,
    onFailed: error => log.push(error.message),
    log: text => log.push(text),
    printPdf: async () => {
      throw new Error('nothing is printed here')
    },
  })
  const call = async (method: string, payload: object) =>
    decodeWire(await client.call(encodeWire({ method, payload }))) as Envelope<unknown>
  try {
    const samples = (await call('app.samples', { language: 'en' })) as {
      value: { name: string; source: string }[]
    }
    expect(samples).toMatchObject({ ok: true })
    const text = samples.value.find(({ name }) => name === 'branin')?.source ?? ''
    expect(await call('study.create', { text, format: 'yaml', start: true })).toMatchObject({
      ok: true,
    })
    await vi.waitUntil(
      async () => JSON.stringify(await call('study.list', {})).includes('"finished"'),
      { timeout: patienceMs, interval: 200 },
    )
    const script = path.join(folder, 'train.py')
    writeFileSync(script, 'LEARNING_RATE = 0.1\nprint(f"loss: {LEARNING_RATE}")\n')
    expect(await call('script.describe', { path: script, language: 'en' })).toMatchObject({
      ok: true,
      value: { metric: { name: 'loss' } },
    })
    expect(await call('engine.check', { engine: 'wasm' })).toMatchObject({
      ok: true,
      value: { ok: true, failed: [] },
    })
  } finally {
    await client.close()
  }
  expect(log).toEqual([])
}
