import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

/** Why no Slurm can be started here; null if it can. */
export function slurmMissing(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux'
  const missing = ['slurmctld', 'slurmd', 'munged', 'sbatch'].filter(
    name => !['/usr/sbin', '/usr/bin'].some(folder => existsSync(path.join(folder, name))),
  )
  return missing.length === 0 ? null : `not installed: ${missing.join(', ')} (slurm-wlm, munge)`
}

/** A real Slurm on this machine with nodes `one` and `two`: munge, a controller and two node daemons. */
export class SlurmCluster {
  readonly #directory: string

  private constructor(directory: string) {
    this.#directory = directory
  }

  /** What makes Slurm's commands speak to this cluster. */
  get configuration(): string {
    return this.#at('slurm.conf')
  }

  static async start(directory: string): Promise<SlurmCluster> {
    const cluster = new SlurmCluster(directory)
    try {
      await cluster.#start()
    } catch (error) {
      cluster.stop()
      throw error
    }
    return cluster
  }

  async #start(): Promise<void> {
    chmodSync(this.#directory, 0o755)
    for (const name of ['state', 'spool-one', 'spool-two', 'log', 'run']) mkdirSync(this.#at(name))
    await this.#startMunge()
    const [controller = 0, first = 0, second = 0] = await freePorts(3)
    writeFileSync(this.configuration, this.#describe(controller, first, second))
    writeFileSync(this.#at('cgroup.conf'), 'CgroupAutomount=no\n')
    process.env['SLURM_CONF'] = this.configuration
    this.startController()
    for (const node of ['one', 'two']) this.startNode(node)
    await this.until(() => /^2$/m.test(this.idleNodes()), 'two idle nodes')
  }

  startController(): void {
    execFileSync('/usr/sbin/slurmctld', [], { stdio: 'pipe' })
  }

  startNode(node: string): void {
    execFileSync('/usr/sbin/slurmd', ['-N', node], { stdio: 'pipe' })
  }

  control(...parameters: string[]): string {
    return execFileSync('scontrol', parameters, { encoding: 'utf8', stdio: 'pipe' })
  }

  /** Lines of the queue: `id state node`. */
  queue(): string[] {
    const format = ['--noheader', '--array', '--format=%i %T %N']
    const output = execFileSync('squeue', format, { encoding: 'utf8', stdio: 'pipe' })
    return output.split('\n').filter(line => line.trim() !== '')
  }

  /** How many nodes wait for work, as text. */
  idleNodes(): string {
    try {
      const format = ['--noheader', '--states=idle', '--format=%D']
      return execFileSync('sinfo', format, { encoding: 'utf8', stdio: 'pipe' }).trim()
    } catch {
      return ''
    }
  }

  kill(daemon: string): void {
    try {
      const pid = Number(readFileSync(this.#at(`run/${daemon}.pid`), 'utf8'))
      // A file that is still empty would name 0, and with it every process of this group.
      if (pid > 0) killNow(pid)
    } catch {
      // It has not written its file.
    }
  }

  /**
   * Takes a node's power: its daemon, the daemons of its jobs and their programs die at once, and nobody tells the controller how a job
   * ended. A node that is only set down ends its jobs in order and reports them, now and then after they were queued again.
   */
  failNode(node: string): void {
    this.kill(`slurmd-${node}`)
    for (const pid of readdirSync('/proc').map(Number)) {
      const isStep = procFile(pid, 'cmdline').startsWith('slurmstepd: [')
      const isProgram = procFile(pid, 'environ').includes(`SLURMD_NODENAME=${node}\0`)
      if (isStep || isProgram) killNow(pid)
    }
    this.control('update', `nodename=${node}`, 'state=down', 'reason=test')
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    const endMs = performance.now() + 60_000
    while (!holds()) {
      if (performance.now() > endMs) {
        const log = readFileSync(this.#at('log/slurmctld.log'), 'utf8').slice(-3_000)
        throw new Error(`no ${what} after a minute\n${log}`)
      }
      await sleep(50)
    }
  }

  stop(): void {
    for (const daemon of ['slurmctld', 'slurmd-one', 'slurmd-two', 'munged']) this.kill(daemon)
    delete process.env['SLURM_CONF']
  }

  async #startMunge(): Promise<void> {
    const [, , user, group] =
      readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .find(line => line.startsWith('munge:'))
        ?.split(':') ?? []
    const ids = [Number(user), Number(group)] as const
    for (const [name, mode] of [
      ['munge', 0o700],
      ['socket', 0o755],
    ] as const) {
      mkdirSync(this.#at(name))
      chmodSync(this.#at(name), mode)
      chownSync(this.#at(name), ...ids)
    }
    const key = this.#at('munge/key')
    writeFileSync(key, randomBytes(1_024), { mode: 0o400 })
    chownSync(key, ...ids)
    mkdirSync(this.#at('run-munge'))
    chownSync(this.#at('run-munge'), ...ids)
    const daemon = spawn(
      '/usr/sbin/munged',
      [
        '--foreground',
        `--key-file=${key}`,
        `--socket=${this.#at('socket/socket')}`,
        `--pid-file=${this.#at('run-munge/pid')}`,
        `--log-file=${this.#at('munge/log')}`,
        `--seed-file=${this.#at('munge/seed')}`,
      ],
      { uid: ids[0], gid: ids[1], stdio: 'ignore', detached: true },
    )
    daemon.unref()
    for (let round = 0; round < 600 && !existsSync(this.#at('socket/socket')); round++)
      await sleep(50)
    writeFileSync(this.#at('run/munged.pid'), String(daemon.pid))
  }

  #describe(controller: number, first: number, second: number): string {
    const at = (name: string): string => this.#at(name)
    const memory = Math.floor(os.totalmem() / 2 / 1_048_576)
    return `ClusterName=test
SlurmctldHost=localhost
AuthType=auth/munge
AuthInfo=socket=${at('socket/socket')}
SlurmUser=root
SlurmctldPort=${controller}
StateSaveLocation=${at('state')}
SlurmdSpoolDir=${at('spool-%n')}
SlurmctldPidFile=${at('run/slurmctld.pid')}
SlurmdPidFile=${at('run/slurmd-%n.pid')}
SlurmctldLogFile=${at('log/slurmctld.log')}
SlurmdLogFile=${at('log/slurmd-%n.log')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SlurmdTimeout=30
NodeName=one NodeHostname=localhost NodeAddr=127.0.0.1 Port=${first} CPUs=1 RealMemory=${memory} State=UNKNOWN
NodeName=two NodeHostname=localhost NodeAddr=127.0.0.1 Port=${second} CPUs=1 RealMemory=${memory} State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP DefMemPerCPU=100
`
  }

  #at(name: string): string {
    return path.join(this.#directory, name)
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}

/** Empty for what is no process, or no longer one. */
function procFile(pid: number, name: string): string {
  try {
    return pid > 0 ? readFileSync(`/proc/${pid}/${name}`, 'utf8') : ''
  } catch {
    return ''
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = servers.map(server => (server.address() as { port: number }).port)
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}
