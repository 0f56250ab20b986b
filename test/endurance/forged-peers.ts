import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import process from 'node:process'
import type { RandomStream } from '../../src-main/math/random/random-stream.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { servePrograms } from '../helpers/serve-programs.ts'
import type { Figures } from './figures.ts'

export interface ForgedPeerOptions {
  readonly folder: string
  readonly seed: number
  readonly untilMs: number
  readonly maxInputs: number
  readonly figures: Figures
}

/** A user who has made nothing here. */
const SOMEBODY = 65_534
const attacker = path.join(import.meta.dirname, 'forged-peer.ts')

/** How a connection of somebody else looks like one of ours. */
const sources: Readonly<Record<string, (random: RandomStream, port: number) => object>> = {
  'the port of a client on another loopback address': (random, port) => ({
    host: '127.0.0.1',
    localAddress: loopback(random),
    localPort: port,
  }),
  'another loopback address': random => ({ host: '127.0.0.1', localAddress: loopback(random) }),
  'an IPv4 address within IPv6': random => ({
    host: '::ffff:127.0.0.1',
    localAddress: `::ffff:${loopback(random)}`,
  }),
  'the port of a client over IPv6': (_, port) => ({ host: '::1', localPort: port }),
  'the same address': () => ({ host: '127.0.0.1' }),
}

function loopback(random: RandomStream): string {
  const [b, c] = [random.integer(256), random.integer(256)]
  return `127.${b}.${c}.${2 + random.integer(250)}`
}

/**
 * Lets another user of the machine connect to the port for Optuna beside clients of ours, from forged addresses and ports: none of its calls
 * may be answered, while those of ours are. Linux, as root: only root may start programs of somebody else.
 */
export async function forgePeers(options: ForgedPeerOptions): Promise<void> {
  const { folder, seed, untilMs, maxInputs, figures } = options
  if (process.getuid?.() !== 0) {
    console.warn('forged peers are not tried: needs root')
    return
  }
  mkdirSync(folder, { recursive: true })
  const served = await servePrograms(folder)
  const port = await served.backEnd.openOptuna({ port: 0, failAfterMs: null })
  const [stranger, member] = [new Peer(SOMEBODY), new Peer(0)]
  const names = Object.keys(sources)
  try {
    for (let number = 0; number < maxInputs && performance.now() < untilMs; number++) {
      const random = createRandomStream({ seed, number, purpose: 'a forged peer' })
      const source = names[number % names.length] as string
      // A connection of ours, whose port somebody else takes on another address.
      const client = await connected(port)
      const ends = { port, ...sources[source]?.(random, client.localPort ?? 0) }
      const where = `${source}, seed ${seed}, number ${number}`
      if ((await stranger.call(ends)) === 'answered')
        figures.fault('peer: somebody else was answered', where)
      if (
        number % names.length === 0 &&
        (await member.call({ port, host: '127.0.0.1' })) !== 'answered'
      )
        figures.fault('peer: a program of ours was not answered', where)
      figures.add('peers')
      figures.add(`peers: ${source}`)
      client.destroy()
    }
    for (const bug of served.bugs) figures.fault(`peer: bug in ${bug}`, `seed ${seed}`)
  } finally {
    for (const peer of [stranger, member]) peer.end()
    await served.close()
  }
}

async function connected(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** A process of a user that calls Optuna's storage. */
class Peer {
  readonly #child: ChildProcess

  constructor(user: number) {
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', attacker], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      cwd: '/',
      uid: user,
      gid: user,
    })
  }

  /** @returns `answered`, or why not */
  async call(ends: object): Promise<string> {
    const answer = once(this.#child, 'message')
    this.#child.send(ends)
    const [text] = (await answer) as [string]
    return text
  }

  end(): void {
    this.#child.kill()
  }
}
