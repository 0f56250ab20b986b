import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import process from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AccessTokens } from '../../src-main/features/access/node/access-tokens.ts'
import { scopes } from '../../src-main/features/access/common/access.ts'
import { LARGEST_CALL_BYTES } from '../../src-main/hosts/calls/answer-call.ts'
import { tableFormatSchema } from '../../src-main/core/data/table-format.ts'
import { writeBundle } from '../../src-main/features/bundles/node/write-bundle.ts'
import { NotificationsFile } from '../../src-main/features/notifications/node/notifications-file.ts'
import { writeLink } from '../../src-main/hosts/web/link-file.ts'
import { CALLS_AT_ONCE, REFUSALS_AT_ONCE } from '../../src-main/hosts/web/program-endpoint.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { servePrograms, type ServedPrograms } from '../helpers/serve-programs.ts'
import { askWebHost, signInTo } from '../helpers/web-client.ts'
import { useScratchFolders } from '../helpers/scratch-folder.ts'
import { isSkipped } from '../helpers/skipped-on-windows.ts'

/** What a program, a page of another site or another user may try at the endpoint for programs. */

const scratch = useScratchFolders()
let folder: string
let served: ServedPrograms

beforeEach(async () => {
  folder = scratch()
  served = await servePrograms(folder)
})

afterEach(async () => {
  expect(served.bugs).toEqual([])
  await served.close()
})

const Accept = 'application/json, text/event-stream'
const kinds = { 'Content-Type': 'application/json', Accept }
const endpoints = [
  ['/api/v1/study.list', '{}'],
  ['/mcp', '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}'],
] as const

describe.each(endpoints)('%s', (target, body) => {
  const ask = async (headers: Readonly<Record<string, string>>, at: string = target) =>
    askWebHost(served.web.port, at, { method: 'POST', headers: { ...kinds, ...headers }, body })

  it('refuses whoever has no token, a wrong one, or a page’s cookie and key', async () => {
    const session = await signInTo(served.web)
    for (const headers of [
      {},
      { Authorization: 'Bearer x' },
      { Authorization: `Bearer tunewright_${'A'.repeat(43)}` },
      { Authorization: `Basic ${btoa('a:b')}` },
      { ...session },
    ] as Readonly<Record<string, string>>[]) {
      const { status, headers: answerHeaders } = await ask(headers)
      expect([status, answerHeaders['www-authenticate']]).toEqual([
        401,
        'Bearer realm="tunewright"',
      ])
    }
  })

  it('refuses a token in the address, a right one too', async () => {
    const token = served.token(...scopes)
    for (const query of [`?token=${token}`, `?access_token=${token}`, '?x']) {
      expect((await ask({ Authorization: `Bearer ${token}` }, target + query)).status).toBe(400)
      expect((await ask({}, target + query)).status).toBe(400)
    }
  })

  it('refuses pages of other sites and other names of this machine', async () => {
    const Authorization = `Bearer ${served.token('read')}`
    const { port } = served.web
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: `http://127.0.0.1:${port + 1}` },
      { Host: 'evil.example' },
      { Host: `evil.example:${port}` },
      { Host: `127.0.0.1.nip.io:${port}` },
    ] as Readonly<Record<string, string>>[]) {
      const { status, headers: answerHeaders } = await ask({ Authorization, ...headers })
      expect([headers, status]).toEqual([headers, 403])
      expect(answerHeaders['access-control-allow-origin']).toBeUndefined()
    }
    const preflight = await askWebHost(port, target, {
      method: 'OPTIONS',
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    })
    expect(preflight.status).toBe(403)
  })

  it('refuses a token from the moment on that it is taken back, by another process too', async () => {
    const Authorization = `Bearer ${served.token('read')}`
    expect((await ask({ Authorization })).status).toBe(200)
    new AccessTokens(served.workspace.tokenFile).revoke('program 1')
    expect((await ask({ Authorization })).status).toBe(401)
  })

  it('refuses what is too large, what is no JSON and other methods', async () => {
    const Authorization = `Bearer ${served.token('read')}`
    const send = async (method: string, text: string, type = 'application/json') =>
      (
        await askWebHost(served.web.port, target, {
          method,
          headers: { Authorization, Accept, 'Content-Type': type },
          ...(method === 'GET' ? {} : { body: text }),
        })
      ).status
    expect(await send('POST', ' '.repeat(LARGEST_CALL_BYTES / 2))).toBe(413)
    expect(await send('POST', '{')).toBe(400)
    expect(await send('POST', body, 'text/plain')).toBe(415)
    expect(await send('POST', body, 'application/x-www-form-urlencoded')).toBe(415)
    for (const method of ['GET', 'PUT', 'DELETE']) expect(await send(method, body)).toBe(405)
  })

  it('slows strangers and one token down, not the others', async () => {
    // However slowly this machine asks, no time goes by in which more is let through.
    vi.spyOn(performance, 'now').mockReturnValue(performance.now())
    const [first, second] = [served.token('read'), served.token('read')]
    const statuses = async (count: number, headers: Readonly<Record<string, string>>) =>
      (await Promise.all(Array.from({ length: count }, async () => ask(headers)))).map(
        ({ status }) => status,
      )
    const strangers = await statuses(REFUSALS_AT_ONCE + 30, {})
    expect(strangers.filter(status => status === 429)).toHaveLength(30)
    expect(new Set(strangers)).toEqual(new Set([401, 429]))
    // Counted whatever is asked: here what costs nothing.
    const mine = await Promise.all(
      Array.from({ length: 2 * CALLS_AT_ONCE }, async () =>
        askWebHost(served.web.port, target, { headers: { Authorization: `Bearer ${first}` } }),
      ),
    )
    expect(mine.filter(({ status }) => status === 405)).toHaveLength(CALLS_AT_ONCE)
    expect(mine.filter(({ status }) => status === 429)).toHaveLength(CALLS_AT_ONCE)
    expect(mine.find(({ status }) => status === 429)?.headers['retry-after']).toBe('1')
    expect(await statuses(1, { Authorization: `Bearer ${second}` })).toEqual([200])
  })
})

describe('tokens', () => {
  it('lie as hashes in a file of their owner, and are told once', async () => {
    const { api } = served.backEnd
    const { secret, token } = await api['access.create']({ name: 'a', scopes: ['read'] })
    const text = readFileSync(served.workspace.tokenFile, 'utf8')
    expect(text).not.toContain(secret)
    expect(text).not.toContain(secret.slice(-12))
    if (process.platform !== 'win32') {
      expect(statSync(served.workspace.tokenFile).mode & 0o777).toBe(0o600)
    }
    expect(await api['access.list']({})).toEqual([token])
    expect(Object.keys(token).sort()).toEqual(['createdAtMs', 'id', 'name', 'scopes'])
    await expect(api['access.create']({ name: 'a', scopes: ['read'] })).rejects.toMatchObject({
      code: 'usage.invalid',
    })
  })

  it('let nobody in while their file is damaged', async () => {
    const token = served.token('read')
    writeFileSync(served.workspace.tokenFile, '{"version":2,"tokens":"all"}')
    for (const secret of [token, token, `tunewright_${'a'.repeat(43)}`]) {
      expect((await served.call('study.list', {}, secret)).status).toBe(401)
    }
    // Strangers do not fill the log.
    expect(served.bugs).toHaveLength(1)
    ;(served.bugs as string[]).length = 0
  })
})

describe('a program with every right', () => {
  const command = {
    name: 'program',
    objective: { command: ['sh', 'run.sh'], files: ['run.sh'] },
    goals: [{ metric: 'y', direction: 'minimize' }],
    space: { x: { float: [0, 1] } },
    stop: { trials: 1 },
  }
  const table = (file: string) => ({
    name: 'table',
    objective: { task: 'tabular', data: { file, target: 'b' } },
    goals: [{ metric: 'validationLoss', direction: 'minimize' }],
    stop: { trials: 1 },
  })
  const textOf = (study: object) => ({ text: JSON.stringify(study), format: 'json' })

  it('starts no code that is not trusted, and cannot grant it', async () => {
    writeFileSync(path.join(folder, 'run.sh'), 'touch ran\n')
    const token = served.token(...scopes)
    for (const [method, request] of [
      ['study.create', { ...textOf(command), start: true }],
      ['study.dryRun', textOf(command)],
    ] as const) {
      const { status, body } = await served.call(method, request, token)
      expect([status, body.includes('userCode.untrusted')]).toEqual([403, true])
    }
    const source = textOf(command)
    const description = await served.backEnd.api['code.describe']({ source } as never)
    const { fingerprint } = description as { fingerprint: string }
    expect((await served.call('code.trust', { source, fingerprint }, token)).status).toBe(403)
    expect((await served.call('code.describe', { source }, token)).status).toBe(403)
    // A person trusts it: then it may.
    await served.backEnd.api['code.trust']({ source, fingerprint } as never)
    const { status } = await served.call('study.create', { ...source, start: false }, token)
    expect(status).toBe(200)
  })

  const rows = `a,b\n${Array.from({ length: 40 }, (_, row) => `${row},${row % 2}`).join('\n')}\n`
  const previewOf = async (file: string, token: string): Promise<number> => {
    const request = { file, ...tableFormatSchema.parse({ header: false }) }
    return (await served.call('dataset.preview', request, token)).status
  }
  const write = (file: string, content = rows): string => {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
    return file
  }

  it('reads nothing beside the database that nobody opened', async () => {
    const token = served.token(...scopes)
    const names = [
      '.env',
      '.ssh/id_ed25519',
      'queue.key',
      'tokens.txt',
      'notes.yaml',
      'a.log',
      'own.csv',
      '.hidden/table.csv',
      'deep/table.csv',
      '.table.csv',
    ]
    for (const name of names) {
      const file = write(path.join(folder, name))
      expect([name, await previewOf(name, token)]).toEqual([name, 403])
      expect([name, await previewOf(file, token)]).toEqual([name, 403])
    }
    for (const file of ['a.sqlite', 'a.log', '/etc/passwd', '/proc/self/environ', '.']) {
      expect([file, await previewOf(file, token)]).toEqual([file, 403])
    }
  })

  it('reads data beside those of a study of its person, no others, and nothing that is hidden', async () => {
    const token = served.token(...scopes)
    const data = path.join(folder, 'data')
    write(path.join(data, 'train.csv'))
    const others = ['.env', '.test.csv', 'id_rsa', 'tokens.txt', 'deep/table.csv', '../beside.csv']
    for (const name of [...others, 'test.csv', 'TEST.CSV.GZ']) write(path.join(data, name))
    expect(await previewOf(path.join(data, 'test.csv'), token)).toBe(403)
    const page = served.backEnd.api
    await page['study.create']({ ...textOf(table('data/train.csv')), start: false } as never)
    for (const name of ['train.csv', 'test.csv']) {
      expect([name, await previewOf(path.join('data', name), token)]).toEqual([name, 200])
    }
    for (const name of others) {
      expect([name, await previewOf(path.join(data, name), token)]).toEqual([name, 403])
    }
    // A link among them leads nowhere else.
    if (isSkipped('links')) return
    write(path.join(folder, 'secret.csv'))
    symlinkSync(path.join(folder, 'secret.csv'), path.join(data, 'link.csv'))
    expect(await previewOf('data/link.csv', token)).toBe(403)
  })

  it('opens no file by a bundle that names it', async () => {
    const token = served.token('read', 'steer')
    write(path.join(folder, 'data', 'train.csv'))
    const secret = write(path.join(scratch(), 'secret.csv'))
    const page = served.backEnd.api
    await page['study.create']({ ...textOf(table('data/train.csv')), start: false } as never)
    expect(await previewOf('data/train.csv', token)).toBe(200)
    // Another person's database, whose data set says that it was read from files of this one.
    const elsewhere = scratch()
    const other = await servePrograms(elsewhere)
    write(path.join(elsewhere, 'other.csv'), rows.replace('a,b', 'a,c'))
    const named = {
      ...table('other.csv'),
      objective: { task: 'tabular', data: { file: 'other.csv', target: 'c' } },
    }
    await other.backEnd.api['study.create']({ ...textOf(named), start: false } as never)
    await other.close()
    const database = new SqliteDatabase(other.workspace.databasePath)
    const sources = [secret, '/etc/passwd'].map(file => ({
      path: file,
      files: 1,
      bytes: 1,
      modifiedAtMs: 1,
    }))
    expect(
      database.prepare('UPDATE datasets SET sources = ?').run(JSON.stringify(sources)).changes,
    ).toBe(1)
    database.close()
    const bundle = path.join(elsewhere, 'x.tunewright')
    const reader = openStudyStore(other.workspace.databasePath, { readOnly: true })
    await writeBundle({ reader, studyId: 1, file: bundle, replace: false, atMs: 1 })
    reader.close()
    const file = { name: 'x.tunewright', base64: readFileSync(bundle).toString('base64') }
    const request = { file, only: null, name: 'forged', goals: [] }
    const imported = await served.call('import.run', request, token)
    expect([imported.status, imported.body]).toEqual([200, expect.stringContaining('forged')])
    for (const named of [secret, '/etc/passwd']) expect(await previewOf(named, token)).toBe(403)
    expect(await previewOf('data/train.csv', token)).toBe(200)
  })

  it('reads what a page sent, and samples', async () => {
    const token = served.token(...scopes)
    write(path.join(served.workspace.uploadDirectory, '1', 'table.csv'))
    write(path.join(served.workspace.uploadDirectory, '1', '.table.csv'))
    expect(await previewOf('uploads/1/table.csv', token)).toBe(200)
    expect(await previewOf('uploads/1/.table.csv', token)).toBe(403)
    expect(await previewOf('uploads/../a.sqlite', token)).toBe(403)
  })

  it('reads no script, one that a person chose either, and puts nothing beside it', async () => {
    const token = served.token(...scopes)
    const script = write(path.join(folder, 'data', 'train.py'), 'API_KEY = "key"\n')
    await served.backEnd.api['file.choose']({ path: script })
    for (const named of [script, 'data/train.py', '/etc/passwd', '../../etc/x.py']) {
      const question = { path: named, language: 'en' }
      const described = await served.call('script.describe', question, token)
      const copied = await served.call('script.copyLauncher', { path: named }, token)
      const codeAnswer = await served.call('script.helpCode', { path: named }, token)
      const fingerprint = '0'.repeat(64)
      const ran = await served.call('script.runHelp', { ...question, fingerprint }, token)
      const states = [described, copied, codeAnswer, ran].map(({ status }) => status)
      expect([named, ...states]).toEqual([named, 403, 403, 403, 403])
    }
    for (const into of [path.join(folder, 'data'), 'data', null]) {
      const kit = await served.call('script.copyKit', { kit: 'xgboost', folder: into }, token)
      expect([into, kit.status]).toEqual([into, 403])
    }
    expect(readdirSync(path.dirname(script))).toEqual(['train.py'])
  })

  it('reads no file elsewhere that nobody chose', async () => {
    const elsewhere = scratch()
    const other = write(path.join(elsewhere, 'other.csv'))
    mkdirSync(path.join(elsewhere, 'pictures'))
    const token = served.token(...scopes)
    const requests = (file: string) =>
      [
        ['dataset.preview', { file, ...tableFormatSchema.parse({}) }],
        ['dataset.sheets', { file }],
        ['dataset.classes', { kind: 'image', folders: file }],
        ['study.checkData', textOf(table(file))],
        ['study.forecast', textOf(table(file))],
        ['study.create', { ...textOf(table(file)), start: false }],
        ['objective.describe', { objective: table(file).objective }],
      ] as const
    for (const file of [other, path.relative(folder, other), '/etc/passwd', '../../etc/passwd']) {
      for (const [method, request] of requests(file)) {
        const { status, body } = await served.call(method, request, token)
        expect([method, file, status, body.includes('file.notChosen')]).toEqual([
          method,
          file,
          403,
          true,
        ])
      }
    }
    await served.backEnd.api['file.choose']({ path: other })
    expect((await served.call('study.checkData', textOf(table(other)), token)).status).toBe(200)
    expect((await served.call('file.choose', { path: '/etc/passwd' }, token)).status).toBe(403)
  })

  it('reads no file that lets people or programs in, beside the database either', async () => {
    const { linkFile, suggestFile, tokenFile, notificationsFile } = served.workspace
    writeLink(linkFile, served.web.issueLink())
    new NotificationsFile(notificationsFile).add({
      name: 'phone',
      occasions: ['end'],
      language: 'en',
      target: { kind: 'slack', url: 'https://hooks.example/secret' },
    })
    const link = path.join(folder, 'table.csv')
    // Where links cannot be made, nothing leads there.
    if (!isSkipped('links')) symlinkSync(linkFile, link)
    const token = served.token(...scopes)
    const other = path.join(folder, 'b-link.json')
    writeFileSync(other, '{"process":12,"link":"http://127.0.0.1:1/?token=1"}')
    const files = [linkFile, suggestFile, tokenFile, notificationsFile, other, `${other}.1-0.part`]
    if (!isSkipped('links')) files.push(link)
    for (const file of files) {
      // Two letters of ASCII as one of UTF-16 are no quote of a CSV file.
      for (const encoding of ['auto', 'utf-16le']) {
        const format = tableFormatSchema.parse({ encoding, header: false })
        const { data, ...objective } = table(file).objective
        const read = { ...table(file), objective: { ...objective, data: { ...data, ...format } } }
        for (const [method, request] of [
          ['dataset.preview', { file, ...format }],
          ['study.checkData', textOf(read)],
        ] as const) {
          const { status, body } = await served.call(method, request, token)
          expect([method, file, status]).toEqual([method, file, 422])
          expect(body).toContain('rule.secretFile')
        }
      }
    }
  })
})

describe('a program with a token keeps nobody out', () => {
  const open = (token: string, method: string, length: number): Socket => {
    const socket = connect(served.web.port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => undefined)
    const lines = [
      `POST /api/v1/${method} HTTP/1.1`,
      `Host: 127.0.0.1:${served.web.port}`,
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${length}`,
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n{`)
    return socket
  }
  const sockets: Socket[] = []
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
  })

  it('with connections whose requests never end: those beyond its share are refused at once', async () => {
    const slow = served.token('read')
    const other = served.token('read')
    const refused = Array.from({ length: 200 }, () => open(slow, 'study.list', 1_000)).map(
      async socket => {
        const [answer] = (await once(socket, 'data')) as [Buffer]
        return String(answer).split('\r\n')[0]
      },
    )
    const first = await Promise.race(refused)
    expect(first).toBe('HTTP/1.1 429 Too Many Requests')
    await vi.waitUntil(() => sockets.filter(socket => !socket.closed).length <= 32, {
      timeout: 30_000,
    })
    const session = await signInTo(served.web)
    const page = { method: 'POST', body: '{"method":"study.list","payload":{}}' }
    for (let count = 0; count < 5; count++) {
      expect((await served.call('study.list', {}, other)).status).toBe(200)
      const { status } = await askWebHost(served.web.port, '/api/call', {
        ...page,
        headers: session,
      })
      expect(status).toBe(200)
    }
  })

  it('with batches of messages, which no limit would count', async () => {
    const token = served.token('read')
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }
    const { status, body } = await askWebHost(served.web.port, '/mcp', {
      method: 'POST',
      headers: { ...kinds, Authorization: `Bearer ${token}` },
      body: JSON.stringify([message, message]),
    })
    expect([status, JSON.parse(body)]).toEqual([
      400,
      { error: { code: 'request', message: expect.stringContaining('batches') as string } },
    ])
  })

  it('nor acts once its token is taken back, with a request that had begun', async () => {
    const token = served.token('read')
    const socket = open(token, 'study.list', 2)
    const answered = once(socket, 'data') as Promise<[Buffer]>
    // The server has the head before the token goes.
    expect((await served.call('study.list', {}, token)).status).toBe(200)
    const tokens = new AccessTokens(served.workspace.tokenFile)
    for (const { id } of tokens.list()) tokens.revoke(id)
    socket.write('}')
    expect(String((await answered)[0]).split('\r\n')[0]).toBe('HTTP/1.1 401 Unauthorized')
  })

  it('leaves nothing behind on a connection that carries many calls', async () => {
    const token = served.token('read')
    const warnings: string[] = []
    const note = ({ name }: Error) => warnings.push(name)
    process.on('warning', note)
    // One connection, for one call at a time.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ports = new Set<number | undefined>()
    for (let call = 0; call < 15; call++) {
      const sent = request({
        agent,
        port: served.web.port,
        path: '/api/v1/app.catalog',
        method: 'POST',
        headers: { ...kinds, Authorization: `Bearer ${token}` },
      }).end('{}')
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      ports.add(response.socket.localPort)
      response.resume()
      await once(response, 'end')
    }
    agent.destroy()
    process.off('warning', note)
    expect([ports.size, warnings]).toEqual([1, []])
  })
})
