import type { z } from 'zod'
import { AppError } from '../../core/errors/errors.ts'
import { machineFileSchema, MAX_HOSTS } from '../../core/machine/machines.ts'
import { msg } from '../../core/errors/message.ts'
import { PrivateJsonFile } from '../files/private-json.ts'
import { withTurn } from './file-turn.ts'

type Hosts = Omit<z.infer<typeof machineFileSchema>, 'version'>

interface HostKind<Kind extends keyof Hosts> {
  readonly kind: Kind
  /** What tells one from another. */
  readonly nameOf: (host: Hosts[Kind][number]) => string
  readonly taken: (name: string) => AppError
  readonly unknown: (name: string) => AppError
}

const none: Hosts = { machines: [], jobQueues: [] }

/**
 * Hosts of trials that a person has added: machines of SSH and brokers of job queues, in one file that its owner alone can read. Every call reads
 * it anew, and changes are made one after the other: commands and the page write it, too.
 */
export class HostFile<Kind extends keyof Hosts> {
  readonly #path: string
  readonly #file: PrivateJsonFile<typeof machineFileSchema>
  readonly #kind: HostKind<Kind>

  constructor(file: string, kind: HostKind<Kind>) {
    this.#path = file
    this.#file = new PrivateJsonFile(file, machineFileSchema)
    this.#kind = kind
  }

  /** @throws AppError `file.unreadable` for a file that is damaged */
  list(): readonly Hosts[Kind][number][] {
    return this.#read()[this.#kind.kind]
  }

  /** @throws AppError where it is there already; `usage.invalid` for too many */
  add(host: Hosts[Kind][number]): void {
    const { nameOf, taken } = this.#kind
    const name = nameOf(host)
    this.#change(hosts => {
      if (hosts.some(stored => nameOf(stored) === name)) throw taken(name)
      if (hosts.length >= MAX_HOSTS) {
        throw new AppError('usage.invalid', { reason: msg('rule.atMost', { limit: MAX_HOSTS }) })
      }
      return [...hosts, host]
    })
  }

  /** @throws AppError where it is not there */
  remove(name: string): void {
    const { nameOf, unknown } = this.#kind
    this.#change(hosts => {
      const others = hosts.filter(stored => nameOf(stored) !== name)
      if (others.length === hosts.length) throw unknown(name)
      return others
    })
  }

  /** @throws AppError where it is not there */
  find(name: string): Hosts[Kind][number] {
    const host = this.list().find(stored => this.#kind.nameOf(stored) === name)
    if (host === undefined) throw this.#kind.unknown(name)
    return host
  }

  #change(edit: (hosts: readonly Hosts[Kind][number][]) => Hosts[Kind][number][]): void {
    withTurn(this.#path, () => {
      const content = this.#read()
      this.#file.write({
        version: 2,
        ...content,
        [this.#kind.kind]: edit(content[this.#kind.kind]),
      })
    })
  }

  #read(): Hosts {
    return this.#file.read() ?? none
  }
}
