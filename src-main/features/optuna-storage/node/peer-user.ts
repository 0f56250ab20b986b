import { readFile } from 'node:fs/promises'
import { isIPv4, isIPv6, type Socket } from 'node:net'
import { endianness } from 'node:os'
import process from 'node:process'

/** The two ends of a TCP connection, as seen from this process. */
export interface ConnectionEnds {
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
}

const established = '01'

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
  // A client may reach an IPv4 address through an IPv6 socket, which only the second table lists.
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map(file => readFile(file, 'utf8').catch(() => '')),
  )
  return tables.some(table => userOfPeer(table, ends) === user)
}

/**
 * The number of the user who owns the other end of a connection, from the text of `/proc/net/tcp` or `/proc/net/tcp6`;
 * `undefined` if the table does not list that end as established.
 */
export function userOfPeer(table: string, ends: ConnectionEnds): number | undefined {
  const theirs = kernelNames(ends.remoteAddress, ends.remotePort)
  const ours = kernelNames(ends.localAddress, ends.localPort)
  for (const line of table.split('\n')) {
    const [, local = '', remote = '', state, , , , uid] = line.trim().split(/\s+/)
    if (state === established && theirs.includes(local) && ours.includes(remote)) return Number(uid)
  }
  return undefined
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
