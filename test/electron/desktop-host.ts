import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, vi } from 'vitest'
import type { Envelope } from '../../src-main/core/processes/call.ts'
import { decodeWire, encodeWire } from '../../src-main/core/processes/wire.ts'
import { DesktopApp, type DesktopOptions } from '../../src-main/hosts/desktop/desktop-app.ts'
import { locateInstallation } from '../../src-main/hosts/desktop/installation.ts'
import { type FakeHost, fakeElectron, type FakeWindow } from './fake-electron.ts'

const appPath = path.resolve(import.meta.dirname, '../..')

export function smallStudy(trials: number): string {
  return `name: small
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
sampler: { name: random }
stop: { trials: ${trials} }
`
}

interface StartOptions extends FakeHost {
  readonly appImage?: string
  /** In place of the one of this build. */
  readonly updateKey?: string
}

/** The whole host over the real back end in a plain Node; only Electron itself is made up. */
export function useDesktopHost() {
  let folder = ''
  let started: ReturnType<typeof fakeElectron> | null = null

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tunewright-desktop-app-'))
    started = null
  })

  async function end(): Promise<void> {
    const host = started
    host?.electron.app.quit()
    if (host !== null) await vi.waitUntil(() => host.seen.exitCode !== null, { timeout: 30_000 })
  }

  afterEach(async () => {
    await end()
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
  })

  function start({ appImage, updateKey, ...options }: StartOptions = {}) {
    const host = fakeElectron(folder, options)
    started = host
    const installation = locateInstallation({
      isPackaged: false,
      appPath,
      resourcesPath: '',
      platform: process.platform,
      nodeVariable: process.execPath,
    })
    const app = new DesktopApp({
      electron: host.electron,
      installation: updateKey === undefined ? installation : { ...installation, updateKey },
      platform: options.platform ?? 'linux',
      databasePath: path.join(folder, 'desktop.sqlite'),
      environment: {},
      appImage: appImage ?? null,
      isPortable: false,
      devTools: false,
    } satisfies DesktopOptions)
    const window = (): FakeWindow => host.seen.windows.at(-1) as FakeWindow
    const call = async (method: string, payload: object) =>
      decodeWire(await host.call(window(), encodeWire({ method, payload }))) as Envelope<unknown>
    const run = (trials: number) =>
      call('study.create', { text: smallStudy(trials), format: 'yaml', start: true })
    return { ...host, app, window, call, run, end }
  }

  return { start, scratch: () => folder }
}
