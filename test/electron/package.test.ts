import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Envelope } from '../../src-main/contract/api/call.ts'
import { decodeWire, encodeWire } from '../../src-main/contract/api/wire.ts'
import { BackEndClient } from '../../src-main/desktop/back-end-client.ts'
import { locateInstallation } from '../../src-main/desktop/installation.ts'
import { buildApplication } from '../helpers/build.ts'

/**
 * Packs with the real electron-builder. Only Electron's runtime is made up: a file with a place for the fuses, since
 * npm does not carry the real one.
 */
const repository = path.resolve(import.meta.dirname, '../..')
const load = createRequire(createRequire(import.meta.url).resolve('electron-builder'))
const loadBuilder = createRequire(load.resolve('app-builder-lib'))
const packingLimitMs = 400_000

/** Marks where the fuses of a runtime are (electron/fuses). */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** In this order behind the sentinel. */
const fuses = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'asarIntegrity',
  'onlyLoadAppFromAsar',
  'v8Snapshot',
  'fileProtocolPrivileges',
  'wasmTrapHandlers',
] as const

const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-package-'))
const unpacked = path.join(folder, 'out/linux-unpacked')
const resources = path.join(unpacked, 'resources')

function run(environment: NodeJS.ProcessEnv) {
  const script = [path.join(repository, 'scripts/package.ts'), '--linux', 'dir']
  return spawnSync(
    process.execPath,
    [...script, `-c.directories.output=${path.join(folder, 'out')}`],
    { cwd: repository, encoding: 'utf8', env: { ...process.env, ...environment } },
  )
}

function fakeRuntime(): string {
  const dist = path.join(folder, 'runtime')
  mkdirSync(path.join(dist, 'resources'), { recursive: true })
  const wire = Buffer.concat([Buffer.from(sentinel), Buffer.from([1, fuses.length]), Buffer.from('101100011')]) // prettier-ignore
  writeFileSync(path.join(dist, 'electron'), wire, { mode: 0o755 })
  for (const name of ['LICENSE', 'LICENSES.chromium.html']) writeFileSync(path.join(dist, name), '')
  writeFileSync(path.join(dist, 'version'), '45.4.1')
  return dist
}

it('says what is missing where there is no runtime', () => {
  const { status, stderr } = run({ ELECTRON_OVERRIDE_DIST_PATH: path.join(folder, 'none') })
  expect(status).toBe(69)
  expect(stderr).toMatch(/^Cannot package: Electron's runtime is missing\. .*npx install-electron/)
})

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('the package', () => {
  let files: string[]

  beforeAll(() => {
    buildApplication()
    const { status, stdout, stderr } = run({ ELECTRON_OVERRIDE_DIST_PATH: fakeRuntime() })
    expect(status, stdout + stderr).toBe(0)
    const { listPackage } = loadBuilder('@electron/asar') as {
      readonly listPackage: (archive: string, options: { isPack: boolean }) => string[]
    }
    files = listPackage(path.join(resources, 'app.asar'), { isPack: false })
  }, packingLimitMs)

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('holds what Electron loads, the page, and every source of the back end', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        '/package.json',
        '/LICENSE',
        '/NOTICE',
        '/dist/main/main.cjs',
        '/dist/preload/preload.cjs',
        '/dist/renderer/index.html',
        '/resources/icons/tray.png',
        '/resources/samples/branin.yaml',
        '/resources/third-party-notices.md',
        '/src-main/children/back-end.ts',
        '/src-main/children/trainer.ts',
        '/src-main/children/search.ts',
        '/src-main/children/ingest.ts',
      ]),
    )
  })

  it('holds nothing of tests, benchmarks, documents and the other hosts', () => {
    const own = files.filter(file => !file.startsWith('/node_modules'))
    const tops = new Set(own.map(file => file.split('/')[1]))
    expect([...tops].sort()).toEqual([
      ...['LICENSE', 'NOTICE', 'dist', 'package.json', 'resources', 'src-main'],
    ])
    const foreign = /^\/src-main\/(cli|web|desktop|main|preload)\b|\.test\.ts$|^\/resources\/schema/
    expect(own.filter(file => foreign.test(file))).toEqual([])
    const packages = files.filter(file => /^\/node_modules\/(vue|element-plus|electron|vitest|node-(linux|win|darwin|bin)-[^/]+)(\/|$)/.test(file)) // prettier-ignore
    expect(packages).toEqual([])
  })

  it('holds the native files of its system only', () => {
    const natives = files.filter(file => file.endsWith('.node') && !file.includes('tfjs-node-gpu'))
    expect(natives.length).toBeGreaterThan(1)
    for (const file of natives) expect(file).toMatch(/linux[-_]x64/)
  })

  it('has its fuses blown as electron-builder.yml says', () => {
    const bytes = readFileSync(path.join(unpacked, 'tunewright'))
    const at = bytes.indexOf(sentinel) + sentinel.length + 2
    const states = bytes.subarray(at, at + fuses.length).toString('latin1')
    const blown = fuses.map((name, index) => [name, states[index]])
    expect(Object.fromEntries(blown)).toMatchObject({
      runAsNode: '0',
      nodeOptions: '0',
      nodeCliInspect: '0',
      asarIntegrity: '1',
      onlyLoadAppFromAsar: '1',
      fileProtocolPrivileges: '0',
    })
  })

  it('runs a study and an engine with its own Node, from its own files', async () => {
    const installation = locateInstallation({
      isPackaged: true,
      appPath: path.join(resources, 'app.asar'),
      resourcesPath: resources,
      platform: 'linux',
      nodeVariable: undefined,
    })
    for (const file of [
      installation.nodeBinary,
      fileURLToPath(installation.backEndEntry),
      installation.licences,
    ]) {
      // prettier-ignore
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
      const text = samples.value.find(({ name }) => name === 'branin')?.source ?? ''
      expect(await call('study.create', { text, format: 'yaml', start: true })).toMatchObject({ ok: true }) // prettier-ignore
      await vi.waitUntil(
        async () => JSON.stringify(await call('study.list', {})).includes('"finished"'),
        { timeout: 60_000, interval: 200 },
      )
      expect(await call('engine.check', { engine: 'wasm' })).toMatchObject({
        ok: true,
        value: { ok: true, failed: [] },
      })
    } finally {
      await client.close()
    }
    expect(log).toEqual([])
  }, 120_000)
})
