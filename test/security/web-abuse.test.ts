import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Api } from '../../src-main/features/api/common/methods.ts'
import { keyHeader } from '../../src-main/core/processes/channels.ts'
import { EventHub } from '../../src-main/features/api/node/event-hub.ts'
import { MAX_STREAMS, MAX_STREAMS_OF_SESSION } from '../../src-main/hosts/web/event-streams.ts'
import { MAX_STRANGERS } from '../../src-main/hosts/web/connections.ts'
import { startWebHost, type WebHost } from '../../src-main/hosts/web/web-host.ts'
import { askWebHost, signInTo, type WebSession } from '../helpers/web-client.ts'

/** The web host as if the machine were shared: what another user of it, another page or a broken page may try. */

const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-abuse-'))
const bugs: string[] = []
let hub: EventHub
let host: WebHost
let session: WebSession
const sockets: Socket[] = []

beforeAll(() => {
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>page</title>')
})

beforeEach(async () => {
  bugs.length = 0
  hub = new EventHub()
  host = await startWebHost({
    api: { 'study.list': async () => [] } as unknown as Api,
    hub,
    port: 0,
    rendererFolder: folder,
    onBug: method => bugs.push(method),
    streamTimes: { beatEveryMs: 50, stalledAfterMs: 300 },
  })
  session = await signInTo(host)
})

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await host.close()
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
})

const listStudies = { method: 'POST', body: '{"method":"study.list","payload":{}}' }

/** A stream on a connection of its own. */
async function openStream(
  headers: Readonly<Record<string, string>>,
  reads: boolean,
): Promise<Socket & { received: string }> {
  const socket = Object.assign(connect(host.port, '127.0.0.1'), { received: '' })
  sockets.push(socket)
  socket.on('error', () => undefined)
  const lines = Object.entries({ Host: `127.0.0.1:${host.port}`, ...headers })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  await new Promise<void>(resolve => {
    socket.once('data', first => {
      socket.received += String(first)
      if (reads) socket.on('data', chunk => (socket.received += String(chunk)))
      else socket.pause()
      resolve()
    })
    socket.write(`GET /api/events HTTP/1.1\r\n${head}\r\n`)
  })
  return socket
}

const large = 'x'.repeat(30_000)
const emit = (count: number): void => {
  for (let index = 0; index < count; index++) {
    hub.emit({ type: 'analysis', studyId: 1, task: large, share: 0 })
  }
}

/** The status line of the answer to what was written. */
async function statusOf(text: string): Promise<string> {
  const socket = connect(host.port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  socket.write(text)
  const [first] = (await once(socket, 'data')) as [Buffer]
  return String(first).split('\r\n')[0] ?? ''
}

describe('requests that are not what they say', () => {
  it('with two Host headers are refused, in either order', async () => {
    const hosts = [`127.0.0.1:${host.port}`, 'evil.example']
    for (const pair of [hosts, hosts.toReversed(), [hosts[0], hosts[0]]]) {
      const head = pair.map(name => `Host: ${name}\r\n`).join('')
      expect(await statusOf(`GET / HTTP/1.1\r\n${head}\r\n`)).toMatch(/ 40[03] /)
    }
  })

  it('that end in the middle of their body are no fault of ours', async () => {
    const head = [
      'POST /api/call HTTP/1.1',
      `Host: 127.0.0.1:${host.port}`,
      'Content-Length: 5000',
      ...Object.entries(session).map(([name, value]) => `${name}: ${value}`),
    ]
    const socket = connect(host.port, '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'connect')
    socket.resume()
    const closed = once(socket, 'close')
    socket.end(`${head.join('\r\n')}\r\n\r\n{"method"`)
    await closed
    await vi.waitFor(async () => {
      expect(
        (await askWebHost(host.port, '/api/call', { ...listStudies, headers: session })).status,
      ).toBe(200)
    })
    expect(bugs).toEqual([])
  })
})

describe('a cookie that another port has seen', () => {
  let other: Server
  let stolen: string

  beforeEach(async () => {
    stolen = ''
    other = createServer((request, response) => {
      stolen = request.headers.cookie ?? ''
      response.end()
    })
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    // A browser sends the cookie to every port of a host.
    const { port } = other.address() as AddressInfo
    await new Promise(resolve => {
      get({ host: '127.0.0.1', port, headers: { Cookie: session.Cookie } }, resolve)
    })
  })

  afterEach(() => {
    other.close()
  })

  it('opens neither calls nor events', async () => {
    expect(stolen).toBe(session.Cookie)
    const headers = { Cookie: stolen }
    for (const target of ['/api/call', '/api/events', '/api/', '/api/other']) {
      for (const request of [listStudies, {}]) {
        expect((await askWebHost(host.port, target, { ...request, headers })).status).toBe(401)
      }
    }
  })

  it('is worth nothing with the key of another session, and a key nothing without its cookie', async () => {
    const second = await signInTo(host)
    for (const headers of [
      { Cookie: stolen, [keyHeader]: second[keyHeader] },
      { Cookie: stolen, [keyHeader]: '' },
      { Cookie: stolen, [keyHeader]: stolen.split('=')[1] ?? '' },
      { [keyHeader]: session[keyHeader] },
    ]) {
      const answer = await askWebHost(host.port, '/api/call', { ...listStudies, headers })
      expect(answer.status).toBe(401)
    }
    const ownAnswer = await askWebHost(host.port, '/api/call', { ...listStudies, headers: session })
    expect(ownAnswer.status).toBe(200)
  })

  it('and nothing at all once the process was started anew', async () => {
    const { port } = host
    await host.close()
    host = await startWebHost({ api: {} as Api, hub, port, rendererFolder: folder })
    const old = await askWebHost(port, '/api/call', { ...listStudies, headers: session })
    expect(old.status).toBe(401)
  })
})

describe('sessions', () => {
  const status = async (headers: WebSession): Promise<number> =>
    (await askWebHost(host.port, '/api/call', { ...listStudies, headers })).status

  it('end with a browser that is one too many, the oldest first', async () => {
    const further: WebSession[] = []
    for (let browser = 0; browser < 49; browser++) further.push(await signInTo(host))
    expect(await status(session)).toBe(200)
    const last = await signInTo(host)
    expect(await status(session)).toBe(401)
    expect(await status(further[0] as WebSession)).toBe(200)
    expect(await status(last)).toBe(200)
  })

  it('end with the next sign-in of the same browser, and take their streams along', async () => {
    const stream = await openStream(session, true)
    const { search } = new URL(host.issueLink())
    const { Cookie } = session
    expect((await askWebHost(host.port, `/${search}`, { headers: { Cookie } })).status).toBe(303)
    expect(await status(session)).toBe(401)
    await vi.waitUntil(() => stream.destroyed)
  })

  it('are not won by guessing, and guesses cost nobody anything', async () => {
    const link = host.issueLink()
    const [right = ''] = /[^=]+$/.exec(link) ?? []
    const guesses = Array.from({ length: 500 }, (_, at) => right.slice(0, at % right.length))
    for (const guess of [...guesses, right.toUpperCase(), `${right}x`, ` ${right}`]) {
      const answer = await askWebHost(host.port, `/?token=${encodeURIComponent(guess)}`)
      if (guess !== right) expect(answer.status).toBe(401)
    }
    expect(bugs).toEqual([])
    expect(await status(session)).toBe(200)
    expect((await askWebHost(host.port, `/?token=${right}`)).status).toBe(303)
  })
})

describe('the key', () => {
  it('stands in no file, no cookie and no body that the host sends', async () => {
    const { search } = new URL(host.issueLink())
    const answer = await askWebHost(host.port, `/${search}`)
    const [before, key = ''] = String(answer.headers.location).split('#key=')
    expect(before).toBe('/')
    expect(key).toHaveLength(43)
    expect(JSON.stringify([answer.headers['set-cookie'], answer.body])).not.toContain(key)
    const page = await askWebHost(host.port, '/', { headers: session })
    expect(page.body).not.toContain(session[keyHeader])
  })
})

describe('streams', () => {
  it('200 that do not read cost no more memory than their events', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const used = (): number => {
      collect()
      const { heapUsed, external } = process.memoryUsage()
      return (heapUsed + external) / 1e6
    }
    const before = used()
    const opened = []
    for (let browser = 0; browser < 5; browser++) {
      const session = await signInTo(host)
      for (let tab = 0; tab < 40; tab++) opened.push(await openStream(session, false))
    }
    const accepted = opened.filter(({ received }) => received.startsWith('HTTP/1.1 200'))
    expect(accepted).toHaveLength(MAX_STREAMS)
    for (const { received } of opened) expect(received).toMatch(/^HTTP\/1\.1 (200|429)/)
    for (const stream of opened) if (!accepted.includes(stream)) stream.destroy()
    emit(600)
    expect(used() - before).toBeLessThan(80)
    emit(5_000)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(used() - before).toBeLessThan(80)
    for (const stream of accepted) stream.destroy()
    await vi.waitUntil(async () => (await openStream(session, true)).received.includes('200 OK'))
    const later = used() - before
    expect(later).toBeLessThan(40)
    console.info(`200 streams that do not read, 5600 events of 30 kB: ${later.toFixed(0)} MB`)
  })

  it('are cut off when they take nothing any more', async () => {
    const open: Socket[] = []
    for (let tab = 0; tab < MAX_STREAMS_OF_SESSION; tab++)
      open.push(await openStream(session, false))
    // The system takes some megabytes for each.
    const isFull = async (): Promise<boolean> => {
      emit(100)
      const next = await openStream(session, true)
      next.destroy()
      return next.received.includes('200 OK')
    }
    await vi.waitUntil(isFull, { timeout: 30_000, interval: 20 })
  })

  it('are limited for one browser, and free again when a page goes', async () => {
    const open = []
    for (let tab = 0; tab < MAX_STREAMS_OF_SESSION; tab++)
      open.push(await openStream(session, true))
    expect((await openStream(session, true)).received).toContain('429')
    const second = await signInTo(host)
    expect((await openStream(second, true)).received).toContain('200 OK')
    open[0]?.destroy()
    await vi.waitUntil(async () => (await openStream(session, true)).received.includes('200 OK'))
  })

  it('a slow page gets every event, or is told that it missed some', async () => {
    const slow = await openStream(session, false)
    emit(60)
    await new Promise(resolve => setTimeout(resolve, 60))
    slow.on('data', chunk => (slow.received += String(chunk)))
    slow.resume()
    await vi.waitUntil(() => slow.received.includes('id: 60\n'))
    expect([...slow.received.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))).toEqual(
      Array.from({ length: 60 }, (_, at) => at + 1),
    )
    emit(2_000)
    slow.destroy()
    const back = await openStream({ ...session, 'Last-Event-ID': '60' }, true)
    await vi.waitUntil(() => back.received.includes('"reset"'))
    for (const id of ['-1', '1e9', 'x', '9'.repeat(400)]) {
      expect((await openStream({ ...session, 'Last-Event-ID': id }, true)).received).toContain(
        '200 OK',
      )
    }
  })
})

describe('requests that are none', () => {
  it('get an answer of their own, and no line of log', async () => {
    const strange = ['//', '///', '//evil.example/', '/\\', '/%', '/:80', '/@', '*']
    for (const target of strange) {
      for (const headers of [session, {}]) {
        for (const method of ['GET', 'POST', 'OPTIONS', 'HEAD', 'PUT']) {
          const { status } = await askWebHost(host.port, target, { method, headers })
          expect(status, `${method} ${target}`).toBeGreaterThanOrEqual(400)
          expect(status, `${method} ${target}`).toBeLessThan(500)
        }
      }
    }
    expect(await askWebHost(host.port, 'http://evil.example/', { headers: session })).toMatchObject(
      { status: 400 },
    )
    expect(bugs).toEqual([])
  })

  it('are repeated to at most 1 kB, whatever they hold', async () => {
    const call = async (body: string) =>
      askWebHost(host.port, '/api/call', { method: 'POST', headers: session, body })
    const long = 'y'.repeat(1_000_000)
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`key${at}`, at]))
    const list = { studyId: 1, numbers: Array.from({ length: 100_000 }, () => 'no number') }
    for (const [method, payload] of [
      ['study.list', { long }],
      ['study.list', { [long]: 1 }],
      ['study.list', many],
      ['study.list', long],
      ['study.list', [long, long]],
      [long, {}],
      ['study.get', { studyId: long }],
      ['trial.exclude', list],
      ['engine.check', { engine: long }],
      ...['\u0001', '字', '"', '\ud800'].map(
        sign => ['engine.check', { engine: sign.repeat(5_000) }] as const,
      ),
    ] as const) {
      const { body } = await call(JSON.stringify({ method, payload }))
      expect(JSON.parse(body)).toMatchObject({ ok: false, error: { code: 'request.invalid' } })
      expect(Buffer.byteLength(body), method.slice(0, 20)).toBeLessThanOrEqual(1_024)
    }
    expect(bugs).toEqual([])
  })

  it('are refused by size: only an import may be large', async () => {
    const body = `{"method":"study.list","payload":{"x":"${'z'.repeat(13 * 1024 * 1024)}"}}`
    const sent = await askWebHost(host.port, '/api/call', {
      method: 'POST',
      headers: session,
      body,
    })
    expect(sent.status).toBe(413)
    expect(sent.body.length).toBeLessThan(200)
  })

  it('keep no page out with connections that say nothing', async () => {
    const silent = Array.from({ length: 700 }, () => connect(host.port, '127.0.0.1'))
    sockets.push(...silent)
    let closed = 0
    for (const socket of silent) {
      socket.on('error', () => undefined)
      socket.on('close', () => closed++)
      socket.resume()
    }
    await Promise.all(silent.map(async socket => once(socket, 'connect')))
    await vi.waitUntil(() => closed >= 700 - MAX_STRANGERS, { timeout: 30_000 })
    const stream = await openStream(session, true)
    for (let count = 0; count < 5; count++) {
      const { status } = await askWebHost(host.port, '/api/call', {
        ...listStudies,
        headers: session,
      })
      expect(status).toBe(200)
    }
    // Nor does a page lose what it has.
    const more = Array.from({ length: 300 }, () => connect(host.port, '127.0.0.1'))
    sockets.push(...more)
    for (const socket of more) socket.on('error', () => undefined)
    emit(1)
    await vi.waitUntil(() => stream.received.includes('data: '), { timeout: 30_000 })
  }, 60_000)

  it('hold no connection without a request', async () => {
    const silent = Array.from({ length: 300 }, () => {
      const socket = connect(host.port, '127.0.0.1')
      socket.on('error', () => undefined)
      sockets.push(socket)
      return socket
    })
    const open = (): Socket[] =>
      silent.filter(({ destroyed, readyState }) => !destroyed && readyState === 'open')
    await vi.waitUntil(() => open().length > 0 && open().length <= 256, { timeout: 60_000 })
    for (const socket of silent) socket.destroy()
    // Nor does a stranger with a body that never comes.
    for (const route of ['/api/call', '/api/upload?path=1/a.csv', '/api/v1/study.list']) {
      const slow = connect(host.port, '127.0.0.1')
      sockets.push(slow)
      const ended = once(slow, 'close', { signal: AbortSignal.timeout(60_000) })
      slow.resume()
      slow.write(
        `POST ${route} HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nOrigin: http://127.0.0.1:${host.port}\r\nContent-Length: 1000000\r\n\r\nbegun`,
      )
      await ended
    }
    await vi.waitUntil(
      async () =>
        (await askWebHost(host.port, '/', { headers: session }).catch(() => ({ status: 0 })))
          .status === 200,
    )
  })
})
