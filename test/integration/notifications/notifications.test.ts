import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import type {
  NotificationChannel,
  StudyNotification,
  ChannelTarget,
} from '../../../src-main/features/notifications/common/channel.ts'
import { msg } from '../../../src-main/core/errors/message.ts'
import { NotificationsFile } from '../../../src-main/features/notifications/node/notifications-file.ts'
import {
  sendNotification,
  testChannel,
} from '../../../src-main/features/notifications/node/send-notification.ts'
import { runStudy } from '../../../src-main/running/run-study.ts'
import {
  observeForNotifications,
  StudyNotifier,
  type StudyNotifierOptions,
} from '../../../src-main/features/notifications/node/study-notifier.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { isRunning } from '../../../src-main/platform/files/temporary.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { useStudyDatabases } from '../../helpers/study-session.ts'

const scratch = useScratchFolders()
const breastCancer = fileURLToPath(
  new URL('../../fixtures/data/breast-cancer.csv', import.meta.url),
)
const base: StudySpecificationInput = {
  name: 'sphere',
  objective: { function: 'sphere' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 5] }, x1: { float: [-5, 5] } },
  stop: { trials: 5 },
}
const newDatabase = useStudyDatabases(base)

interface Received {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}
const closings: (() => void)[] = []
afterEach(() => {
  for (const close of closings.splice(0)) close()
})

/** @param statuses of its answers, in their order; 200 from then on */
async function listen(...statuses: readonly number[]) {
  return listenWith(() => 'ok', ...statuses)
}

/** @param answerTo what stands in its answers */
async function listenWith(
  answerTo: (request: IncomingMessage) => string,
  ...statuses: readonly number[]
) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void text(request).then(body => {
      received.push({ headers: request.headers, body })
      response.writeHead(statuses[received.length - 1] ?? 200).end(answerTo(request))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closings.push(() => server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/secret-path`, host: `127.0.0.1:${port}`, received }
}

function channelTo(
  target: ChannelTarget,
  changes: Partial<NotificationChannel> = {},
): NotificationChannel {
  const occasions = ['best', 'end', 'failure', 'stuck'] as NotificationChannel['occasions']
  return { name: 'phone', occasions, language: 'en', target, ...changes }
}

async function runWith(database: string, ...channels: readonly NotificationChannel[]) {
  const workspace = locateWorkspace(database)
  const file = new NotificationsFile(workspace.notificationsFile)
  for (const channel of channels) file.add(channel)
  const store = openStudyStore(database)
  try {
    await runStudy({
      store,
      study: store.findStudy('1'),
      workspace,
      now: Date.now,
      observers: [observeForNotifications],
    })
    return { events: store.events(1), best: store.findStudy('1').best }
  } finally {
    store.close()
  }
}

/** A service that takes requests and answers none. */
async function listenSilently() {
  const received: string[] = []
  const server = createServer(request => {
    received.push(request.url ?? '')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closings.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/secret-path`, host: `127.0.0.1:${port}`, received }
}

/** A program that does not end, with a process below it that holds its standard error. */
function hangingProgram() {
  const file = path.join(scratch(), 'pids')
  const script = `
    const { spawn } = require('node:child_process')
    const hang = 'setInterval(() => undefined, 1000)'
    const child = spawn(process.execPath, ['-e', hang], { stdio: 'inherit' })
    require('node:fs').writeFileSync(process.argv[1], process.pid + ' ' + child.pid)
    setInterval(() => undefined, 1000)`
  const pids = (): number[] =>
    existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : []
  return { command: [process.execPath, '-e', script, file], pids }
}

function newBatchFile(): string {
  const file = path.join(scratch(), 'tell.cmd')
  writeFileSync(file, 'exit 0')
  return file
}

const notification: StudyNotification = {
  occasion: 'end',
  study: { id: 1, name: 'sphere', objective: null },
  atMs: 0,
  best: null,
  reason: msg('ending.stopped'),
}
const soon = { now: Date.now, retryAfterMs: [1, 1, 1] }

describe('a study that runs', () => {
  it('tells its best trials and its end', async () => {
    const { url, received } = await listen()
    const { best } = await runWith(await newDatabase(), channelTo({ kind: 'json', url }))
    const posts = received.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    expect(posts.at(-1)).toMatchObject({ occasion: 'end', study: 'sphere', studyId: 1 })
    expect(posts.at(-1)?.['best']).toMatchObject({ trial: best?.number, value: best?.value })
    // The first at once, and of those within a minute the last.
    const bests = posts.filter(({ occasion }) => occasion === 'best')
    expect(bests.length).toBeLessThanOrEqual(2)
    expect(bests.at(-1)?.['best']).toMatchObject({ trial: best?.number })
  })

  it('tells only what a channel wants to hear, of the study that it names', async () => {
    const { url, received } = await listen()
    const target = { kind: 'json', url } as const
    await runWith(
      await newDatabase(),
      channelTo(target, { name: 'end', occasions: ['end'] }),
      channelTo(target, { name: 'failure', occasions: ['failure'] }),
      channelTo(target, { name: 'other', study: 'another' }),
    )
    expect(received).toHaveLength(1)
  })

  it('tells that it failed', async () => {
    const { url, received } = await listen()
    const file = path.join(scratch(), 'table.csv')
    copyFileSync(breastCancer, file)
    const database = await newDatabase({
      objective: { task: 'tabular', data: { file, target: 'diagnosis' } },
      engine: 'wasm',
      goals: [{ metric: 'validationLoss', direction: 'minimize' }],
      space: { units: { int: [8, 16] } },
    })
    rmSync(file)
    const run = runWith(database, channelTo({ kind: 'json', url }, { occasions: ['failure'] }))
    await expect(run).rejects.toThrow()
    expect(received.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
      { occasion: 'failure' },
    ])
  })

  it('is not held up by a channel that fails, and keeps why as an event without the address', async () => {
    const { url, host } = await listen(404, 404, 404, 404)
    const { events } = await runWith(
      await newDatabase(),
      channelTo({ kind: 'json', url }, { occasions: ['end'] }),
    )
    const failed = events.filter(({ kind }) => kind === 'notification.failed')
    expect(failed.map(({ detail }) => detail)).toEqual([
      {
        channel: 'phone',
        occasion: 'end',
        reason: { code: 'notifications.failed.status', values: { host, status: 404 } },
      },
    ])
    expect(JSON.stringify(events)).not.toContain('secret-path')
  })

  it.each([
    // A batch file has to be there; elsewhere what lies within a file cannot.
    [
      'cannot be started',
      [process.platform === 'win32' ? newBatchFile : () => `${import.meta.filename}/x`],
      'notifications.failed.notStarted',
    ],
    [
      'has a word that is none',
      [() => process.execPath, () => '\0'],
      'notifications.failed.notStarted',
    ],
  ])('goes on where the program of a channel %s', async (_, words, code) => {
    const command = words.map(word => word())
    const { events } = await runWith(
      await newDatabase(),
      channelTo({ kind: 'command', command }, { occasions: ['end'] }),
    )
    expect(events.filter(({ kind }) => kind === 'notification.failed')).toMatchObject([
      { detail: { reason: { code, values: { program: command[0] } } } },
    ])
  })
})

describe('a study without a sign of life', () => {
  it('is told once, until there is one', async () => {
    const { url, received } = await listen()
    const database = await newDatabase()
    const workspace = locateWorkspace(database)
    new NotificationsFile(workspace.notificationsFile).add(
      channelTo({ kind: 'json', url }, { occasions: ['stuck'] }),
    )
    const store = openStudyStore(database)
    const channels = new StudyNotifier({
      // A clock that leaps, as after a night with the lid closed.
      store,
      studyId: 1,
      workspace,
      now: () => Date.now() * 1_000,
      limits: { lookEveryMs: 20, minQuietMs: 400 },
    })
    const listener = channels.listenBeside(undefined)
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(received).toHaveLength(0)
    await vi.waitUntil(() => received.length === 1, { timeout: 20_000 })
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(received).toHaveLength(1)
    listener.metricsArrived?.(0, { metrics: [], steps: [], values: [] } as never, 0)
    await vi.waitFor(() => {
      expect(received).toHaveLength(2)
    })
    await channels.close()
    store.close()
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      reason: { code: 'notifications.quiet' },
    })
  })
})

/**
 * Tells a study's only channel that the study has failed, and closes.
 * @returns what is stored of why nothing could be sent
 */
async function storedReasons(
  target: ChannelTarget,
  limits: NonNullable<StudyNotifierOptions['limits']>,
  hasBegun: () => Promise<unknown> = async () => undefined,
) {
  const workspace = locateWorkspace(await newDatabase())
  new NotificationsFile(workspace.notificationsFile).add(channelTo(target))
  const store = openStudyStore(workspace.databasePath)
  const channels = new StudyNotifier({ store, studyId: 1, workspace, now: Date.now, limits })
  channels.failed(msg('ending.stopped'))
  await hasBegun()
  await channels.close()
  const events = store.events(1).filter(({ kind }) => kind === 'notification.failed')
  store.close()
  return events.map(({ detail }) => detail['reason'])
}

describe('the end of a session', () => {
  it('ends a request that has no answer, which is an event of the study', async () => {
    const { url, host, received } = await listenSilently()
    const reasons = await storedReasons({ kind: 'json', url }, { farewellMs: 20 }, () =>
      vi.waitUntil(() => received.length === 1, { timeout: 60_000 }),
    )
    expect(reasons).toEqual([msg('notifications.failed.sessionEnded', { destination: host })])
    expect(received).toHaveLength(1)
  })

  it('ends a program with all that it has started, which is an event of the study', async () => {
    const { command, pids } = hangingProgram()
    const reasons = await storedReasons({ kind: 'command', command }, { farewellMs: 20 }, () =>
      vi.waitUntil(() => pids().length === 2, { timeout: 60_000 }),
    )
    const destination = process.execPath
    expect(reasons).toEqual([msg('notifications.failed.sessionEnded', { destination })])
    await vi.waitUntil(() => !pids().some(isRunning), { timeout: 60_000 })
  })
})

describe('news that are not taken', () => {
  it('are sent again after busy answers, and not after a refusal', async () => {
    const busy = await listen(503, 429)
    expect(
      await sendNotification(channelTo({ kind: 'json', url: busy.url }), notification, soon),
    ).toBeNull()
    expect(busy.received).toHaveLength(3)
    const refusing = await listen(403)
    expect(
      await sendNotification(channelTo({ kind: 'slack', url: refusing.url }), notification, soon),
    ).toMatchObject({
      code: 'notifications.failed.status',
      values: { status: 403 },
    })
    expect(refusing.received).toHaveLength(1)
  })

  it.each([300, 301, 303, 307, 308, 404, 407, 421])('are not sent again after %i', async status => {
    const { url, host, received } = await listen(status, status)
    const failure = await sendNotification(channelTo({ kind: 'json', url }), notification, soon)
    expect(failure).toEqual(msg('notifications.failed.status', { host, status }))
    expect(received).toHaveLength(1)
  })

  it.each([
    ['does not end', 'json', false],
    ['breaks off', 'json', true],
    ['breaks off', 'feishu', true],
  ] as const)(
    'are taken once where the status says so and the text %s: %s',
    async (_what, kind, breaks) => {
      let posts = 0
      const server = createServer((request, response) => {
        posts++
        void text(request).then(() => {
          response.writeHead(200, { 'content-length': 100_000 })
          response.write('x', () => {
            if (breaks) response.destroy()
          })
        })
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      closings.push(() => {
        server.closeAllConnections()
        server.close()
      })
      const { port } = server.address() as AddressInfo
      const channel = channelTo({ kind, url: `http://127.0.0.1:${port}/` })
      expect(await sendNotification(channel, notification, soon)).toBeNull()
      expect(posts).toBe(1)
    },
  )

  it('do not wait for the end of an answer that has none', async () => {
    const server = createServer((_request, response) => {
      const timer = setInterval(() => response.write('x'.repeat(100_000)), 1)
      response.on('close', () => {
        clearInterval(timer)
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    closings.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const channel = channelTo({ kind: 'feishu', url: `http://127.0.0.1:${port}/` })
    expect(await sendNotification(channel, notification, { ...soon, retryAfterMs: [] })).toBeNull()
  })

  it('say the host alone where nobody answers, and follow no redirection', async () => {
    const url = 'http://127.0.0.1:9/secret-path'
    const failure = await sendNotification(channelTo({ kind: 'ntfy', url }), notification, soon)
    expect(failure).toEqual(msg('notifications.failed.noAnswer', { host: '127.0.0.1:9' }))
    const elsewhere = await listen()
    const server = createServer((_request, response) => {
      response.writeHead(307, { location: elsewhere.url }).end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    closings.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const moved = channelTo({ kind: 'json', url: `http://127.0.0.1:${port}/` })
    expect(
      await sendNotification(moved, notification, { ...soon, retryAfterMs: [] }),
    ).not.toBeNull()
    expect(elsewhere.received).toHaveLength(0)
  })
})

describe('what a service or command says', () => {
  const key = 'k3y-of-this-robot'

  it.each(['feishu', 'dingtalk'] as const)('%s: is not stored, but for its code', async kind => {
    const echoing = await listenWith(() =>
      JSON.stringify({
        [kind === 'feishu' ? 'code' : 'errcode']: 19021,
        [kind === 'feishu' ? 'msg' : 'errmsg']: 'T0KENab12cd34ef in other letters',
      }),
    )
    const url = `${echoing.url}?T0KENab12cd34ef`
    expect(await storedReasons({ kind, url }, {})).toEqual([
      msg('notifications.failed.refused', { host: echoing.host, code: 19021 }),
    ])
  })

  it('a command: is not stored, but for its exit code', async () => {
    const script = 'console.error("500 bad key", process.argv[1]); process.exit(8)'
    const command = [process.execPath, '-e', script, 'X-Key: s3cr3tvalue99']
    const once = { farewellMs: 60_000, retryAfterMs: [] }
    expect(await storedReasons({ kind: 'command', command }, once)).toEqual([
      msg('notifications.failed.exit', { program: process.execPath, exitCode: 8 }),
    ])
  })

  it.each(['feishu', 'dingtalk'] as const)(
    '%s: is shown to who sends a test, without the address and the key',
    async kind => {
      const echoing = await listenWith(({ url = '', headers }) =>
        JSON.stringify({
          [kind === 'feishu' ? 'code' : 'errcode']: 19021,
          [kind === 'feishu' ? 'msg' : 'errmsg']: `refused ${headers.host}${url} with ${key}`,
        }),
      )
      const url = `${echoing.url}/T0KEN123456?access_token=a%20b%20c%20d`
      const failure = await testChannel(channelTo({ kind, url, secret: key }), Date.now)
      expect(failure?.code).toBe('notifications.failed.inTheirWords')
      expect(failure?.values?.['reason']).toEqual(
        msg('notifications.failed.refused', { host: echoing.host, code: 19021 }),
      )
      const text = JSON.stringify(failure)
      expect(text).toContain('"refused ')
      for (const secret of [key, 'secret-path', 'T0KEN123456', 'a%20b', 'a b c d']) {
        expect(text).not.toContain(secret)
      }
    },
  )

  it('is one line', async () => {
    const { url } = await listenWith(() => JSON.stringify({ code: 1, msg: 'x\nSent.\r\u001B[2J' }))
    const failure = await testChannel(channelTo({ kind: 'feishu', url }), Date.now)
    expect(failure?.values?.['words']).toBe('x\\x0aSent.\\x0d␛[2J')
  })

  it('a command: is shown without what stood in its arguments', async () => {
    const script =
      'console.error("cannot send to", process.argv[1], process.argv[2]); process.exit(3)'
    const address = 'https://example.org/hooks/T0KEN123456'
    const command = [process.execPath, '-e', script, address, '--key=abcdefgh']
    const words = JSON.stringify(
      await testChannel(channelTo({ kind: 'command', command }), Date.now),
    )
    expect(words).toContain('cannot send to')
    expect(words).not.toMatch(/T0KEN123456|abcdefgh/)
  })

  it('a command: shows no end of a secret whose beginning was cut off', async () => {
    const secret = 'T0KEN-1234567890-abcdef'
    // Redaction makes the second half short, so that what was cut before it would be shown.
    const script =
      'console.error(process.argv[1] + " password=" + "x".repeat(9980)); process.exit(1)'
    const command = [process.execPath, '-e', script, secret]
    const words = JSON.stringify(
      await testChannel(channelTo({ kind: 'command', command }), Date.now),
    )
    expect(words).toContain('password=[redacted]')
    expect(words).not.toContain('abcdef')
  })
})

describe('a command', () => {
  it('gets the news as JSON and in its environment, without a shell', async () => {
    const file = path.join(scratch(), 'told.json')
    const script = `let s='';process.stdin.on('data',d=>s+=d).on('end',()=>require('fs').writeFileSync(process.argv[1],JSON.stringify([JSON.parse(s).occasion,process.env.TUNEWRIGHT_NOTIFICATION_TEXT,process.argv[2]])))`
    const command = [process.execPath, '-e', script, file, '$(id)']
    expect(
      await sendNotification(channelTo({ kind: 'command', command }), notification, soon),
    ).toBeNull()
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([
      'end',
      '“sphere” has finished: stopped by the user',
      '$(id)',
    ])
  })

  it('that fails or is missing is said with its exit code', async () => {
    const command = [process.execPath, '-e', 'console.error("no bell");process.exit(4)']
    const failing = channelTo({ kind: 'command', command })
    const reason = msg('notifications.failed.exit', { program: process.execPath, exitCode: 4 })
    expect(await sendNotification(failing, notification, soon)).toEqual(reason)
    expect(await testChannel(failing, Date.now)).toEqual(
      msg('notifications.failed.inTheirWords', { reason, words: 'no bell' }),
    )
    const missing = channelTo({ kind: 'command', command: ['/no/such/program'] })
    expect((await sendNotification(missing, notification, soon))?.code).toBe(
      'notifications.failed.missing',
    )
  })

  it('that does not end is ended at its limit, with all that it has started', async () => {
    const { command, pids } = hangingProgram()
    const hanging = channelTo({ kind: 'command', command })
    const limits = { postMs: 1, programMs: 2_000 }
    const once = { now: Date.now, retryAfterMs: [], limits }
    expect(await sendNotification(hanging, notification, once)).toEqual(
      msg('notifications.failed.tooLong', { program: process.execPath, seconds: 2 }),
    )
    await vi.waitUntil(() => !pids().some(isRunning), { timeout: 60_000 })
  })

  it('that ends leaves nothing running', async () => {
    const file = path.join(scratch(), 'pid')
    const script = `
      const { spawn } = require('node:child_process')
      const hang = 'setInterval(() => undefined, 1000)'
      const child = spawn(process.execPath, ['-e', hang], { stdio: 'inherit', detached: true })
      require('node:fs').writeFileSync(process.argv[1], String(child.pid))
      process.exit(0)`
    const command = [process.execPath, '-e', script, file]
    const leaving = channelTo({ kind: 'command', command })
    expect(await sendNotification(leaving, notification, soon)).toBeNull()
    const pid = Number(readFileSync(file, 'utf8'))
    await vi.waitUntil(() => !isRunning(pid), { timeout: 60_000 })
  })

  it.skipIf(process.platform === 'win32')(
    'of mail is sendmail, with the address as no option',
    async () => {
      const folder = scratch()
      mkdirSync(path.join(folder, 'bin'))
      const sendmail = path.join(folder, 'bin', 'sendmail')
      writeFileSync(
        sendmail,
        `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/words'\ncat > '${folder}/mail'\n`,
      )
      chmodSync(sendmail, 0o755)
      vi.stubEnv('PATH', `${path.join(folder, 'bin')}:${process.env['PATH']}`)
      const channel = channelTo({ kind: 'mail', address: 'me@example.org' }, { language: 'zh-CN' })
      expect(await sendNotification(channel, notification, soon)).toBeNull()
      vi.unstubAllEnvs()
      expect(readFileSync(path.join(folder, 'words'), 'utf8')).toBe('-i\n--\nme@example.org\n')
      const mail = readFileSync(path.join(folder, 'mail'), 'utf8')
      expect(mail).toMatch(/^To: me@example\.org\nSubject: =\?utf-8\?B\?[A-Za-z0-9+/=]+\?=\n/)
      expect(mail).toContain('“sphere”已完成')
    },
  )
})

describe('the file of hooks', () => {
  it('is its owner’s alone, and its list holds no secret', () => {
    const file = path.join(scratch(), 'notifications.json')
    const channels = new NotificationsFile(file)
    channels.add(channelTo({ kind: 'json', url: 'https://example.org/T0/secret', secret: 'key' }))
    expect(JSON.stringify(channels.list())).not.toMatch(/secret|key|T0/)
    expect(channels.list()).toMatchObject([{ destination: 'example.org', study: null }])
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('refuses a second channel of a name, and one that is not there', () => {
    const channels = new NotificationsFile(path.join(scratch(), 'notifications.json'))
    const channel = channelTo({ kind: 'mail', address: 'me@example.org' })
    channels.add(channel)
    expect(() => channels.add(channel)).toThrow(/usage/)
    expect(() => channels.remove('other')).toThrow(/usage/)
    channels.remove('phone')
    expect(channels.list()).toEqual([])
  })

  it.each(['ftp://example.org', 'javascript:alert(1)', 'file:///etc/passwd', 'example.org'])(
    'refuses the address %s',
    url => {
      const channels = new NotificationsFile(path.join(scratch(), 'notifications.json'))
      expect(() => channels.add(channelTo({ kind: 'json', url }))).toThrow()
    },
  )

  it.each(['-oQ/tmp@x', 'a@b\nBcc: c@d', 'two@a, three@b', 'nobody'])(
    'refuses the mail address %s',
    address => {
      const channels = new NotificationsFile(path.join(scratch(), 'notifications.json'))
      expect(() => channels.add(channelTo({ kind: 'mail', address }))).toThrow()
    },
  )
})
