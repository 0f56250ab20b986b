import { readFile } from 'node:fs/promises'
import { isIPv4, isIPv6, type Socket } from 'node:net'
import { endianness } from 'node:os'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

/** The two ends of a TCP connection, as seen from this process. */
export interface ConnectionEnds {
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
}

const established = '01'
const listening = '0A'

/** The longest share of time that reading the tables may take. */
const MAX_SHARE = 0.1

/** Which user has which end of a connection, as the kernel lists them. */
type PeerUsers = ReadonlyMap<string, number>

/**
 * Reads the kernel's tables for all who ask. Any user of the machine can make them long with sockets of its own: the longer a reading takes,
 * the longer is the pause before the next one, and everybody who asks meanwhile waits for it. No answer is older than its question.
 */
class PeerTables {
  #current: Promise<PeerUsers> | null = null
  #next: Promise<PeerUsers> | null = null
  #pauseMs = 0

  async read(): Promise<PeerUsers> {
    this.#next ??= this.#readAfter(this.#current)
    return this.#next
  }

  async #readAfter(current: Promise<PeerUsers> | null): Promise<PeerUsers> {
    await current
    if (this.#pauseMs > 0) await sleep(this.#pauseMs)
    // Whoever asks from now on may have connected after this reading.
    this.#current = this.#next
    this.#next = null
    const sinceMs = performance.now()
    const users = peerUsers(await readTables())
    this.#pauseMs = (performance.now() - sinceMs) * (1 / MAX_SHARE - 1)
    return users
  }
}

const peerTables = new PeerTables()

/**
 * Whether the process at the other end of a loopback connection belongs to the user of this one: the kernel's table of sockets names the
 * user of each (Linux, proc(5), `/proc/net/tcp`). Elsewhere the kernel does not tell, and every user of the machine may connect.
 *
 * The whole address and port of both ends are compared: ports alone are not unique, because another user may bind the port of somebody
 * else's client on another loopback address (127.0.0.2).
 */
export async function isOwnPeer(socket: Socket): Promise<boolean> {
  if (process.platform !== 'linux') return true
  const { localAddress, localPort, remoteAddress, remotePort } = socket
  const user = process.getuid?.()
  if (!localAddress || !localPort || !remoteAddress || !remotePort || user === undefined) {
    return false
  }
  const ends = { localAddress, localPort, remoteAddress, remotePort }
  return userOfPeer(await peerTables.read(), ends) === user
}

/**
 * Whether who listens at a port of 127.0.0.1 is a process of this user (Linux; elsewhere always true).
 * @param port 1…65535
 */
export async function isOwnListener(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return true
  const [name] = kernelNames('127.0.0.1', port)
  const user = process.getuid?.()
  return (await readTables()).some(table =>
    entriesOf(table).some(
      ({ local, state, uid }) => state === listening && local === name && uid === user,
    ),
  )
}

/** A client may reach an IPv4 address through an IPv6 socket, which only the second table lists. */
async function readTables(): Promise<readonly string[]> {
  return Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map(file => readFile(file, 'utf8').catch(() => '')),
  )
}

interface TableEntry {
  readonly local: string
  readonly remote: string
  readonly state: string
  readonly uid: number
}

function entriesOf(table: string): TableEntry[] {
  return table.split('\n').map(line => {
    const [, local = '', remote = '', state = '', , , , uid] = line.trim().split(/\s+/)
    return { local, remote, state, uid: Number(uid) }
  })
}

/** @param tables the texts of `/proc/net/tcp` and `/proc/net/tcp6` */
export function peerUsers(tables: readonly string[]): PeerUsers {
  return new Map(
    tables
      .flatMap(entriesOf)
      .filter(({ state }) => state === established)
      .map(({ local, remote, uid }) => [`${local} ${remote}`, uid]),
  )
}

/** The number of the user who owns the other end of a connection; `undefined` if that end is not listed as established. */
export function userOfPeer(users: PeerUsers, ends: ConnectionEnds): number | undefined {
  const ours = kernelNames(ends.localAddress, ends.localPort)
  return kernelNames(ends.remoteAddress, ends.remotePort)
    .flatMap(theirs => ours.map(name => users.get(`${theirs} ${name}`)))
    .find(user => user !== undefined)
}

/** How the kernel writes an address with its port: an IPv4 address as itself and as mapped into IPv6. */
function kernelNames(address: string, port: number): string[] {
  const suffix = `:${hex(port, 4)}`
  const ipv4 = /^(?:::ffff:)?(\d+(?:\.\d+){3})$/i.exec(address)?.[1]
  if (ipv4 !== undefined && isIPv4(ipv4)) {
    const word = kernelWord(Buffer.from(ipv4.split('.').map(Number)))
    return [
      word + suffix,
      `${'0'.repeat(16)}${kernelWord(Buffer.from([0, 0, 255, 255]))}${word}${suffix}`,
    ]
  }
  const bytes = ipv6Bytes(address)
  if (bytes === undefined) return []
  const words = [0, 4, 8, 12].map(at => kernelWord(bytes.subarray(at, at + 4)))
  return [words.join('') + suffix]
}

/** Four bytes in network order, printed by the kernel as one number of the machine's own byte order. */
function kernelWord(bytes: Buffer): string {
  return hex(endianness() === 'LE' ? bytes.readUInt32LE() : bytes.readUInt32BE(), 8)
}

/** The bytes of an address as Node.js prints it, without a zone. */
function ipv6Bytes(address: string): Buffer | undefined {
  const [plain = ''] = address.split('%')
  if (!isIPv6(plain)) return undefined
  const [head = [], tail = []] = plain
    .split('::')
    .map(half => half.split(':').filter(group => group !== ''))
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return Buffer.from(
    [...head, ...zeros, ...tail].map(group => group.padStart(4, '0')).join(''),
    'hex',
  )
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0')
}
