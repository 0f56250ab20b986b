import { msg, verbatim } from '../../../src-main/core/errors/message.ts'
import { statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { AppError } from '../../../src-main/core/errors/errors.ts'
import { connect, type Connection } from '../../../src-main/platform/processes/connect.ts'
import { Link } from '../../../src-main/platform/processes/link.ts'
import { loadProcessSystem } from '../../../src-main/platform/processes/system/load-process-system.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()
const serve = new URL('../../../src-main/platform/processes/serve.ts', import.meta.url)
const links: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(links.splice(0).map(link => link.close()))
})

/** A program of its own instead of an entry. */
function entryOf(code: string): URL {
  const file = path.join(scratch(), 'entry.mjs')
  writeFileSync(file, code)
  return pathToFileURL(file)
}

/** Stands in for the process that is asked for the space of a module: `text` says what it does. */
const echo = (): URL =>
  entryOf(`import { serve } from ${JSON.stringify(serve.href)}
serve('describe-module', {
  space: text => {
    if (text === 'throw') throw new RangeError('too far')
    if (text === 'die') { process.stderr.write('no luck'); process.exit(3) }
    if (text === 'fill') for (const held = [];;) held.push(new Array(1e4).fill(held.length))
    if (text === 'killed') process.kill(process.pid, 'SIGKILL')
    if (text === 'killed' || text === 'hang') return new Promise(() => undefined)
    return { text, pid: process.pid }
  },
})`)

const pidOf = (answer: unknown): number => (answer as { readonly pid: number }).pid

function keep<Item extends Connection<'describe-module'>>(connection: Item): Item {
  links.push(connection)
  return connection
}

describe('a process of one call', () => {
  it('answers, and is gone afterwards', async () => {
    const once = keep(connect('describe-module', { kind: 'once' }, { entry: echo() }))
    const [a, b] = await Promise.all([once.call('space', 'a'), once.call('space', 'b')])
    expect([a, b]).toMatchObject([{ text: 'a' }, { text: 'b' }])
    expect(pidOf(a)).not.toBe(pidOf(b))
    expect(() => process.kill(pidOf(a), 0)).toThrow('ESRCH')
  })

  it('gives back what it throws, its death with the last lines, and its end at the limit', async () => {
    const entry = echo()
    const ends: unknown[] = []
    const call = async (text: string, limitMs: number): Promise<AppError> => {
      const onEnd = async (_: unknown, error: unknown) => void ends.push(error)
      const once = keep(connect('describe-module', { kind: 'once', limitMs, onEnd }, { entry }))
      return catchAppError(() => once.call('space', text))
    }
    expect(await call('throw', 30_000)).toMatchObject({
      code: 'internal',
      detail: { reason: verbatim('too far') },
    })
    expect(await call('die', 30_000)).toMatchObject({
      code: 'child.gone',
      detail: {
        child: 'describe-module',
        reason: msg('failure.child.crashed', { tail: 'no luck' }),
        exitCode: 3,
      },
    })
    // Windows, too, says so of one that others killed: it knows an exit code alone.
    expect(await call('killed', 30_000)).toMatchObject({
      code: 'child.gone',
      detail: { signal: 'SIGKILL', exitCode: null },
    })
    expect(await call('hang', 100)).toMatchObject({
      code: 'child.gone',
      detail: { reason: msg('failure.timeLimit', { limitMs: 100 }) },
    })
    expect(ends).toHaveLength(4)
  })

  it('is started again once where somebody kills it', async () => {
    const tries = path.join(scratch(), 'tries')
    const entry = (deaths: number): URL =>
      entryOf(`import { serve } from ${JSON.stringify(serve.href)}
import { appendFileSync, statSync } from 'node:fs'
appendFileSync(${JSON.stringify(tries)}, 'x')
serve('describe-module', { space: text => {
  if (text === 'die') process.exit(3)
  if (statSync(${JSON.stringify(tries)}).size <= ${deaths}) process.kill(process.pid, 'SIGKILL')
  return text
} })`)
    const call = async (deaths: number, text: string): Promise<unknown> => {
      writeFileSync(tries, '')
      const lifetime = { kind: 'once', tries: 2 } as const
      return keep(connect('describe-module', lifetime, { entry: entry(deaths) })).call(
        'space',
        text,
      )
    }
    expect(await call(1, 'done')).toBe('done')
    expect(statSync(tries).size).toBe(2)
    expect((await catchAppError(() => call(2, 'done'))).detail).toMatchObject({ signal: 'SIGKILL' })
    expect(statSync(tries).size).toBe(2)
    expect((await catchAppError(() => call(0, 'die'))).detail).toMatchObject({ exitCode: 3 })
    expect(statSync(tries).size).toBe(1)
  })

  it('is ended when it has used the time of the processors that it may', async () => {
    const busy = entryOf(`import { serve } from ${JSON.stringify(serve.href)}
serve('describe-module', { space: () => { for (;;); } })`)
    const limits = { bytes: 4e9, cpuMs: 1_000, system: loadProcessSystem }
    const once = keep(connect('describe-module', { kind: 'once' }, { entry: busy, limits }))
    expect(await catchAppError(() => once.call('space', ''))).toMatchObject({
      code: 'child.gone',
      detail: { child: 'describe-module', reason: msg('failure.child.cpu', { seconds: 1 }) },
    })
  })

  it('says that its values filled its heap, and how large that may be', async () => {
    const options = { entry: echo(), heapMegabytes: 50 }
    const once = keep(connect('describe-module', { kind: 'once' }, options))
    expect(await catchAppError(() => once.call('space', 'fill'))).toMatchObject({
      code: 'child.gone',
      detail: {
        child: 'describe-module',
        reason: msg('failure.child.memory', { megabytes: 52 }),
      },
    })
  })

  it('is killed when it is given up', async () => {
    const controller = new AbortController()
    const lifetime = { kind: 'once', signal: controller.signal } as const
    const once = keep(connect('describe-module', lifetime, { entry: echo() }))
    const answer = catchAppError(() => once.call('space', 'hang'))
    controller.abort()
    expect((await answer).detail).toMatchObject({ reason: msg('failure.canceled') })
  })
})

it('a process that ends when idle serves many calls and starts again', async () => {
  const idle = keep(connect('describe-module', { kind: 'idle', afterMs: 50 }, { entry: echo() }))
  const [a, b] = [await idle.call('space', 'a'), await idle.call('space', 'b')]
  expect(pidOf(a)).toBe(pidOf(b))
  await expect.poll(() => idle.pid).toBeUndefined()
  await expect.poll(() => alive(pidOf(a))).toBe(false)
  expect(pidOf(await idle.call('space', 'c'))).not.toBe(pidOf(a))
  expect(await catchAppError(() => idle.call('space', 'die'))).toMatchObject({ code: 'child.gone' })
  expect(await idle.call('space', 'd')).toMatchObject({ text: 'd' })
})

describe('a process that is asked one after the other', () => {
  const busy = (): URL =>
    entryOf(`import { serve } from ${JSON.stringify(serve.href)}
import { existsSync, writeFileSync } from 'node:fs'
let calls = 0
serve('describe-module', { space: async text => {
  if (text === 'spin') for (;;);
  if (text.startsWith('/') || text.includes(':')) {
    if (!existsSync(text)) { writeFileSync(text, ''); process.kill(process.pid, 'SIGKILL') }
  }
  calls++
  await new Promise(resolve => setImmediate(resolve))
  return { text, pid: process.pid, atOnce: calls-- }
} })`)
  const lifetime = { kind: 'idle', afterMs: 60_000, maxWaiting: 3 } as const
  const limits = { bytes: 4e9, cpuMsOfCall: 1_000, system: loadProcessSystem }

  it('works on one call at a time, and has only so many wait', async () => {
    const connection = keep(connect('describe-module', lifetime, { entry: busy() }))
    const calls = ['a', 'b', 'c', 'd', 'e'].map(async text => connection.call('space', text))
    expect(await catchAppError(async () => calls[4])).toMatchObject({
      code: 'child.busy',
      detail: { child: 'describe-module', waiting: 3 },
    })
    for (const call of calls.slice(0, 4)) expect(await call).toMatchObject({ atOnce: 1 })
    expect(await connection.call('space', 'f')).toMatchObject({ text: 'f' })
  })

  it.skipIf(isSkipped('othersTime'))(
    'ends with the call that uses too much time of the processors; the next ones have a new one',
    async () => {
      const connection = keep(connect('describe-module', lifetime, { entry: busy(), limits }))
      const first = pidOf(await connection.call('space', 'a'))
      const spinning = catchAppError(() => connection.call('space', 'spin'))
      const next = connection.call('space', 'b')
      expect(await spinning).toMatchObject({
        code: 'child.gone',
        detail: { reason: msg('failure.child.cpu', { seconds: 1 }) },
      })
      expect(pidOf(await next)).not.toBe(first)
    },
  )

  it('is started again once where somebody kills it', async () => {
    const connection = keep(connect('describe-module', lifetime, { entry: busy() }))
    const mark = path.join(scratch(), 'killed')
    expect(await connection.call('space', mark)).toMatchObject({ text: mark })
  })
})

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it('a process that is always there is opened anew after each death, until it died too often', async () => {
  const deaths: boolean[] = []
  let opened = 0
  const connection = keep(
    connect(
      'describe-module',
      {
        kind: 'restart',
        maxRestarts: 2,
        withinMs: 60_000,
        delayMs: 0,
        open: async link => {
          opened++
          await link.call('space', 'open')
        },
        onDeath: (_, isLast) => deaths.push(isLast),
      },
      { entry: echo() },
    ),
  )
  await connection.ready()
  for (const pid of [connection.pid, null, null]) {
    if (pid !== null) expect(pidOf(await connection.call('space', 'a'))).toBe(pid)
    expect(await catchAppError(() => connection.call('space', 'die'))).toMatchObject({
      code: 'child.gone',
    })
  }
  expect(deaths).toEqual([false, false, true])
  expect(opened).toBe(3)
  expect(connection.isOver).toBe(true)
  expect(await catchAppError(() => connection.call('space', 'a'))).toMatchObject({
    code: 'child.gone',
  })
})

/** Starts only when it is started for the second time. */
function slowAtFirst(): URL {
  const mark = path.join(scratch(), 'started')
  return entryOf(`import { existsSync, writeFileSync } from 'node:fs'
import { serve } from ${JSON.stringify(serve.href)}
if (existsSync(${JSON.stringify(mark)})) serve('describe-module', { space: text => ({ text, pid: process.pid }) })
else { writeFileSync(${JSON.stringify(mark)}, ''); setInterval(() => {}, 1e3) }`)
}
const never = (): URL => entryOf('setInterval(() => {}, 1e3)')

describe('a process that does not start in time', () => {
  const startLimitMs = 5_000

  it.each([{ kind: 'once' }, { kind: 'idle', afterMs: 60_000 }] as const)(
    'is started again once ($kind)',
    async lifetime => {
      const slow = keep(
        connect('describe-module', lifetime, { entry: slowAtFirst(), startLimitMs }),
      )
      expect(await slow.call('space', 'a')).toMatchObject({ text: 'a' })
      const dead = keep(connect('describe-module', lifetime, { entry: never(), startLimitMs: 100 }))
      expect(await catchAppError(() => dead.call('space', 'a'))).toMatchObject({
        code: 'child.startTimeout',
      })
    },
  )

  it('is given up where it is always there and too many in a row were too slow', async () => {
    const deaths: boolean[] = []
    const lifetime = {
      kind: 'restart',
      maxRestarts: 5,
      maxSlowStarts: 2,
      withinMs: 60_000,
      delayMs: 0,
      open: async (link: Link<'describe-module'>) => link.call('space', 'open'),
      onDeath: (_: AppError, isLast: boolean) => deaths.push(isLast),
    } as const
    const dead = keep(connect('describe-module', lifetime, { entry: never(), startLimitMs: 100 }))
    await expect.poll(() => dead.isOver, { timeout: 20_000 }).toBe(true)
    expect(deaths).toEqual([false, true])
    deaths.length = 0
    const slow = keep(connect('describe-module', lifetime, { entry: slowAtFirst(), startLimitMs }))
    await expect.poll(() => deaths, { timeout: 20_000 }).toEqual([false])
    await slow.ready()
    expect(await slow.call('space', 'a')).toMatchObject({ text: 'a' })
  })
})

describe('a link', () => {
  const open = (entry: URL, options: ConstructorParameters<typeof Link>[1] = {}) => {
    const link = new Link('describe-module', { entry, ...options })
    links.push({ close: async () => link.stop(0) })
    return link
  }

  it('talks to no process of another version', async () => {
    const link = open(
      entryOf(`process.send({ type: 'ready', protocol: 0 }); setInterval(() => {}, 1e3)`),
    )
    expect(await catchAppError(() => link.call('space', 'a'))).toMatchObject({
      code: 'protocol.invalid',
      detail: { from: 'describe-module', field: 'protocol', value: 0 },
    })
    expect((await link.exited).signal).toBe('SIGKILL')
  })

  it('waits for the handshake only so long', async () => {
    const link = open(entryOf('setInterval(() => undefined, 1_000)'), { startLimitMs: 200 })
    expect(await catchAppError(() => link.call('space', 'a'))).toMatchObject({
      code: 'child.startTimeout',
      detail: { child: 'describe-module', seconds: 0.2 },
    })
  })

  it('refuses a method that the process has not', async () => {
    const error = await catchAppError(() => open(echo()).call('nothing' as 'space', 'a'))
    expect(error).toMatchObject({ code: 'protocol.invalid', detail: { value: 'nothing' } })
  })

  it('hears of silence', async () => {
    let heard = 0
    const link = open(echo(), { silence: { afterMs: 300, onSilence: () => heard++ } })
    await link.call('space', 'a')
    const before = heard
    await expect.poll(() => heard).toBe(before + 1)
  })
})

it('a process tells and asks its owner while it works on a call', async () => {
  const entry = entryOf(`import { serve } from ${JSON.stringify(serve.href)}
serve('queries', {
  ask: async (_, owner) => {
    owner.notify('progress', 0.5)
    return owner.ask('retraining', 7).catch(error => error.code)
  },
})`)
  const shares: number[] = []
  const queries = connect('queries', { kind: 'once' }, { entry })
  links.push(queries)
  const question = {
    databasePath: '',
    task: { kind: 'export', studyId: 1, format: 'csv', language: 'en' },
  } as const
  const progress = (share: number) => void shares.push(share)
  const ask = async (retraining: (number: number) => void) =>
    queries.call('ask', question, { progress, retraining })
  expect(await ask(number => `heard ${number}`)).toBe('heard 7')
  expect(
    await ask(() => {
      throw new RangeError('not now')
    }),
  ).toBe('internal')
  expect(shares).toEqual([0.5, 0.5])
})
