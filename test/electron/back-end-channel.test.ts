import { EventEmitter } from 'node:events'
import type { SpawnOptions } from 'node:child_process'
import { expect, it, vi } from 'vitest'
import { BackEndClient } from '../../src-main/hosts/desktop/back-end-client.ts'

const seen: SpawnOptions[] = []
vi.mock(import('node:child_process'), async original => ({
  ...(await original()),
  spawn: ((_binary: string, _words: string[], options: SpawnOptions) => {
    seen.push(options)
    return Object.assign(new EventEmitter(), { pid: 2 ** 30, connected: false, stderr: null })
  }) as never,
}))

/** Both ends run here with one V8; in the application, Electron's is another one than Node's. */
it('speaks with the back end in text that every V8 reads', () => {
  const nothing = (): undefined => undefined
  const client = new BackEndClient({
    entry: new URL(import.meta.url),
    binary: process.execPath,
    environment: {},
    databasePath: null,
    window: null,
    onConnection: nothing,
    onEvent: nothing,
    onFailed: nothing,
    log: nothing,
    printPdf: async () => new Uint8Array(),
  })
  expect(client.pid).toBe(2 ** 30)
  expect(seen).toMatchObject([
    { serialization: 'json', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  ])
})
