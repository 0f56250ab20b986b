import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:net'
import { type RegisteredJobQueue } from '../../src-main/core/machine/job-queue.ts'
import { newJobQueueKey } from '../../src-main/running/executors/job-queue/node/job-queue-file.ts'
import { freePort } from './ssh-machine.ts'

const servers = ['/usr/bin/valkey-server', '/usr/bin/redis-server']
const server = servers.find(file => existsSync(file))
const PASSWORD = 'broker-secret'

/** Why no broker can be started here; null if it can. */
export function brokerMissing(): string | null {
  if (process.platform !== 'linux') return 'needs Linux'
  return server === undefined ? `not installed: ${servers.join(' or ')}` : null
}

/** A real Valkey or Redis on this machine that keeps nothing on the disk: whoever restarts it has lost everything. */
export class RedisBroker {
  readonly registered: RegisteredJobQueue
  readonly #port: number
  readonly #options: readonly string[]
  readonly #folder: string
  #child: ChildProcess | null = null

  private constructor(folder: string, port: number, isSecure: boolean) {
    this.#folder = folder
    this.#port = port
    const url = isSecure ? `rediss://localhost:${port}` : `redis://127.0.0.1:${port}`
    const authority = isSecure ? makeCertificate(folder) : undefined
    this.registered = {
      url,
      key: newJobQueueKey(),
      password: PASSWORD,
      ...(authority === undefined ? {} : { authority }),
    }
    const at = (name: string): string => path.join(folder, name)
    this.#options = isSecure
      ? [
          '--port',
          '0',
          '--tls-port',
          String(port),
          '--tls-auth-clients',
          'no',
          '--tls-cert-file',
          at('server.crt'),
          '--tls-key-file',
          at('server.key'),
          '--tls-ca-cert-file',
          at('authority.crt'),
        ]
      : ['--port', String(port)]
  }

  static async start(folder: string, { isSecure = false } = {}): Promise<RedisBroker> {
    mkdirSync(folder, { recursive: true })
    const broker = new RedisBroker(folder, await freePort(), isSecure)
    await broker.begin()
    return broker
  }

  async begin(): Promise<void> {
    this.#child = spawn(
      server as string,
      [
        ...this.#options,
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
        '--dir',
        this.#folder,
        '--requirepass',
        PASSWORD,
      ],
      { stdio: 'ignore' },
    )
    for (let round = 0; round < 400 && !(await answers(this.#port)); round++) await sleep(25)
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === null) return
    this.#child = null
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
}

/** @returns the certificate of whoever signed that of the server, which is for `localhost` */
function makeCertificate(folder: string): string {
  const openssl = (...words: string[]): string =>
    execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }).toString()
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'authority.key',
    '-out',
    'authority.crt',
    '-days',
    '2',
    '-subj',
    '/CN=authority',
  )
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost')
  writeFileSync(path.join(folder, 'names'), 'subjectAltName=DNS:localhost')
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'authority.crt',
    '-CAkey',
    'authority.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    'names',
    '-out',
    'server.crt',
  )
  return openssl('x509', '-in', 'authority.crt')
}

async function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
