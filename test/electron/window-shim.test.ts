import { EventEmitter } from 'node:events'
import { expect, it, vi } from 'vitest'
import {
  asNewer,
  type OldContents,
  type OldElectron,
  standIns,
} from '../helpers/window/old-electron.ts'
import { fillNode, newerModules } from '../helpers/window/old-node.ts'

/** As much of Electron 9 as the table reaches into. */
function oldElectron() {
  const app = new EventEmitter()
  class Session {
    cookies = {}
  }
  const handle = vi.fn()
  const registerBufferProtocol = vi.fn()
  const electron = {
    app,
    protocol: { registerBufferProtocol },
    ipcMain: { handle },
    session: { defaultSession: new Session() },
    powerMonitor: {},
    crashReporter: {},
    nativeTheme: { themeSource: 'system' },
  }
  return { electron: electron as unknown as OldElectron, app, handle, registerBufferProtocol }
}

class Contents extends EventEmitter {
  getURL(): string {
    return 'app://bundle/#/studies'
  }
}

type Newer = Record<string, Record<string, (...values: unknown[]) => unknown>>

it('each member has a row of its own that says what stands for it', () => {
  expect(new Set(standIns.map(({ member }) => member)).size).toBe(standIns.length)
  for (const { by } of standIns) expect(by).not.toBe('')
})

it('a member that neither the runtime nor the table has is an error', () => {
  const newer = asNewer(oldElectron().electron, () => {}) as unknown as Newer
  expect(() => newer['app']?.['getSystemVersion']).toThrow('Electron 9 has no app.getSystemVersion')
  expect(() => newer['utilityProcess']).toThrow('Electron 9 has no electron.utilityProcess')
})

it('settings reach the runtime, and the first use of a stand-in is told', () => {
  const { electron } = oldElectron()
  const used: string[] = []
  const newer = asNewer(electron, member => used.push(member)) as unknown as Newer
  Object.assign(newer['nativeTheme'] ?? {}, { themeSource: 'dark' })
  expect(electron['nativeTheme']).toEqual({ themeSource: 'dark' })
  expect(newer['powerMonitor']?.['isOnBatteryPower']?.()).toBe(false)
  newer['powerMonitor']?.['isOnBatteryPower']?.()
  expect(used).toEqual(['PowerMonitor.isOnBatteryPower'])
})

it('a protocol answers with status, headers and bytes', async () => {
  const { electron, registerBufferProtocol } = oldElectron()
  const newer = asNewer(electron, () => {}) as unknown as Newer
  const headers = { 'Content-Type': 'text/html; charset=utf-8' }
  newer['protocol']?.['handle']?.('app', async () =>
    Promise.resolve({ status: 404, headers, body: 'no' }),
  )
  const [, answer] = registerBufferProtocol.mock.calls[0] as [
    string,
    (request: object, callback: (answer: object) => void) => void,
  ]
  const given = await new Promise(resolve => {
    answer({ url: 'app://bundle/x', method: 'GET', headers: {} }, resolve)
  })
  expect(given).toEqual({
    statusCode: 404,
    headers,
    mimeType: 'text/html',
    data: Buffer.from('no'),
  })
})

it('a message tells whether it comes from the main frame', () => {
  const { electron, handle } = oldElectron()
  const newer = asNewer(electron, () => {}) as unknown as Newer
  interface Event {
    sender: { mainFrame: object }
    senderFrame: object
  }
  newer['ipcMain']?.['handle']?.('call', ({ sender, senderFrame }: Event) => {
    return senderFrame === sender.mainFrame
  })
  const [, hear] = handle.mock.calls[0] as [string, (event: object) => boolean]
  expect(hear({ sender: new Contents(), frameId: 1 })).toBe(true)
  expect(hear({ sender: new Contents(), frameId: 4 })).toBe(false)
})

it('pages open no window unless the handler lets them, and tell navigations as objects', () => {
  const { electron, app } = oldElectron()
  asNewer(electron, () => {})
  const contents = new Contents()
  app.emit('web-contents-created', {}, contents)
  const newer = contents as unknown as OldContents & {
    setWindowOpenHandler(handler: (details: { url: string }) => object): void
  }
  const event = { preventDefault: vi.fn() }
  newer.setWindowOpenHandler(({ url }) => ({ action: url === 'about:blank' ? 'allow' : 'deny' }))
  contents.emit('new-window', event, 'about:blank')
  expect(event.preventDefault).not.toHaveBeenCalled()
  contents.emit('new-window', event, 'https://example.org')
  expect(event.preventDefault).toHaveBeenCalledOnce()
  const heard = vi.fn()
  contents.on('did-start-navigation', heard)
  contents.emit('did-start-navigation', {}, 'app://bundle/', false, true)
  expect(heard).toHaveBeenCalledWith({
    url: 'app://bundle/',
    isSameDocument: false,
    isMainFrame: true,
  })
})

it('sessions get the members that came later once the application is ready', () => {
  const { electron, app } = oldElectron()
  asNewer(electron, () => {})
  app.emit('ready')
  const { defaultSession } = electron.session as { defaultSession: Record<string, unknown> }
  expect(defaultSession['setDevicePermissionHandler']).toBeTypeOf('function')
})

it('a newer Node stays as it is', async () => {
  const { Response: before } = globalThis
  fillNode()
  expect(globalThis.Response).toBe(before)
  const consumers = newerModules['stream/consumers']?.() as {
    text(source: AsyncIterable<string>): Promise<string>
  }
  const parts = async function* () {
    yield await Promise.resolve('a')
    yield 'b'
  }
  expect(await consumers.text(parts())).toBe('ab')
})
