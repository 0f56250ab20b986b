import type { IpcMainInvokeEvent, WebContents, WebFrameMain } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import {
  type DesktopApi,
  desktopRequestSchemas,
} from '../../src-main/features/desktop/common/desktop.ts'
import { decodeWire, encodeWire } from '../../src-main/core/processes/wire.ts'
import { callChannel } from '../../src-main/core/processes/channels.ts'
import { serveCalls } from '../../src-main/hosts/desktop/ipc-server.ts'
import { LARGEST_CALL_BYTES } from '../../src-main/hosts/calls/answer-call.ts'
import { fake } from './fake.ts'

type Handler = (event: IpcMainInvokeEvent, body: unknown) => Promise<string>

/** The handler that the server registers, over methods that echo and a back end that says what it got. */
function serve() {
  const handlers = new Map<string, Handler>()
  const forward = vi.fn(async (body: string) => `back end: ${body}`)
  const desktop = Object.fromEntries(
    Object.keys(desktopRequestSchemas).map(method => [
      method,
      vi.fn(async (request: unknown) => request),
    ]),
  ) as unknown as DesktopApi
  serveCalls(
    { handle: (channel, handler) => void handlers.set(channel, handler as Handler) },
    { desktop, forward },
  )
  expect([...handlers.keys()]).toEqual([callChannel])
  return { handle: handlers.get(callChannel) as Handler, forward, desktop }
}

function frame(url: string, parent: WebFrameMain | null = null): WebFrameMain {
  return fake<WebFrameMain>('WebFrameMain', { url, parent })
}

function eventFrom(senderFrame: WebFrameMain | null, mainFrame = senderFrame): IpcMainInvokeEvent {
  const sender = fake<WebContents>('WebContents', { mainFrame: mainFrame as WebFrameMain })
  return fake<IpcMainInvokeEvent>('IpcMainInvokeEvent', { sender, senderFrame })
}

const pageEvent = eventFrom(frame('app://bundle/index.html#/studies'))
const call = (method: string, payload: unknown) => encodeWire({ method, payload })

describe('who may call', () => {
  const page = frame('app://bundle/')
  const strangers: [who: string, event: IpcMainInvokeEvent][] = [
    ['a frame that is gone', eventFrom(null, page)],
    ['a frame inside the page', eventFrom(frame('app://bundle/', page), page)],
    ['a main frame that has a parent', eventFrom(frame('app://bundle/', page))],
    ...[
      'https://evil.example/',
      'http://app//bundle/',
      'file:///app/bundle/index.html',
      'app://bundle.evil.example/',
      'app://other/',
      'app:bundle',
      'data:text/html,x',
      'about:blank',
      '',
      'app://me@bundle/',
      'app://me:secret@bundle/',
      'devtools://devtools/bundled/x.html',
    ].map((url): [string, IpcMainInvokeEvent] => [`a page at ${url}`, eventFrom(frame(url))]),
  ]

  it.each(strangers)('not %s', async (_who, event) => {
    const { handle, forward, desktop } = serve()
    await expect(handle(event, call('study.list', {}))).rejects.toThrow('its own page only')
    await expect(handle(event, call('desktop.chooseData', { kind: 'file' }))).rejects.toThrow()
    expect(forward).not.toHaveBeenCalled()
    expect(desktop['desktop.chooseData']).not.toHaveBeenCalled()
  })

  it('the main frame of our page', async () => {
    const { handle } = serve()
    expect(await handle(pageEvent, call('study.list', {}))).toBe(
      `back end: ${call('study.list', {})}`,
    )
  })
})

describe('what is taken', () => {
  it.each([
    ['no text', { method: 'study.list', payload: {} }],
    ['nothing', undefined],
    ['bytes', new Uint8Array(4)],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no method', '{"payload":{}}'],
    ['a number as method', '{"method":7}'],
    ['too much', call('study.check', { text: 'x'.repeat(LARGEST_CALL_BYTES) })],
    // Each letter has three bytes.
    [
      'too many bytes in few letters',
      call('study.check', { text: '调'.repeat(LARGEST_CALL_BYTES / 2) }),
    ],
  ])('not %s', async (_what, body) => {
    const { handle, forward } = serve()
    expect(decodeWire(await handle(pageEvent, body))).toMatchObject({
      ok: false,
      error: { code: 'request.invalid' },
    })
    expect(forward).not.toHaveBeenCalled()
  })

  const valid: Readonly<Record<keyof typeof desktopRequestSchemas, object>> = {
    'desktop.appearance': { language: 'zh-CN', theme: 'dark' },
    'desktop.notifications': {},
    'desktop.setNotifications': { enabled: true },
    'desktop.chooseData': { kind: 'folder' },
    'desktop.update': {},
    'desktop.findUpdate': { source: '' },
    'desktop.stageUpdate': {},
    'desktop.installUpdate': {},
  }

  it.each(Object.entries(valid))('%s takes its request', async (method, payload) => {
    const { handle, forward } = serve()
    expect(decodeWire(await handle(pageEvent, call(method, payload)))).toEqual({
      ok: true,
      value: payload,
    })
    expect(forward).not.toHaveBeenCalled()
  })

  it.each(Object.entries(valid))('%s refuses what is no such request', async (method, payload) => {
    const { handle, desktop } = serve()
    const wrong: unknown[] = [null, 'text', [], 7, undefined, { ...payload, unheardOf: 1 }]
    for (const key of Object.keys(payload)) {
      const { [key as never]: _, ...missing } = payload
      wrong.push(missing, { ...payload, [key]: 'unheardOf' }, { ...payload, [key]: null })
    }
    for (const request of wrong) {
      expect(
        decodeWire(await handle(pageEvent, call(method, request))),
        JSON.stringify(request),
      ).toMatchObject({ ok: false, error: { code: 'request.invalid', detail: { method } } })
    }
    expect(desktop[method as keyof DesktopApi]).not.toHaveBeenCalled()
  })

  it('a bug in a method comes back as an envelope without a stack', async () => {
    const { handle, desktop } = serve()
    vi.mocked(desktop['desktop.chooseData']).mockRejectedValue(new Error('no dialog'))
    const answer = decodeWire(await handle(pageEvent, call('desktop.chooseData', { kind: 'file' })))
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } })
    expect(JSON.stringify(answer)).not.toContain('ipc-server')
  })

  it.each(['__proto__', 'constructor', 'toString', 'desktop.unheardOf'])(
    '%s is no method of the host',
    async method => {
      const { handle, forward } = serve()
      await handle(pageEvent, call(method, {}))
      // The back end refuses it by its own table.
      expect(forward).toHaveBeenCalledOnce()
    },
  )
})
