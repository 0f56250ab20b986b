import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Machine } from '../../src-main/core/machine/machines.ts'
import type { MachineNetwork } from './machine-network.ts'

const daemon = '/usr/sbin/sshd'

/** Why no sshd can be started here; null if it can. */
export function sshMissing(): string | null {
  if (process.platform !== 'linux') return 'needs Linux'
  return existsSync(daemon) ? null : `not installed: ${daemon} (openssh-server)`
}

/** A real sshd on this machine, with a port, a host key, a key of its user and a home folder of its own. */
export class SshMachine {
  readonly name: string
  readonly home: string
  readonly #folder: string
  readonly #network: MachineNetwork | null
  readonly #variables: Readonly<Record<string, string>>
  #port = 0
  #child: ChildProcess | null = null

  private constructor(
    folder: string,
    name: string,
    network: MachineNetwork | null,
    variables: Readonly<Record<string, string>>,
  ) {
    this.name = name
    this.#network = network
    this.#variables = variables
    this.#folder = path.join(folder, name)
    this.home = path.join(this.#folder, 'home')
  }

  /**
   * @param network of its own; it is removed with the machine
   * @param variables of everything that runs there
   */
  static async start(
    folder: string,
    name: string,
    network: MachineNetwork | null = null,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<SshMachine> {
    const machine = new SshMachine(folder, name, network, variables)
    mkdirSync(machine.home, { recursive: true, mode: 0o700 })
    machine.#port = await freePort()
    machine.#write()
    await machine.startDaemon()
    return machine
  }

  get machine(): Machine {
    return {
      name: this.name,
      host: this.name,
      workspace: '~/work',
      configuration: this.#at('config'),
    }
  }

  /** Folders of jobs that are there. */
  jobs(): string[] {
    const folder = path.join(this.home, 'work/jobs')
    return existsSync(folder) ? readdirSync(folder) : []
  }

  async startDaemon(): Promise<void> {
    const daemonCommand = [daemon, '-D', '-e', '-f', this.#at('sshd_config')]
    const [program = daemon, ...words] = this.#network?.inside(daemonCommand) ?? daemonCommand
    this.#child = spawn(program, words, { stdio: 'ignore' })
    for (let round = 0; round < 200 && !(await answers(this.#address, this.#port)); round++) {
      await sleep(25)
    }
  }

  /** Ends every connection; jobs run on. */
  cut(): void {
    for (const pid of this.#sessions()) kill(pid, 'SIGKILL')
  }

  /** Nobody can connect any more until `startDaemon`. */
  killDaemon(): void {
    this.#child?.kill('SIGKILL')
    this.cut()
  }

  /** The whole machine stands still, or goes on. */
  async freeze(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    this.#signalDaemon(signal)
    // A connection that was just being made has processes that the first look does not find.
    for (let round = 0; round < 4; round++) {
      for (const pid of [...this.#sessions(), ...this.#own()]) kill(pid, signal)
      await sleep(50)
    }
  }

  /** Ends everything that runs there. */
  killAll(): void {
    this.#signalDaemon('SIGCONT')
    for (const pid of this.#own()) kill(pid, 'SIGKILL')
    this.killDaemon()
  }

  stop(): void {
    this.killAll()
    this.#network?.remove()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #address(): string {
    return this.#network?.address ?? '127.0.0.1'
  }

  #signalDaemon(signal: NodeJS.Signals): void {
    if (this.#child?.pid !== undefined) kill(this.#child.pid, signal)
  }

  /** Programs and shells of this machine, by their home folder. */
  #own(): number[] {
    return pids().filter(pid => procFile(pid, 'environ').includes(`HOME=${this.home}\0`))
  }

  /** Processes of sshd that serve one connection each; they outlive the daemon. */
  #sessions(): number[] {
    const file = this.#at('sessions')
    const sessionPids = existsSync(file) ? readFileSync(file, 'utf8').split('\n').map(Number) : []
    const parents = new Set([...sessionPids, this.#child?.pid ?? 0])
    const sessions = pids().filter(pid => {
      const [, fields = ''] = procFile(pid, 'stat').split(') ')
      return parents.has(Number(fields.split(' ')[1])) && procFile(pid, 'comm').startsWith('sshd')
    })
    const all = [
      ...new Set([
        ...sessionPids.filter(pid => pid > 0 && procFile(pid, 'comm').startsWith('sshd')),
        ...sessions,
      ]),
    ]
    writeFileSync(file, all.join('\n'))
    return all
  }

  #write(): void {
    const variables = Object.entries({
      HOME: this.home,
      TUNEWRIGHT_NODE: process.execPath,
      ...this.#variables,
    }).map(([name, value]) => `${name}=${value}`)
    for (const key of ['host', 'user']) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', this.#at(key)])
    }
    writeFileSync(this.#at('authorized'), readFileSync(this.#at('user.pub')))
    const hostKey = readFileSync(this.#at('host.pub'), 'utf8').split(' ').slice(0, 2).join(' ')
    writeFileSync(this.#at('known'), `[${this.#address}]:${this.#port} ${hostKey}\n`)
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })
    writeFileSync(
      this.#at('sshd_config'),
      `ListenAddress ${this.#address}
Port ${this.#port}
HostKey ${this.#at('host')}
AuthorizedKeysFile ${this.#at('authorized')}
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
MaxStartups 100
SetEnv ${variables.join(' ')}
`,
    )
    writeFileSync(
      this.#at('config'),
      `Host ${this.name}
  HostName ${this.#address}
  Port ${this.#port}
  User ${os.userInfo().username}
  IdentityFile ${this.#at('user')}
  IdentitiesOnly yes
  UserKnownHostsFile ${this.#at('known')}
`,
    )
  }

  #at(name: string): string {
    return path.join(this.#folder, name)
  }
}

function pids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0)
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone already.
  }
}

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

async function answers(address: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, address, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}
