import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Api } from '../../src-main/features/api/common/methods.ts'
import { EventHub } from '../../src-main/features/api/node/event-hub.ts'
import { receiveUpload } from '../../src-main/hosts/web/receive-upload.ts'
import { startWebHost, type WebHost } from '../../src-main/hosts/web/web-host.ts'
import { LARGEST_CALL_BYTES } from '../../src-main/hosts/calls/answer-call.ts'
import {
  askWebHost,
  signInTo,
  type WebAnswer,
  type WebRequest,
  type WebSession,
} from '../helpers/web-client.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-web-'))
const hub = new EventHub()
let host: WebHost
const ask = async (target: string, options?: WebRequest): Promise<WebAnswer> =>
  askWebHost(host.port, target, options)
const signIn = async (): Promise<WebSession> => signInTo(host)

beforeAll(async () => {
  mkdirSync(path.join(folder, 'renderer/assets'), { recursive: true })
  writeFileSync(path.join(folder, 'renderer/index.html'), '<!doctype html><title>page</title>')
  writeFileSync(path.join(folder, 'renderer/assets/a b.js'), 'export {}')
  writeFileSync(path.join(folder, 'renderer/notes.txt'), 'not served')
  writeFileSync(path.join(folder, 'secret.json'), '{"secret":1}')
  host = await startWebHost({
    api: { 'study.list': async () => [] } as unknown as Api,
    hub,
    port: 0,
    rendererFolder: path.join(folder, 'renderer'),
    uploadFolder: path.join(folder, 'uploads'),
  })
})

afterAll(async () => {
  await host.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
})

describe('who may come in', () => {
  it('nobody without a session', async () => {
    for (const target of ['/', '/index.html', '/api/events', '/assets/a%20b.js']) {
      expect((await ask(target)).status).toBe(401)
    }
    expect((await ask('/api/call', { method: 'POST', body: '{}' })).status).toBe(401)
    for (const token of ['', 'guess', 'x'.repeat(43)]) {
      expect((await ask(`/?token=${token}`)).status).toBe(401)
    }
    expect((await ask('/', { headers: { Cookie: `tunewright-${host.port}=guess` } })).status).toBe(
      401,
    )
  })

  it('a link works once, and gives a cookie that scripts and other sites cannot use', async () => {
    const link = new URL(host.issueLink())
    expect(link.origin).toBe(`http://127.0.0.1:${host.port}`)
    const first = await ask(`/${link.search}`)
    expect(first).toMatchObject({ status: 303 })
    expect(first.headers['location']).toMatch(/^\/#key=[\w-]{43}$/)
    const cookie = String(first.headers['set-cookie']?.[0])
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/)
    expect((await ask(`/${link.search}`)).status).toBe(401)
    const [session = ''] = cookie.split(';')
    expect((await ask('/', { headers: { Cookie: session } })).body).toContain('<title>page</title>')
    // The link again, in the browser that is signed in.
    const again = await ask(`/${link.search}`, { headers: { Cookie: session } })
    expect(again).toMatchObject({ status: 303, headers: { location: '/' } })
  })

  it('a link leads to a study, and to nothing else that somebody writes into it', async () => {
    const { search } = new URL(host.issueLink(7))
    const first = await ask(`/${search}`)
    expect(first.headers['location']).toMatch(/^\/#key=[\w-]{43}&study=7$/)
    const [session = ''] = String(first.headers['set-cookie']?.[0]).split(';')
    const again = (query: string) => ask(`/${query}`, { headers: { Cookie: session } })
    expect((await again(search)).headers['location']).toBe('/#/studies/7')
    for (const study of ['', '-1', '1e3', '7/trials', '//evil.example', '1'.repeat(16)]) {
      const answer = await again(`?token=x&study=${encodeURIComponent(study)}`)
      expect(answer.headers['location'], study).toBe('/')
    }
  })

  it('no page of another site, whatever name it gives this machine', async () => {
    const session = await signIn()
    const ownOrigin = `127.0.0.1:${host.port}`
    const call = (headers: Readonly<Record<string, string>>) =>
      ask('/api/call', {
        method: 'POST',
        headers: { ...session, ...headers },
        body: '{"method":"study.list","payload":{}}',
      })
    expect((await call({})).status).toBe(200)
    expect((await call({ Origin: `http://${ownOrigin}` })).status).toBe(200)
    expect((await call({ Host: `localhost:${host.port}` })).status).toBe(200)
    for (const Origin of [
      'http://evil.example',
      'null',
      `https://${ownOrigin}`,
      `http://127.0.0.1:1`,
    ]) {
      expect((await call({ Origin })).status, Origin).toBe(403)
    }
    for (const Host of ['evil.example', `evil.example:${host.port}`, '127.0.0.1', '[::1]']) {
      expect((await call({ Host })).status, Host).toBe(403)
    }
  })

  it('answers no other origin', async () => {
    const { headers } = await ask('/', { headers: await signIn() })
    expect(Object.keys(headers).filter(name => name.startsWith('access-control'))).toEqual([])
  })
})

describe('what is answered', () => {
  it('every answer carries the policy', async () => {
    const session = await signIn()
    for (const target of ['/', '/nothing', '/api/call']) {
      for (const headers of [session, {}]) {
        const answer = await ask(target, { headers })
        const policy = String(answer.headers['content-security-policy'])
        expect(policy).toContain("default-src 'none'")
        expect(policy).toContain("frame-ancestors 'none'")
        expect(policy).not.toContain('unsafe')
        expect(answer.headers).toMatchObject({
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'cache-control': 'no-store',
        })
        for (const header of ['server', 'x-powered-by', 'etag']) {
          expect(answer.headers).not.toHaveProperty(header)
        }
      }
    }
  })

  it('files of the build, and nothing else', async () => {
    const headers = await signIn()
    const file = (target: string) => ask(target, { headers })
    expect(await file('/assets/a%20b.js')).toMatchObject({ status: 200, body: 'export {}' })
    symlinkSync(path.join(folder, 'secret.json'), path.join(folder, 'renderer/link.json'))
    for (const target of [
      '/notes.txt',
      '/assets',
      '/assets/',
      '/../secret.json',
      '/%2e%2e/secret.json',
      '/..%2fsecret.json',
      '/assets/..%5c..%5csecret.json',
      '/assets/%00.js',
      '/%E0%A4%A.js',
      '//etc/hosts.json',
      '/link.json',
    ]) {
      expect((await file(target)).status, target).toBe(404)
    }
  })

  it('nothing tells how it was made', async () => {
    writeFileSync(path.join(folder, 'renderer/assets/a b.js.map'), '{"sources": ["secret.ts"]}')
    const headers = await signIn()
    for (const target of ['/assets/a%20b.js.map', '/nothing', '/assets', '/.git/config']) {
      const answer = await ask(target, { headers })
      expect([answer.status, answer.body], target).toEqual([404, 'Not found'])
    }
    const { body } = await ask('/api/call', {
      method: 'POST',
      headers,
      body: '{"method":"app.samples","payload":{"language":"en"}}',
    })
    expect(body).not.toMatch(/ at |\.ts\b|node_modules|node:/)
  })

  it('calls that are no calls are refused', async () => {
    const headers = await signIn()
    const call = (body: string, method = 'POST') => ask('/api/call', { method, headers, body })
    expect((await call('', 'GET')).status).toBe(405)
    for (const body of ['', '{', '[]', 'null', '{"payload":{}}', '{"method":7}']) {
      expect((await call(body)).status, body).toBe(400)
    }
    expect((await call(`"${'x'.repeat(LARGEST_CALL_BYTES)}"`)).status).toBe(413)
    expect(JSON.parse((await call('{"method":"study.nothing"}')).body)).toMatchObject({
      ok: false,
      error: { code: 'request.invalid' },
    })
  })
})

describe('files that a page sends', () => {
  const send = async (target: string, body: string, headers?: WebRequest['headers']) =>
    ask(`/api/upload?path=${encodeURIComponent(target)}`, {
      method: 'POST',
      headers: headers ?? (await signIn()),
      body,
    })

  it('lie in the folder of uploads, whole, where nothing was; what a killed server left goes', async () => {
    const left = path.join(folder, 'uploads/0/photos/b.csv.9999999-0123abcd.part')
    mkdirSync(path.dirname(left), { recursive: true })
    writeFileSync(left, 'x')
    const answer = await send('1/photos/cat/a b.csv', 'x,y\n1,2\n')
    const file = path.join(folder, 'uploads/1/photos/cat/a b.csv')
    expect(answer).toMatchObject({ status: 200, body: JSON.stringify({ path: file }) })
    expect(readFileSync(file, 'utf8')).toBe('x,y\n1,2\n')
    expect(readdirSync(path.dirname(file))).toEqual(['a b.csv'])
    expect(existsSync(left)).toBe(false)
  })

  it('are refused beyond their limit, and leave nothing', async () => {
    const large = Readable.from([Buffer.alloc(600), Buffer.alloc(600)]) as IncomingMessage
    const to = path.join(folder, 'limited')
    const limits = { limitBytes: 1_000 }
    const tooLarge = await receiveUpload(large, to, ['1', 'a.csv'], limits)
    expect(tooLarge).toEqual({ exceeds: 'bytes' })
    expect(readdirSync(path.join(to, '1'))).toEqual([])
    const fits = Readable.from([Buffer.alloc(600)]) as IncomingMessage
    const written = { path: path.join(to, '1/a.csv') }
    expect(await receiveUpload(fits, to, ['1', 'a.csv'], limits)).toEqual(written)
    const slow = Readable.from([Buffer.alloc(600)]) as IncomingMessage
    const tooSlow = await receiveUpload(slow, to, ['1', 'b.csv'], { limitMs: -1 })
    expect(tooSlow).toEqual({ exceeds: 'time' })
    expect(readdirSync(path.join(to, '1'))).toEqual(['a.csv'])
  })

  it('come from nobody else, and lead nowhere else', async () => {
    expect((await send('1/a.csv', 'x', {})).status).toBe(401)
    for (const target of [
      '',
      'a.csv',
      '/a.csv',
      '1/',
      '1/../a.csv',
      '../1/a.csv',
      '1/.hidden',
      '1/a\\b.csv',
      '1/a\0.csv',
      '1/nul',
      '1/COM1.csv',
      '1/a.',
      '1/ a.csv',
      `1/${'x'.repeat(201)}`,
      Array.from({ length: 13 }, () => 'x').join('/'),
    ]) {
      expect((await send(target, 'x')).status, target).toBe(400)
    }
    expect((await ask('/api/upload?path=1/a.csv', { headers: await signIn() })).status).toBe(405)
  })
})
